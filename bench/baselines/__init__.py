"""Servers that verify, decrypt, echo and encrypt, and remember nothing: what the bot is compared with."""
