"""What is asked before a finding can be confirmed, one question after the other, each with its likely answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

from bot.flow import Ask, Done, Reply, Turn
from handlers import finding_draft, finding_similar, finding_source, finding_split, finding_words, subjects, texts
from handlers.rules import categories, wording
from storage import findings

_SPLIT = re.compile(r"分[开别成着]|拆|逐条|各[记登]|都[登记报]|每[家条]")
_JOIN = re.compile(r"合并|合成|合在?一起|合计|一起|并成|[记登]一条")
_SPLIT_AT = {"several": 0, "units": 0, "amounts": 1}
_KIND_SAID = re.compile(r"类别|类型|归(?:为|到|入)?[^，。]{0,4}类")
KEEP_OLD = "好的，没有重复登记。想看原来那条，回复“{serial}”。"


def following(turn: Turn, lead: str = "") -> Reply:
    """The next open question, or the confirmation when there is none."""
    for question in _QUESTIONS:
        asked = question(turn)
        if asked is not None:
            return Ask(lead + asked.text, asked.step, asked.card)
    items, today = turn.draft["items"], texts.today_of(turn)
    finding_similar.note(turn)
    text = finding_words.confirmation(items, turn.draft["source"], today, len(turn.draft.get("media", [])))
    # 已改：… stands on the first line, before 请确认：
    return Ask(lead.rstrip("\n") + text, "confirm", finding_words.card(items, today))


def choose(turn: Turn, kind: str, text: str, labels: list[str], values: list[Any]) -> Ask:
    turn.draft["pending"] = {"kind": kind, "labels": labels, "values": values}
    return Ask(f"{text}\n{texts.options(labels)}", "choice")


def meant(kind: str, text: str, *, confirmed: bool) -> int | None:
    """The option that a free answer means, from 0: 分开, 合成一条; a bare 确认 takes what the bot put first."""
    if kind not in _SPLIT_AT:
        return None
    if _JOIN.search(text):
        return 1 if kind == "several" else 0 if kind == "amounts" else None
    if _SPLIT.search(text):
        return _SPLIT_AT[kind]
    return 0 if confirmed else None


def _source(turn: Turn) -> Ask | None:
    draft = turn.draft
    if draft.get("source") is None:
        found = finding_source.candidates(turn)
        if len(found) > 1:
            return choose(turn, "source", "您在几个部门任职，这次以哪个部门报送？", [s["name"] for s in found], found)
        draft["source"] = found[0]
    for item in draft["items"]:
        if draft["source"]["self_check"] and not item.get("unit") and not item.get("unit_options"):
            item["unit"], item["unit_name"] = draft["source"]["code"], draft["source"]["name"]
        finding_source.check_unit(turn, draft["source"], item.get("unit"))
    return None


def _several(turn: Turn) -> Ask | None:
    parts = turn.draft.get("parts")
    if not parts:
        return None
    listed = "\n".join(f"{at}. {part}" for at, part in enumerate(parts, start=1))
    labels = [f"分成{len(parts)}条登记", "合并成一条"]
    return choose(turn, "several", f"这条消息里有{len(parts)}个问题：\n{listed}\n怎么登记？", labels, ["split", "join"])


def _units(turn: Turn) -> Ask | None:
    named = turn.draft.get("units")
    if not named:
        return None
    labels = [f"分成{len(named)}条，每家一条", *(f"只登{name}" for name in named)]
    text = f"涉及{len(named)}家单位（{'、'.join(named)}），一条问题只记一家："
    return choose(turn, "units", text, labels, ["", *named])


def _unit(turn: Turn) -> Ask | None:
    for item in turn.draft["items"]:
        if not item.get("unit") and item.get("unit_options"):
            return choose(turn, "unit", "这个叫法对应几个单位，是哪一家？", item["unit_options"], item["unit_options"])
    return None


def _amounts(turn: Turn) -> Ask | None:
    fens = turn.draft.get("amounts")
    if not fens:
        return None
    shown = [wording.money_fen(fen) for fen in fens]
    labels = [f"合计{wording.money_fen(sum(fens))}，登记一条", f"分成{len(fens)}条，各记各的"]
    labels += [f"一条，只记{one}" for one in shown]
    text = f"提到{len(fens)}个金额（{'、'.join(shown)}），怎么记？"
    return choose(turn, "amounts", text, labels, ["sum", "split", *fens])


def _missing(turn: Turn) -> Ask | None:
    wanted = list(dict.fromkeys(field for item in turn.draft["items"] for field in lacking(item)))
    if not wanted:
        return None
    turn.draft["asked"] = wanted
    lines = [finding_words.QUESTIONS[field] for field in wanted]
    short = [at for at, item in enumerate(turn.draft["items"], start=1) if lacking(item)]
    if len(turn.draft["items"]) > len(short):
        at, desc = short[0], str(turn.draft["items"][short[0] - 1].get("desc") or "")
        return Ask("\n".join([f"第{at}条（{desc[:20]}）还差：", *lines]), "missing")
    return Ask("\n".join(["还需要补充：" if len(lines) > 1 else "还差一项：", *lines]), "missing")


def lacking(item: finding_draft.Item) -> list[str]:
    return [field for field in finding_draft.missing(item) if not (field == "unit" and item.get("unit_open"))]


def _category(turn: Turn) -> Ask | None:
    """Words that two categories claim (S20); a category that he named himself stands, and so does a system's."""
    if turn.draft.get("category_asked") or turn.foreign_to or _KIND_SAID.search("\n".join(turn.draft["raw"])):
        return None
    for item in turn.draft["items"]:
        codes = categories.candidates(str(item.get("desc") or ""))
        if codes:
            labels = [categories.name_of(code) for code in codes]
            return choose(turn, "category", f"“{str(item['desc'])[:20]}”归哪一类？", labels, list(codes))
    return None


