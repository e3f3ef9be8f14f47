"""Who has handed in material and who has not; what came, for those who are invited (domain.md S30)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.flow import Ask, Done, Reply, Turn
from handlers import gathering_people, gathering_rights, item_duties, meeting_choice, meeting_words, texts
from handlers.rules import wording
from storage import items, meetings
from storage.gatherings import Item, Meeting, Paper

WHICH, OWING_WHICH = "materials_which", "owing_which"
_SHORT = 60
NOTHING = "现在没有在收的材料。"


def owing(turn: Turn) -> Reply:
    """谁还没交材料: the office and the group hear of all, a member unit of its own."""
    if not gathering_rights.takes_part(turn):
        raise gathering_rights.shut(turn)
    collecting = [m for m in meeting_choice.coming(turn) if m.papers_due is not None]
    if not collecting and not meeting_choice.number_in(turn):
        return Done(_collected(turn) or NOTHING)
    found = meeting_choice.meant(turn, collecting, OWING_WHICH, "看哪一场会议的材料？")
    if isinstance(found, Ask):
        return found
    return _rate(turn, found) if found is not None else Done(NOTHING)


def take_owing(turn: Turn) -> Reply:
    return meeting_choice.answered(turn, OWING_WHICH, _rate)


def _rate(turn: Turn, meeting: Meeting) -> Done:
    if meeting.papers_due is None:
        return Done(f"{meeting.number} {meeting_words.name(meeting.kind)}不收材料。")
    have = {paper.unit for paper in meetings.papers(turn.session, meeting)}
    asked = gathering_people.paper_units(turn, meeting)
    turn.recent["numbers"] = [meeting.number]
    if not turn.actor.has(*gathering_rights.TOP):
        return Done(_own(turn, meeting, have))
    came = [unit.name for unit in asked if unit.code in have]
    missing = [unit.name for unit in asked if unit.code not in have]
    lines = [
        f"{_head(turn, meeting)}：已交 {len(came)}/应交 {len(asked)}（{wording.percent(len(came), len(asked))}）。"
    ]
    lines.append(f"未交：{'、'.join(missing)}。" if missing else "已收齐。")
    more = _collected(turn)
    return Done("\n".join([*lines, *([more] if more else [])]))


def _head(turn: Turn, meeting: Meeting) -> str:
    assert meeting.papers_due is not None
    today = texts.today_of(turn)
    left = wording.days_left(meeting.papers_due, today, turn.calendar)
    name, due = meeting_words.name(meeting.kind), wording.day(meeting.papers_due, today)
    return f"{meeting.number} {name}材料（{due}截止，{left}）"


def _own(turn: Turn, meeting: Meeting, have: set[str]) -> str:
    mine = [u for u in gathering_people.paper_units(turn, meeting) if gathering_rights.may_hand_in(turn, u.code)]
    if not mine:
        return f"{_head(turn, meeting)}由成员单位报送，各单位只能看到本单位的情况。"
    words = [f"{unit.name}{'已交' if unit.code in have else '未交，回复“会议材料：”加内容即可'}" for unit in mine]
    return f"{_head(turn, meeting)}：{'；'.join(words)}。"


def _collected(turn: Turn) -> str:
    """What the office collects without a meeting, one line each time it was asked for."""
    found = [item for item in items.open_items(turn.session, ("collect",)) if gathering_rights.may_see_item(turn, item)]
    rounds = list({(item.text, item.made_at): item for item in found}.values())
    return "\n".join(_round(turn, item) for item in rounds)


def _round(turn: Turn, item: Item) -> str:
    together = items.collected_with(turn.session, item)
    head = f"{item_duties.title(item)}（{item_duties.due_words(turn, item)}截止）"
    if not turn.actor.has(*gathering_rights.TOP):
        return f"{head}：本单位未交，回复“会议材料：”加内容即可。"
    missing = [one.owner for one in together if one.state == "open"]
    have, share = len(together) - len(missing), wording.percent(len(together) - len(missing), len(together))
    return f"{head}：已交 {have}/应交 {len(together)}（{share}）。\n未交：{gathering_people.names(turn, missing)}。"


def materials(turn: Turn) -> Reply:
    """材料清单: to those who are invited."""
    past = [m for m in meetings.lately(turn.session, turn.now, 5) if gathering_rights.may_see_meeting(turn, m)]
    kind = meeting_choice.kind_in(turn)
    near = [*meeting_choice.coming(turn), *(m for m in past if not kind or m.kind == kind)]
    if not near and not meeting_choice.number_in(turn):
        if not gathering_rights.takes_part(turn):
            raise gathering_rights.shut(turn)
        return Done(f"{meeting_words.name(kind) if kind else '近期'}没有您可以查看的会议材料。")
    found = meeting_choice.meant(turn, near, WHICH, "要哪一场会议的材料？")
    return found if isinstance(found, Ask) else _list(turn, found) if found else Done("没有可以查看的会议材料。")


def take_which(turn: Turn) -> Reply:
    return meeting_choice.answered(turn, WHICH, _list)


def _list(turn: Turn, meeting: Meeting) -> Done:
    found = meetings.papers(turn.session, meeting)
    if not gathering_rights.may_see_papers(turn, meeting):  # not invited: what his own unit handed in
        found = [paper for paper in found if gathering_rights.may_hand_in(turn, paper.unit)]
    turn.recent["numbers"] = [meeting.number]
    head = f"{meeting.number} {meeting_words.name(meeting.kind)}材料"
    if not found:
        return Done(f"{head}：还没有收到。")
    return Done("\n".join([f"{head}（{len(found)}份）：", *_lines(turn, found)]))


def _lines(turn: Turn, found: Sequence[Paper]) -> list[str]:
    return [f"{at} {gathering_people.name(turn, paper.unit)}：{_content(paper)}" for at, paper in enumerate(found, 1)]


def _content(paper: Paper) -> str:
    words = paper.text if len(paper.text) <= _SHORT else paper.text[: _SHORT - 1] + "…"
    attached = f"附件 {paper.name}" if paper.name else ""
    return "，".join(part for part in (words, attached) if part)


STEPS = {WHICH: take_which, OWING_WHICH: take_owing}
