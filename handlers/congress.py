"""Proposals of the workers' congress (职代会提案): read, sorted, and each suspected finding or lead confirmed (S21).

Nothing is registered by the sorting. What the person calls a finding goes the way of `finding_submit` to its own 确认,
what he calls a lead the way of `lead_submit` with its gates; a suggestion is only listed back. A proposal may tell of a
lead, so the talk is a secret one, and a sheet is neither kept nor stored in clear (bot/fetcher.py).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot.errors import UserError
from bot.flow import HIDDEN, Ask, Done, Flow, Meaning, Reply, Step, Turn
from bot.messages import Kind
from handlers import finding_source, finding_submit, lead_submit, texts
from handlers.rules import congress
from storage import fetches
from storage.models import Fetch
from storage.people import Actor

KIND = "congress"
WHO = ("union_staff", "office_staff", "office_director")
SEND = "请把提案发来：每行一条直接粘贴，或发 Excel 文件（.xlsx，要有“提案内容”一列）。\n先帮您归类，逐条确认后才登记。"
NOTHING_READ = "没有认出提案。请每行写一条，或发有“提案内容”一列的 Excel 文件（.xlsx）。"
NO_PICTURE = "图片里的文字读不出来，请粘贴文字，或发 Excel 文件（.xlsx）。"
READING = "收到，正在归类，结果马上发给您。"
_CHOICES = {"finding": "按问题登记", "lead": "按线索报告", "suggestion": "只是建议，不登记"}
_LATER = re.compile(r"跳过|下一条|先不(?:管|办|报)|以后再说|稍后")
_OTHER = re.compile(r"第\s*(\d{1,3})\s*条\D{0,6}?(问题|线索|建议)")
_OWN = "congress"  # where this talk keeps its own beside the draft of the finding or lead that is being told
_SHOWN, _LISTED = 120, 8  # characters of one proposal in its question; suggestions listed back

Row = list[Any]  # its number, its words, what it seems to be, and what became of it ("" while nothing did)


def start(turn: Turn) -> Reply:
    if not turn.actor.has(*WHO) or not finding_source.candidates(turn):
        raise UserError(f"职代会提案由工会导入。需要的话请联系{texts.office_contact(turn)}。", keep=False)
    turn.draft["said"] = turn.meaning.slots.get("count")
    if congress.of_text(turn.text):
        return _sorted(turn, congress.of_text(turn.text))
    return Ask(SEND, "congress_list")


def take_list(turn: Turn) -> Reply:
    inbound = turn.inbound
    if inbound is not None and inbound.kind is Kind.FILE and inbound.media is not None:
        turn.draft["fetch"] = turn.fetch(KIND, inbound.media, said=turn.draft.get("said"))
        return Ask(READING, "congress_sort")
    if inbound is not None and inbound.kind is Kind.IMAGE:
        return Ask(NO_PICTURE, "congress_list")
    return _sorted(turn, congress.of_text(turn.text))


def on_fetched(turn: Turn, fetch: Fetch) -> None:
    """The sheet was read, refused or lost: its sender hears what its lines seem to be, and nobody else."""
    said = fetch.facts.get("said")
    if fetch.state != "stored" or turn.safe is None:
        _say(turn, fetch, f"这个文件没有收下：{fetch.error or '下载失败'}。请换一个再发，或直接粘贴文字。")
        return
    found = congress.of_tables(turn.safe.show(fetch.facts[HIDDEN])["table"])
    if not found or len(found) > turn.policy.intake_rows:
        fetches.change_facts(turn.session, fetch, {})
        _say(turn, fetch, _too_many(turn) if found else NOTHING_READ)
        return
    rows = _rows(found)
    fetches.change_facts(turn.session, fetch, {HIDDEN: turn.safe.hide(rows)})
    _say(turn, fetch, "\n".join([_counted(rows, said), _question(rows[at]) if (at := _waiting(rows)) is not None
                                 else "都像是建议，回复“确认”看清单。"]))  # fmt: skip


def _say(turn: Turn, fetch: Fetch, words: str) -> None:
    turn.tell(fetch.person, words, urgent=True, discreet=True)


def _too_many(turn: Turn) -> str:
    return f"一次最多{turn.policy.intake_rows}条，请分几次发。"


def _rows(found: list[str]) -> list[Row]:
    return [[number, text, congress.kind_of(text), ""] for number, text in enumerate(found, 1)]


def _sorted(turn: Turn, found: list[str]) -> Reply:
    if not found:
        return Ask(NOTHING_READ, "congress_list")
    if len(found) > turn.policy.intake_rows:
        return Ask(_too_many(turn), "congress_list")
    rows = _rows(found)
    return _next(turn, rows, _counted(rows, turn.draft.get("said")))


def _counted(rows: list[Row], said: Any) -> str:
    """`识别15条：3条疑似问题、1条疑似线索、11条建议，请逐条确认归类。`"""
    counts = {kind: sum(row[2] == kind for row in rows) for kind in congress.NAMES}
    called = {kind: name if kind == "suggestion" else f"疑似{name}" for kind, name in congress.NAMES.items()}
    named = [f"{counts[kind]}条{name}" for kind, name in called.items() if counts[kind]]
    other = f"（您说的是{said}条，请核对）" if isinstance(said, int) and said != len(rows) else ""
    return f"识别{len(rows)}条{other}：{'、'.join(named)}，请逐条确认归类。"


def _waiting(rows: list[Row]) -> int | None:
    return next((at for at, row in enumerate(rows) if row[2] != "suggestion" and not row[3]), None)


def _question(row: Row) -> str:
    words = row[1] if len(row[1]) <= _SHOWN else f"{row[1][:_SHOWN]}…"
    return (
        f"第{row[0]}条（疑似{congress.NAMES[row[2]]}）：{words}\n{texts.options(_labels(row))}\n先放下这条回复“跳过”。"
    )


def _labels(row: Row) -> list[str]:
    """What it seems to be stands first."""
    return [_CHOICES[kind] for kind in _order(row)]


def _order(row: Row) -> list[str]:
    return sorted(_CHOICES, key=lambda kind: kind != row[2])


def _next(turn: Turn, rows: list[Row], before: str) -> Reply:
    """The next one that wants a decision, or the end."""
    turn.draft.clear()
    at = _waiting(rows)
    if at is None:
        return Done("\n".join([before, *_ended(rows)]))
    turn.draft["rows"] = rows
    return Ask(f"{before}\n{_question(rows[at])}", "congress_sort")


def _ended(rows: list[Row]) -> list[str]:
    done = [row[3] for row in rows if row[3] not in ("", "later", "suggestion", "none")]
    left = [f"第{row[0]}条" for row in rows if row[3] in ("later", "none")]
    wishes = [row for row in rows if row[3] == "suggestion" or (row[2] == "suggestion" and not row[3])]
    lines = [f"归类完毕：已登记{len(done)}条{'（' + '、'.join(done) + '）' if done else ''}。"]
    lines += [f"没有登记：{'、'.join(left)}。"] if left else []
    if wishes:
        lines.append(f"建议{len(wishes)}条，不登记、不保存，请转有关部门办理：")
        lines += [f"{row[0]}. {row[1][:30]}" for row in wishes[:_LISTED]]
    rest = [str(row[0]) for row in wishes[_LISTED:]]
    return [*lines, *([f"另有第{'、'.join(rest)}条。"] if rest else [])]


def take_sorting(turn: Turn) -> Reply:
    """What the suspected one is; another one may be called something else at any time: 第5条是问题."""
    rows = turn.draft.get("rows") or _fetched(turn)
    if rows is None:
        gone = fetches.find(turn.session, turn.draft["fetch"])
        waits = gone is not None and gone.state == "due"
        return Ask("还在归类，请稍候。", "congress_sort") if waits else Ask(NOTHING_READ, "congress_list")
    other, at = _OTHER.search(turn.text), _waiting(rows)
    if other is not None:
        return _renamed(turn, rows, int(other[1]), other[2])
    if at is None:
        return _next(turn, rows, "好的。")
    if _LATER.search(turn.text):
        rows[at][3] = "later"
        return _next(turn, rows, f"第{rows[at][0]}条先放下，没有登记。")
    chosen = 0 if turn.meaning.intent == "confirm" else texts.chosen(turn, _labels(rows[at]))
    if chosen is None:
        turn.draft["rows"] = rows
        return Ask(f"请回复序号：\n{_question(rows[at])}", "congress_sort")
    return _begin(turn, rows, at, _order(rows[at])[chosen])


def _fetched(turn: Turn) -> list[Row] | None:
    """The lines of the sheet, out of the row that kept them hidden until now."""
    fetch = fetches.find(turn.session, turn.draft["fetch"]) if turn.draft.get("fetch") else None
    if fetch is None or fetch.state != "stored" or HIDDEN not in fetch.facts or turn.safe is None:
        return None
    rows: list[Row] = turn.safe.show(fetch.facts[HIDDEN])
    fetches.change_facts(turn.session, fetch, {})
    return rows


def _renamed(turn: Turn, rows: list[Row], number: int, name: str) -> Reply:
    if not 1 <= number <= len(rows):
        turn.draft["rows"] = rows
        return _next(turn, rows, f"一共{len(rows)}条，没有第{number}条。")
    row = rows[number - 1]
    if row[3] not in ("", "later", "suggestion"):
        return _next(turn, rows, f"第{number}条已经办好，不再改。")
    row[2], row[3] = next(kind for kind, word in congress.NAMES.items() if word == name), ""
    return _next(turn, rows, f"已改：第{number}条按{name}。")


def _begin(turn: Turn, rows: list[Row], at: int, kind: str) -> Reply:
    """Told on as if its words had been sent by themselves; registered only after its own 确认."""
    if kind == "suggestion":
        rows[at][3] = kind
        return _next(turn, rows, f"第{rows[at][0]}条按建议，不登记。")
    turn.draft.clear()
    turn.text = rows[at][1]
    turn.meaning = Meaning(f"submit_{kind}", _slots(turn), explicit=True)
    reply = finding_submit.start(turn) if kind == "finding" else lead_submit.start(turn)
    return _after(turn, {"rows": rows, "at": at}, reply)


def _slots(turn: Turn) -> dict[str, Any]:
    """What its words tell: the category, and the one unit that they name, by the longest name."""
    called = [(len(name), unit.name) for unit in turn.lexicon.units for name in (unit.name, *unit.aliases)
              if len(name) > 2 and name in turn.text]  # fmt: skip
    best = {name for size, name in called if size == max(size for size, _ in called)}
    slots = {"desc": turn.text, "category": congress.category_of(turn.text)}
    return slots | ({"unit": best.pop()} if len(best) == 1 else {})


def _after(turn: Turn, own: dict[str, Any], reply: Reply) -> Reply:
    """A question of the finding's or the lead's own, or its end, and then the next proposal."""
    if isinstance(reply, Ask):
        turn.draft[_OWN] = own
        return replace(reply, step=f"{_OWN}.{reply.step}")
    rows, at = own["rows"], own["at"]
    numbers = re.findall(r"(?:WT|XS)-\d{4}-[0-9A-Z]{4}", reply.text)
    rows[at][3] = numbers[0] if numbers and reply.text.startswith("已登记") else "none"
    return _next(turn, rows, reply.text)


def _inside(step: Step) -> Step:
    """A step of the other flow's, with this one's own put aside meanwhile."""

    def take(turn: Turn) -> Reply:
        own = turn.draft.pop(_OWN)
        if turn.text.strip(" 。！") == "跳过":
            own["rows"][own["at"]][3] = "later"
            return _next(turn, own["rows"], f"第{own['rows'][own['at']][0]}条先放下，没有登记。")
        return _after(turn, own, step(turn))

    return take


def _help(actor: Actor) -> str | None:
    return "职代会提案：发“导入职代会提案”，再粘贴或发 Excel，逐条确认" if actor.has(*WHO) else None


FLOW = Flow(
    name="congress",
    title="职代会提案归类",
    intents=("congress_intake",),
    start=start,
    steps={
        "congress_list": take_list,
        "congress_sort": take_sorting,
        **{f"{_OWN}.{name}": _inside(step) for name, step in finding_submit.FLOW.steps.items()},
    },
    on_fetched={KIND: on_fetched},
    tables=(KIND,),
    takes_lists=("congress_list",),
    secret=True,
    cancelled="已登记的不受影响，其余没有登记，也没有保存。",
    help=_help,
)
