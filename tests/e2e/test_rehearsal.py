"""Turning the clock through a quarter's end and an overdue finding: who is told, when, in which words (contract.md)."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from zoneinfo import ZoneInfo

from tests.e2e.conftest import MakeRig
from tests.e2e.rig import Rig, Row
from tests.e2e.stages import apply, assign, submit

CHINA = ZoneInfo("Asia/Shanghai")
LIAISONS = ("hx_caiwu", "hx_gonghui", "hx_jiwei", "hx_shenji")  # the member units that have one
HEADS = ("hx_caiwufz",)  # only 财务部 has a head
OFFICE = ("hx_ban",)
BOTH = LIAISONS + HEADS

Push = tuple[str, str, str]  # day, rung's minute, person

# contract.md, "Quarter-end pushes, exactly"
Q4 = (
    ("2026-12-16", "09:10", LIAISONS),
    ("2026-12-24", "09:10", LIAISONS),
    ("2026-12-28", "09:10", BOTH),
    ("2026-12-30", "09:10", BOTH),
    ("2026-12-31", "09:10", BOTH + OFFICE),
    ("2026-12-31", "16:10", BOTH),
    ("2027-01-04", "09:10", BOTH),
    ("2027-01-06", "09:10", BOTH + OFFICE),
    ("2027-01-08", "09:10", ("hx_zhuren",)),
    ("2027-01-15", "09:10", ("hx_zuzhang",)),
)
# domain.md 6.2: D is 09-30; T-7 falls beside T-3 (the mid-autumn festival lies between) and is dropped
Q3 = (
    ("2026-09-15", "09:10", LIAISONS),
    ("2026-09-24", "09:10", BOTH),
    ("2026-09-29", "09:10", BOTH),
    ("2026-09-30", "09:10", BOTH + OFFICE),
    ("2026-09-30", "16:10", BOTH),
    ("2026-10-08", "09:10", BOTH),
    ("2026-10-10", "09:10", BOTH + OFFICE),
)


def expected(table: Sequence[tuple[str, str, tuple[str, ...]]]) -> list[Push]:
    return sorted((day, minute, person) for day, minute, people in table for person in people)


def business(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).astimezone(CHINA)


def pushes(rig: Rig, kind: str) -> list[Row]:
    """What the platform took of one ladder, each with the business time at which it went; nothing may be doubled."""
    rows = rig.read("SELECT * FROM outbox WHERE push_key LIKE ? AND state = 'sent' ORDER BY id", f"{kind}%")
    taken = [row["msgid"] for row in rig.sends()]
    assert [row["id"] for row in rows if taken.count(row["msgid"]) != 1] == []
    words = [(row["to"][0], json.dumps(row["payload"], ensure_ascii=False)) for row in rig.sends()]
    for row in rows:
        row["text"], row["at"] = json.loads(row["body"])["content"], business(row["sent_at"])
        inside = json.dumps(row["text"], ensure_ascii=False)
        assert sum(person == row["person"] and inside in text for person, text in words) == 1
    return rows


def placed(row: Row) -> Push:
    """The push as the table has it; the personal delay is at most five minutes."""
    at: datetime = row["at"]
    minute = "09:10" if at.hour < 12 else "16:10"
    planned = at.replace(hour=int(minute[:2]), minute=10, second=0, microsecond=0)
    assert timedelta() <= at - planned <= timedelta(minutes=5), (row["person"], at)
    return at.date().isoformat(), minute, row["person"]


def test_the_fourth_quarter(make_rig: MakeRig) -> None:
    rig = make_rig(clock="2026-12-10T08:00:00+08:00")
    rig.turn_clock("2027-01-20T12:00:00")
    sent = pushes(rig, "quarter")
    assert sorted(map(placed, sent)) == expected(Q4)
    # nothing else goes to anybody but the words to the office about calendar, first meeting, and its own report (S35)
    others = [row for row in rig.sends() if row["msgid"] not in {one["msgid"] for one in sent}]
    assert {(row["to"][0], row["msgtype"]) for row in others} <= {("hx_ban", "text"), ("hx_zhuren", "text")}
    words = [row["payload"]["text"]["content"] for row in others]
    assert all("放假安排" in text or "年初领导小组会议" in text or "四季度汇总" in text for text in words)
    assert all("补发" not in row["text"] for row in sent)
    mine = [row["text"] for row in sent if row["person"] == "hx_caiwu"]
    assert [f"（第{at}次提醒" in text for at, text in enumerate(mine, 1)] == [True] * 8
    assert "本季度无问题" in mine[0] and "12月31日 周四" in mine[0]
    assert "逾期1个工作日" in mine[6] and "逾期3个工作日" in mine[7]
    last_day = [row["text"] for row in sent if placed(row) == ("2026-12-31", "09:10", "hx_ban")]
    assert "应报10家，还有10家未报" in last_day[0]


def test_the_fourth_quarter_with_kills_on_the_way(make_rig: MakeRig) -> None:
    """kill -9 at random moments while the clock is being turned: the same table, nothing twice, nothing late."""
    rig = make_rig(clock="2026-12-10T08:00:00+08:00")
    dice = random.Random(20261231)
    for _ in range(4):
        turning = threading.Thread(target=_turn_until_killed, args=(rig, "2027-01-20T12:00:00"))
        turning.start()
        time.sleep(dice.uniform(0.05, 0.6))
        rig.kill()
        turning.join(30)
        rig.start_bot()
    rig.turn_clock("2027-01-20T12:00:00")
    rig.settle(75)  # the office reads more than 28 messages in one real minute: WeCom would drop the rest
    sent = pushes(rig, "quarter")
    assert sorted(map(placed, sent)) == expected(Q4)
    assert all("补发" not in row["text"] for row in sent)


def _turn_until_killed(rig: Rig, moment: str) -> None:
    try:
        rig.turn_clock(moment)
    except (OSError, HTTPException, AssertionError):  # the process is meant to die meanwhile
        return


def test_the_third_quarter(make_rig: MakeRig) -> None:
    rig = make_rig(clock="2026-09-10T08:00:00+08:00")
    rig.turn_clock("2026-09-29T12:00:00")
    rig.restart()
    rig.turn_clock("2026-10-12T12:00:00")
    assert sorted(map(placed, pushes(rig, "quarter"))) == expected(Q3)


def test_who_has_submitted_hears_no_more(make_rig: MakeRig) -> None:
    rig = make_rig(clock="2026-12-26T10:00:00+08:00")
    rig.turn_clock("2026-12-28T09:11:00")
    rig.turn_clock("2026-12-28T10:00:00")
    assert "回复“确认”提交，“取消”放弃" in rig.say("hx_caiwu", "监督工作信息：四季度检查资金支付两次，未见异常")
    assert "还差" in rig.say("hx_caiwu", "确认")
    rig.say("hx_caiwu", "本季度无问题")
    assert "已报送" in rig.say("hx_caiwu", "确认")
    rig.turn_clock("2027-01-20T12:00:00")
    theirs = [placed(row) for row in pushes(rig, "quarter") if row["person"] in ("hx_caiwu", "hx_caiwufz")]
    assert theirs == [("2026-12-28", "09:10", "hx_caiwu"), ("2026-12-28", "09:10", "hx_caiwufz")]
    gone = {("2026-12-28", person) for person in ("hx_caiwu", "hx_caiwufz")}
    rest = [row for row in expected(Q4) if row[0] >= "2026-12-28" and row[2] not in ("hx_caiwu", "hx_caiwufz")]
    assert [placed(row) for row in pushes(rig, "quarter") if (placed(row)[0], row["person"]) not in gone] != []
    others = [placed(row) for row in pushes(rig, "quarter") if row["person"] not in ("hx_caiwu", "hx_caiwufz")]
    assert sorted(others) == sorted(rest)


def test_downtime_is_made_good_once_and_says_so(make_rig: MakeRig) -> None:
    """T-7 and T-3 were missed while nothing ran: only T-3 comes late, outside quiet hours, and says so."""
    rig = make_rig(clock="2026-12-10T08:00:00+08:00")
    rig.turn_clock("2026-12-17T09:00:00")
    before = len(pushes(rig, "quarter"))
    assert before == len(LIAISONS)
    rig.kill()
    rig.start_bot("2026-12-29T12:30:00+08:00")  # within the lunch hour
    rig.turn_clock("2026-12-29T13:29:00")
    assert len(pushes(rig, "quarter")) == before
    rig.turn_clock("2026-12-29T18:00:00")
    late = pushes(rig, "quarter")[before:]
    assert sorted(row["person"] for row in late) == sorted(BOTH)
    assert all("补发" in row["text"] and "12月28日" in row["text"] for row in late)
    assert {row["at"].strftime("%m-%d %H:%M") for row in late} == {"12-29 13:30"}
    rig.turn_clock("2027-01-20T12:00:00")
    after = [placed(row) for row in pushes(rig, "quarter")[before + len(late) :]]
    assert sorted(after) == [row for row in expected(Q4) if row[0] >= "2026-12-30"]


def test_an_overdue_finding_climbs_its_ladder_and_stops_when_settled(make_rig: MakeRig) -> None:
    rig = make_rig(clock="2026-11-23T10:00:00+08:00")
    number = assigned(rig, "12月18日前")
    other = assigned(rig, "12月18日前")
    rig.turn_clock("2026-12-21T12:00:00")
    apply(rig, other)
    rig.turn_clock("2027-01-08T10:00:00")
    unit = ("hx_jianshel", "hx_jianshe")
    steps = [  # domain.md 6.3
        ("2026-12-11", "08:40", ("hx_jianshel",)),  # T-7: responsible person and liaison are one
        ("2026-12-15", "09:10", ("hx_jianshel",)),
        ("2026-12-18", "09:10", unit),
        ("2026-12-21", "09:10", unit),
        ("2026-12-23", "09:10", (*unit, "hx_caiwu")),
        ("2026-12-25", "08:40", ("hx_ban",)),
        ("2026-12-28", "08:40", unit),
        ("2026-12-31", "08:40", unit),
        ("2027-01-04", "09:10", ("hx_zhuren",)),
        ("2027-01-06", "08:40", unit),
    ]
    sent = rungs(rig)
    assert sorted(_rung_placed(row) for row in sent if row["matter"] == number) == expected(steps)
    assert sorted(_rung_placed(row) for row in sent if row["matter"] == other) == expected(steps[:4])
    overdue = [row["body"] for row in sent if row["matter"] == number and row["person"] == "hx_jianshel"]
    assert "逾期1个工作日" in overdue[3] and "逾期3个工作日" in overdue[4]
    assert all(_may_be_sent(row["at"]) for row in sent)


def rungs(rig: Rig) -> list[Row]:
    """Each rung of rectification that reached somebody, or waits for WeCom's minute of 28, and in which message."""
    rows = rig.read(
        "SELECT p.person, p.matter, p.at, o.msgid, o.state, o.body FROM pushes p JOIN outbox o ON o.id = p.outbox_id "
        "WHERE p.ladder = 'rectification' AND p.state = 'told' ORDER BY p.id"
    )
    taken = [row["msgid"] for row in rig.sends()]
    assert {row["state"] for row in rows} <= {"sent", "due"}
    assert [row["msgid"] for row in rows if row["state"] == "sent" and taken.count(row["msgid"]) != 1] == []
    for row in rows:
        row["at"], row["body"] = business(row["at"]), json.dumps(json.loads(row["body"]), ensure_ascii=False)
    return rows


def _rung_placed(row: Row) -> Push:
    at: datetime = row["at"]
    return at.date().isoformat(), f"{at:%H:%M}", row["person"]


def _may_be_sent(at: datetime) -> bool:
    return at.weekday() < 5 and 8 <= at.hour < 20 and not (at.hour == 12 or (at.hour == 13 and at.minute < 30))


def assigned(rig: Rig, due: str) -> str:
    """A finding of the finance department, assigned to 恒信建设 and 周涛."""
    count = len(rig.read("SELECT number FROM findings"))
    number = submit(rig, "hx_caiwu", f"恒信建设虚列工程款，第{count + 1}个项目部，金额12.5万元")
    assign(rig, number, f"恒信建设 责任人周涛 {due}")
    return number
