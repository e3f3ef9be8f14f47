"""Appointments in chat: the office gives, moves and takes posts from a day on; before → after, then confirmed."""

from __future__ import annotations

from datetime import date

from bot.errors import Overtaken, UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import appointing, choosing, colleagues, contacts, leaving, texts, vacancies
from handlers.appointing import Change
from handlers.rules import appointing as rules
from handlers.rules import wording
from storage import people, posts
from storage.people import Actor

BUTTONS = (Button("确认提交", "确认", Style.STRONG), Button("取消", "取消"))
ROLE_QUESTION = "任什么职务？如：联络员、负责人、责任人、审计人员。"


def start(turn: Turn) -> Reply:
    _must_be_office(turn)
    appointing.absorb(turn)
    turn.draft.setdefault("action", "appoint")
    return _next(turn)


def _must_be_office(turn: Turn) -> None:
    if not rules.appoints({post.role for post in turn.actor.own}):
        office = texts.office_contact(turn)
        raise UserError(f"任免由监督办公室办理。需要调整人员，请联系{office}。", keep=False)


def _next(turn: Turn) -> Reply:
    who = colleagues.meant(turn, "details", "任免谁？请回复姓名。")
    if isinstance(who, Ask):
        return who
    if who == turn.actor.userid:
        raise UserError("不能办理本人的任免，请由办公室其他同志或系统管理员按文件更新人员表。", keep=False)
    asked = _missing(turn, who)
    return asked or _confirmation(turn, who, appointing.change(turn, who))


def _missing(turn: Turn, who: str) -> Ask | None:
    draft, today = turn.draft, texts.today_of(turn)
    name = people.name_of(turn.session, who)
    if options := draft.get("unit_options"):
        return Ask("是哪个单位？\n" + texts.options(options), "details")
    if draft["action"] != "remove":
        if draft.get("role") and not draft.get("unit"):
            draft["unit"] = appointing.default_unit(turn, draft["role"])
        if not draft.get("unit"):
            return Ask(f"{name}在哪个单位任职？请回复单位名称。", "details")
        if not draft.get("role"):
            draft["asked_role"] = True
            return Ask(f"{name}{ROLE_QUESTION}", "details")
    if appointing.first_day(turn) < today:
        for key in ("first", "last"):
            draft.pop(key, None)
        return Ask(f"生效日不能早于今天（{wording.day(today, today)}）。从哪天起？", "details")
    if draft.get("until") and draft["until"] < appointing.first_day(turn).isoformat():
        draft.pop("until")
        return Ask("截止日不能早于生效日。任到哪一天？长期任职回复“长期”。", "details")
    return None


def _confirmation(turn: Turn, who: str, planned: Change) -> Ask:
    today, effective = texts.today_of(turn), planned.effective
    before, after = _before(turn, who), colleagues.posts_words(planned.after)
    until = planned.begins.valid_to if planned.begins else None
    days = f"{wording.day(effective, today)}起" + (f"，至{wording.day(until, today)}" if until else "")
    left = leaving.left_by(turn, appointing.as_after(who, "", planned))
    name = colleagues.described(turn, who)
    lines = [
        f"请确认任免：{name}",
        f"任职：{before} → {after}",
        f"生效：{days}",
        f"名下{len(left)}条在办届时转单位负责人，并提醒改派" if left else "",
        "要改直接说；" + texts.CONFIRM,
    ]
    turn.draft["before"] = before
    facts = (("人员", name), ("任职", f"{before} → {after}"), ("生效", days))
    card = Card(CardKind.BUTTONS, title="任免", facts=facts, buttons=BUTTONS)
    return Ask("\n".join(line for line in lines if line), "confirm", card)


def _before(turn: Turn, who: str) -> str:
    return colleagues.posts_words(people.actor(turn.session, who, texts.today_of(turn)).own)


def take_details(turn: Turn) -> Reply:
    _must_be_office(turn)
    appointing.absorb(turn)
    return _next(turn)


def take_confirm(turn: Turn) -> Reply:
    _must_be_office(turn)
    if turn.meaning.intent == "confirm":
        return _commit(turn)
    before = dict(turn.draft)
    appointing.absorb(turn)
    if turn.draft == before:
        return Ask("要改人员、职务、单位还是日期？直接说就行；不改就" + texts.CONFIRM + "。", "confirm")
    return _next(turn)


def _commit(turn: Turn) -> Reply:
    who, today = turn.draft["who"], texts.today_of(turn)
    posts.lock_person(turn.session, who)
    if _before(turn, who) != turn.draft["before"]:
        raise Overtaken("他的任职刚刚有变动，这次没有提交，请重新发起。", keep=False)
    planned = appointing.change(turn, who)
    before = [_post_fact(post.unit, post.role, post.valid_from, post.valid_to) for post, _ in planned.ending]
    for post, _ in planned.ending:
        posts.end(turn.session, post, planned.last)
    begun = planned.begins
    if begun is not None:
        posts.add(turn.session, begun)
    after = {
        "begins": _post_fact(begun.unit, begun.role, begun.valid_from, begun.valid_to) if begun else None,
        "last_day": planned.last.isoformat() if before else None,
    }
    turn.record(f"person:{who}"[:64], str(turn.draft["action"]), before=before or None, after=after)
    return _done(turn, who, planned, today)


def _post_fact(unit: str, role: str, first: date | None, last: date | None) -> dict[str, str | None]:
    days = {"from": first.isoformat() if first else None, "to": last.isoformat() if last else None}
    return {"unit": unit, "role": role, **days}


def _done(turn: Turn, who: str, planned: Change, today: date) -> Done:
    name, effective = people.name_of(turn.session, who), wording.day(planned.effective, today)
    words = f"{turn.draft['before']} → {colleagues.posts_words(planned.after)}"
    turn.tell(who, f"您的任职有变动：{words}，{effective}起。\n有疑问请联系{texts.office_contact(turn)}。")
    lines = [f"已办理：{name} {words}，{effective}起。"]
    if planned.effective <= today:
        handed = leaving.settle(turn, who)
        lines += [
            f"名下{len(findings)}条在办已转单位负责人{people.name_of(turn.session, head)}，需要改派请直接说。"
            for head, findings in handed.to.items()
        ]
        if handed.orphans:
            lines.append(f"名下{len(handed.orphans)}条没有单位负责人可接，请改派。")
    return Done("\n".join([*lines, f"{choosing.told(turn, [who])}。"]))


def new_day(turn: Turn) -> None:
    """What ended with yesterday, and what stands empty."""
    leaving.new_day(turn)
    vacancies.new_day(turn)


def _help(actor: Actor) -> str | None:
    if not rules.appoints({post.role for post in actor.own}):
        return None
    return "任免：任命周涛为恒信建设联络员；周涛不再担任恒信建设联络员"


FLOW = Flow(
    name="appointment",
    title="任免",
    intents=("appoint",),
    start=start,
    steps={"details": take_details, "confirm": take_confirm},
    on_due={contacts.KIND: contacts.apply},
    daily=new_day,
    help=_help,
)
