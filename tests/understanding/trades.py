"""The names of twenty-three more imagined groups of other trades; written with their messages, apart from rules."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from bot.understanding.meaning import Lexicon
from tests.understanding import harbour

FILE = Path(__file__).with_name("trades.json")
NAMES = (
    "airport",
    "power",
    "water",
    "grain",
    "chemical",
    "tourism",
    "construct",
    "medical",
    "railway",
    "bus",
    "farm",
    "media",
    "gas",
    "forest",
    "care",
    "retail",
    "equip",
    "coal",
    "cityinv",
    "liquor",
    "telecom",
    "shipping",
    "cement",
)


@cache
def lexicon(trade: str) -> Lexicon:
    """Units with their other names, and people. Raises KeyError for a trade that nobody imagined."""
    known = json.loads(FILE.read_text(encoding="utf-8"))[trade]
    return harbour.named([tuple(row) for row in known["units"]], [tuple(row) for row in known["people"]])
