"""Who may decide on an application for acceptance, why not, and who hears of the decision (T8, T9)."""

from __future__ import annotations

import re

from bot.errors import Overtaken, UserError
from bot.flow import Turn
from bot.messages import Button, Style
from handlers import accepting_due, access, choosing, obligations, parties, requirements, tasks, texts
from handlers.rules import wording
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage import moves, people, sides
from storage.matters import Finding

BUTTONS = (Button("确认提交", "确认", Style.STRONG), Button("取消", "取消"))
# A consent with a condition is none (domain.md 5.2, 8.2-11).
_CONSENT = "(?:同意|通过|可以|认可|行|销号|确认)"
_LATER = "(?:后(?!来)|再|回头|稍后|尽快|抓紧|月底|[日天号周]前|[日天周月]内|让|叫|请)"
CONDITION = re.compile(
    rf"{_CONSENT}.{{0,30}}?(?:，|,|。|；|\s)*(?:但(?!愿)|不过|只是|前提|条件是|除了|除非|等.{{1,20}}(?:后|再)|待.{{1,20}}(?:后|再)"
    r"|(?:还|仍)(?:要|需|得|缺|差)|补.{0,12}(?:后|再|之后))|(?:补|等|待|先).{1,20}(?:后|再|才)(?:可以)?(?:同意|通过|销号|验收)|(?:原则|有条件)(?:上|地)?(?:同意|通过)"
    rf"|{_CONSENT}.{{0,30}}?{_LATER}.{{0,8}}补(?!偿|助|贴|.{{0,6}}(?:了|齐全|完毕))|(?:补|等|待)(?!验收|您|我|销号).{{1,20}}就(?:可以|能|算)?(?:同意|通过|销号)"
    r"|(?:暂且|姑且|暂时|基本|有条件|附(?:带)?条件)(?:上|地|的|先)?(?:予以|给)?(?:同意|通过|销号)"
)


def mine(turn: Turn) -> list[Finding]:
    """What waits for the speaker's decision."""
    waiting = moves.in_state(turn.session, "pending_acceptance")
    return [finding for finding in waiting if access.allowed(turn, Action.ACCEPT, finding)]


def refuse_condition(turn: Turn) -> None:
    """`同意，但要补会议纪要 0123` from an acceptor sounds like a report; it is neither that nor an acceptance."""
    for number in choosing.numbers(turn)[:1] if CONDITION.search(turn.text) else []:
        finding = access.get_visible(turn, number)
        if finding.state == "pending_acceptance" and access.allowed(turn, Action.ACCEPT, finding):
            raise UserError(
                f"{number} 没有记为通过：附条件的同意不能销号。要退回请发“退回 {number}，理由：…”，到位后再同意销号。",
                keep=False,
            )


def take_words(turn: Turn) -> None:
    slots, draft = turn.meaning.slots, turn.draft
    if slots.get("reason") or slots.get("opinion"):
        draft["words"] = str(slots.get("reason") or slots.get("opinion"))
    if slots.get("due") or slots.get("new_due"):
        draft["due"] = str(slots.get("due") or slots.get("new_due"))


def check(turn: Turn, finding: Finding, *, accepting: bool) -> None:
    why_not = refusal(turn, finding, accepting=accepting)
    if why_not is not None:
        raise why_not


def refusal(turn: Turn, finding: Finding, *, accepting: bool) -> UserError | None:
    """Why not, in the order of what the person may know."""
    number, allowed = finding.number, access.allowed(turn, Action.ACCEPT, finding)
    judge = turn.actor.has(*parties.SOURCE_STAFF) and finding.state == "pending_acceptance"
    if judge and _filled(turn, finding, bool(allowed)):
        return UserError(f"{number} 是您参与填报的，验收人不能是填报人，请由{_others(turn, finding)}验收。", keep=False)
    if not allowed:
        return UserError(_not_his(turn, finding), keep=False)
    if finding.state != "pending_acceptance":
        return Overtaken(overtaken(turn, finding), keep=False)
    lacking = requirements.lacking(turn, finding) if accepting else ""
    if lacking:
        return UserError(f"{number} 还不能销号。{lacking}\n可回复“退回 {number}”请责任单位补填。", keep=False)
    return None


