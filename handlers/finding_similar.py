"""A finding that resembles an earlier one of the same unit and kind: said in the confirmation, answered or left alone.

It holds nobody up (domain.md S37, 7.5): 确认 submits as before. 重复发生 marks the new one, 并案 asks the office to
merge it once it is there, 不是 takes the remark away. Only what the submitter may read in full is ever named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.flow import Turn
from handlers import access, query_scope, settling
from handlers.finding_draft import Item
from handlers.rules.permissions import Action
from handlers.rules.states import ENDED, LABELS, FindingState
from storage import findings, fulltext
from storage.matters import Finding

_ONE = r"(?:第(?P<at>[\d一二三四五六七八九十])条)?(?:就|应该|应当|这个?|要|算|按|申请|请|建议)*"
_MERGE = re.compile(rf"{_ONE}(?:并案|并到原来那条|并进去|合并)(?:处理|办理)?(?:吧|了)?")
_REPEAT = re.compile(rf"{_ONE}(?:是|属于?|标)?(?:重复发生|又发生了?|再次发生|屡查屡犯)(?:的|了|吧)?")
_NEITHER = re.compile(r"(?:都|也)?不是(?:的|一回事|同一个|重复)?|不相似|不一样|没关系|两回事|都不是")
_SHOWN = 4  # shared words that are named


def note(turn: Turn) -> None:
    """Put the remark into each finding of the draft, as the words and the store are now."""
    limit = turn.policy.similar_percent
    if not limit:
        return
    scope = query_scope.scope_of(turn)
    for item in turn.draft["items"]:
        item.pop("similar", None)
        if item.get("similar_answered") or item.get("repeat") or not _comparable(item):
            continue
        found = fulltext.alike(turn.session, str(item["desc"]), str(item["unit"]), str(item["category"]), scope)
        if found is not None and found.share >= limit:
            ended = found.state in ENDED
            item["similar"] = {"number": found.number, "line": _line(found), "ended": ended}


def _comparable(item: Item) -> bool:
    """Of a unit, and of a category of the second level."""
    return bool(item.get("unit") and item.get("desc") and len(str(item.get("category") or "")) > 2)


def _line(found: fulltext.Alike) -> str:
    words, state = "、".join(_telling(found.words)), LABELS[FindingState(found.state)]
    asked = "是否重复发生" if found.state in ENDED else "是否并案/重复发生"
    return f"与 {found.number}（{state}）相似（同单位同类，相同点：{words}），{asked}？不是就直接确认。"


def _telling(words: Sequence[str]) -> list[str]:
    """The longest of them, none inside another, in the order in which they were said."""
    longest = sorted(words, key=len, reverse=True)
    whole = [word for at, word in enumerate(longest) if not any(word in longer for longer in longest[:at])][:_SHOWN]
    return [word for word in words if word in whole]


def _pending(turn: Turn) -> list[Item]:
    return [item for item in turn.draft["items"] if item.get("similar")]


def answers(turn: Turn) -> bool:
    """Whether the message is an answer to the remark and to nothing else."""
    text = turn.text.strip(" 。！!")
    return bool(_pending(turn)) and any(one.fullmatch(text) for one in (_MERGE, _REPEAT, _NEITHER))


def take(turn: Turn) -> str | None:
    """What the answer did, to stand before the confirmation; None when it is no answer to the remark."""
    if not answers(turn):
        return None
    text, waiting = turn.text.strip(" 。！!"), _pending(turn)
    if _NEITHER.fullmatch(text):
        return _settle(waiting, "已记下：与原来的问题无关。\n")
    merges = _MERGE.fullmatch(text)
    chosen = _chosen(turn, waiting, merges or _REPEAT.fullmatch(text))
    if not chosen:
        return "改第几条？请这样说：“第2条并案”。\n"
    if merges and chosen[0]["similar"]["ended"]:
        return f"{chosen[0]['similar']['number']} 已办结，不能并案；再次发生的请回复“重复发生”。\n"
    for item in chosen:
        if merges:
            item["merge_into"] = item["similar"]["number"]
        else:
            item["repeat"], item["repeat_of"] = True, item["similar"]["number"]
    number = chosen[0]["similar"]["number"]
    told = f"提交后请监督办公室并入 {number}。\n" if merges else f"已标记重复发生，关联 {number}。\n"
    return _settle(chosen, told)


def _chosen(turn: Turn, waiting: list[Item], said: re.Match[str] | None) -> list[Item]:
    word = said["at"] if said else None
    if word is None:
        return waiting if len(waiting) == 1 else []
    at = int(word) if word.isdigit() else "一二三四五六七八九十".index(word) + 1
    items = turn.draft["items"]
    return [items[at - 1]] if 0 < at <= len(items) and items[at - 1] in waiting else []


def _settle(items: Sequence[Item], told: str) -> str:
    for item in items:
        item.pop("similar", None)
        item["similar_answered"] = True
    return told


def merge(turn: Turn, filed: Sequence[tuple[str, Item]]) -> str:
    """Ask the office to merge, in the way in which it always does (T3); returns what the submitter hears of it."""
    lines: list[str] = []
    for number, item in filed:
        into = str(item.get("merge_into") or "")
        target = access.find_visible(turn, into) if into else None
        finding = findings.find(turn.session, number)
        if target is None or finding is None or target[0].state in ENDED:
            continue
        lines.append(_ask(turn, finding, into))
    return "".join(f"\n{line}" for line in lines)


def _ask(turn: Turn, finding: Finding, into: str) -> str:
    words = f"{finding.number} 并到 {into}，理由：重复反映"
    if access.allowed(turn, Action.REJECT, finding):
        return f"要并案，请发“{words}”。"
    message = f"{turn.actor.name}请求把 {finding.number}（{finding.unit_name}）并入 {into}。\n同意请发“{words}”。"
    told = settling.tell(turn, settling.office(turn, finding), finding, message)
    return f"已请求并入 {into}{'，' + settling.proof(turn, told) if told else '。'}"
