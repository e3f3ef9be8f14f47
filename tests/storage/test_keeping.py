"""What is kept, and for how long: answers' words a day, repeats and drafts a week."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from storage import conversations, seen
from storage.conversations import Talk
from storage.models import Conversation, Seen
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
