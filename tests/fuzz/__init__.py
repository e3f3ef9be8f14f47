"""Hostile input over every door, made from a seed: `make fuzz` (docs/security.md)."""
