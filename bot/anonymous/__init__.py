"""The anonymous path: before every lock and row; it lives in memory and in a file of its own (anonymity.md)."""
