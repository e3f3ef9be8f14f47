"""One message read once: its flat twin and everything found in it, before anybody asks what is wanted."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from bot.understanding import (
    amounts,
    categories,
    concepts,
    dates,
    forms,
    intents,
    mending,
    names,
    numbers,
    numerals,
    people,
    phrases,
    references,
    spans,
    trade,
    twins,
)
from bot.understanding import text as texts
from bot.understanding.lazily import lazy

ASK = lazy(
    r"[?]|(?:吗|么|没|呢|啥|不|没有)[\s。!,]*$|(?:(?<!发现)(?<!没)(?<!有)什么|(?<!没)有什么|哪些|哪个|哪家|谁|几个|几条|几件|多少|怎么|咋|如何|是否|能否|可否|能不能|可不可以|有没有|行不行|是不是|要不要|会不会|几号|何时|为啥|为什么|哪儿|哪里|好不好|对不对)"
)
_PERCENT = lazy(
    r"(?<![\d.])(\d{1,3}(?:\.\d+)?)\s*(?:%|％)|百分之([零一二三四五六七八九十百]{1,4}|\d{1,3})|(?:完成|进度|进展|做了|弄了|改了|整改完|改完|干了|已经|大概|差不多|完成度|完成率|干到|做到|改到|弄到|推进到)(?:到|了|约|大概|:|\s)*(?:(\d{1,2})成|([一二三四五六七八九])成)|(一半)(?=了|,|。|$)|(?:^|[\s,。;])([一二三四五六七八九]|\d)成(?=吧|左右|多|了|[\s,。]|$)"
)
_HALF_DONE = lazy(
    r"(?:改|做|弄|装|建|修|清理?|收|办理?|完成|进行|处理|整理|落实)(?:到|了|完)*(?:差不多|大概|约|将近|快|过)?一半$|(?:[,\s]|^)(?:差不多|大概|约|将近|快|过|完成)一半$"
)
_SAME_SHARE = lazy(r"了?[\s,(]*(?:约|大概|也就是|即)?50\s*%")
_ITEM = lazy(
    r"(?:^|[\s:,;。\n])(?:[(]?(\d{1,2})[.、)](?!\d)|([①②③④⑤⑥⑦⑧⑨])|第?([一二三四五六七八九十])[、.是](?!季)|[(]([一二三四五六七八九十])[)])"
)
_LOOK = lazy(r"(?:^|[\s,。!?:])(?:我?想|帮我|给我|再|请|麻烦|帮忙|我要|能不能)?(?:看|查)(?![了见到出起管守处实明获过])")
_SUBMITS = lazy(
    r"(?:我|我们|这边|帮我|请|再|给)*(?:提|报|登|录|记|加|补|反馈|上报|提交|登记|新增|补报|发现|填)(?:了)?(?:一|两|二|三|几|1|2|3|个|如下|以下)?[条个件项点]?[^,。:?]{0,8}(?:问题|隐患)(?!整改|进展|清单|台账|登记表|线索|怎么|的整改)"
)
# 三天内先报整改方案: the day of a plan is no deadline of the matter itself.
_PLAN_FIRST = lazy(
    r"(?:之?内|之?前|以内|以前)?\s*(?:要|须|必须)?先(?:报|交|拿|出|提交|上报|制定|提)[^,。;]{0,6}(?:方案|计划|措施)"
)
# 约谈一下物流的负责人，0012三次催办都没动静: who is to be talked to, though the number and the urging are named, too
_TALK = lazy(r"\s*(?:请|建议|要|得|该|想|先|那就)?约谈(?:一下|下)?(?!了|过|记录|情况|结果|建议|后|完|已|提|\s*[::])")
_COMPLAINS = lazy(r"(?:咋|怎么|为啥|为什么|为何)(?:还|老|总|一直|又)(?:是)?(?:不|没)")
_NO_FINDING = frozenset({"XS", "YT", "HY", "LJ", "DB", "JH"})  # numbers of which nothing of a finding can be said
_ONLY = ("", "进度", "进展", "情况", "状态", "现状")  # of what stands beside a number alone
STATEMENT = lazy(r"了|已|完成|正在|准备|计划|目前|预计")
_CAT_QUERY = lazy(
    r"(?P<c>%s)(?:类|方面|领域|上的?(?=事|问题)|(?=问题)|的?(?=(?:[这那]|这一|那一)?块))|(?:只[要看查]|光[要看查]|仅[要看])(?P<d>%s)的?(?=[,。;\s]|$)"
)


@dataclass(slots=True)
class Reading:
    """`raw` is what people see, `flat` its twin of the same length; `start` is where the message proper begins."""

    raw: str = field(repr=False)
    flat: str = field(repr=False)
    start: int
    today: date
    roles: frozenset[str]
    units: names.Units
    folk: people.People
    is_workday: spans.Workday
    words: concepts.Concepts
    numbers: list[numbers.MatterNumber]
    dates: list[spans.DateHit]
    amounts: list[amounts.Amount]
    unit_hits: list[names.UnitHit]
    people: list[people.PersonHit]
    percent: int | None
    category: str | None  # asked for by name (采购类)
    items: list[tuple[int, int]]  # spans of a numbered list
    form: dict[str, tuple[int, int]]  # label -> span of its value
    refs: list[references.Reference] = field(default_factory=list)  # 这条, 第二条: matters meant without their number
    bits: int = 0
    mended: twins.Mended | None = None

    @property
    def body(self) -> str:
        return self.flat[self.start :]

    @property
    def said(self) -> str:
        """The person's own characters, where `raw` holds the places of mended ones."""
        return self.mended.said if self.mended is not None and self.mended.pieces else self.raw

    def company(self) -> list[names.UnitHit]:
        return [h for h in self.unit_hits if not self.units.is_department(h.codes[0])]

    def departments(self) -> list[names.UnitHit]:
        return [h for h in self.unit_hits if self.units.is_department(h.codes[0])]

    def leads(self) -> list[str]:
        return [n.value for n in self.numbers if n.value.startswith("XS-")]

    @property
    def acted_on(self) -> references.Reference | None:
        """The matter that an order or a report means without its number."""
        return next((f for f in self.refs if f.acting), None)

    @property
    def fitting(self) -> tuple[str, ...]:
        """Units that one name fits; empty when nothing is ambiguous."""
        hit = next((hit for hit in self.unit_hits if len(hit.codes) > 1), None)
        return tuple(self.units.name(code) for code in hit.codes) if hit is not None else ()

    def has(self, name: str) -> bool:
        return (
            bool(self.bits & intents.fact(name))
            if name in intents.FACTS or name in intents.EXTRA
            else name in self.words
        )


