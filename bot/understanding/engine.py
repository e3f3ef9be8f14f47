"""Words to a Meaning: gates first, then fixed wordings, then weighed concepts; pure and safe to share between threads."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from bot.understanding import (
    alerts,
    answers,
    asking,
    bygone,
    commands,
    congress,
    controls,
    corrections,
    deeds,
    describe,
    fillers,
    forms,
    gates,
    hiding,
    intents,
    leads,
    mending,
    misspelt,
    names,
    office,
    opinion,
    orders,
    papers,
    people,
    plainly,
    prying,
    queries,
    reading,
    references,
    referrals,
    reminders,
    submission,
    talks,
    wordings,
    words,
)
from bot.understanding.lazily import compile_all, lazy
from bot.understanding.meaning import Lexicon, Meaning
from bot.understanding.vocabulary import Names

Slots = dict[str, Any]
_CHINA = timezone(timedelta(hours=8))  # the calendar of people's words; no DST since 1991
_TAKEN_IN = ("submit_finding", "submit_lead", "urgent_report")  # what somebody calls it; 12339's matter all the same
_MISHEARD = ("urgent_report", "correct")  # what a question about something past is taken for by its words alone
_SURE = 7.0  # below this weight key words with a typing error are looked for
_LONGEST = 4000  # characters that are understood; WeCom brings 2048 bytes, other systems write as much
_BELIEVED = 0.6  # the least confidence of a reading that takes one more slip for one
# Two wishes in one message: 另外, 再通知…, or two halves with a number each (197通过;199退回).
_AND = lazy(
    r"[,。;\s](?:另外|顺便|顺带|顺手|同时帮我?|再帮我?|还有就是|还要|然后|再(?=把|通知|查|看|催|导|发|给))[,:\s]*"
)
_BOTH = lazy(r"(?<=[^\d\s])[;,]\s*(?=(?:wt-\d{4}-)?\d{3,4}(?![\d.年月日号万元%条个]))")


class Understanding:
    """What the bot makes of messages, for one lexicon and one working calendar."""

    def __init__(self, lexicon: Lexicon, is_workday: Callable[[date], bool]) -> None:
        self.lexicon = lexicon
        self._is_workday = is_workday
        self._units = names.build(lexicon)
        self._people = people.People(lexicon.people)
        self._daily = plainly.Daily()

    def with_lexicon(self, lexicon: Lexicon) -> Understanding:
        """The same engine with other names; the old one stays usable."""
        return self if lexicon is self.lexicon else Understanding(lexicon, self._is_workday)

    @property
    def guarded(self) -> tuple[Names, Names]:
        """The names of units and of people, which are never taken for slips."""
        return self._units.guarded, self._people.guarded

    def load(self) -> None:
        """Makes dictionary and rules ready ahead of the first message; safe in a thread."""
        for make_ready in (words.load, compile_all, intents.rules, opinion.load, misspelt.load, mending.load):
            make_ready()
        self.understand("检查发现采购未招标，金额1万元，12月5日前改", now=datetime(2026, 1, 5, tzinfo=_CHINA))

    def understand(self, text: str, *, now: datetime, roles: frozenset[str] = frozenset()) -> Meaning:
        """Intent and slots of one message. `now` is the business time (aware; naive is taken as Chinese time)."""
        if (plain := plainly.read(text) or self._daily.read(text, roles)) is not None:
            return plain
        if gates.secret_mark(text):
            return Meaning("secret_content", {}, True, 1.0, why=("密级标志",))
        r = self.read(text, now=now, roles=roles)
        if gates.secret_asked(r.flat):
            return Meaning("secret_content", {}, False, 0.9, why=("问能不能发涉密内容",))
        if not re.search(r"[0-9a-z一-龥?👌👍✅①-⑨]", r.flat) or re.fullmatch(r"\s*(?:\[[^\]\d:]{1,6}\]\s*)+", r.flat):
            return Meaning("chitchat", {}, False, 0.9, why=("没有文字",))
        return self._daily.keep(text, roles, _settled(r))

    def read(self, text: str, *, now: datetime, roles: frozenset[str] = frozenset()) -> reading.Reading:
        """What stands in the message, before anybody asks what is wanted."""
        today = (now.astimezone(_CHINA) if now.tzinfo else now).date()
        return reading.read(text[:_LONGEST], self._units, self._people, today, frozenset(roles), self._is_workday)


def _settled(r: reading.Reading) -> Meaning:
    """What the message says; where that is nothing, what it says with one more slip taken for one."""
    meaning = _decide(r)
    if r.mended is None or not _lost(meaning):
        return _restored(r, meaning)
    for twin in mending.others(r.mended, r.units.guarded, r.folk.guarded):
        other = reading.of(twin, r.units, r.folk, r.today, r.roles, r.is_workday)
        found = _decide(other)
        if not _lost(found) and found.confidence >= _BELIEVED and found.intent not in answers.STEERING:
            return _restored(other, answers.beside(r, found))
    return _restored(r, meaning)


def _lost(meaning: Meaning) -> bool:
    """Nothing was made of it, or only that it may be none of ours. A consent under a condition is no such thing."""
    if meaning.intent == "unknown":
        return not meaning.confidence
    return meaning.intent == "out_of_scope" and meaning.confidence < _BELIEVED


def _restored(r: reading.Reading, meaning: Meaning) -> Meaning:
    """What was quoted is given back in the person's own characters."""
    if r.mended is None or not r.mended.pieces:
        return meaning
    return replace(meaning, slots=r.mended.restored(dict(meaning.slots)))


