"""Words to intent and slots: pure, no I/O after loading (domain.md 5)."""
