"""What a lead says and who reported it: the one door through which both are kept and read, sealed in the store.

Whatever of a lead is words (whom and which unit it is about, what happened, reasons, opinions, lists of material) is
sealed on its way into the store, and so is, apart from it, who reported it (anonymity.md, Named leads). Columns in
clear are read only in leads from before there was sealing; `seal_old` ends that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.flow import LeadSafe, Turn
from storage import events, lead_moves, leads
from storage.events import Entry
from storage.matters import Lead, LeadNote

# Kinds of notes.
REASON, MATERIAL, OPINION, RESULT, TOLERANCE, CLUE = "reason", "material", "opinion", "result", "tolerance", "clue"
REPORTER = "reporter"  # who acted, as the ledger names him where he reported the lead
_OF_A_ROW = ("desc", "raw_text", "subject", "evidence", "amount_text", "unit_name")


@dataclass(frozen=True, slots=True)
class Contents:
    """The report itself. Its repr shows nothing of it. unit: a unit's code, "" when none is known."""

    desc: str = field(repr=False)
    raw_text: str = field(repr=False)
    subject: str = field(default="", repr=False)
    evidence: str = field(default="", repr=False)
    amount_fen: int | None = field(default=None, repr=False)
    amount_text: str = field(default="", repr=False)
    unit: str = field(default="", repr=False)
    unit_name: str = field(default="", repr=False)

    @property
    def written(self) -> str:
        """All words of it, for looking for names."""
        return "\n".join((self.subject, self.desc, self.raw_text, self.evidence))


def keep(
    turn: Turn, number: str, contents: Contents, circle: Collection[str], identity: Collection[str]
) -> dict[str, Any]:
    """The columns of a new lead that hold its contents, and its reporter, who is the speaker.

    circle: who may read it (`Decision.handlers`). identity: who may look up the reporter, with a reason (2.4).
    """
    return _columns(turn, number, contents, turn.actor.userid, circle, identity)


def _columns(
    turn: Turn, number: str, contents: Contents, reporter: str, circle: Collection[str], identity: Collection[str]
) -> dict[str, Any]:
    safe, session = _safe(turn), turn.session
    words = json.dumps(asdict(contents), ensure_ascii=False)
    return {
        "sealed": safe.seal(session, "lead", number, words, circle), "reporter": safe.mark(reporter),
        "identity": safe.seal(session, "identity", number, json.dumps({"userid": reporter}), identity),
    }  # fmt: skip


def read(turn: Turn, lead: Lead) -> Contents | None:
    """The report, for whoever was found to have the right to it; None while this process cannot open it.

    It costs the same for a lead of whose words there is nothing here, so that who looks from outside learns nothing.
    A list asks for the rights to one lead many times: within a turn it is opened once, as it is sealed now.
    """
    key = (lead.number, lead.sealed)
    if key not in turn.opened:
        turn.opened[key] = _opened(turn, lead)
    found: Contents | None = turn.opened[key]
    return found


def _opened(turn: Turn, lead: Lead) -> Contents | None:
    safe = _safe(turn)
    if lead.sealed is None:
        safe.open_nothing()
        words = {name: str(getattr(lead, name)) for name in _OF_A_ROW}
        return Contents(**words, amount_fen=lead.amount_fen, unit=lead.unit or "")
    opened = safe.open("lead", lead.number, lead.sealed)
    return Contents(**json.loads(opened)) if opened is not None else None


def has_words(lead: Lead) -> bool:
    """Whether its words lie here; those of an anonymous report lie in a file of their own."""
    return lead.sealed is not None or bool(lead.raw_text)


def is_reporter(turn: Turn, lead: Lead, userid: str) -> bool:
    """Whether this account reported it under its name."""
    mark = _safe(turn).mark(userid)
    return lead.reporter == (mark if lead.identity is not None else userid)


def reporter(turn: Turn, lead: Lead) -> str:
    """The account that reported it; "" when there is none, or it cannot be opened here.

    For telling him what is his due. Who looks at it needs the right, a reason and an entry (2.4).
    """
    if lead.identity is None:
        return lead.reporter
    opened = _safe(turn).open("identity", lead.number, lead.identity)
    return str(json.loads(opened)["userid"]) if opened is not None else ""


def record(turn: Turn, lead: Lead | None, number: str, action: str, *, after: Any = None) -> None:
    """An event that does not name the speaker when he is the reporter: the ledger stands in clear.

    lead: None while it is being written, by its reporter.
    """
    if lead is None or is_reporter(turn, lead, turn.actor.userid):
        events.append(turn.session, Entry(turn.now, REPORTER, action), number, None, after)
    else:
        turn.record(number, action, after=after)


def marks(turn: Turn) -> Callable[[str], str]:
    """A hash under the safe's key."""
    return _safe(turn).mark


def unname(lead: Lead) -> None:
    """Take the reporter off it for good (domain.md 2.6-10)."""
    lead.reporter, lead.identity, lead.real_name, lead.consented = "", None, False, False


def note(turn: Turn, lead: Lead, kind: str, words: str, circle: Collection[str] = ()) -> LeadNote:
    """A note to be written with a move of `storage.lead_moves`. circle: who may read it beside its writer."""
    body = _safe(turn).seal(turn.session, "note", _note_of(lead, kind), words, [turn.actor.userid, *circle])
    return LeadNote(kind=kind, by=turn.actor.userid, at=turn.now, body=body)


def notes(turn: Turn, lead: Lead, kind: str) -> list[str]:
    """The notes of one kind, oldest first; those that cannot be opened here are left out."""
    safe, bound = _safe(turn), _note_of(lead, kind)
    kept = [row.body for row in lead_moves.notes_of(turn.session, lead, kind)]
    opened = [safe.open("note", bound, body) if safe.is_sealed(body) else body for body in kept]
    return [words for words in opened if words is not None]


def seal_old(turn: Turn, circle: Collection[str] = ()) -> int:
    """Seal what stands in clear from before there was sealing; how many leads that were.

    To this process, the superior bodies and `circle` without those who were struck off; where that was never asked, or
    it went past office and discipline body, to nobody else.
    """
    safe, old = _safe(turn), leads.in_clear(turn.session)
    for lead in old:
        contents = read(turn, lead)
        assert contents is not None  # it stands in clear
        theirs = [] if lead.route or lead.recused is None else [one for one in circle if one not in lead.recused]
        columns = _columns(turn, lead.number, contents, lead.reporter, theirs, theirs)
        if not lead.reporter:
            columns |= {"reporter": "", "identity": None}
        emptied = dict.fromkeys(_OF_A_ROW, "") | {"amount_fen": None, "unit": None, "source": None}
        for name, value in (columns | emptied).items():
            setattr(lead, name, value)
        for row in leads.notes(turn.session, lead):
            if not safe.is_sealed(row.body):
                row.body = safe.seal(turn.session, "note", _note_of(lead, row.kind), row.body, theirs)
        turn.session.flush()
        events.append(turn.session, Entry(turn.now, "system", "lead_sealed"), lead.number, None, None)
    return len(old)


def _note_of(lead: Lead, kind: str) -> str:
    return f"{lead.number}/{kind}"


def _safe(turn: Turn) -> LeadSafe:
    if turn.safe is None:
        raise RuntimeError("leads need a safe: turns are made by bot.world.World")
    return turn.safe
