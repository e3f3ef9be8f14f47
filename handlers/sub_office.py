"""Sub-offices: the director switches one on or off for a subsidiary and names its staff (S61)."""

from __future__ import annotations

from bot.errors import Overtaken, UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import choosing, colleagues, leaving, texts
from storage import people, posts, units
from storage.matters import Post, Unit
from storage.people import Actor

ROLE = "sub_office"
BUTTONS = (Button("确认提交", "确认", Style.STRONG), Button("取消", "取消"))


def start(turn: Turn) -> Reply:
    _must_be_director(turn)
    turn.draft["on"] = turn.meaning.slots.get("action") != "off"
    _absorb(turn)
    return _next(turn)


def _must_be_director(turn: Turn) -> None:
    """His own post counts only: a stand-in does not rebuild the house."""
    if not any(post.role == "office_director" for post in turn.actor.own):
        raise UserError(f"子级办公室由监督办公室主任{colleagues.director(turn)}启停，请联系他办理。", keep=False)


def _absorb(turn: Turn) -> None:
    draft, slots = turn.draft, turn.meaning.slots
    colleagues.absorb(turn)
    if turn.meaning.unit_options and not slots.get("unit"):
        draft["unit_options"] = list(turn.meaning.unit_options)
    name = slots.get("unit")
    if options := draft.get("unit_options"):
        at = texts.chosen(turn, options)
        name = options[at] if at is not None else name
    unit = units.find_by_name(turn.session, str(name)) if name else None
    if unit is not None:
        draft["unit"] = unit.code
        draft.pop("unit_options", None)


def _next(turn: Turn) -> Reply:
    draft = turn.draft
    if options := draft.get("unit_options"):
        return Ask("是哪个单位？\n" + texts.options(options), "details")
    if not draft.get("unit"):
        return Ask("哪家权属企业的子级办公室？请回复单位名称。", "details")
    unit = units.get_unit(turn.session, draft["unit"])
    if unit.kind != "权属企业":
        raise UserError(f"{unit.name}不是权属企业，不设子级办公室。", keep=False)
    if draft["on"]:
        who = colleagues.meant(turn, "details", f"{unit.name}子级办公室由谁担任专人？请回复姓名。")
        if isinstance(who, Ask):
            return who
        if unit.sub_office and who in _staff(turn, unit):
            return Done(f"{unit.name}子级办公室已启用，专人就是{people.name_of(turn.session, who)}，没有变化。")
    elif not unit.sub_office:
        return Done(f"{unit.name}没有启用子级办公室，现由集团监督办公室直管。")
    return _confirmation(turn, unit)


def _staff(turn: Turn, unit: Unit) -> list[str]:
    return people.userids_with(turn.session, (ROLE,), texts.today_of(turn), unit.code, stand_ins=False)


def _state(turn: Turn, unit: Unit) -> str:
    staff = texts.names(turn, _staff(turn, unit))
    return (f"已启用（专人{staff}）" if staff else "已启用（无专人）") if unit.sub_office else "未启用"


def _confirmation(turn: Turn, unit: Unit) -> Ask:
    draft = turn.draft
    before = draft["before"] = _state(turn, unit)
    if draft["on"]:
        staff = [*_staff(turn, unit), draft["who"]]
        after = f"已启用（专人{texts.names(turn, list(dict.fromkeys(staff)))}）"
        effect = "启用后由其登记、交办、督办本级及下属单位发现的问题，集团监督办公室仍可查看全部"
    else:
        after = "停用，由集团监督办公室直管"
        effect = "专人的子级办公室权限同时结束，已登记的问题不变"
    lines = [f"请确认：{unit.name}子级办公室", f"{before} → {after}", effect, texts.CONFIRM]
    facts = (("单位", unit.name), ("变更", f"{before} → {after}"))
    card = Card(CardKind.BUTTONS, title="子级办公室", facts=facts, buttons=BUTTONS)
    return Ask("\n".join(lines), "confirm", card)


def take_details(turn: Turn) -> Reply:
    _must_be_director(turn)
    _absorb(turn)
    return _next(turn)


def take_confirm(turn: Turn) -> Reply:
    _must_be_director(turn)
    if turn.meaning.intent == "confirm":
        return _commit(turn)
    before = dict(turn.draft)
    _absorb(turn)
    if turn.draft == before:
        return Ask("要改单位还是专人？直接说就行；不改就" + texts.CONFIRM + "。", "confirm")
    return _next(turn)


def _commit(turn: Turn) -> Reply:
    draft = turn.draft
    unit = units.lock(turn.session, draft["unit"])
    before = _state(turn, unit)
    if before != draft["before"]:
        raise Overtaken(f"{unit.name}子级办公室刚刚有变动，现在是{before}，这次没有提交。", keep=False)
    unit.sub_office = bool(draft["on"])
    told = [draft["who"]] if draft["on"] else _staff(turn, unit)
    if draft["on"]:
        _appoint(turn, unit, draft["who"])
    else:
        for userid in told:
            _dismiss(turn, unit, userid)
    turn.session.flush()
    after = _state(turn, unit)
    turn.record(f"unit:{unit.code}", "sub_office", before=before, after=after)
    words = f"{unit.name}子级办公室：{before} → {after}。"
    for person in told:
        duty = "由您登记、交办、督办本级及下属单位发现的问题。" if draft["on"] else "您的子级办公室权限已结束。"
        turn.tell(person, f"{words}\n{duty}")
    return Done(f"已办理：{words}\n{choosing.told(turn, told)}。")


def _appoint(turn: Turn, unit: Unit, who: str) -> None:
    today = texts.today_of(turn)
    if who in _staff(turn, unit):
        return
    title = next((post.title for post in people.actor(turn.session, who, today).own if post.unit == unit.code), "")
    posts.add(turn.session, Post(userid=who, unit=unit.code, role=ROLE, title=title, valid_from=today))
    after = {"begins": {"unit": unit.code, "role": ROLE, "from": today.isoformat()}}
    turn.record(f"person:{who}"[:64], "appoint", after=after)


def _dismiss(turn: Turn, unit: Unit, who: str) -> None:
    today = texts.today_of(turn)
    for post, at in posts.current_of(turn.session, who, today):
        if at.code == unit.code and post.role == ROLE:
            posts.end_now(turn.session, post, today)
    turn.record(f"person:{who}"[:64], "remove", before=[{"unit": unit.code, "role": ROLE}])
    leaving.settle(turn, who)


def _help(actor: Actor) -> str | None:
    if not any(post.role == "office_director" for post in actor.own):
        return None
    return "子级办公室：启用恒信建设子级办公室，专人王建国；停用恒信建设子级办公室"


FLOW = Flow(
    name="sub_office",
    title="启停子级办公室",
    intents=("sub_office",),
    start=start,
    steps={"details": take_details, "confirm": take_confirm},
    help=_help,
)
