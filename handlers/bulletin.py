"""A bulletin for the member units: drafted without names, published by the director, withdrawn (S36, S60)."""

from __future__ import annotations

import re
from typing import Any

from bot.errors import Overtaken, UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Button, Card, CardKind, Style, document, document_body
from handlers import bulletin_text, judging, paper_facts, paper_rights, quarter_paper, texts
from handlers.bulletin_text import Options
from handlers.rules import quarters as periods
from storage import outbox, reports
from storage.people import Actor
from storage.reports import Report

KIND, NAME = "bulletin", "通报"
OFFER = "bulletin_offer"  # the step of the export flow that takes the office's answer to a preview
WAITING = ("draft", "offered")
_NAMES = re.compile(r"(?<!不)(?:显名|显示单位|写明单位|点名|署名单位|带单位名)")
_RANGES = re.compile(r"金额[^，。,;；]{0,4}区间|区间金额|金额[^，。,;；]{0,3}模糊")


def start(turn: Turn) -> Reply:
    """`出一份给成员单位的通报`: the preview and the list of what was left out or rewritten, both to the office."""
    paper_rights.must_be_office(turn, NAME)
    options = _options(turn)
    if options.names:
        paper_rights.must_be_director(turn, "通报显名")
    row = draft(turn, quarter_paper.quarter_said(turn) or paper_facts.default_quarter(turn), options)
    _send_preview(turn, turn.actor.userid, row)
    turn.draft.update(quarter=row.quarter, version=row.version)
    name = _name(row.quarter)
    lines = [
        f"{periods.short_name(row.quarter)}{NAME}草稿已生成（第{row.version}版），草稿和对照表随后发到。",
        f"{_left_out(row)}；改写{row.body['rewritten']}处，列举问题{row.body['shown']}个。",
    ]
    if _is_director(turn):
        return Done("\n".join([*lines, f"看过后发“发布{name}”，确认后成员单位可见。"]))
    card = Card(
        CardKind.BUTTONS, title=f"提交{NAME}", facts=(("季度", periods.short_name(row.quarter)),),
        buttons=(Button("提交主任确认", "确认", Style.STRONG), Button("取消", "取消")),
    )  # fmt: skip
    return Ask("\n".join([*lines, "看过后提交主任确认。", texts.CONFIRM]), OFFER, card)


def draft(turn: Turn, quarter: str, options: Options) -> Report:
    """A new version out of the store as it is now."""
    made = bulletin_text.make(turn, paper_facts.load(turn, quarter), options)
    body: dict[str, Any] = {
        "document": document_body(made.paper), "changes": document_body(made.changes), "dropped": dict(made.dropped),
        "rewritten": made.rewritten, "shown": made.shown, "names": options.names, "ranges": options.ranges,
    }  # fmt: skip
    return reports.add(turn.session, turn.entry("bulletin_draft"), KIND, quarter, body)


def take_offer(turn: Turn) -> Reply:
    """The office has looked at the preview; the director is asked."""
    if (reply := texts.unconfirmed(turn, "提交", OFFER, "，草稿还在")) is not None:
        return reply
    paper_rights.must_be_office(turn, NAME)
    row = reports.newest(turn.session, KIND, str(turn.draft["quarter"]), "draft")
    if row is None or row.version != turn.draft["version"]:
        raise Overtaken(f"草稿已有变化，请重新生成{NAME}。", keep=False)
    return _offer(turn, row)


def _offer(turn: Turn, row: Report) -> Done:
    judges = paper_rights.directors(turn)
    if not judges:
        raise UserError("监督办公室主任空缺，通报暂不能发布。", keep=False)
    if row.state == "draft" and not reports.change(turn.session, turn.entry("bulletin_offer"), row, state="offered"):
        raise Overtaken("刚才已有人处理，请重新查看。", keep=False)
    name = _name(row.quarter)
    words = (
        f"{periods.short_name(row.quarter)}{NAME}（第{row.version}版）请您确认，草稿和对照表随后发到。\n"
        f"{_left_out(row)}；改写{row.body['rewritten']}处。\n回复“发布{name}”；要显示单位名称，回复“发布{name}，显名”。"
    )
    for person in judges:
        turn.tell(person, words, matter=_matter(row))
        _send_preview(turn, person, row)
    return Done(f"{periods.short_name(row.quarter)}{NAME}：草稿 → 待主任确认，已通知{texts.names(turn, judges)}。")


