"""Submitting a finding (提交问题): told in any number of messages, corrected at will, recorded after 确认."""

from __future__ import annotations

import re
from copy import deepcopy

from bot.flow import Ask, Done, Flow, Reply, Turn
from handlers import (
    finding_draft,
    finding_questions,
    finding_record,
    finding_similar,
    finding_source,
    finding_split,
    finding_words,
    lead_submit,
    proofs,
    subjects,
    texts,
)
from handlers.finding_draft import Correction, Item
from handlers.rules import amounts, quarters
from handlers.rules.matrix import Way
from storage.people import Actor

EMPLOYEE = (
    "职工反映情况不走问题登记，刚才的内容没有保存。\n实名反映（可收到受理告知与结果反馈）：发“实名反映：”加内容。\n"
    "匿名反映（凭回执码查询）：发“匿名反映”。"
)
FUTURE = "发现时间不能晚于今天。\n"
FIRST = "已经是第一步了。\n"
UNKNOWN_UNIT = "没有找到这个单位，请换个叫法。\n"
BACK = re.compile(r"(?:返回|退回|回到)?上一步|返回|后退")
_ONE = r"第([\d一二三四五六七八九十])条"
DROP = re.compile(rf"(?:删掉|删除|去掉|不要){_ONE}|{_ONE}(?:不要|删掉|去掉|删除)")
AS_LEAD = re.compile(r"(?:改?转(?:为|成)?|按|改成?)(?:问题)?线索(?:报告?|处理|办)?")
PLAIN = re.compile(r"(?:按普通|不受限|普通登记|不涉及领导|不是领导)\S{0,6}")
TAGS = re.compile(r"采纳(?:标签|建议)?|(?:要|加上?|采用)标签|标签(?:采纳|可以|加上)")
ADD = re.compile(
    r"^\s*(?:(?:再|我再|还要)?补充(?:一?下|说明|一点|一条)?|另外|还有)(?:\s*[:：,，]\s*|\s+)(.+)$", re.DOTALL
)
OPEN_UNIT = re.compile(r"(?:责任)?(?:单位)?(?:先|暂时)?(?:待定|不清楚|不知道|不确定|未定|说不准)")
A_NAME = 16  # characters; more is no unit's name
BARE = 6  # characters; 确认 or 好的 is no description
PAST = 5  # how many answers can be taken back


def start(turn: Turn) -> Reply:
    verdict = finding_source.verdict(turn)
    if verdict.way is Way.REPORT or not turn.actor.posts:
        return Done(EMPLOYEE)
    if not verdict:
        return Done(finding_source.why_not(turn))
    if subjects.superior(turn.text, turn.group_name, accused=False):
        return Done(f"{texts.SUPERIOR}\n{texts.NOT_KEPT}")
    turn.draft.update(raw=[turn.text], media=[], past=[], source=None, items=_told(turn))
    return finding_questions.following(turn)


def _told(turn: Turn) -> list[Item]:
    """The findings of the first message; what must be asked about them is noted in the draft."""
    today, meaning = texts.today_of(turn), turn.meaning
    whole = finding_draft.from_meaning(meaning, turn.text, today, turn.lexicon.units)
    rows = finding_split.rows(turn.text, turn.lexicon.units, today)
    if rows:
        shared = {key: value for key, value in whole.items() if key not in ("desc", "amount_fen", "amount_text")}
        shared = shared if len(rows) == 1 else {key: shared[key] for key in ("found_at", "quarter", "level")}
        return [shared | row | {"level": subjects.level(row["desc"])} for row in rows]
    if meaning.unit_options:
        whole["unit_options"] = list(meaning.unit_options)
    if meaning.slots.get("unit") == "SELF":
        finding_draft.set_unit(whole, turn.actor.unit_name, turn.lexicon.units)
    _note_several(turn, whole)
    _suggest_severity(turn, whole)
    return [whole]


def _note_several(turn: Turn, whole: Item) -> None:
    named = [str(name) for name in turn.meaning.slots.get("units") or ()]
    parts = finding_split.parts(turn.text)
    if parts:
        turn.draft["parts"] = parts
        told = turn.meaning.slots.get("items") or ()
        turn.draft["kinds"] = {str(one.get("desc")): str(one.get("category") or "") for one in told}
        turn.draft["homes"] = {str(one.get("desc")): str(one["unit"]) for one in told if one.get("unit")}
        return
    if len(named) > 1:
        turn.draft["units"] = named
    summed = re.search(r"合计|共计|一共|总共|总计|累计", turn.text)
    exact = [amounts.fen_of(one) for one in turn.meaning.slots.get("amounts") or ()]
    fens = [fen for fen in exact if fen is not None] or finding_split.amounts(turn.text)
    fens = list(dict.fromkeys(fens))
    if len(fens) > 1 and not (summed and whole.get("amount_fen")):
        turn.draft["amounts"] = fens[:4]


def _suggest_severity(turn: Turn, item: Item) -> None:
    limit = turn.policy.major_yuan * 100
    if limit and not item.get("severity") and (item.get("amount_fen") or 0) >= limit:
        item["severity"] = "major"


