"""What `run.py verify` and `run.py check` say of the ledger: the chain's head, the first fault, the unsealed tail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from bot import doctor, ledger
from bot.clock import real_now
from storage import chain, events, links
from storage.chain import Fault
from storage.models import Anchor
from tests.stores import Store

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SECRET = "不应出现的内容"


def _write(store: Store, at: datetime = NOW, *, sealed: bool = True) -> None:
    with store.session() as session:
        for _ in range(3):
            events.add(session, at=at, actor="a", matter="WT-2026-0001", action="return", reason=SECRET)
        session.flush()
        if sealed:
            links.seal(session, 1, 10, NOW)
        session.commit()


def _lines(store: Store, expect: str = "", now: datetime = NOW) -> tuple[str, bool]:
    with store.session() as session:
        proof = chain.walk(session, expect)
    words = "\n".join(ledger.lines(proof, now))
    assert SECRET not in words
    return words, ledger.whole(proof)


def test_a_whole_chain_tells_its_head(sqlite: Store) -> None:
    _write(sqlite)
    words, whole = _lines(sqlite)
    with sqlite.session() as session:
        head = links.head(session)
    assert head is not None
    assert words == f"通过：3条事件，逐环验证完好\n链头摘要：{head.digest}，封存于2026-11-23 10:00:00\n未封存：0条"
    assert whole


def test_the_tail_is_counted_with_its_age(sqlite: Store) -> None:
    _write(sqlite, sealed=False)
    words, whole = _lines(sqlite, now=NOW + timedelta(minutes=3))
    assert words == "通过：0条事件，逐环验证完好\n未封存：3条，最早的已等待3分钟"
    assert whole


def test_a_noted_digest_is_looked_for(sqlite: Store) -> None:
    _write(sqlite)
    with sqlite.session() as session:
        head = links.head(session)
    assert head is not None
    assert _lines(sqlite, head.digest)[1]
    words, whole = _lines(sqlite, "f" * 64)
    assert "核对的摘要：不在链上" in words
    assert not whole


def test_every_fault_has_its_words(sqlite: Store) -> None:
    _write(sqlite)
    for fault in Fault:
        proof = chain.Proof(1, "a" * 64, NOW, chain.Broken(2, fault, 7, "WT-2026-0001"), 0, None)
        words = "\n".join(ledger.lines(proof, NOW))
        assert words.startswith("未通过：第2环断开，事件7，WT-2026-0001：")
        assert "此前的1环完好" in words
        assert not ledger.whole(proof)


def test_the_first_fault_is_named_without_contents(sqlite: Store) -> None:
    _write(sqlite)
    with sqlite.session() as session:
        session.execute(text("DROP TRIGGER events_no_update"))
        session.execute(text("UPDATE events SET reason = '改' WHERE id = 2"))
        session.commit()
    words, whole = _lines(sqlite)
    assert words.startswith("未通过：第2环断开，事件2，WT-2026-0001：事件被改动")
    assert not whole


def test_check_reports_a_tail_older_than_a_minute(sqlite: Store) -> None:
    def remarks() -> list[str]:
        with sqlite.session() as session:
            return [str(remark) for remark in doctor._look_at_leftovers(session)]

    _write(sqlite, real_now() - timedelta(seconds=30), sealed=False)
    assert remarks() == []
    _write(sqlite, real_now() - timedelta(minutes=5), sealed=False)
    (line,) = remarks()
    assert line.startswith("[提醒] 留痕：未封存：6条，最早的已等待5分钟")
    assert SECRET not in line


def test_a_rehearsal_is_measured_by_its_own_clock(sqlite: Store) -> None:
    with sqlite.session() as session:
        session.add(Anchor(id=1, business_at=NOW + timedelta(minutes=2), real_at=real_now(), rate=0.0))
        session.commit()
    _write(sqlite, NOW + timedelta(minutes=1, seconds=30), sealed=False)
    with sqlite.session() as session:
        assert ledger.late_tail(session) == ""
    _write(sqlite, NOW, sealed=False)
    with sqlite.session() as session:
        assert ledger.late_tail(session) == "未封存：6条，最早的已等待2分钟"
