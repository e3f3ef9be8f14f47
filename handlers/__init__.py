"""What the bot can do: one conversation flow per file, listed in registry.py."""
