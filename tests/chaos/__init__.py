"""`make chaos` and `make soak`: the whole program under faults, judged by what people and the platform saw."""
