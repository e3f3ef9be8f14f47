"""An acceptor's opinion on a major finding goes to the director, who alone closes it (T8)."""

from __future__ import annotations

from bot.errors import Overtaken, UserError
from bot.flow import Ask, Done, Reply, Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import choosing, hearing, judging, texts
from handlers.rules.permissions import Action
from storage import moves, people, sides
from storage.matters import Finding
from storage.proceedings import Consent

STEP = "forward"


def offer(turn: Turn, finding: Finding) -> Ask:
    """Read back before it goes to him."""
    directors = choosing.names(turn, _directors(turn, finding))
    words = turn.draft.get("words") or "同意销号"
    lines = [f"{finding.number}（{choosing.title(finding)}）为重大问题，须由办公室主任{directors}确认销号。"]
    lines += [f"请确认把您的验收意见报主任：{words}", "状态：待验收，主任确认后 → 已销号", texts.CONFIRM]
    facts = (("编号", finding.number), ("意见", words))
    card = Card(CardKind.BUTTONS, title="验收意见", facts=facts, buttons=judging.BUTTONS)
    return Ask("\n".join(lines), STEP, card)


def _directors(turn: Turn, finding: Finding) -> list[str]:
    """Those who may close it. Raises when an opinion waits already, or nobody is there to decide."""
    before = sides.pending_consent(turn.session, finding, "close")
    found = hearing.able(turn, texts.directors(turn), finding, Action.ACCEPT)
    if not found:
        words = f"{finding.number} 为重大问题，须由办公室主任确认销号，现在没有可以确认的主任。"
        raise UserError(f"{words}请联系{texts.office_contact(turn)}。", keep=False)
    if before is not None:
        who = people.name_of(turn.session, before.by)
        raise Overtaken(
            f"{finding.number} 已由{who}验收，正等办公室主任{choosing.names(turn, found)}确认销号。", keep=False
        )
    return found


def put_forward(turn: Turn, finding: Finding) -> Reply:
    """Put it before the director."""
    moves.lock(turn.session, finding)
    judging.check(turn, finding, accepting=True)
    directors, number = _directors(turn, finding), finding.number
    opinion = turn.draft.get("words") or "同意销号"
    moves.keep(turn.session, finding, turn.entry("propose_close", opinion), Consent(
        kind="close", at=turn.now, by=turn.actor.userid, reason=opinion,
    ))  # fmt: skip
    facts = (
        ("事项", choosing.title(finding)), ("单位", finding.unit_name),
        ("验收意见", f"{turn.actor.name}：{opinion}"),
    )  # fmt: skip
    buttons = (Button("通过", f"同意销号 {number}", Style.STRONG), Button("退回", f"退回 {number}"))
    card = Card(CardKind.BUTTONS, title=f"重大问题待确认 {number}", facts=facts, buttons=buttons)
    for person in directors:
        turn.tell(person, card, group=f"{number}:accept:{finding.cycle}", matter=number)
    choosing.touched(turn, finding)
    return Done(f"{number}：验收意见已报办公室主任{choosing.names(turn, directors)}，确认后销号；现在仍是待验收。")
