"""After the talk: what was demanded and by when, and what the unit reports back (S46, 回告)."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.errors import UserError
from bot.flow import Ask, Done, Reply, Turn
from bot.messages import Card, CardKind
from handlers import (
    judging,
    obligations,
    serving,
    talk_choice,
    talk_reading,
    talk_rights,
    talk_told,
    talk_words,
    texts,
)  # fmt: skip
from handlers.rules import wording
from handlers.rules.calendar import day_of
from storage import talks
from storage.gatherings import Talk

_ASK = {"points": "要求整改什么？（要点，一两句话）", "due": "哪天前整改并回告？"}


def start(turn: Turn) -> Reply:
    talk_rights.must_act(turn)
    found = talk_choice.meant(turn, ("planned",), "哪一次约谈已经谈过？", "现在没有已安排的约谈。")
    if isinstance(found, Ask):
        return found
    turn.draft["number"] = found.number
    absorb(turn)
    return following(turn)


def absorb(turn: Turn) -> None:
    draft = turn.draft
    points = talk_reading.after(turn, "points", "要点|要求")
    if not points and "points" in draft.get("wanted", ()) and len(turn.text.strip()) > 3:
        points = turn.text.strip()
    if points:
        draft["points"] = points[:500]
    due = talk_reading.due(turn)
    if due is not None:
        draft["due"] = due.isoformat()


def following(turn: Turn) -> Reply:
    decides = talk_rights.must_act(turn)
    draft = turn.draft
    talk = talk_choice.get_known(turn, draft["number"])
    talk_choice.must_be(turn, talk, "planned")
    today = texts.today_of(turn)
    if talk.at is not None and day_of(talk.at) > today:
        raise UserError(
            f"{talk.number} 定在{talk_words.when(turn, talk)}，还没到。改时间请说“改到”加日期。", keep=False
        )
    for name in ("points", "due"):  # what the staff prepared
        value = getattr(talk, name)
        if value:
            draft.setdefault(name, value.isoformat() if isinstance(value, date) else value)
    draft["wanted"] = wanted = [name for name in _ASK if not draft.get(name)]
    if wanted:
        return Ask("\n".join([f"{talk.number} 请补充：", *(_ASK[name] for name in wanted)]), "details")
    due = date.fromisoformat(draft["due"])
    if due <= today:
        draft.pop("due")
        return Ask(f"{wording.day(due, today)}不晚于今天，请另说一个回告日期。", "details")
    lines = [
        f"请确认：{talk.number} {talk_words.unit_name(turn, talk)}已约谈",
        f"要点：{draft['points']}",
        f"{wording.day(due, today)}前整改并回告" + ("" if decides else "（报主任决定）"),
        "要改直接说；" + texts.CONFIRM,
    ]
    facts = (("编号", talk.number), ("回告时限", wording.day(due, today)))
    return Ask(
        "\n".join(lines), "confirm", Card(CardKind.BUTTONS, title="约谈结果", facts=facts, buttons=judging.BUTTONS)
    )


def enter(turn: Turn) -> Reply:
    decides = talk_rights.must_act(turn)
    draft = turn.draft
    talk = talk_choice.get_known(turn, draft["number"])
    due = date.fromisoformat(draft["due"])
    values: dict[str, Any] = {"points": draft["points"], "due": due}
    values |= {"state": "held"} if decides else {}
    entry = turn.entry("talk_held" if decides else "talk_prepare")
    if not talks.change(turn.session, talk, "planned", entry, **values):
        raise talk_choice.overtaken(talk)
    when = wording.day(due, texts.today_of(turn))
    if not decides:
        return talk_told.opinion(
            turn, talk, f"已约谈，要点：{talk.points}，{when}前回告", "", f"请回复“{talk.number} 已约谈”确认。"
        )
    obligations.end(turn, "talk", talk.number)
    obligations.begin(turn, "talk_report", talk.number, due, owner=talk.unit, source="S46")
    for person in talk.persons:
        turn.tell(
            person,
            f"约谈要求（{talk.number}）：{talk.points}\n请于{when}前整改并回告，到时回复“{talk.number} 回告：…”。",
            matter=talk.number,
        )
    told = talk_told.news(turn, talk, f"{talk.number} {talk_words.unit_name(turn, talk)}已约谈，{when}前回告。")
    return Done(f"{talk.number}：已安排 → 已约谈，{when}前回告。已告知{texts.names(turn, talk.persons)}。{told}")


def start_report(turn: Turn) -> Reply:
    """The unit's head or liaison, or who was called; everybody else hears what everybody hears."""
    mine = _reportable(turn)
    number = talk_reading.number(turn)
    talk = next((one for one in mine if one.number == number), None) if number else None
    if talk is None and (number or not mine):
        raise UserError(talk_words.FIXED, keep=False)
    if talk is None and len(mine) > 1:
        turn.draft["choices"] = [one.number for one in mine]
        return Ask("回告哪一次约谈？\n" + texts.options(turn.draft["choices"]), "which")
    turn.draft["number"] = (talk or mine[0]).number
    absorb_report(turn)
    return following_report(turn)


def _reportable(turn: Turn) -> list[Talk]:
    """Talks that wait for what the speaker's unit reports."""
    served = {service.unit for service in serving.services(turn, turn.actor)}
    held = talks.in_states(turn.session, ("held",))
    return [talk for talk in held if talk.unit in served or turn.actor.userid in talk.persons]


def absorb_report(turn: Turn) -> None:
    said = talk_reading.after(turn, "desc", "回告")
    if not said and turn.draft.get("asked") == "report" and len(turn.text.strip()) > 1:
        said = turn.text.strip()
    if said:
        turn.draft["report"] = said[:2000]


def following_report(turn: Turn) -> Reply:
    draft = turn.draft
    talk = _mine(turn)
    draft["asked"] = ""
    if not draft.get("report"):
        draft["asked"] = "report"
        return Ask(f"{talk.number} 整改情况怎么样？请写一两句话，如“已全部整改，制度已修订”。", "details")
    lines = [f"请确认回告 {talk.number}：", draft["report"], "要改直接重新写；" + texts.CONFIRM]
    facts = (("编号", talk.number),)
    return Ask(
        "\n".join(lines), "confirm", Card(CardKind.BUTTONS, title="约谈回告", facts=facts, buttons=judging.BUTTONS)
    )


def _mine(turn: Turn) -> Talk:
    talk = next((one for one in _reportable(turn) if one.number == turn.draft["number"]), None)
    if talk is None:
        raise UserError(f"{turn.draft['number']} 现在不用回告，这次没有提交。", keep=False)
    return talk


def enter_report(turn: Turn) -> Reply:
    talk = _mine(turn)
    values = {"state": "reported", "report": turn.draft["report"]}
    if not talks.change(turn.session, talk, "held", turn.entry("talk_report"), **values):
        raise talk_choice.overtaken(talk)
    obligations.end(turn, "talk_report", talk.number)
    told = talk_told.news(
        turn, talk, f"{talk.number} {talk_words.unit_name(turn, talk)}回告（{turn.actor.name}）：{talk.report}"
    )
    return Done(f"{talk.number}：已回告。{told}")