def _repeated(turn: Turn) -> Ask | None:
    if turn.draft.get("repeat_checked"):
        return None
    since = turn.now - timedelta(hours=turn.policy.duplicate_hours)
    number = findings.same_text(turn.session, turn.actor.userid, "\n".join(turn.draft["raw"]), since)
    if not number:
        return None
    labels = ["不再登记", "仍登记一条新的"]
    return choose(turn, "repeated", f"您刚提交过同样的内容：{number}。要再登记一条吗？", labels, [number, ""])


_QUESTIONS = (_source, _several, _units, _unit, _amounts, _missing, _category, _repeated)


def settle(turn: Turn, kind: str, value: Any) -> Reply | None:
    """Put the chosen answer into the draft; a reply only when it ends the submission."""
    return _SETTLERS[kind](turn, value)


def _put_source(turn: Turn, value: Any) -> None:
    turn.draft["source"] = value


def _put_parts(turn: Turn, value: Any) -> None:
    parts, whole = turn.draft.pop("parts"), turn.draft["items"][0]
    if value == "join":
        whole["desc"] = "；".join(parts)
        return
    kinds, homes = turn.draft.pop("kinds", {}), turn.draft.pop("homes", {})
    items = [_part(whole, part, kinds.get(part, "")) for part in parts]
    for item in items:
        home = homes.get(item["desc"]) or finding_split.home(item["desc"], turn.lexicon.units)
        if home:
            finding_draft.set_unit(item, home, turn.lexicon.units)
    turn.draft["items"] = items
    turn.draft.pop("amounts", None)


def _part(whole: finding_draft.Item, words: str, category: str) -> finding_draft.Item:
    item = deepcopy(whole) | {"desc": words, "level": subjects.level(words)}
    item["category"] = category or str(whole.get("category") or "")[:2]
    item.pop("amount_fen", None)
    item.pop("amount_text", None)
    finding_split.amount(item, words)
    return item


def _put_units(turn: Turn, value: Any) -> None:
    named, whole = turn.draft.pop("units"), turn.draft["items"][0]
    own = finding_split.by_unit(finding_draft.body(turn.draft["raw"][0]), named, turn.lexicon.units)
    items = [_part(whole, own[name], "") if own else deepcopy(whole) for name in ([value] if value else named)]
    for item, name in zip(items, [value] if value else named, strict=True):
        finding_draft.set_unit(item, name, turn.lexicon.units)
    if own:
        turn.draft.pop("amounts", None)
        items[0]["category"] = whole.get("category") if items[0]["desc"] == own[named[0]] else "QT"
    turn.draft["items"] = items


def _put_unit(turn: Turn, value: Any) -> None:
    options = next(item["unit_options"] for item in turn.draft["items"] if item.get("unit_options"))
    for item in turn.draft["items"]:
        if item.get("unit_options") == options:
            finding_draft.set_unit(item, value, turn.lexicon.units)


def _put_category(turn: Turn, value: Any) -> None:
    turn.draft["category_asked"] = True
    for item in turn.draft["items"]:
        if value in categories.candidates(str(item.get("desc") or "")):
            item["category"] = value


def _put_amounts(turn: Turn, value: Any) -> None:
    fens, whole = turn.draft.pop("amounts"), turn.draft["items"][0]
    whole.pop("amount_text", None)
    if value == "split":
        turn.draft["items"] = [deepcopy(whole) | {"amount_fen": fen} for fen in fens]
    else:
        whole["amount_fen"] = sum(fens) if value == "sum" else value


def _put_repeated(turn: Turn, value: Any) -> Reply | None:
    turn.draft["repeat_checked"] = True
    if not value:
        return None
    turn.recent["numbers"] = [value]
    return Done(KEEP_OLD.format(serial=value.rsplit("-", 1)[1]))


def _put_extra(turn: Turn, value: Any) -> None:
    words = turn.draft.pop("extra")
    if value == "add":
        turn.draft["raw"].append(words)
        for item in turn.draft["items"]:
            item["desc"] = f"{item['desc']}；{words}"


_SETTLERS: dict[str, Callable[[Turn, Any], Reply | None]] = {
    "source": _put_source, "several": _put_parts, "units": _put_units, "unit": _put_unit,
    "amounts": _put_amounts, "category": _put_category, "repeated": _put_repeated, "extra": _put_extra,
}  # fmt: skip
