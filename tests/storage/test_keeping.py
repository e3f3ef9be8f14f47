"""What is kept, and for how long: answers' words a day, repeats and drafts a week, all other words half a year."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage import conversations, failures, fetches, files, outbox, retention, seen
from storage.conversations import Talk
from storage.gatherings import Meeting, Paper
from storage.matters import Person
from storage.models import Conversation, Failure, Fetch, File, Outbox, Seen
from tests.stores import Store

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_words_go_after_a_day_and_keys_after_a_week(store: Store) -> None:
    with store.session() as session:
        for key, days in (("new", 0), ("old", 2), ("gone", 8)):
            seen.add(session, key, "li", NOW - timedelta(days=days), "已登记", None)
        session.flush()
        seen.forget_before(session, NOW - timedelta(days=7), NOW - timedelta(days=1))
        kept = dict(session.execute(select(Seen.key, Seen.reply)).tuples().all())
        assert kept == {"new": "已登记", "old": None}


def test_drafts_that_nobody_came_back_to_are_emptied(store: Store) -> None:
    with store.session() as session:
        for person, days in (("fresh", 1), ("stale", 8)):
            frame = {"flow": "f", "step": "s", "draft": {"text": "内容"}}
            talk = Talk(person, frames=[frame], recent={"numbers": ["1"]})
            conversations.save(session, talk, NOW - timedelta(days=days))
        session.flush()
        conversations.forget_before(session, NOW - timedelta(days=7))
        left = {row.person: (row.frames, row.recent) for row in session.scalars(select(Conversation))}
        assert left["stale"] == ([], {})
        assert left["fresh"][0][0]["draft"] == {"text": "内容"}


def _said(session: Session, person: str, days: int, number: int) -> None:
    """A failed message, two delivered ones, one that waits, and a file, all so many days ago."""
    at = NOW - timedelta(days=days)
    failures.add(session, code=f"C{number}", at=at, person=person, flow="f", error="E", message={"text": "原话"})
    for state in ("sent", "dead", "due"):
        row = outbox.add_answer(session, person, {"content": "内容"}, at, at)
        session.execute(update(Outbox).where(Outbox.id == row).values(state=state))
    row = fetches.add(
        session, kind="k", person=person, matter="", media_id="M", name="名单.xlsx", facts={"table": [["张三"]]}
    )
    session.execute(update(Fetch).where(Fetch.id == row).values(at=at, state="stored"))


def _words(session: Session, person: str) -> dict[str, Any]:
    bodies = select(Outbox.state, Outbox.body).where(Outbox.person == person)
    return {
        "failed": list(session.scalars(select(Failure.message).where(Failure.person == person))),
        "sent": dict(session.execute(bodies).tuples().all()),
        "fetched": session.execute(select(Fetch.name, Fetch.facts).where(Fetch.person == person)).tuples().all(),
    }


CLEARED: dict[str, Any] = {
    "failed": [None],
    "sent": {"sent": {}, "dead": {}, "due": {"content": "内容"}},
    "fetched": [("", {})],
}


def test_words_outside_the_record_go_after_half_a_year(store: Store) -> None:
    with store.session() as session:
        _said(session, "new", 179, 1)
        _said(session, "old", 181, 2)
        before = _words(session, "new")
        assert retention.clear_before(session, NOW - timedelta(days=180), NOW - timedelta(days=180)) == 4
        assert _words(session, "old") == CLEARED
        assert _words(session, "new") == before != CLEARED
        assert retention.clear_before(session, NOW - timedelta(days=180), NOW - timedelta(days=180)) == 0


def test_who_is_forgotten_leaves_rows_without_words_and_nobody_elses(store: Store) -> None:
    with store.session() as session:
        session.add(Person(userid="gone", name="张三", home="X", left_on=date(2026, 11, 1)))
        session.add(Person(userid="here", name="李四", home="X"))
        for number, person in enumerate(("gone", "here")):
            _said(session, person, 1, number)
            seen.add(session, f"key{number}", person, NOW, "已登记", None)
            conversations.save(session, Talk(person, frames=[{"flow": "f", "step": "s", "draft": {}}]), NOW)
        session.flush()
        before = _words(session, "here")
        wanted = {"drafts": 1, "answers": 1, "failed": 1, "sent": 2, "fetched": 1, "home": 1}
        assert retention.counts_of(session, "gone") == wanted
        assert retention.forget(session, "gone") == wanted
        assert retention.counts_of(session, "gone") == {}
        assert _words(session, "gone") == CLEARED
        assert retention.counts_of(session, "here") == {name: wanted[name] for name in wanted if name != "home"}
        assert _words(session, "here") == before
        assert dict(session.execute(select(Seen.key, Seen.reply)).tuples().all()) == {"key0": None, "key1": "已登记"}
        session.expire_all()
        assert (session.get_one(Person, "gone").name, session.get_one(Person, "gone").home) == ("张三", None)


def test_material_of_a_meeting_is_no_stray_file(store: Store) -> None:
    with store.session() as session:
        session.add(Meeting(number="HY-2026-01", kind="year_start", at=NOW, called_by="p", made_at=NOW))
        session.flush()
        for sha256 in ("a" * 64, "b" * 64):
            session.add(File(sha256=sha256, size=1, media_type="image/png", at=NOW - timedelta(days=30)))
        meeting = session.scalars(select(Meeting.id)).one()
        session.add(Paper(meeting_id=meeting, unit="U", by="p", at=NOW, sha256="a" * 64))
        session.flush()
        assert files.unnamed(session, NOW) == ["b" * 64]
