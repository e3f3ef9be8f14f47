"""Fixtures for every test."""

from __future__ import annotations

from tests.stores import databases, server, sqlite, store

__all__ = ["databases", "server", "sqlite", "store"]
