"""Leads by name as a file that travels to one officer, and what the offline reader shows of them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bot.sealing import bundle, envelope, reader
from bot.sealing.contents import context
from bot.sealing.envelope import Unsealable
from bot.sealing.pairs import Pair
from bot.sealing.safe import Use, unsealed_text
from storage import leads

_SHOWN = {
    "subject": "反映对象", "unit_name": "单位", "raw_text": "内容", "evidence": "凭据", "amount_text": "金额",
    "userid": "反映人账号",
}  # fmt: skip
_NUMBER = re.compile(r"[0-9A-Za-z-]{1,64}")  # it is shown on a terminal
_MOST_FEN = 10**17
_KINDS = {
    "reason": "理由", "material": "附件清单", "opinion": "处置意见说明", "result": "结果说明", "clue": "新线索",
    "feedback": "反馈", "tolerance": "容错",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LeadItem:
    """One lead: its envelopes, each with its use and, for a note, its kind (docs/sealing.md, Context)."""

    number: str
    envelopes: tuple[tuple[str, str, bytes], ...]


def collect(session: Session, key_id: str) -> list[LeadItem]:
    """Of every lead what is sealed to this key, and nothing else."""
    found = []
    for lead in leads.sealed(session):
        kept = [("lead", "", lead.sealed or ""), ("identity", "", lead.identity or "")]
        kept += [("note", note.kind, note.body) for note in leads.notes(session, lead)]
        mine = [(use, kind, blob) for use, kind, text in kept if (blob := _for(text, key_id)) is not None]
        if mine:
            found.append(LeadItem(lead.number, tuple(mine)))
    return found


def write(path: Path, items: Sequence[LeadItem]) -> None:
    """A new file that only its owner reads. Raises OSError, FileExistsError among them."""
    rows = [
        {"record": one.number, "envelopes": [[use, kind, bundle.pack(blob)] for use, kind, blob in one.envelopes]}
        for one in items
    ]
    bundle.write_lines(path, bundle.LEADS, rows)


def read(path: Path) -> list[LeadItem]:
    """Raises BadBundle."""
    return [_item(path, number, row) for number, row in bundle.read_lines(path, bundle.LEADS)]


def lines(item: LeadItem, keys: Sequence[Pair]) -> list[str]:
    """What these keys open of it, safe for a terminal; [] for nothing."""
    shown = []
    for use, kind, blob in item.envelopes:
        record = f"{item.number}/{kind}" if kind else item.number
        try:
            words = envelope.open_(keys, blob, context(_use(use), record)).decode()
        except (Unsealable, ValueError):
            continue
        if use == "note":
            shown.append(f"  {_KINDS.get(kind, '说明')}：{reader.plain(words)}")
        else:
            shown += _fields(words)
    return shown


def _fields(words: str) -> list[str]:
    """Nothing of what is no lead: whoever has the public key may have sealed anything to it."""
    try:
        read = json.loads(words)
    except (ValueError, RecursionError):
        return []
    if not isinstance(read, dict):
        return []
    lines = [f"  {label}：{reader.plain(str(read[name]))}" for name, label in _SHOWN.items() if read.get(name)]
    fen = read.get("amount_fen")
    if isinstance(fen, int) and not isinstance(fen, bool) and 0 <= fen < _MOST_FEN:
        lines.append(f"  金额：{fen / 100:.2f}元")
    return lines


def _for(text: str, key_id: str) -> bytes | None:
    try:
        blob = unsealed_text(text)
        return blob if key_id in envelope.recipients_of(blob) else None
    except (Unsealable, ValueError):
        return None


def _item(path: Path, number: int, row: Any) -> LeadItem:
    try:
        found = tuple((str(use), str(kind), bundle.unpack(blob)) for use, kind, blob in row["envelopes"])
        if not isinstance(row["record"], str) or not _NUMBER.fullmatch(row["record"]):
            raise ValueError("not a number of a lead")
        return LeadItem(row["record"], found)
    except (KeyError, TypeError, ValueError):
        raise bundle.broken(path, number) from None


def _use(said: str) -> Use:
    """Raises ValueError."""
    for known in ("lead", "note", "identity"):
        if said == known:
            return known
    raise ValueError("unknown use")