def _decide(r: reading.Reading) -> Meaning:
    """The order of domain.md 5.1: what cannot be undone first, conversation words next, business last."""
    if (hidden := hiding.of(r)) is not None:
        return _meaning(r, *hidden)
    if (proposals := congress.imports(r.body)) is not None and not referrals.spying(r.body):
        return _meaning(r, "congress_intake", True, 1.0, ("导入职代会提案",), proposals)
    if formed := forms.intent(r.flat, r.form):
        return _meaning(r, formed, False, 0.9, ("一张表",))
    if (warned := alerts.of(r.body)) is not None:
        return _meaning(r, "alerts", True, 1.0, ("预警",), warned)
    if topic := prying.about_reporting(r.flat):
        return _meaning(r, "help", False, 0.9, ("问怎么反映、办到哪一步",), {"topic": topic})
    fixed = wordings.fixed(r)
    if fixed in _TAKEN_IN and referrals.spying(r.body):
        return _referred_to(r, "12339")
    if fixed == "urgent_report":
        return _fixed(r, fixed)
    step = leads.of(r) if fixed is None or fixed in ("query_by_number", "return", "assign") else None
    if step is not None:
        return _meaning(r, step[0], bool(r.numbers), 0.95, ("线索的一步",), step[1])
    paper = papers.of(r) if fixed in deeds.NARROWS else None
    if paper is not None:
        return _meaning(r, paper[0], True, 0.95, ("监督办的文稿",), paper[1])
    if fixed is None and (referred := _referred(r)) is not None:
        return referred
    asked = commands.probe(r) if fixed is None or fixed in ("query_by_number", "submit_lead") else None
    if asked is not None and fixed != "submit_lead":
        slots = submission.numbered(r)
        slots.update({"probe": asked} if asked else queries.asked_about(r))
        if asked == "enumeration":
            slots.pop("numbers", None)
        return _meaning(r, "forbidden_access", False, 0.9, ("越权或刺探",), slots)
    if (decided := asking.decided(r)) is not None:
        return Meaning("common_decision", decided, True, 0.95, why=("共性问题的决定",))
    told = deeds.told(r)
    duty = office.of(r, told) if fixed in deeds.NARROWS else None
    if duty is not None and not (duty.intent in office.CONSENTS and commands.conditional(r)):
        return _several(r, [(duty.intent, 1.0)]) or _meaning(r, duty.intent, duty.sure, 0.95, ("一句话说清的事项",))
    deed = deeds.of(r, told) if fixed in deeds.NARROWS else None
    if deed is not None and not (deed in deeds.CONSENTS and commands.conditional(r)):
        return _meaning(r, deed, deeds.certain(r, deed), 0.95, ("一句话说清的事项",))
    control = controls.read(r.body)
    shown = references.alone(r.flat, r.refs) if control is None else None
    if shown is not None:
        return _meaning(r, shown[0], False, 0.8, ("指代",), shown[1])
    if control and not (control[0] == "select" and r.numbers and len(re.sub(r"\D", "", r.body)) > 2):
        return _meaning(r, control[0], control[0] != "anonymous_submit", 1.0, ("会话用语",), control[1])
    if (
        fixed in (None, "accept", "decide_extension")
        and commands.conditional(r)
        and not (
            r.has("FINDING_CMD") or (r.has("DISCOVER") and r.has("DEFECT")) or r.has("MEETING") or r.has("ACCEPTANCE")
        )
    ):
        slots = {**answers.answer(r), "conditional": True, "opinion": describe.trim(r, r.start, len(r.flat))}
        return Meaning(
            "unknown", slots, False, 0.3, options=(("return", 0.5), ("accept", 0.4)), why=("附条件的同意不是同意",)
        )
    searched = asking.of(r, listed=fixed is not None) if fixed in (None, "query_by_unit") else None
    if searched is not None:
        return _meaning(r, searched[0], False, 0.8, ("按词查问题",), searched[1])
    if fixed is not None:
        return _fixed(r, fixed)
    if found := corrections.found_then(r):
        return _meaning(r, "correct", False, 0.8, ("什么时候发现的",), found)
    if (decided := talks.answered(r)) is not None:
        return _meaning(r, "interview", False, 0.8, ("对约谈建议的意见",), decided)
    if reminders.promises(r):
        return _meaning(r, "ack_reminder", False, 0.8, ("答应何时报",))
    if reminders.done(r):
        return Meaning("ack_reminder", {"done": True}, False, 0.8, why=("已办",))
    return _weigh(r)


