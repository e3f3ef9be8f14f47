"""What a lead says: the one door through which its words are kept and read, so that they can be sealed there.

Whatever of a lead is words (whom it is about, what happened, reasons, opinions, lists of material) passes `seal` on its
way into the store and `unseal` on its way out; today they hand it through.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from bot.flow import Turn
from storage import lead_moves
from storage.matters import Lead, LeadNote

# Kinds of notes.
REASON, MATERIAL, OPINION, RESULT, TOLERANCE, CLUE = "reason", "material", "opinion", "result", "tolerance", "clue"


@dataclass(frozen=True, slots=True)
class Contents:
    """The report itself. Its repr shows nothing of it."""

    desc: str = field(repr=False)
    raw_text: str = field(repr=False)
    subject: str = field(default="", repr=False)
    evidence: str = field(default="", repr=False)
    amount_fen: int | None = field(default=None, repr=False)
    amount_text: str = field(default="", repr=False)

    @property
    def written(self) -> str:
        """All words of it, for looking for names."""
        return "\n".join((self.subject, self.desc, self.raw_text, self.evidence))


def keep(contents: Contents, circle: Collection[str]) -> dict[str, Any]:
    """The columns of a new lead that hold its contents. circle: who may read it (`Decision.handlers`)."""
    return {
        "subject": seal(contents.subject[:80], circle), "desc": seal(contents.desc, circle),
        "raw_text": seal(contents.raw_text, circle), "evidence": seal(contents.evidence, circle),
        "amount_fen": contents.amount_fen, "amount_text": seal(contents.amount_text, circle),
    }  # fmt: skip


def read(lead: Lead) -> Contents | None:
    """The report, for whoever was found to have the right to it; None while this process cannot open it."""
    words = [unseal(one) for one in (lead.desc, lead.raw_text, lead.subject, lead.evidence, lead.amount_text)]
    if any(one is None for one in words):
        return None
    desc, raw_text, subject, evidence, amount_text = (str(one) for one in words)
    return Contents(desc, raw_text, subject, evidence, lead.amount_fen, amount_text)


def note(turn: Turn, kind: str, words: str, circle: Collection[str] = ()) -> LeadNote:
    """A note to be written with a move of `storage.lead_moves`."""
    return LeadNote(kind=kind, by=turn.actor.userid, at=turn.now, body=seal(words, circle))


def notes(turn: Turn, lead: Lead, kind: str) -> list[str]:
    """The notes of one kind, oldest first; those that cannot be opened here are left out."""
    opened = [unseal(row.body) for row in lead_moves.notes_of(turn.session, lead, kind)]
    return [words for words in opened if words is not None]


def seal(words: str, circle: Collection[str]) -> str:
    """Into the store."""
    return words


def unseal(kept: str) -> str | None:
    """Out of the store; None when the key is not here."""
    return kept
