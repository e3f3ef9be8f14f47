"""Evidence shown: the list of a finding's evidence, and its files sent to those with the right, each time noted."""

from __future__ import annotations

import re

from bot.errors import UserError
from bot.flow import Ask, Done, Reply, Turn
from bot.messages import Attachment
from handlers import access, choosing, evidence_words, texts
from handlers.evidence_words import SHOWN, label
from handlers.rules.permissions import Action
from storage import evidence, files
from storage.matters import Finding
from storage.proceedings import Evidence

_ALL = re.compile(r"^(?:都|全部|全都|所有的?|一起)")
_DIGITS = re.compile(r"\d{1,2}")
_PICTURES = {"image/jpeg": "jpg", "image/png": "png"}
_LARGEST_PICTURE = 10 * 1024 * 1024  # wecom.md 3.6: larger ones go as files


def start(turn: Turn) -> Reply:
    said = choosing.numbers(turn) or choosing.recent(turn)
    if len(said) != 1:
        return Ask("要看哪一条的佐证？请回复编号，如“0125”。", "number")
    return _open(turn, said[0])


def take_number(turn: Turn) -> Reply:
    said = choosing.numbers(turn)
    return _open(turn, said[0]) if said else Ask("请回复编号，如“0125”；不看了回复“取消”。", "number")


def _open(turn: Turn, number: str) -> Reply:
    finding = access.get_visible(turn, number)
    if not access.allowed(turn, Action.EVIDENCE_VIEW, finding):
        office = texts.office_contact(turn)
        raise UserError(f"{number} 的佐证只给经办、来源和验收的人看，需要请联系{office}。", keep=False)
    choosing.touched(turn, finding)
    rows = evidence.of(turn.session, finding)
    index = turn.meaning.slots.get("index")
    if isinstance(index, int) and rows:
        return _hand_over(turn, finding, rows, _within([index], len(rows)))
    return _list(turn, finding, rows)


def _list(turn: Turn, finding: Finding, rows: list[Evidence]) -> Reply:
    if not rows:
        return Done(f"{finding.number}（{choosing.title(finding)}）还没有佐证。")
    turn.record(finding.number, "evidence_viewed", after={"listed": [row.id for row in rows]})
    turn.draft.update(number=finding.number, ids=[row.id for row in rows])
    head = f"{finding.number}（{choosing.title(finding)}）共{len(rows)}份佐证："
    return Ask(f"{head}\n{evidence_words.listed(turn, rows)}\n回复序号发给您，或回复“全部”。", "pick")


def take_pick(turn: Turn) -> Reply:
    finding = access.get_visible(turn, turn.draft["number"])
    if not access.allowed(turn, Action.EVIDENCE_VIEW, finding):
        raise UserError.hidden()
    shown = {row.id: row for row in evidence.of(turn.session, finding)}
    rows = [shown[one] for one in turn.draft["ids"] if one in shown]
    wanted = _wanted(turn, len(rows))
    if not wanted:
        return Ask(f"请回复1到{len(rows)}的序号，或“全部”；不看了回复“取消”。", "pick")
    return _hand_over(turn, finding, rows, wanted)


def _wanted(turn: Turn, count: int) -> list[int]:
    slots, text = turn.meaning.slots, turn.text.strip()
    if slots.get("all") or _ALL.match(text):
        return list(range(max(0, count - SHOWN), count))
    said = [*slots.get("indexes", ()), slots.get("index")]
    said = [one for one in said if isinstance(one, int)] or [int(one) for one in _DIGITS.findall(text)]
    return _within(said, count)


def _within(said: list[int], count: int) -> list[int]:
    """Places from 0; -1 said is the last one."""
    places = [one - 1 if one > 0 else count + one for one in said]
    return [place for place in dict.fromkeys(places) if 0 <= place < count]


def _hand_over(turn: Turn, finding: Finding, rows: list[Evidence], wanted: list[int]) -> Reply:
    if not wanted:
        return _list(turn, finding, rows)
    lines, sent = [], []
    for place in wanted:
        row = rows[place]
        if row.kind == "sentence":
            lines.append(f"第{place + 1}份：{row.text}")
        elif row.sha256 is None:
            lines.append(f"第{place + 1}份“{label(row)}”还在接收，请过几分钟再看。")
        else:
            _send(turn, finding, row, place + 1)
            sent.append(label(row))
    if sent:
        lines.append(f"已发给您：{'、'.join(sent)}。请勿外传。")
    turn.record(finding.number, "evidence_sent", after={"sent": [rows[place].id for place in wanted]})
    return Done("\n".join(lines))


def _send(turn: Turn, finding: Finding, row: Evidence, place: int) -> None:
    """Asked for just now, so it is no push: it goes out in quiet hours, too."""
    assert row.sha256 is not None
    stored = files.find(turn.session, row.sha256)
    ending = _PICTURES.get(stored.media_type, "") if stored is not None and stored.size <= _LARGEST_PICTURE else ""
    name = row.name or f"{finding.number}佐证{place}.{ending or 'dat'}"
    turn.tell(
        turn.actor.userid,
        Attachment(files.place(row.sha256), name, image=bool(ending)),
        urgent=True,
        matter=finding.number,
    )