def take_missing(turn: Turn) -> Reply:
    reply = _always(turn)
    if reply is not None:
        return reply
    before = _remember(turn)
    gained = _fill(turn)
    if not gained:
        turn.draft["past"] = before
        names_one = "unit" in turn.draft["asked"] and turn.meaning.intent not in ("confirm", "deny", "chitchat")
        return finding_questions.following(turn, UNKNOWN_UNIT if names_one and len(turn.text) <= A_NAME else "")
    turn.draft["raw"].append(turn.text)
    return finding_questions.following(turn)


def _fill(turn: Turn) -> bool:
    """Take what the answer holds for the fields that were asked for; False when it holds nothing."""
    slots, today = dict(turn.meaning.slots), texts.today_of(turn)
    wanted, gained = turn.draft["asked"], False
    named = finding_draft.units_named(turn.lexicon.units, turn.text)
    bare = turn.meaning.intent in ("confirm", "deny", "chitchat") and len(turn.text) <= BARE
    desc = finding_draft.answer_desc(turn.text, slots, turn.lexicon.units) if "desc" in wanted and not bare else ""
    for item in turn.draft["items"]:
        lacking = finding_questions.lacking(item)
        if "unit" in lacking:
            options = [str(slots["unit"])] if slots.get("unit") else list(turn.meaning.unit_options) or named
            gained |= _put_unit(turn, item, options)
        elif item.get("unit"):
            slots.pop("unit", None)
        if "desc" in lacking and desc and not (OPEN_UNIT.fullmatch(desc) and "unit" in wanted):
            item["desc"], item["level"], gained = desc, subjects.level(desc), True
        if gained:
            rest = {key: value for key, value in slots.items() if key != "unit"}
            finding_draft.merge(item, rest, today, turn.lexicon.units)
    return gained


def _put_unit(turn: Turn, item: Item, options: list[str]) -> bool:
    if OPEN_UNIT.fullmatch(turn.text.strip(" 。，")):
        item["unit_open"] = True
        return True
    if options == ["SELF"]:
        options = [turn.actor.unit_name]
    if len(options) > 1:
        item["unit_options"] = options
        return True
    return bool(options) and finding_draft.set_unit(item, options[0], turn.lexicon.units)


def take_choice(turn: Turn) -> Reply:
    reply = _always(turn)
    if reply is not None:
        return reply
    pending = turn.draft["pending"]
    if pending["kind"] == "extra" and turn.meaning.intent == "confirm":
        return _past_extra(turn)
    at = texts.chosen(turn, pending["labels"])
    if at is None and turn.meaning.slots.get("unit") in pending["values"]:
        at = pending["values"].index(turn.meaning.slots["unit"])
    if at is None:
        at = finding_questions.meant(pending["kind"], turn.text, confirmed=turn.meaning.intent == "confirm")
    if at is None and pending["kind"] == "extra":
        return _past_extra(turn)
    if at is None and pending["kind"] == "repeated" and turn.meaning.intent == "submit_finding":
        turn.draft.clear()  # the repetition falls, and the next finding is heard
        return start(turn)
    if at is None:
        return Ask(f"请回复序号，不报了回复“取消”：\n{texts.options(pending['labels'])}", "choice")
    _remember(turn)
    turn.draft.pop("pending")
    return finding_questions.settle(turn, pending["kind"], pending["values"][at]) or finding_questions.following(turn)


def _past_extra(turn: Turn) -> Reply:
    """No choice about the stray words: they fall, and what is said now counts as said at the confirmation."""
    turn.draft.pop("pending")
    turn.draft.pop("extra", None)
    return take_confirm(turn)


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent == "confirm" and not finding_similar.answers(turn):
        finding_source.check_still(turn, turn.draft["source"])
        return Done(finding_record.file_all(turn))
    reply = _always(turn)
    if reply is not None:
        return reply
    text = turn.text.strip(" 。！!")
    if (similar := finding_similar.take(turn)) is not None:
        return finding_questions.following(turn, similar)
    if turn.meaning.intent == "deny":
        return finding_questions.following(turn, "还没有提交。要改哪一项直接说，不报了回复“取消”。\n")
    if AS_LEAD.fullmatch(text) or turn.meaning.intent == "convert_to_lead":
        proofs.forget(turn, turn.draft["media"])  # a lead keeps nothing where findings are kept
        return lead_submit.adopt(turn, turn.draft["items"][0], turn.draft["raw"])
    if TAGS.fullmatch(text):
        return _adopt_tags(turn)
    if PLAIN.fullmatch(text):
        _remember(turn)
        for item in turn.draft["items"]:
            item["level"] = ""
        return finding_questions.following(turn, "已改为普通可见。\n")
    return _drop(turn) or _extend(turn)


def _adopt_tags(turn: Turn) -> Reply:
    """The suggested labels are the submitter's to take (S5)."""
    _remember(turn)
    for item in turn.draft["items"]:
        item["focus"] = "、".join(item.get("tags") or ())
    return finding_questions.following(turn, "已采纳标签。\n")