def publish(turn: Turn) -> Reply:
    """`发布四季度通报`: the director is asked; the office's wish goes to him (S60)."""
    paper_rights.must_be_office(turn, NAME)
    quarter = quarter_paper.quarter_said(turn) or reports.latest_quarter(turn.session, KIND, *WAITING)
    row = reports.newest(turn.session, KIND, quarter, *WAITING) if quarter else None
    if row is None:
        raise UserError(_nothing(turn, quarter), keep=False)
    if not _is_director(turn):
        return _offer(turn, row)
    options = _options(turn)
    if (options.names and not row.body["names"]) or (options.ranges and not row.body["ranges"]):
        chosen = Options(options.names or bool(row.body["names"]), options.ranges or bool(row.body["ranges"]))
        row = draft(turn, row.quarter, chosen)
        _send_preview(turn, turn.actor.userid, row)
    turn.draft.update(quarter=row.quarter, version=row.version)
    units = "责任单位显名" if row.body["names"] else "责任单位不显名"
    amounts = "金额用区间" if row.body["ranges"] else "金额照实"
    members = paper_rights.members(turn)
    lines = [
        f"请确认发布：{periods.short_name(row.quarter)}{NAME}（第{row.version}版）",
        f"发给成员单位{len(members)}人；{units}，{amounts}。",
        f"{_left_out(row)}；改写{row.body['rewritten']}处。",
        texts.CONFIRM,
    ]
    facts = (("季度", periods.short_name(row.quarter)), ("版本", f"第{row.version}版"), ("范围", f"{len(members)}人"))
    card = Card(CardKind.BUTTONS, title=f"发布{NAME}", facts=facts, buttons=judging.BUTTONS)
    return Ask("\n".join(lines), "publish", card)


def take_publish(turn: Turn) -> Reply:
    if (reply := texts.unconfirmed(turn, "发布", "publish")) is not None:
        return reply
    paper_rights.must_be_director(turn, "通报发布")
    row = reports.newest(turn.session, KIND, str(turn.draft["quarter"]), *WAITING)
    if row is None or row.version != turn.draft["version"]:
        raise Overtaken("草稿已有变化，请看过新稿后再发布。", keep=False)
    number = quarter_paper.issue(turn, "监督办通报")
    paper = quarter_paper.finished(document(row.body["document"]), number, "", texts.today_of(turn))
    quarter_paper.close(turn, row, number, {**row.body, "document": document_body(paper)}, "bulletin_publish")
    name, members = periods.short_name(row.quarter), paper_rights.members(turn)
    words = f"【{NAME}】{name}监督情况{NAME}已发布，{number}，文件随后发到。以后可发“看{_name(row.quarter)}”。"
    for person in members:
        key = f"{_matter(row)}|{row.version}|{person}"
        turn.tell(person, words, push_key=key, matter=_matter(row))
        turn.tell(person, paper, push_key=f"{key}|file", matter=_matter(row))
    return Done(f"{name}{NAME}：草稿 → 已发布，{number}（第{row.version}版）。\n已发成员单位{len(members)}人。")


def view(turn: Turn) -> Reply:
    """Before it is published, and for whom it is not meant, the same sentence (S36)."""
    said = str(turn.meaning.slots.get("quarter") or "")
    quarter = said or reports.latest_quarter(turn.session, KIND, "final") or paper_facts.default_quarter(turn)
    row = reports.newest(turn.session, KIND, quarter, "final")
    if row is None or not paper_rights.reads_bulletins(turn):
        raise UserError(f"{_name(quarter)}尚未发布。", keep=False)
    turn.tell(turn.actor.userid, document(row.body["document"]), urgent=True, matter=_matter(row))
    return Done(f"{periods.short_name(quarter)}监督情况{NAME}，{row.number}，文件随后发到。")


