"""The labelled messages of tests/understanding, and the fixed rule that parts them into development and held-out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from bot.understanding.engine import Understanding
from bot.understanding.meaning import Lexicon
from tests.understanding import harbour, metro, samples, steel, trades

FOLDER = Path(samples.__file__).parent
HELD_OUT = 4  # one in so many messages, by the hash of its text
LEXICONS: dict[str, Callable[[], Lexicon]] = {
    "hengxin": samples.hengxin,
    "other": samples.other,
    "third": samples.third,
    "harbour": harbour.lexicon,
    "steel": steel.lexicon,
    "metro": metro.lexicon,
    **{trade: partial(trades.lexicon, trade) for trade in trades.NAMES},
}
_GROUPS = {
    "other_group": "other",
    "more_paraphrases": "other",
    "life_other_group": "other",
    "third_group": "third",
    "life_third_group": "third",
    "harbour_group": "harbour",
    "steel_group": "steel",
    "metro_group": "metro",
    **{f"{trade}_group": trade for trade in trades.NAMES},
}


@dataclass(frozen=True, slots=True)
class Said:
    """One labelled message. group: whose names it uses. kind: "" as written, or the typing error put in."""

    text: str
    role: str
    intent: str
    slots: dict[str, Any]
    file: str
    group: str
    kind: str = ""
    written: str = ""  # the message that a variant was made from

    @property
    def held_out(self) -> bool:
        """By the text as it was written, so that a variant stays on the side of its original."""
        return is_held_out(self.written or self.text)

    def changed(self, text: str, slots: dict[str, Any], kind: str) -> Said:
        return replace(self, text=text, slots=slots, kind=kind, written=self.written or self.text)


def is_held_out(text: str) -> bool:
    return hashlib.sha256(text.encode()).digest()[0] % HELD_OUT == 0


def read(folder: Path = FOLDER) -> list[Said]:
    """Every message of every file once; a text that two files hold is taken from the first."""
    out: list[Said] = []
    seen: set[tuple[str, str, str]] = set()
    for path in sorted(folder.glob("*.jsonl")):
        for said in _file(path):
            key = (said.group, said.role, said.text)
            if key not in seen:
                seen.add(key)
                out.append(said)
    return out


def _file(path: Path) -> Iterator[Said]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        group = row.get("group") or _GROUPS.get(path.stem, "hengxin")
        yield Said(row["text"], row["role"], row["intent"], row["slots"], path.stem, group)


@cache
def engine(group: str) -> Understanding:
    """Understanding with the names of one group; Monday to Friday are working days, as the labels take them."""
    return Understanding(LEXICONS[group](), samples.workday)
