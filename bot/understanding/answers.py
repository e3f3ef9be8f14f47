"""What an answer may hold, whatever was asked: date, money, unit, number, percent, index, person."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot.understanding import leads, meetings, reading, submission
from bot.understanding.meaning import Meaning

Slots = dict[str, Any]
STEERING = frozenset({"confirm", "deny", "cancel", "select", "ack_reminder", "anonymous_submit"})  # never by a guess


def answer(r: reading.Reading) -> Slots:
    """Whatever the words hold, for a step that asked: date, money, unit, number, percent, index, person."""
    out: Slots = {**submission.numbered(r), **submission.money(r), **submission.place(r), **leads.answered(r)}
    if "unit" not in out and "units" not in out and (hits := r.departments()) and len(hits[0].codes) == 1:
        out["unit"] = r.units.name(hits[0].codes[0])
    if "unit" not in out and re.fullmatch(
        r"\s*(?:就是)?(?:我们|咱们?|本|我)(?:公司|单位|部门|部|自己|这)?[\s。]*", r.body
    ):
        out["unit"] = "SELF"
    for hit in r.dates:
        if hit.kind in ("day", "end"):
            out.setdefault("date", hit.last.isoformat())
        elif hit.kind == "period":
            out.setdefault("date_from", hit.first.isoformat())
            out.setdefault("date_to", hit.last.isoformat())
        elif hit.days:
            out.setdefault("days", hit.days)
    if "date" in out and (when := meetings.moment(r).get("time")):
        out["time"] = when
    if r.percent is not None:
        out["percent"] = r.percent
    if r.people:
        out["person"] = r.people[0].name
    bare = re.fullmatch(r"\s*(\d[\d,]*(?:\.\d{1,2})?)\s*(?:元|块钱?)?[\s。]*", r.body)
    if bare and "." not in bare[1]:
        value = int(bare[1].replace(",", ""))
        out["integer"] = value
        if value > 9999 and value < 10**12:
            out.setdefault("amount_yuan", value)
    return out


def beside(r: reading.Reading, guessed: Meaning) -> Meaning:
    """A guess, with what the words hold as an answer: in an open talk they are most likely that, and never leave it."""
    return replace(guessed, slots={**answer(r), **guessed.slots}, explicit=False)
