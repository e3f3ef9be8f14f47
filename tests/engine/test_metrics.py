"""What Prometheus is told: figures of the outbox, no person and no moment of a lead in a label."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from prometheus_client import REGISTRY
from sqlalchemy import update

from bot import metrics
from storage import deliveries
from storage.models import Outbox
from tests.engine.small import Small
from tests.engine.world import DEAD, START, owe
from tests.stores import Store

SECOND = timedelta(seconds=1)


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def backlog(store: Store, real: datetime) -> tuple[int, timedelta, int]:
    with store.session() as session:
        return deliveries.backlog(session, START, real)


def change(store: Store, person: str, **values: object) -> None:
    with store.session() as session:
        session.execute(update(Outbox).where(Outbox.person == person).values(**values))
        session.commit()


def test_what_waits_for_its_own_reasons_is_not_late(store: Store) -> None:
    real = datetime.now(UTC).replace(microsecond=0)
    assert backlog(store, real) == (0, timedelta(), 0)
    owe(store, "night", "到点再发", hold_until=START + timedelta(hours=9))
    owe(store, "window", "限频")
    change(store, "window", not_before=real + timedelta(minutes=1))
    assert backlog(store, real) == (0, timedelta(), 0)
    owe(store, "late", "甲", "乙")
    change(store, "late", not_before=real - 40 * SECOND)
    owe(store, "again", "丙")
    change(store, "again", not_before=real + 30 * SECOND, attempts=3, first_tried_at=real - 90 * SECOND)
    owe(store, "gone", "丁")
    change(store, "gone", state="dead")
    assert backlog(store, real) == (3, 90 * SECOND, 1)


async def test_a_flow_about_leads_has_no_name_in_the_counts(bot: Small) -> None:
    """Its history would tell the minute in which somebody reported one."""
    before = value("jiandu_turns_total", flow="lead"), value("jiandu_turns_total", flow="form")
    await bot.say("a", "密报")
    await bot.say("b", "填表")
    assert value("jiandu_turns_total", flow="lead") == before[0] + 1
    assert value("jiandu_turns_total", flow="form") == before[1] + 1
    names = {sample.labels.get("flow") for metric in metrics.TURNS.collect() for sample in metric.samples}
    assert not names & bot.dispatcher._discretion.flows


async def test_what_became_of_a_message_is_counted_without_its_person(bot: Small) -> None:
    before = value("jiandu_sent_total", outcome="dead"), value("jiandu_sent_total", outcome="sent")
    owe(bot.store, "somebody", "一", "二")
    bot.channel.script["somebody"] = [DEAD]
    await bot.deliver()
    assert value("jiandu_sent_total", outcome="dead") >= before[0] + 1
    assert value("jiandu_sent_total", outcome="sent") >= before[1] + 1
    said = [sample for metric in REGISTRY.collect() for sample in metric.samples if metric.name.startswith("jiandu_")]
    assert {name for sample in said for name in sample.labels} <= {
        "flow", "outcome", "limit", "fault", "code", "reason", "le",
    }  # fmt: skip
    assert not [sample for sample in said if "somebody" in sample.labels.values()]
