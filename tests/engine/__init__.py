"""Tests of the engine: turns, conversation, delivery, deadlines, settings."""
