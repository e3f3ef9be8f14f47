"""The rules, as tables and properties; no database."""
