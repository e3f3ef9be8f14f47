"""Holds what people and the platform saw against the store: nothing lost, nothing twice, nothing untrue."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from storage import chain
from tests.chaos.people import NUMBER, Book
from tests.chaos.site import Site, reminded_at, responsible
from tests.e2e.rig import Row, words
from tests.flows.harness import CHINA

MARKER = re.compile(r"第\d+号档案|已核对第\d+号凭证")
REMINDER = timedelta(minutes=5, seconds=20)  # a person's own minutes, and the time that its trip may take
TIME_SAID = re.compile("到期|期限|还有|还剩")  # alone, and in the line that it is among others
BUSY = ("hx_ban", "hx_caiwu")  # told of each deed, and WeCom lets us send each 28 messages a minute
DUE = """
    SELECT id, person, kind, attempts, not_before, error, answer FROM outbox
    WHERE state = 'due' AND (hold_until IS NULL OR hold_until <= :now)
"""
WAITING = "SELECT count(*) AS n FROM dues WHERE state = 'waiting' AND due_at <= :now"
OWED_PUSHES = "SELECT count(*) AS n FROM pushes WHERE state = 'owed' AND at <= :now"


class Judge:
    """`owed` says what is still to come, `faults` what is wrong with what came."""

    def __init__(self, site: Site, book: Book) -> None:
        self._site, self._book = site, book
        self._record: dict[str, Row] = {}  # what the platform took, by its message id
        self._after = 0
        self._known: set[str] = set()
        self.repeats = 0  # calls that the platform's duplicate check swallowed

    def owed(self) -> str:
        """What is still owed at the present business time, in words; "" when nothing is. The busy wait for WeCom."""
        now = self._now()
        rows = [row for row in self._site.rows(DUE, now=now) if row["person"] not in BUSY]
        dues, pushes = (int(self._site.rows(query, now=now)[0]["n"]) for query in (WAITING, OWED_PUSHES))
        if not rows and not dues and not pushes:
            return ""
        return f"{len(rows)} messages {rows[:3]}, {dues} due rows, {pushes} pushes"

    def owed_to_the_busy(self) -> int:
        return sum(row["person"] in BUSY for row in self._site.rows(DUE, now=self._now()))

    def faults(self) -> list[str]:
        """Everything that is wrong and was not said before; call it when nothing is owed."""
        found = [
            *self._book.faults,
            *self._findings(),
            *self._reports(),
            *self._once_each(),
            *self._messages(),
            *self._reminders(),
        ]
        fresh = [fault for fault in [*found, *self._ledger()] if fault not in self._known]
        self._known.update(fresh)
        return fresh

    def _now(self) -> datetime | str:
        """Business time a little ago, as the store keeps it."""
        moment = (self._site.business_now() - timedelta(seconds=1)).astimezone(UTC).replace(tzinfo=None)
        return moment if self._site.kind != "sqlite" else moment.isoformat(sep=" ")

    # -- deeds -------------------------------------------------------------------------------------------------------

    def _findings(self) -> list[str]:
        book, site, faults = self._book, self._site, []
        rows = site.rows("SELECT number, raw_text, submitted_by FROM findings WHERE raw_text LIKE '%号档案%'")
        stored = [(found, row) for row in rows for found in set(MARKER.findall(row["raw_text"]))]
        times = Counter(marker for marker, _ in stored)
        by_marker = dict(stored)
        numbers = {row["number"] for row in rows}
        faults += [f"{marker} is {count} findings" for marker, count in times.items() if count > 1]
        faults += [
            f"told {number} for {marker}, the store has {by_marker.get(marker)}"
            for marker, number in book.recorded.items()
            if marker not in by_marker or number not in numbers  # a second 确认 may have met an older talk of his
        ]
        for marker, row in by_marker.items():
            if marker in book.recorded:
                continue
            told = row["number"] in self._read_by(row["submitted_by"])
            if marker in book.denied:
                faults.append(f"{marker} was denied, and is {row['number']}" + (" and told later" if told else ""))
            elif not told:
                faults.append(f"{row['submitted_by']} never heard of {row['number']} ({marker})")
        events = site.rows(
            "SELECT matter, action FROM events WHERE action IN ('submit', 'register') AND matter LIKE 'WT-%'"
        )
        counted = Counter((row["matter"], row["action"]) for row in events)
        faults += [f"{matter}: {count} events {action}" for (matter, action), count in counted.items() if count > 1]
        faults += [f"{row['number']} has no event" for row in rows if not counted[row["number"], "submit"]]
        return faults

    def _reports(self) -> list[str]:
        rows = self._site.rows("SELECT text FROM progress WHERE text LIKE '%号凭证%'")
        times = Counter(found for row in rows for found in MARKER.findall(row["text"]))
        faults = [f"{marker} is {count} reports" for marker, count in times.items() if count > 1]
        faults += [f"told that {marker} stands, and it does not" for marker in self._book.reported if not times[marker]]
        faults += [f"{marker} was denied, and stands" for marker in self._book.denied if times[marker]]
        events = self._site.rows("SELECT count(*) AS n FROM events WHERE action = 'progress'")[0]["n"]
        if events != len(rows):
            faults.append(f"{len(rows)} reports of progress, {events} events")
        return faults

    def _once_each(self) -> list[str]:
        """A callback leaves each event once; those of promises are as many as were told at least."""
        faults = [
            f"{row['n']} times {row['action']} of {row['matter']} by one message"
            for row in self._site.rows(
                "SELECT action, matter, message_key, count(*) AS n FROM events WHERE message_key != ''"
                " GROUP BY action, matter, message_key HAVING count(*) > 1"
            )
        ]
        noted = {
            row["actor"]: row["n"]
            for row in self._site.rows(
                "SELECT actor, count(*) AS n FROM events WHERE action = 'promise' GROUP BY actor"
            )
        }
        told = self._book.promised
        return faults + [
            f"{person} was told of {count} promises, {noted.get(person, 0)} stand"
            for person, count in told.items()
            if noted.get(person, 0) < count
        ]

    def _read_by(self, person: str) -> set[str]:
        entries = self._site.ask("/api/messages", userid=person)
        return {number for entry in entries if entry["from"] == "app" for number in NUMBER.findall(words(entry))}

    # -- messages ----------------------------------------------------------------------------------------------------

    def _read_record(self) -> None:
        for row in self._site.ask("/api/record", None, api="message/send", after=str(self._after)):
            self._after = max(self._after, row["seq"])
            if row["outcome"] == "duplicate":
                self.repeats += 1
            elif row["outcome"] == "accepted":
                self._record[row["msgid"]] = row

    def _messages(self) -> list[str]:
        looked = datetime.now(CHINA).isoformat()
        rows = self._site.rows(
            "SELECT id, person, state, msgid, attempts, error FROM outbox WHERE kind != 'card_update'"
        )
        self._read_record()  # afterwards: what was marked by then was taken before
        sent = {row["msgid"]: row for row in rows if row["state"] == "sent"}
        faults = [f"dead letter to {row['person']}: {row['error']}" for row in rows if row["state"] == "dead"]
        faults += [
            f"{row['person']} never got row {row['id']}" for row in sent.values() if row["msgid"] not in self._record
        ]
        if len(sent) != sum(row["state"] == "sent" for row in rows):
            faults.append("two rows share one message of the platform")
        for msgid, row in self._record.items():
            known = sent.get(msgid)
            if row["dropped"]:
                faults.append(f"the platform dropped a message to {row['to']}: more than 30 a minute")
            if known is not None and row["to"] != [known["person"]]:
                faults.append(f"row {known['id']} of {known['person']} went to {row['to']}")
        return faults + self._delivered_twice(rows, sent, looked)

    def _delivered_twice(self, rows: list[Row], sent: dict[str, Row], looked: str) -> list[str]:
        """What the platform took and no row has is a call too many, unless a row is on its way in this moment."""
        under_way = Counter(row["person"] for row in rows if row["state"] == "due" and row["attempts"] > 0)
        strange = [row for msgid, row in self._record.items() if msgid not in sent and row["at"] < looked]
        more = Counter(row["to"][0] for row in strange) - under_way
        return [f"once more to {row['to']}: {_said(row)}" for row in strange if row["to"][0] in more]

    # -- what falls due ----------------------------------------------------------------------------------------------

    def _reminders(self) -> list[str]:
        """Each that had to be told by now was told once, to whom it concerns; from what was seeded, not from pushes."""
        now, faults = self._site.business_now(), []
        heard: dict[str, list[str]] = {}
        for row in self._record.values():
            if row["payload"].get("msgtype") == "text" or "template_card" in row["payload"]:
                text = json.dumps(row["payload"], ensure_ascii=False)
                if TIME_SAID.search(text):
                    for number in set(NUMBER.findall(text)):
                        heard.setdefault(number, []).append(row["to"][0])
        rows = self._site.rows("SELECT matter, person, state FROM pushes WHERE matter LIKE 'WT-%'")
        pushed = {row["matter"]: row for row in rows}
        if len(pushed) != len(rows):
            faults.append("a matter was pushed twice")
        for matter, at in reminded_at().items():
            if at.astimezone(UTC) + REMINDER > now:
                continue
            if matter not in pushed or pushed[matter]["state"] != "told":
                faults.append(f"the reminder of {matter} was not told: {pushed.get(matter)}")
            elif responsible(matter) not in heard.get(matter, []):
                faults.append(f"{responsible(matter)} never got the reminder of {matter}")
        return faults

    def _ledger(self) -> list[str]:
        with Session(self._site.rows_of) as session:
            proof = chain.walk(session)
        return [f"the ledger is broken at {proof.broken}"] if proof.broken is not None else []


def _said(row: Row) -> str:
    return json.dumps(row["payload"], ensure_ascii=False, sort_keys=True)