def _fixed(r: reading.Reading, intent: str) -> Meaning:
    """A fixed wording; one that is nothing but the command tells nothing of the matter."""
    meaning = _meaning(r, intent, True, 1.0, ("固定说法",))
    if (index := wordings.index_of(r)) is not None:
        return replace(meaning, slots={**meaning.slots, "index": index})
    if wordings.bare(r):
        return replace(meaning, slots={k: v for k, v in meaning.slots.items() if k not in ("desc", "reason")})
    return meaning


def _referred(r: reading.Reading) -> Meaning | None:
    """Another door's matter. What is urgent is taken here too: its answer names 110 and 119 itself."""
    if desk := referrals.desk(r.body):
        return _meaning(r, "out_of_scope", False, 0.9, ("应去其他部门",), {"refer": desk})
    number = referrals.elsewhere(r.body)
    if not number or (number in ("110", "119") and _weigh(r).intent == "urgent_report"):
        return None
    return _referred_to(r, number)


def _referred_to(r: reading.Reading, number: str) -> Meaning:
    return _meaning(r, "refer_out", False, 0.9, ("应去其他渠道",), {"refer": number})


def _weigh(r: reading.Reading) -> Meaning:
    ranked, why = intents.score(r.bits)
    if (intents.silent(ranked) or ranked[0][0] in _MISHEARD) and bygone.asks(r.flat) and not r.numbers:
        why = ["问从前的事办到哪了"]
        if r.unit_hits:
            return _meaning(r, "query_by_unit", False, 0.6, tuple(why))
        return Meaning("query_by_number", {}, False, 0.6, why=tuple(why))  # 上次 is when, and no matter of his
    if not ranked or ranked[0][1] < _SURE:
        ranked, why = misspelt.weighed(r, ranked, why)
    if several := _several(r, ranked):
        return several
    if orders.by_name(r):
        return _meaning(r, "assign", False, 0.7, ("点名交办",))
    if (
        r.has("CORR")
        and corrections.sounds_like(r)
        and ranked
        and ranked[0][0] not in ("correct", "assign", "submit_progress", "submit_lead", "submit_finding", "return")
    ):
        named = corrections.read(r)
        if "value" in named and ranked[0][1] < 12:
            return _meaning(r, "correct", False, 0.7, ("更正",), named)
    if corrections.FIELD_IS.match(r.body) and (not ranked or ranked[0][1] < 8) and not r.numbers:
        named = corrections.read(r)
        if "value" in named:
            return _meaning(r, "correct", False, 0.7, ("字段和新值",), named)
    second_one = opinion.of(r, ranked)
    if (liked := second_one.decided) is not None:
        confidence = round(min(0.95, 0.5 + second_one.ahead / 3), 2)
        guess = _meaning(r, liked.intent, False, confidence, (f"像学过的话 {liked.score:+.2f}",))
        return answers.beside(r, guess)
    if intents.silent(ranked):
        return _unknown(r, ranked, second_one.likely)
    best, weight = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    confidence = round(min(0.99, weight / (weight + second + 3)), 2)
    meaning = _meaning(r, best, False, confidence, tuple(why))
    if best == "correct" and not meaning.slots.keys() & {"field", "target"} and len(ranked) > 1 and ranked[1][1] >= 6:
        meaning = _meaning(r, ranked[1][0], False, confidence, tuple(why))
    top = ranked[0][1]
    return replace(
        meaning,
        explicit=confidence >= 0.5 and wordings.certain(r, meaning.intent),
        confidence=confidence,
        options=tuple((n, round(w / top, 2)) for n, w in ranked[:3]),
    )