def is_question(words: str) -> bool:
    """Whether words have the form of a question, whatever they ask."""
    return ASK.search(texts.flatten(texts.tidy(words))) is not None


def blank(flat: str, spans: list[tuple[int, int]]) -> str:
    """The text with these spans made unreadable, so that 12月5日 is not money and 0123 is not a day."""
    for start, end in spans:
        flat = flat[:start] + "\0" * (end - start) + flat[end:]
    return flat


_BARE_SHARE = lazy(r"(?:百分比|完成度|完成率|完成比例|整改进度|进度)\s*[:]\s*(\d{1,3})\s*(?:\n|$)")


def _percent(flat: str) -> int | None:
    """The first share of the work that is said: 整改率60%, 完成六成, 清理了一半. A half of something else has none."""
    if (bare := _BARE_SHARE.search(flat)) and int(bare[1]) <= 100:
        return int(bare[1])
    found = _PERCENT.search(flat)
    return _share(found, flat) if found else None


def _share(found: re.Match[str], flat: str) -> int | None:
    if found[6]:
        return 10 * (int(found[6]) if found[6].isdecimal() else numerals.parse_numeral(found[6]) or 0)
    if found[5]:
        if _HALF_DONE.search(flat[: found.end(5)]):
            return 50
        same = _SAME_SHARE.match(flat, found.end(5))  # 一半，50%
        return 50 if same else None
    if found[3] or found[4]:
        return 10 * (int(found[3]) if found[3] else numerals.parse_numeral(found[4]) or 0)
    said = found[1] or found[2]
    value = int(float(said)) if said[0].isdecimal() else numerals.parse_numeral(said)
    return value if value is not None and 0 <= value <= 100 else None


