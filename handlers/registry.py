"""The explicit list of everything the bot can do; the one place to add a flow."""

from __future__ import annotations

from bot.flow import Flow

FLOWS: tuple[Flow, ...] = ()
