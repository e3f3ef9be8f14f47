"""Reports on rectification: kept as they were written, only appended, and told to those who follow it up."""

from __future__ import annotations

import re
from typing import Any

from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import (
    access,
    choosing,
    hearing,
    judging,
    ongoing,
    parties,
    proofs,
    rectification,
    stars,
    tasks,
    texts,
)
from handlers.rules import amounts, wording
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage import moves
from storage.matters import Finding
from storage.people import Actor
from storage.proceedings import Evidence, Progress

BUTTONS = (Button("确认提交", "确认", Style.STRONG), Button("取消", "取消"))
_NUMBER = r"(?:[Ww][Tt][-－—_ ]?\d{4}[-－—_ ]?)?\d{1,5}号?"
# The fixed prefix goes; everything the person wrote behind it stays (domain.md 3.2).
_PREFIX = re.compile(
    rf"^\s*(?:{_NUMBER})?\s*[:：,，]?\s*(?:整[改该]进展|进展填报|填报进展|填进展|进度|进展)\s*(?:[:：,，\s]\s*|$)"
)
_BARE = re.compile(rf"^\s*(?:{_NUMBER})?\s*$")
_NO_NEWS = re.compile(
    r"^\W*(?:这周|本周|这个月|本月|目前|暂时|最近|现在)?(?:还)?(?:没有?|无|暂无)(?:啥|什么|任何)?(?:新的?)?(?:进展|变化|动静)\W*$"
)
_SHARE = re.compile(r"[，,；;。\s]*(?:已?完成|进度)?(?:约|大概)?\d{1,3}\s*[%％]$")
# 改成70%, 完成度应该是60: a new figure and nothing else.
_ONLY_SHARE = re.compile(
    r"(?:改成|改为|改|不对|应该?|完成度?|已|进度|比例|[是为到约就按]|大概|\W)*\d{1,3}\s*[%％]?[吧了\W]*"
)
_NO_WORDS = re.compile(r"\W*\d{0,3}[^\w%％]*")  # a figure or an emoji alone is no report
_ASK_TEXT = "请写进展，做了什么、还差什么，可带完成度，如“制度已修订，60%”。"
_ASK_WHY = "没有进展也请说一句原因和下一步打算，例如“等法院判决，预计12月中旬”。"
_QUOTED = 300


def start(turn: Turn) -> Reply:
    judging.refuse_condition(turn)
    words = _PREFIX.sub("", turn.text).strip()
    _take(turn, "" if _BARE.match(words) else words)
    return _go_on(turn, tasks.meant(turn, "which", "要填哪一条的进展？"))


def take_which(turn: Turn) -> Reply:
    number = choosing.chosen(turn)
    if number is None:
        return Ask("请回复序号或编号；不办了回复“取消”。", "which")
    return _go_on(turn, tasks.reportable(turn, number))


def _go_on(turn: Turn, found: Finding | Ask | None) -> Reply:
    if isinstance(found, Ask):
        return found
    if found is None:
        return Done("您名下现在没有整改中的问题。要填某一条，请带上编号，如“WT-2026-0123 整改进展：…”。")
    tasks.must_be_in_hand(turn, found)
    turn.draft["number"] = found.number
    if loose := proofs.take_loose(turn):  # pictures first, then the words to them
        turn.draft["files"] = loose
    choosing.touched(turn, found)
    return _next(turn, found)


