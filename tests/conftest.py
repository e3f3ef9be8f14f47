"""Fixtures for every test."""

from __future__ import annotations

from hypothesis import settings

from tests.stores import databases, server, sqlite, store

__all__ = ["databases", "server", "sqlite", "store"]

settings.register_profile("untimed", settings.default, deadline=None)  # a busy machine is no fault of the program
settings.load_profile("untimed")
