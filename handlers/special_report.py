"""Special reports (专项报告): registered with the number of their findings, then filled and chased (S33)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import choosing, finding_draft, finding_source, report_count, texts
from handlers.rules import numbering, wording
from handlers.rules.moments import as_date
from storage import counters, special_reports
from storage.matters import SpecialReport
from storage.people import Actor

_COMMAND = re.compile(
    r"(?:我?要|请|帮我|麻烦)?(?:登记|新建|录入|上报|提交|报)?(?:一?[份个])?专项(?:检查|审计)?报告(?:登记)?"
)  # and no name
_COUNT = re.compile(r"(?:共|合计|总共|一共|发现)?\D{0,6}?(\d{1,4})\s*(?:项|条|个|件)")
_QUESTIONS = {
    "name": "是哪份报告？（如“恒信置业经责审计”）",
    "count": "报告里一共几个问题？",
}
_MOST = 999


def start(turn: Turn) -> Reply:
    """Register a report, correct its count, or tell how far it is filled."""
    number = report_count.number_in(turn.text)
    if number or turn.meaning.intent == "special_status":
        return _status(turn, number)
    sources = [source for source in finding_source.candidates(turn) if not source["self_check"]]
    if not sources:
        raise UserError(f"专项报告由监督部门登记。需要的话请联系{texts.office_contact(turn)}。", keep=False)
    turn.draft["sources"] = sources
    _take(turn)
    return _next(turn)


def _take(turn: Turn) -> None:
    slots, draft = turn.meaning.slots, turn.draft
    if isinstance(slots.get("count"), int) and 0 < slots["count"] <= _MOST:
        draft["count"] = slots["count"]
    if slots.get("report_name") and not _COMMAND.fullmatch(str(slots["report_name"]).strip(" 。！!")):
        draft["name"] = str(slots["report_name"])[:120]
    if slots.get("unit") and slots["unit"] != "SELF":
        item: dict[str, Any] = {}
        if finding_draft.set_unit(item, str(slots["unit"]), turn.lexicon.units):
            draft["unit"], draft["unit_name"] = item["unit"], item["unit_name"]
    day = as_date(slots.get("date") or slots.get("formed_on"))
    if day is not None and day <= texts.today_of(turn):
        draft["formed_on"] = day.isoformat()


def _next(turn: Turn, lead: str = "") -> Reply:
    draft = turn.draft
    if len(draft["sources"]) > 1 and "source" not in draft:
        labels = [source["name"] for source in draft["sources"]]
        return Ask(f"{lead}以哪个部门的名义登记？\n{texts.options(labels)}", "source")
    draft.setdefault("source", draft["sources"][0])
    lacking = [field for field in _QUESTIONS if not draft.get(field)]
    if lacking:
        draft["asked"] = lacking
        questions = [_QUESTIONS[field] for field in lacking]
        lines = questions if len(questions) == 1 else [f"{at} {words}" for at, words in enumerate(questions, 1)]
        return Ask("\n".join([f"{lead}登记专项报告，还需要：", *lines]), "answers")
    return _confirm(turn, lead)


def take_source(turn: Turn) -> Reply:
    at = texts.chosen(turn, [source["name"] for source in turn.draft["sources"]])
    if at is None:
        return _next(turn, "请回复序号。\n")
    turn.draft["source"] = turn.draft["sources"][at]
    return _next(turn)


def take_answers(turn: Turn) -> Reply:
    words = turn.text.strip(" 。，")
    _take(turn)
    count = _COUNT.search(words) or re.fullmatch(r"(\d{1,4})", words)
    if count and not turn.draft.get("count") and 0 < int(count[1]) <= _MOST:
        turn.draft["count"] = int(count[1])
    name = re.sub(
        r"^[12][.、 ]?|[，,；;]?\s*2?[.、 ]?(?:一?共|合计|总共)?\s*\d+\s*(?:项|条|个|件)(?:问题)?$", "", words
    )
    if "name" in turn.draft.get("asked", ()) and not turn.draft.get("name") and len(name.strip()) > 1:
        turn.draft["name"] = name.strip(" ，；《》")[:120]
    return _next(turn)


def _confirm(turn: Turn, lead: str = "") -> Ask:
    draft, today = turn.draft, texts.today_of(turn)
    lines = [f"{lead}请确认登记专项报告：", f"{draft['name']}，共{draft['count']}项问题"]
    formed = as_date(draft.get("formed_on"))
    facts = f"来源：{draft['source']['name']}"
    if draft.get("unit_name"):
        facts += f"；被检查单位：{draft['unit_name']}"
    if formed is not None:
        facts += f"；形成于{wording.day(formed, today)}{_late(turn, formed)}"
    lines += [facts, "要改直接说，如“共12项”；" + texts.CONFIRM]
    card = Card(
        CardKind.BUTTONS, "登记专项报告", facts=(("报告", draft["name"]), ("问题数", f"{draft['count']}项")),
        buttons=(Button("确认提交", "确认", Style.STRONG), Button("取消", "取消")),
    )  # fmt: skip
    return Ask("\n".join(lines), "confirm", card)


def _late(turn: Turn, formed: date) -> str:
    """及时 is five working days by default (S33)."""
    passed = turn.calendar.workdays_between(formed, texts.today_of(turn))
    limit = turn.policy.report_workdays
    return f"（已过{passed}个工作日，超过{limit}个工作日的报送要求）" if passed > limit else ""


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent == "confirm":
        return _register(turn)
    before = dict(turn.draft)
    _take(turn)
    count = _COUNT.search(turn.text)
    if count and 0 < int(count[1]) <= _MOST:
        turn.draft["count"] = int(count[1])
    named = re.search(r"(?:报告)?(?:名称?|叫)(?:改成|改为|是|为)?[:：]?\s*(.+)$", turn.text.strip())
    if named:
        turn.draft["name"] = named[1].strip(" 。《》")[:120]
    return _confirm(turn, "" if turn.draft != before else "还没有登记。")


def _register(turn: Turn) -> Reply:
    draft, today = turn.draft, texts.today_of(turn)
    finding_source.check_still(turn, draft["source"])
    serial = counters.next_value(turn.session, f"BG-{today.year}")
    number = numbering.serial_number(numbering.REPORT, today.year, serial)
    special_reports.add(
        turn.session, turn.entry("register_report"), number=number, name=draft["name"],
        source=draft["source"]["code"], unit=draft.get("unit"),
        formed_on=as_date(draft.get("formed_on")), count=draft["count"],
        submitted_by=turn.actor.userid, submitted_at=turn.now,
    )  # fmt: skip
    report = special_reports.find(turn.session, number)
    assert report is not None
    report_count.plan(turn, report)
    turn.recent["report"] = number
    told = [person for person in texts.office_staff(turn) if person != turn.actor.userid]
    for person in told:
        turn.tell(person, f"{draft['source']['name']}登记专项报告 {number}：{draft['name']}，共{draft['count']}项。")
    known = f"，已通知{choosing.names(turn, told)}" if told else ""
    return Done(
        f"已登记专项报告 {number}（{draft['name']}，{draft['count']}项）{known}。\n"
        f"请发 Excel 台账（回复“模板”领取），或逐条录入并带上 {number}；{report_count.progress_words(turn, report)}。"
    )


def _status(turn: Turn, number: str) -> Reply:
    if not number:
        return Done(_all(turn))
    report = special_reports.find(turn.session, number)
    if report is None or not report_count.may_see(turn, report):
        raise UserError.hidden()
    own = any(post.unit == report.source for post in turn.actor.posts)
    said = re.search(r"(?:共|改成|改为|应为|应该是)\s*(\d{1,4})\s*(?:项|条|个)", turn.text)
    if said and own and 0 < int(said[1]) <= _MOST and int(said[1]) != report.count:
        turn.draft.update({"number": number, "count": int(said[1])})
        words = f"请确认更正 {number}（{report.name}）的问题数：\n{report.count}项 → {said[1]}项\n{texts.CONFIRM}"
        return Ask(words, "confirm_count")
    turn.recent["report"] = number
    return Done(_line(turn, report))


def take_count(turn: Turn) -> Reply:
    if turn.meaning.intent != "confirm":
        return Ask("还没有更正。" + texts.CONFIRM, "confirm_count")
    report = special_reports.find(turn.session, turn.draft["number"])
    if report is None or not any(post.unit == report.source for post in turn.actor.posts):
        raise UserError.hidden()
    old, new = report.count, turn.draft["count"]
    special_reports.change(turn.session, report, turn.entry("correct_report"), count=new)
    return Done(f"{report.number} 问题数：{old}项 → {new}项。{report_count.filed(turn, report.number)}")


def _line(turn: Turn, report: SpecialReport) -> str:
    have = special_reports.recorded(turn.session, report.number)
    state = (
        "数量已齐" if have == report.count else f"还差{report.count - have}条" if have < report.count else "多于报告"
    )
    return f"{report.number} {report.name}：已录 {have}/{report.count}，{state}。"


def _all(turn: Turn) -> str:
    everything = turn.actor.has("office_staff", "office_director", "leading_group")
    own = {post.unit for post in turn.actor.posts}
    found = special_reports.open_of(turn.session, None if everything else own)
    if not found:
        return "没有数量未齐的专项报告。"
    more = f"\n另有{len(found) - choosing.SHOWN}份，可带编号查询。" if len(found) > choosing.SHOWN else ""
    return "数量未齐的专项报告：\n" + "\n".join(_line(turn, one) for one in found[: choosing.SHOWN]) + more


def _help(actor: Actor) -> str | None:
    if not actor.has("member_liaison", "member_head", "audit_staff", "disc_manager", "union_staff", "office_staff"):
        return None
    return "专项报告：登记专项报告：恒信置业经责审计，共11项"


FLOW = Flow(
    name="special_report",
    title="专项报告登记",
    intents=("submit_special_report", "special_status"),
    start=start,
    steps={"source": take_source, "answers": take_answers, "confirm": take_confirm, "confirm_count": take_count},
    help=_help,
)