def _items(flat: str) -> list[tuple[int, int]]:
    """Spans of a numbered list's entries: at least two, counted up from one."""
    found: list[tuple[int, int]] = []
    expected = 1
    order = "一二三四五六七八九十"
    for m in _ITEM.finditer(flat):
        said = m[1] or m[2] or m[3] or m[4]
        value = (
            int(said)
            if said.isdecimal()
            else ("①②③④⑤⑥⑦⑧⑨".index(said) + 1 if said in "①②③④⑤⑥⑦⑧⑨" else order.index(said) + 1)
        )
        if value == expected:
            found.append((m.start(), m.end()))
            expected += 1
    if len(found) < 2:
        return []
    starts = [end for _, end in found]
    ends = [start for start, _ in found[1:]] + [len(flat)]
    return list(zip(starts, ends, strict=True))


_CATEGORY: list[re.Pattern[str]] = []


def _category(flat: str) -> str | None:
    if not re.search(r"类|方面|领域|上的?事|上的?问题|问题|块|[只光仅]", flat):
        return None
    if not _CATEGORY:
        names_ = "|".join(sorted(categories.names(), key=len, reverse=True))
        _CATEGORY.append(re.compile(_CAT_QUERY.pattern % (names_, names_)))
    found = _CATEGORY[0].search(flat)
    return categories.named(found["c"] or found["d"]) if found else None


def read(
    raw: str, units: names.Units, folk: people.People, today: date, roles: frozenset[str], is_workday: spans.Workday
) -> Reading:
    """Everything that can be found without knowing what the person wants."""
    raw = texts.tidy(raw)
    mended = mending.mend(raw, texts.flatten(raw), units.guarded, folk.guarded)
    return of(mended, units, folk, today, roles, is_workday)


def of(
    mended: twins.Mended,
    units: names.Units,
    folk: people.People,
    today: date,
    roles: frozenset[str],
    is_workday: spans.Workday,
) -> Reading:
    """The same of a text whose slips were mended."""
    raw, flat = mended.raw, trade.plain(mended.flat)
    found_numbers = numbers.find(flat, today.year)
    free = blank(flat, [(n.start, n.end) for n in found_numbers])
    leads = [(n.start, n.end) for n in found_numbers if n.value.startswith("XS-")]  # their letters are no words
    found_dates = dates.find(free, today, is_workday)
    free = blank(free, [(d.start, d.end) for d in found_dates if d.kind != "length"])
    found_dates = [d for d in found_dates if not _PLAN_FIRST.match(flat, d.end)]
    found_amounts = amounts.find(free, raw)
    people_hits = [hit for hit in folk.find(flat, raw) if hit.known or not units.called(hit.name)]
    # 佘国庆 is no holiday; whether 周一 is somebody or a day is left open.
    named = [(hit.start, hit.end) for hit in people_hits if hit.known]
    found_dates = [d for d in found_dates if not any(first < d.start and d.end <= last for first, last in named)]
    unit_hits = units.find(flat)
    form = forms.read(flat)
    out = Reading(
        raw, flat, texts.skip_prefix(flat), today, roles, units, folk, is_workday, concepts.Concepts(blank(forms.unasked(flat, form), leads)), found_numbers, found_dates,
        found_amounts, unit_hits, people_hits, _percent(free), _category(flat), _items(flat), form,
    )  # fmt: skip
    out.mended = mended
    out.refs = references.find(flat, out.start)
    more, less = _facts(out)
    out.bits = (out.words.bits & ~less) | (more & ~less)
    return out