def _unknown(r: reading.Reading, ranked: list[tuple[str, float]], likely: Sequence[opinion.Like]) -> Meaning:
    """Nothing decided. Slots of an answer are filled all the same; a question about nothing of ours is out of scope."""
    if (searched := asking.loose(r)) is not None:
        return _meaning(r, searched[0], False, 0.6, ("按词查问题",), searched[1])
    slots = answers.answer(r)
    options = tuple((one.intent, round(1 + one.score, 2)) for one in likely)
    options = options or tuple((n, round(w / 10, 2)) for n, w in ranked[:3])
    size = len(r.body.strip())
    if not slots and not ranked and size >= 4 and (r.has("ASK") or re.match(r"(?:帮我|给我|请|能不能|可以)", r.body)):
        return Meaning("out_of_scope", {}, False, 0.4, why=("问的不是监督事项",))
    if not slots and not ranked and size <= 6 and r.has("GREET"):
        return Meaning("chitchat", {}, False, 0.6)
    return Meaning("unknown", slots, False, 0.0, r.fitting, options, ("没有足够的依据",))


def _several(r: reading.Reading, ranked: list[tuple[str, float]]) -> Meaning | None:
    """Two different wishes joined by 另外/顺便: both are named, neither is guessed away."""
    joined = _AND.search(r.body)
    found = joined or _BOTH.search(r.body)
    if not found or not ranked or not (joined or any(n.end <= r.start + found.start() for n in r.numbers)):
        return None
    parts = (r.body[: found.start()], r.body[found.end() :])
    if min(len(p.strip()) for p in parts) < 4:
        return None
    own = r.mended.restored if r.mended is not None else str
    whole = (own(r.raw[r.start : r.start + found.start()]), own(r.raw[r.start + found.end() :]))
    read = [reading.read(p, r.units, r.folk, r.today, r.roles, r.is_workday) for p in whole]
    meanings = [_meaning_of_part(p) for p in read]
    kinds = [m.intent for m in meanings]
    sure = all(m.explicit or m.confidence >= 0.55 for m in meanings)
    if (
        kinds[0] == kinds[1]
        or not sure
        or {"unknown", "chitchat", "confirm", "submit_finding", "submit_lead"} & set(kinds)
    ):
        return None
    slots: Slots = {"intents": kinds, "parts": [{"intent": m.intent, "slots": dict(m.slots)} for m in meanings]}
    return Meaning("multi_intent", {**slots, **submission.numbered(r)}, False, 0.7, why=("一句多事",))


def _meaning_of_part(r: reading.Reading) -> Meaning:
    fixed = wordings.fixed(r)
    duty = office.of(r, deeds.told(r)) if fixed in deeds.NARROWS else None
    if fixed or duty:
        return _meaning(r, duty.intent if duty else fixed or "", True, 1.0, ())
    ranked, why = intents.score(r.bits)
    if intents.silent(ranked):
        return Meaning()
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    return _meaning(r, ranked[0][0], False, ranked[0][1] / (ranked[0][1] + second + 3), tuple(why))


def _meaning(
    r: reading.Reading, intent: str, explicit: bool, confidence: float, why: tuple[str, ...], slots: Slots | None = None
) -> Meaning:
    """The Meaning with the intent's own slots, and what an answer would hold where the intent has no say."""
    if intent == "submit_quarter_info" and fillers.only_no_issue(r):
        intent = "declare_no_issue"
    filled = fillers.fill(intent, r) if slots is None else dict(slots)
    if intent in ("correct", "select", "deny", "confirm", "ack_reminder", "cancel"):
        filled = {**answers.answer(r), **filled}
        if "number" in filled:
            filled.pop("numbers", None)
    if intent not in references.UNPOINTED:
        filled = references.pointing(r.refs, filled)
    return Meaning(intent, filled, explicit, confidence, r.fitting, ((intent, 1.0),), why)