def _filled(turn: Turn, finding: Finding, allowed: bool) -> bool:
    """He filled it in, or the one whose post he is lent did and no post of his own lets him judge (T8)."""
    fillers = moves.fillers(turn.session, finding)
    lenders = {post.lent_by for post in turn.actor.posts} - {""}
    return turn.actor.userid in fillers or (not allowed and bool(lenders & fillers))


def _not_his(turn: Turn, finding: Finding) -> str:
    words = f"只有验收人可以办理 {finding.number} 的验收和退回，请联系{_others(turn, finding)}。"
    office = finding.state == "pending_acceptance" and access.allowed(turn, Action.SPOT_CHECK, finding)
    return f"{words}办公室要亲自验收，请先发“抽查 {finding.number}”。" if office else words


def needs_director(turn: Turn, finding: Finding) -> bool:
    """A major finding is closed by the director only; others who may judge it put their opinion before him (T8)."""
    return finding.severity == "major" and not turn.actor.has("office_director")


def _others(turn: Turn, finding: Finding) -> str:
    """Who may decide instead."""
    judges = parties.judges(turn.session, finding, day_of(turn.now)) + texts.directors(turn)
    able = [person for person in dict.fromkeys(judges) if access.person_may(turn, person, Action.ACCEPT, finding)]
    return choosing.names(turn, able[:3]) or texts.office_contact(turn)


def overtaken(turn: Turn, finding: Finding) -> str:
    """`该问题已由秦岚于11月23日 10:02验收` (domain.md 3.4, invariant 5)."""
    last = moves.last_decision(turn.session, finding)
    decided = last is not None and last.cycle == finding.cycle
    if last is not None and decided and finding.state in ("closed", "rectifying"):
        verb = "验收" if last.result == "accepted" else "退回"
        when = wording.moment(last.at, day_of(turn.now))
        who, state = people.name_of(turn.session, last.by), tasks.label(finding)
        return f"该问题已由{who}于{when}{verb}，{finding.number} 现在是“{state}”。"
    return f"{finding.number} 现在是“{tasks.label(finding)}”，还没有申请验收，不能办理验收。"


def settled_opinions(turn: Turn, finding: Finding, state: str) -> list[moves.Piece]:
    """The opinions that waited for the director end with the decision: "agreed" or "refused"."""
    decided = {"state": state, "decided_by": turn.actor.userid, "decided_at": turn.now}
    waiting = [row for row in sides.consents_of(turn.session, finding, "close") if row.state == "pending"]
    return [moves.Altered(row, decided, {"state": "pending"}) for row in waiting]


def close(turn: Turn, finding: Finding, verb: str) -> str:
    """Tell the responsible side and the source; the other acceptors' cards say who decided and when."""
    by = f"{turn.actor.name}于{choosing.stamp(turn)}"
    turn.close_cards(f"{finding.number}:accept:{finding.cycle}", f"已由{by}{'通过' if verb == '已销号' else '退回'}")
    accepting_due.stop(turn, finding.number)
    if verb != "已销号":
        return ""
    obligations.end_all(turn, finding.number)
    day = day_of(turn.now)
    everybody = parties.unit_side(turn.session, finding, day) + parties.trackers(turn.session, finding, day)
    everybody += [row.by for row in sides.consents_of(turn.session, finding, "close")]
    told = [
        person
        for person in dict.fromkeys(everybody)
        if person != turn.actor.userid and access.person_may(turn, person, Action.VIEW_FULL, finding)
    ]
    for person in told:
        turn.tell(
            person, f"{finding.number} {choosing.title(finding)}：已由{by}验收通过，已销号。", matter=finding.number
        )
    return choosing.told(turn, told) + "。" if told else ""
