"""Tests of the wire: envelope, parsing, replies, cards, client."""