def withdraw(turn: Turn) -> Reply:
    paper_rights.must_be_director(turn, "通报撤回")
    quarter = quarter_paper.quarter_said(turn) or reports.latest_quarter(turn.session, KIND, "final")
    row = reports.newest(turn.session, KIND, quarter, "final") if quarter else None
    if row is None:
        shown = quarter or paper_facts.default_quarter(turn)
        raise UserError(f"{_name(shown)}没有发布，不用撤回。", keep=False)
    turn.draft.update(quarter=row.quarter, version=row.version)
    many = len(paper_rights.members(turn))
    return Ask(
        f"请确认撤回：{periods.short_name(quarter)}{NAME}，{row.number}。\n"
        f"撤回后不能再查看，并通知成员单位{many}人；版本留存。\n{texts.CONFIRM}",
        "withdraw",
    )


def take_withdraw(turn: Turn) -> Reply:
    if (reply := texts.unconfirmed(turn, "撤回", "withdraw")) is not None:
        return reply
    paper_rights.must_be_director(turn, "通报撤回")
    row = reports.newest(turn.session, KIND, str(turn.draft["quarter"]), "final")
    if row is None or row.version != turn.draft["version"]:
        raise Overtaken("刚才已有人处理，请重新查看。", keep=False)
    if not reports.change(turn.session, turn.entry("bulletin_withdraw"), row, state="withdrawn"):
        raise Overtaken("刚才已有人处理，请重新查看。", keep=False)
    members = paper_rights.members(turn)
    outbox.drop_waiting(turn.session, _matter(row), members)  # what waits for the morning does not leave any more
    name = periods.short_name(row.quarter)
    words = f"【{NAME}撤回】{name}{NAME}（{row.number}）已撤回，请勿引用、转发，已保存的请删除。"
    for person in members:
        turn.tell(person, words, push_key=f"{_matter(row)}|{row.version}|{person}|withdrawn")
    return Done(f"{row.number}：已发布 → 已撤回，已通知成员单位{len(members)}人。")


def _send_preview(turn: Turn, person: str, row: Report) -> None:
    mine = person == turn.actor.userid
    for part in ("document", "changes"):
        turn.tell(person, document(row.body[part]), urgent=mine, matter=_matter(row))


def _options(turn: Turn) -> Options:
    return Options(bool(_NAMES.search(turn.text)), bool(_RANGES.search(turn.text)))


def _is_director(turn: Turn) -> bool:
    return any(post.role == "office_director" for post in turn.actor.own)


def _left_out(row: Report) -> str:
    """`已剔除4条受限、2条线索转来`."""
    told = "、".join(f"{many}条{reason}" for reason, many in row.body["dropped"].items())
    return f"已剔除{told}" if told else "没有需要剔除的"


def _name(quarter: str) -> str:
    """`四季度通报`."""
    return f"{periods.short_name(quarter)[5:]}{NAME}"


def _matter(row: Report) -> str:
    return reports.matter_of(KIND, row.quarter)


def _nothing(turn: Turn, quarter: str) -> str:
    shown = quarter or paper_facts.default_quarter(turn)
    if quarter and reports.newest(turn.session, KIND, quarter, "final") is not None:
        return f"{_name(quarter)}已发布。要改请先重新生成{NAME}。"
    return f"还没有{_name(shown)}草稿，请先发“出一份{_name(shown)}”。"


_STARTS = {"paper_publish": publish, "paper_withdraw": withdraw}


def _start(turn: Turn) -> Reply:
    if turn.meaning.intent == "paper_view":
        report = turn.meaning.slots.get("report")
        return quarter_paper.view(turn) if report == quarter_paper.KIND else view(turn)
    return _STARTS[turn.meaning.intent](turn)


def _help(actor: Actor) -> str | None:
    if actor.has("office_director"):
        return "通报：发布四季度通报；看四季度通报；撤回四季度通报"
    if actor.has("office_staff"):
        return "通报：发布四季度通报；看四季度通报"
    return "看通报：看四季度通报" if actor.has("member_liaison", "member_head", "leading_group") else None


FLOW = Flow(
    name="bulletin",
    title=NAME,
    intents=("paper_publish", "paper_view", "paper_withdraw"),
    start=_start,
    steps={"publish": take_publish, "withdraw": take_withdraw},
    help=_help,
)
