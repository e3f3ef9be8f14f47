"""Standing in: somebody on leave lends his posts to a colleague for some days, and takes them back (S25)."""

from __future__ import annotations

from datetime import date

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import choosing, colleagues, texts
from handlers.rules import moments, wording
from storage import delegations, people
from storage.matters import Delegation
from storage.people import Actor, PostFact

BUTTONS = (Button("确认提交", "确认", Style.STRONG), Button("取消", "取消"))
NOT_LENT = "线索查看、匿名处理和通报确认不在代理范围"


def start(turn: Turn) -> Reply:
    if turn.meaning.slots.get("action") == "end":
        return _ask_end(turn)
    _must_have_posts(turn)
    _absorb(turn)
    return _next(turn)


def _must_have_posts(turn: Turn) -> None:
    if not _lendable(turn.actor):
        raise UserError(f"您现在没有可以请人代理的职责（{NOT_LENT}）。", keep=False)


def _lendable(actor: Actor) -> tuple[PostFact, ...]:
    """Only his own posts: what somebody lent him cannot be lent on."""
    return tuple(post for post in actor.own if delegations.lends(post.role, ()) and post.role != "employee")


def _absorb(turn: Turn) -> None:
    """Take over who and when, as far as this message says it."""
    draft, slots = turn.draft, turn.meaning.slots
    colleagues.absorb(turn)
    first, last = moments.said(slots, "from", "date_from"), moments.said(slots, "to", "date_to")
    day = moments.said(slots, "date", "due")
    if day and not first and not last:
        begins = any(word in turn.text for word in ("起", "从", "开始")) and not draft.get("first")
        first, last = (day, "") if begins else ("", day)
    if first:
        draft["first"] = first[:10]
    if last:
        draft["last"] = last[:10]


def _next(turn: Turn) -> Reply:
    draft, today = turn.draft, texts.today_of(turn)
    who = colleagues.meant(turn, "details", "请谁代理？请回复姓名和起止日期，如“李敏，11月30日到12月4日”。")
    if isinstance(who, Ask):
        return who
    if who == turn.actor.userid:
        draft.pop("who"), draft.pop("name", None)
        return Ask("不能由您本人代理自己。请谁代理？", "details")
    name = people.name_of(turn.session, who)
    if not draft.get("last"):
        return Ask(f"由{name}代理到哪一天？代理须有截止日期，如“到12月4日”。", "details")
    first, last = date.fromisoformat(draft.setdefault("first", today.isoformat())), date.fromisoformat(draft["last"])
    if last < max(first, today):
        draft.pop("first"), draft.pop("last")
        return Ask("截止日期要不早于今天和开始日期。代理从哪天到哪天？", "details")
    draft["first"] = max(first, today).isoformat()
    return _confirmation(turn, who)


def _span(first: date, last: date, today: date) -> str:
    if first == last:
        return f"{wording.day(first, today)}当天"
    return f"{wording.day(first, today)}至{wording.day(last, today)}"


def _drafted(turn: Turn) -> tuple[date, date]:
    return date.fromisoformat(turn.draft["first"]), date.fromisoformat(turn.draft["last"])


def _confirmation(turn: Turn, who: str) -> Ask:
    today = texts.today_of(turn)
    span, roles = _span(*_drafted(turn), today), colleagues.posts_words(_lendable(turn.actor))
    former = "、".join(people.name_of(turn.session, row.delegate) for row in _overlapping(turn))
    lines = [
        f"请确认代理：{former or '无'} → {colleagues.described(turn, who)}",
        f"时间：{span}，到期自动结束",
        f"职责：{roles}；{NOT_LENT}",
        "其间您的提醒和待办两人都会收到",
        "要改直接说；" + texts.CONFIRM,
    ]
    facts = (("代理人", colleagues.described(turn, who)), ("时间", span), ("职责", roles))
    return Ask("\n".join(lines), "confirm", Card(CardKind.BUTTONS, title="设置代理人", facts=facts, buttons=BUTTONS))


def _overlapping(turn: Turn) -> list[Delegation]:
    """Whoever stands in for him on one of these days already: there is one at a time."""
    first, last = _drafted(turn)
    mine = delegations.open_of(turn.session, turn.actor.userid, texts.today_of(turn))
    return [row for row in mine if row.valid_from <= last and first <= row.valid_to]


def take_details(turn: Turn) -> Reply:
    _absorb(turn)
    return _next(turn)