def take_text(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    if choosing.elsewhere(turn, [finding.number], "submit_progress"):
        turn.draft.clear()
        return start(turn)
    if _media(turn):
        return _next(turn, finding)
    _take(turn, _PREFIX.sub("", turn.text).strip(), again=bool(turn.draft.get("empty")))
    return _next(turn, finding)


def _media(turn: Turn) -> bool:
    """A picture or a file is evidence; it waits in the draft until it is confirmed."""
    came = proofs.take(turn)
    if came is None:
        return False
    turn.draft.setdefault("files", []).append(came)
    return True


def _take(turn: Turn, words: str, again: bool = False) -> None:
    slots, draft = turn.meaning.slots, turn.draft
    if words and not _NO_WORDS.fullmatch(words):
        draft["text"] = words
        # Asked for the reason once; a second "没进展" is an answer all the same.
        draft["empty"] = bool(_NO_NEWS.match(words)) and not again
    if isinstance(slots.get("percent"), int) and 0 <= slots["percent"] <= 100:
        draft["percent"] = slots["percent"]
    if slots.get("recovered_yuan"):
        draft["recovered_fen"] = amounts.fen_of(slots["recovered_yuan"])
    for key in ("expect", "accountability", "has_evidence"):
        if slots.get(key):
            draft[key] = slots[key]


def _next(turn: Turn, finding: Finding) -> Ask:
    draft = turn.draft
    if not draft.get("text"):
        got = "图片收到了。" if draft.get("files") else ""
        return Ask(f"{got}{finding.number}（{choosing.title(finding)}）\n{_ASK_TEXT}", "text")
    if draft.get("empty"):
        return Ask(f"{finding.number}：{_ASK_WHY}", "text")
    return _confirm(turn, finding)


def _confirm(turn: Turn, finding: Finding) -> Ask:
    draft = turn.draft
    lines = [f"请确认整改进展 {finding.number}（{choosing.title(finding)}）：", _cut(draft["text"])]
    facts_read = []
    if draft.get("percent") is not None:
        facts_read.append(f"完成度：{_percent_before(turn, finding)}{draft['percent']}%")
    if draft.get("recovered_fen"):
        facts_read.append(f"挽回金额：{wording.money_fen(draft['recovered_fen'])}")
    if files := proofs.usable(turn, draft.get("files", [])):
        facts_read.append(f"佐证：{len(files)}个图片或文件")
    lines += ["；".join(facts_read)] if facts_read else []
    lines.append("要改直接说；" + texts.CONFIRM)
    percent = f"{draft['percent']}%" if draft.get("percent") is not None else "未填"
    facts = (("编号", finding.number), ("完成度", percent))
    return Ask("\n".join(lines), "confirm", Card(CardKind.BUTTONS, title="填报进展", facts=facts, buttons=BUTTONS))


def _cut(words: str) -> str:
    return words if len(words) <= _QUOTED else f"{words[:_QUOTED]}…（全文照存，共{len(words)}字）"


def _percent_before(turn: Turn, finding: Finding) -> str:
    known = [row.percent for row in moves.progress_of(turn.session, finding) if row.percent is not None]
    return f"{known[-1]}% → " if known else ""


def take_confirm(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    if turn.meaning.intent == "confirm":
        return _commit(turn, finding)
    if choosing.elsewhere(turn, [finding.number], "submit_progress"):
        turn.draft.clear()
        return start(turn)
    if turn.meaning.intent == "deny":
        return Ask("好，请把进展重新说一遍；不办了回复“取消”。", "text")
    if _media(turn):
        return _confirm(turn, finding)
    percent = turn.meaning.slots.get("percent", turn.meaning.slots.get("value"))
    if isinstance(percent, int) and 0 <= percent <= 100 and _ONLY_SHARE.fullmatch(turn.text):
        turn.draft["percent"] = percent
        turn.draft["text"] = _SHARE.sub("", turn.draft["text"]) or turn.draft["text"]
    elif turn.text.strip():
        turn.draft["text"] = f"{turn.draft['text']}\n{turn.text.strip()}"
        _take(turn, "")
    return _confirm(turn, finding)


def _commit(turn: Turn, finding: Finding) -> Done:
    moves.lock(turn.session, finding)
    finding = tasks.reportable(turn, finding.number)
    tasks.must_be_in_hand(turn, finding)
    before, was = _percent_before(turn, finding), finding.state
    tasks.begin(turn, finding)
    node = _store(turn, finding)
    people_told = hearing.tell(turn, _concerned(turn, finding), finding, _news(turn, finding))
    choosing.touched(turn, finding)
    count = len(moves.progress_of(turn.session, finding))
    state = "，已交办 → 整改中" if was != finding.state else ""
    state += f"，下次进展{node}" if node else ""
    percent = f"，完成度{before}{turn.draft['percent']}%" if turn.draft.get("percent") is not None else ""
    told = choosing.told(turn, people_told)
    return Done(f"已记录 {finding.number} 第{count}次进展{state}{percent}。{told}{'。' if told else ''}")


def _responsible(turn: Turn, finding: Finding) -> bool:
    """Whether he reports for the responsible unit, and not for one that assists."""
    return bool(access.allowed(turn, Action.EXTEND, finding))


def _concerned(turn: Turn, finding: Finding) -> list[str]:
    """Those who follow it up; what an assisting unit reports is news to the responsible side as well."""
    day = day_of(turn.now)
    theirs = [] if _responsible(turn, finding) else parties.unit_side(turn.session, finding, day)
    return theirs + parties.other_side(turn.session, finding, day)


def _store(turn: Turn, finding: Finding) -> str:
    """Returns how the quarter's node of a 持续整改 moved, or ""."""
    draft, by, old = turn.draft, turn.actor.userid, choosing.due_words(turn, finding)
    report = Progress(at=turn.now, by=by, text=draft["text"], percent=draft.get("percent"))
    report.recovered_fen = draft.get("recovered_fen")
    pieces: list[moves.Piece] = [report]
    if draft.get("has_evidence"):
        pieces.append(Evidence(at=turn.now, by=by, kind="sentence", text=draft["text"]))
    pieces += proofs.pieces(turn, draft.get("files", []))
    moved = ongoing.reported(turn, finding) if _responsible(turn, finding) else None
    fields = _fields(draft) | ({"due": moved} if moved else {})
    moves.keep(turn.session, finding, turn.entry("progress"), *pieces, **fields)
    if moved is None:
        return ""
    rectification.plan(turn, finding)
    return f"{old} → {choosing.due_words(turn, finding)}"


def _fields(draft: dict[str, Any]) -> dict[str, Any]:
    """What a report says in passing and acceptance will ask for: never asked for twice (voice.md)."""
    changed: dict[str, Any] = {}
    if draft.get("recovered_fen"):
        changed["recovered_fen"] = draft["recovered_fen"]
    if draft.get("accountability"):
        changed["accountability"] = draft["text"][:200]
        status, count, _ = stars.accountability(draft["text"])
        if status:
            changed |= {"accountability_status": status, "accountability_count": count}
    return changed


def _news(turn: Turn, finding: Finding) -> str:
    percent = f"，完成度{turn.draft['percent']}%" if turn.draft.get("percent") is not None else ""
    place = finding.unit_name if _responsible(turn, finding) else f"配合单位{turn.actor.unit_name}"
    head = f"{finding.number} {choosing.title(finding)}：{place} {turn.actor.name}填报进展{percent}。"
    return f"{head}\n{_cut(turn.draft['text'])}\n时限{choosing.due_words(turn, finding)}。"


def _help(actor: Actor) -> str | None:
    if not actor.has("resp_person", *parties.LIAISONS, *parties.HEADS):
        return None
    return "填进展：WT-2026-0123 整改进展：制度已修订，60%"


FLOW = Flow(
    name="progress",
    title="填报进展",
    intents=("submit_progress",),
    start=start,
    steps={"which": take_which, "text": take_text, "confirm": take_confirm},
    help=_help,
)
