"""What the bot remembers: tables and query functions, session first; nothing here commits."""