def take_confirm(turn: Turn) -> Reply:
    before = dict(turn.draft)
    if turn.meaning.intent != "confirm":
        _absorb(turn)
        if turn.draft == before:
            return Ask("要改代理人还是时间？直接说就行；不改就" + texts.CONFIRM + "。", "confirm")
        return _next(turn)
    _must_have_posts(turn)
    again = _next(turn)  # the person or his account may have gone since
    return _commit(turn) if isinstance(again, Ask) and again.step == "confirm" else again


def _commit(turn: Turn) -> Reply:
    who, (first, last) = turn.draft["who"], _drafted(turn)
    for row in _overlapping(turn):
        _end(turn, row)
        if row.delegate != who:
            turn.tell(row.delegate, f"{turn.actor.name}已改请{people.name_of(turn.session, who)}代理，您的代理结束。")
    row = delegations.add(
        turn.session,
        Delegation(
            principal=turn.actor.userid, delegate=who, roles=[], valid_from=first, valid_to=last,
            made_by=turn.actor.userid, at=turn.now,
        ),
    )  # fmt: skip
    turn.record(f"delegation:{row.id}", "delegate", after=_facts(row))
    span, roles = _span(first, last, texts.today_of(turn)), colleagues.posts_words(_lendable(turn.actor))
    told = f"{turn.actor.name}请您代理：{span}。\n职责：{roles}；{NOT_LENT}。\n其间相关提醒和待办也会发给您。"
    turn.tell(who, f"{told}不便代理请联系{turn.actor.name}。")
    name = people.name_of(turn.session, who)
    for person in _office(turn, who):
        turn.tell(person, f"{turn.actor.name}已请{name}代理：{span}。职责：{roles}。")
    informed = [who, *_office(turn, who)]
    heard = choosing.told(turn, informed)
    return Done(f"已设置：{name}代理您，{span}，到期自动结束。\n{heard}。提前结束请回复“取消代理”。")


def _office(turn: Turn, delegate: str) -> list[str]:
    return [person for person in texts.office_staff(turn) if person not in (turn.actor.userid, delegate)]


def _facts(row: Delegation) -> dict[str, str]:
    return {
        "principal": row.principal, "delegate": row.delegate, "from": row.valid_from.isoformat(),
        "to": row.valid_to.isoformat(),
    }  # fmt: skip


def _end(turn: Turn, row: Delegation) -> None:
    delegations.end(turn.session, row, turn.now)
    turn.record(f"delegation:{row.id}", "delegation_ended", before=_facts(row))


def _ask_end(turn: Turn) -> Reply:
    today = texts.today_of(turn)
    rows = delegations.open_of(turn.session, turn.actor.userid, today)
    if not rows:
        return Done("您现在没有设置代理人。")
    listed = "\n".join(
        f"{people.name_of(turn.session, row.delegate)}（{_span(row.valid_from, row.valid_to, today)}） → 取消"
        for row in rows
    )
    card = Card(CardKind.BUTTONS, title="取消代理", desc=f"{len(rows)}项代理", buttons=BUTTONS)
    return Ask(f"请确认取消代理：\n{listed}\n取消后立即失效。{texts.CONFIRM}", "confirm_end", card)


def take_end(turn: Turn) -> Reply:
    if turn.meaning.intent != "confirm":
        return _ask_end(turn)
    rows = delegations.open_of(turn.session, turn.actor.userid, texts.today_of(turn))
    for row in rows:
        _end(turn, row)
    others = list(dict.fromkeys(row.delegate for row in rows))
    for other in others:
        turn.tell(other, f"{turn.actor.name}已取消代理，您不再代办其事项。")
    office = [person for person in texts.office_staff(turn) if person not in (turn.actor.userid, *others)]
    for person in office:
        turn.tell(person, f"{turn.actor.name}已取消{choosing.names(turn, others)}的代理。")
    return Done(f"已取消{choosing.names(turn, others)}的代理，即时失效。{choosing.told(turn, others + office)}。")


def _help(actor: Actor) -> str | None:
    other = "何敏" if actor.name == "李敏" else "李敏"
    return f"休假请人代理：我下周休假，代理人{other}" if _lendable(actor) else None


FLOW = Flow(
    name="delegation",
    title="设置代理人",
    intents=("delegate",),
    start=start,
    steps={"details": take_details, "confirm": take_confirm, "confirm_end": take_end},
    help=_help,
)