def _drop(turn: Turn) -> Reply | None:
    found, items = DROP.search(turn.text), turn.draft["items"]
    if found is None or len(items) < 2:
        return None
    word = found[1] or found[2]
    at = (int(word) if word.isdigit() else "一二三四五六七八九十".index(word) + 1) - 1
    if not 0 <= at < len(items):
        return finding_questions.following(turn, f"一共只有{len(items)}条。\n")
    _remember(turn)
    turn.draft["items"] = items[:at] + items[at + 1 :]
    return finding_questions.following(turn, f"已去掉第{at + 1}条。\n")


def _extend(turn: Turn) -> Reply:
    """Words that are no correction: an addition, a bare value, or something to ask about."""
    added = ADD.match(turn.text)
    if added is not None:
        _remember(turn)
        turn.draft["extra"] = added[1].strip()
        finding_questions.settle(turn, "extra", "add")
        return finding_questions.following(turn, "已补充到问题描述。\n")
    change = finding_draft.bare_value(turn.meaning, turn.text)
    if change is not None:
        return _correct(turn, change)
    if turn.meaning.intent in ("chitchat", "greeting", "select") or len(turn.text.strip()) < 3:
        return finding_questions.following(turn, "这条还没提交。\n")
    turn.draft["extra"] = turn.text
    labels = ["补充到问题描述", "不用管它，回到确认"]
    return finding_questions.choose(turn, "extra", "没太明白。刚才这句话是要：", labels, ["add", "ignore"])


def _always(turn: Turn) -> Reply | None:
    """What works at every step: a picture, a step back, a correction."""
    if (came := proofs.take(turn)) is not None:
        turn.draft["media"].append(came)
        return finding_questions.following(turn, "已收到，提交后作为佐证。\n")
    if not turn.text.strip():
        return finding_questions.following(turn)
    if BACK.fullmatch(turn.text.strip(" 。")):
        return _back(turn)
    change = finding_draft.correction(turn.meaning, turn.text, texts.today_of(turn))
    if change is None and turn.meaning.intent == "correct" and turn.meaning.unit_options:
        return _ambiguous(turn)
    return _correct(turn, change) if change is not None else None


def _ambiguous(turn: Turn) -> Reply:
    _remember(turn)
    for item in turn.draft["items"]:
        item.pop("unit", None)
        item["unit_options"] = list(turn.meaning.unit_options)
    return finding_questions.following(turn)


def _correct(turn: Turn, change: Correction) -> Reply:
    items, today = turn.draft["items"], texts.today_of(turn)
    index = change.index
    later = change.field == "found_quarter" and str(change.value) > quarters.quarter_of(today)
    if later or (change.field == "found_at" and str(change.value) > today.isoformat()):
        return finding_questions.following(turn, FUTURE)
    if (
        len(items) > 1
        and index is None
        and change.field not in ("unit", "found_at", "found_quarter", "category", "severity", "basis")
    ):
        return finding_questions.following(turn, "改第几条？请这样说：“第2条金额改成1.2万”。\n")
    chosen = items if index is None else items[index : index + 1]
    before = _remember(turn)
    old = deepcopy(chosen)
    applied = [finding_draft.apply(item, change, turn.lexicon.units) for item in chosen]
    if not applied or not all(applied):
        turn.draft["past"], turn.draft["items"] = before, items
        return finding_questions.following(turn, "没听懂要改成什么，请说“金额改成12.86万”这样的话。\n")
    turn.draft["raw"].append(turn.text)
    _answered(turn, change.field)
    shown = finding_words.changed(old[0], chosen[0], change, today)
    return finding_questions.following(turn, f"{shown}\n")


def _answered(turn: Turn, field: str) -> None:
    """A correction also answers the question that stood open about its field."""
    if field.startswith("amount"):
        turn.draft.pop("amounts", None)
    if field == "unit":
        turn.draft.pop("units", None)
    if field == "category":
        turn.draft["category_asked"] = True


def _remember(turn: Turn) -> list[object]:
    """Keep the draft as it is for 上一步; returns the steps kept before."""
    past: list[object] = turn.draft.get("past", [])
    now = {key: deepcopy(value) for key, value in turn.draft.items() if key not in ("past", "raw")}
    turn.draft["past"] = [*past, now][-PAST:]
    return past


def _back(turn: Turn) -> Reply:
    past = turn.draft.get("past", [])
    if not past:
        return finding_questions.following(turn, FIRST)
    kept = {"raw": turn.draft["raw"], "past": past[:-1]}
    turn.draft.clear()
    turn.draft.update(past[-1] | kept)
    return finding_questions.following(turn, "已回到上一步。\n")


def help_line(actor: Actor) -> str | None:
    if not actor.posts or actor.roles <= {"employee", "sys_admin", "log_auditor"}:
        return None
    return "报问题：报送问题：恒信物流备用金7个月没清，4.2万"


FLOW = Flow(
    name="finding_submit",
    title="问题填报",
    intents=("submit_finding",),
    start=start,
    steps={"missing": take_missing, "choice": take_choice, "confirm": take_confirm, **lead_submit.STEPS},
    help=help_line,
)