def _asks_of_stranger(r: Reading) -> bool:
    """A question about a unit of no lexicon is still a question about a unit."""
    wanted = r.words.first.keys() & {"LIST", "COUNT", "STATUS_Q", "QUERY", "OPEN", "OVERDUE"}
    return bool(wanted and "DISCOVER" not in r.words and names.stranger(r.body))


def _facts(r: Reading) -> tuple[int, int]:
    """Bits that the engine adds to those of the words, and bits that a phrase takes away."""
    body = forms.unasked(r.flat, r.form)[r.start :]
    numbered = [n for n in r.numbers if n.value[:2] not in _NO_FINDING]
    rest = blank(r.flat, [(n.start, n.end) for n in r.numbers] + [(d.start, d.end) for d in r.dates])[r.start :]
    rest = re.sub(r"[\0\s,。、;:!?.\-号]|那个|那条|这个|这条|的|问题|编号|去年|今年|前年", "", rest)
    asked = bool(ASK.search(body)) and not ("URGE" in r.words and _COMPLAINS.search(body))
    if "NO_ISSUE" in r.words and not re.search(r"[?吗呢]|(?<![什怎])么", body):
        asked = False  # 没查出什么问题 asks nothing
    size = len(re.sub(r"\s", "", body))
    facts = {
        "NUM": bool(numbered) or (not r.numbers and r.acted_on is not None), "NUMS": len(numbered) > 1, "LEADNUM": any(n.value.startswith("XS-") for n in r.numbers), "UNIT": bool(r.company()) or _asks_of_stranger(r), "DEPT": bool(r.departments()),
        "PERSON": bool(r.people), "AMOUNT": bool(r.amounts), "DAY": any(d.kind in ("day", "end") for d in r.dates), "PERIOD": any(d.kind in ("period", "end") for d in r.dates),
        "PERCENT": r.percent is not None, "ASK": asked, "LONG": size >= 16, "SHORT": size <= 12, "FORM": len(r.form) >= 2, "ITEMS": bool(r.items),
        "ONLYNUM": bool(r.numbers) and rest in _ONLY, "CATNAME": r.category is not None, "STATEMENT": bool(STATEMENT.search(body)),
        "R_LEAD": bool(r.roles & {"disc_manager", "acct_staff", "lead_officer"}), "R_OFFICE": bool(r.roles & {"office_staff", "office_director", "leading_group"}),
        "R_UNIT": bool(r.roles & {"unit_liaison", "resp_person", "unit_head"}), "R_MEMBER": bool(r.roles & {"member_liaison", "member_head", "audit_staff", "union_staff"}),
        "R_WORKER": bool(r.roles) and r.roles <= {"employee"}, "PASS": bool(re.search(r"同意.{0,16}(?:销号|通过|验收)|(?<!不)(?<!未)(?<!没)(?:通过|合格|过了|可以了|同意)(?:吧|了|的|哈|呀)*[\s。!,]*(?:$|,)", body)), "LENGTH": any(d.kind == "length" for d in r.dates),
        "CATWORD": size >= 6 and categories.any_in(r.flat), "COUNTED": bool(re.search(r"\d\s*(?:项|个|条)", body)), "TALK": bool(_TALK.match(body)),
    }  # fmt: skip
    bits = concepts.mask("QUERY") if _LOOK.search(body) else 0
    if _SUBMITS.match(body) and not asked:
        bits |= concepts.mask("FINDING_CMD")
    for name, true in facts.items():
        if true:
            bits |= intents.fact(name)
    added, dropped = phrases.of(body)
    for name in added:
        bits |= concepts.mask(name)
        r.words.first.setdefault(name, r.start)
    drop = 0
    for name in dropped - added:
        drop |= concepts.mask(name)
        r.words.first.pop(name, None)
    return bits, drop
