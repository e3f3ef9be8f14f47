"""Sealing: content that the process which received it cannot open again, and the keys of those who can."""
