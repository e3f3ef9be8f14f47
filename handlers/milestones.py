"""The plan of stages is set or replaced, and a stage is reported as done; both are read back first (domain.md 3.2)."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.errors import Overtaken, UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Card, CardKind
from handlers import access, choosing, hearing, judging, naming, ongoing, parties, stages, tasks, texts
from handlers.rules import wording
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action, Way
from storage import moves, sides
from storage.matters import Finding
from storage.people import Actor
from storage.proceedings import Milestone, Progress

_EXAMPLE = "如“12月20日完成清理，1月31日完成入账”"
_LONGEST = 80


def start(turn: Turn) -> Reply:
    _take(turn)
    found = naming.meant(turn, tasks.open_tasks(turn), "是哪一条的节点？")
    return _open(turn, found) if isinstance(found, str) else found


def take_which(turn: Turn) -> Reply:
    number = naming.answered(turn)
    return _open(turn, number) if isinstance(number, str) else number


def _take(turn: Turn) -> None:
    slots, draft = turn.meaning.slots, turn.draft
    draft["action"] = "done" if slots.get("action") == "done" else "set"
    if isinstance(slots.get("index"), int):
        draft["index"] = slots["index"]
    said = [[str(part.get("name") or ""), str(part["due"])] for part in slots.get("milestones", ()) if part.get("due")]
    _set(draft, said or [[name, day.isoformat()] for name, day in stages.read(turn.text, day_of(turn.now))])


def _set(draft: dict[str, Any], said: list[list[str]]) -> None:
    if said:
        ordered = sorted(said, key=lambda stage: stage[1])
        draft["plan"] = [[(name or f"第{at}步")[:_LONGEST], day] for at, (name, day) in enumerate(ordered, 1)]


def _open(turn: Turn, number: str) -> Reply:
    finding = access.get_visible(turn, number)
    turn.draft["number"] = number
    _check(turn, finding)
    choosing.touched(turn, finding)
    return _next_done(turn, finding) if turn.draft["action"] == "done" else _next_set(turn, finding)


def _check(turn: Turn, finding: Finding) -> None:
    if turn.draft["action"] == "done":
        if not access.allowed(turn, Action.EXTEND, finding):
            raise UserError(f"{finding.number} 的节点由责任单位报完成。", keep=False)
    elif not _may_plan(turn, finding):
        raise UserError(f"{finding.number} 的节点由责任单位联络员、负责人或交办人定。", keep=False)
    tasks.must_be_in_hand(turn, finding)


def _may_plan(turn: Turn, finding: Finding) -> bool:
    """Unit liaison or head, or whoever may assign it."""
    if access.allowed(turn, Action.APPLY_ACCEPTANCE, finding) or turn.actor.userid == finding.assigned_by:
        return True
    verdict = access.allowed(turn, Action.ASSIGN, finding)
    return bool(verdict) and verdict.way is Way.FULL


def _next_set(turn: Turn, finding: Finding) -> Ask:
    draft, today = turn.draft, day_of(turn.now)
    if not draft.get("plan"):
        return Ask(f"{finding.number} 分几个节点？请写日期和内容，{_EXAMPLE}。", "plan")
    days = [date.fromisoformat(day) for _, day in draft["plan"]]
    why_not = _unfit(turn, finding, days)
    if why_not:
        draft.pop("plan")
        return Ask(f"{why_not}请重新说，{_EXAMPLE}。", "plan")
    rows = [Milestone(name=name, due=day) for (name, _), day in zip(draft["plan"], days, strict=True)]
    before = sides.milestones_of(turn.session, finding)
    kind = ""
    if finding.rect_type == "immediate":
        kind = f"整改类型：{wording.rect_type_name('immediate')} → {wording.rect_type_name('phased')}；"
    lines = [f"请确认 {finding.number}（{choosing.title(finding)}）的节点："]
    lines += [f"原来：{stages.listed(before, today)}"] if before else []
    lines += [f"现在：{stages.listed(rows, today)}", f"{kind}整改时限{choosing.due_words(turn, finding)}不变。"]
    card = Card(CardKind.BUTTONS, title="整改节点", facts=(("编号", finding.number), ("节点", f"{len(rows)}个")),
                buttons=judging.BUTTONS)  # fmt: skip
    return Ask("\n".join([*lines, "要改重新说；" + texts.CONFIRM]), "confirm", card)


def _unfit(turn: Turn, finding: Finding, days: list[date]) -> str:
    today = day_of(turn.now)
    if min(days) < today:
        return f"{wording.day(min(days), today)}已经过了。"
    if finding.rect_type != ongoing.KIND and finding.due is not None and max(days) > finding.due:
        late, due = wording.day(max(days), today), choosing.due_words(turn, finding)
        return f"{late}晚于整改时限{due}，节点要在时限之内；来不及请申请延期。"
    return ""


def take_plan(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    _take_again(turn)
    return _next_set(turn, finding)


def _take_again(turn: Turn) -> None:
    """The answer is a plan, whatever else its words might be."""
    before = turn.draft.pop("plan", None)
    _take(turn)
    turn.draft["action"] = "set"
    if "plan" not in turn.draft and before:
        turn.draft["plan"] = before


def take_confirm(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    if turn.meaning.intent != "confirm":
        _take_again(turn)
        return _next_set(turn, finding)
    moves.lock(turn.session, finding)
    _check(turn, finding)
    again = _next_set(turn, finding)
    if again.step != "confirm":
        return again  # a day has passed in the meantime
    old = [row for row in sides.milestones_of(turn.session, finding) if row.done_at is None]
    new = [Milestone(name=name, due=date.fromisoformat(day)) for name, day in turn.draft["plan"]]
    pieces: list[moves.Piece] = [*(moves.Altered(row, {"dropped": True}, {"done_at": None}) for row in old), *new]
    kind = {"rect_type": "phased"} if finding.rect_type == "immediate" else {}
    if not moves.keep(turn.session, finding, turn.entry("set_milestones"), *pieces, **kind):
        raise Overtaken(f"{finding.number} 的节点刚刚有人办理过，请重新查看。", keep=False)
    stages.plan(turn, finding)
    today = day_of(turn.now)
    words = stages.listed(sides.milestones_of(turn.session, finding), today)
    persons = parties.unit_side(turn.session, finding, today) + parties.other_side(turn.session, finding, today)
    told = hearing.tell(turn, persons, finding, f"{finding.number} {choosing.title(finding)}的节点：{words}。")
    choosing.touched(turn, finding)
    heard = f"\n{heard}。" if (heard := choosing.told(turn, told)) else ""
    return Done(f"{finding.number} 节点{len(old)}个 → {len(new)}个：{words}。{heard}")


def _next_done(turn: Turn, finding: Finding) -> Reply:
    rows, today = sides.milestones_of(turn.session, finding), day_of(turn.now)
    waiting = [row for row in rows if row.done_at is None]
    if not waiting:
        return Done(f"{finding.number} 没有未完成的节点。整改完了请回复“{finding.number} 申请验收”。")
    index = turn.draft.get("index")
    if index is None and len(waiting) == 1:
        index = rows.index(waiting[0]) + 1
    if index is None or not 1 <= index <= len(rows):
        choices = texts.options([f"{wording.day(row.due, today)}{row.name}" for row in rows])
        return Ask(f"{finding.number} 是哪个节点完成了？\n{choices}", "index")
    row = rows[index - 1]
    if row.done_at is not None:
        when = wording.moment(row.done_at, today)
        raise Overtaken(f"{finding.number} 第{index}个节点“{row.name}”已于{when}报完成。", keep=False)
    turn.draft |= {"index": index, "stage": row.id}
    lines = [f"请确认 {finding.number} 第{index}个节点：", f"{wording.day(row.due, today)}{row.name}"]
    lines += ["未完成 → 已完成", texts.CONFIRM]
    card = Card(CardKind.BUTTONS, title="节点完成", facts=(("编号", finding.number), ("节点", row.name)),
                buttons=judging.BUTTONS)  # fmt: skip
    return Ask("\n".join(lines), "done", card)


def take_index(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    at = texts.chosen(turn, [row.name for row in sides.milestones_of(turn.session, finding)])
    if at is not None:
        turn.draft["index"] = at + 1
    return _next_done(turn, finding)


def take_done(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    if turn.meaning.intent != "confirm":
        return Ask("没有记录。" + texts.CONFIRM + "。", "done")
    moves.lock(turn.session, finding)
    _check(turn, finding)
    row = sides.find_milestone(turn.session, turn.draft["stage"])
    if row is None or row.dropped or row.cycle != finding.cycle:
        raise Overtaken(f"{finding.number} 的节点刚刚改过，请重新查看。", keep=False)
    tasks.begin(turn, finding)
    by, words = turn.actor.userid, f"节点“{row.name}”已完成"
    change = moves.Altered(row, {"done_at": turn.now, "done_by": by}, {"done_at": None})
    report = Progress(at=turn.now, by=by, text=words)  # so he counts among those who reported (T8)
    if not moves.keep(turn.session, finding, turn.entry("milestone_done"), change, report):
        raise Overtaken(f"{finding.number} 的这个节点刚刚有人报过完成。", keep=False)
    stages.plan(turn, finding)
    today = day_of(turn.now)
    told = hearing.tell(
        turn, parties.other_side(turn.session, finding, today), finding,
        f"{finding.number} {choosing.title(finding)}：{finding.unit_name} {turn.actor.name}报{words}。",
    )  # fmt: skip
    choosing.touched(turn, finding)
    heard = f"{heard}。" if (heard := choosing.told(turn, told)) else ""
    state = stages.line(turn, finding)
    return Done(
        f"{finding.number} 第{turn.draft['index']}个节点“{row.name}”：未完成 → 已完成。{state}\n{heard}".rstrip()
    )


def _help(actor: Actor) -> str | None:
    return "分阶段：0125分两个节点：12月20日清理，1月31日入账" if actor.has("unit_liaison", "unit_head") else None


FLOW = Flow(
    name="milestones",
    title="整改节点",
    intents=("milestone",),
    start=start,
    steps={
        "which": take_which,
        "plan": take_plan,
        "confirm": take_confirm,
        "index": take_index,
        "done": take_done,
    },
    help=_help,
)
