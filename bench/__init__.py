"""Measures the bot through its real wire, beside two servers that only echo."""
