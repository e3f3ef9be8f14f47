"""The benchmark itself, in miniature."""
