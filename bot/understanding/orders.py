"""Slots of what is ordered and decided of a finding: assigning, extensions, acceptance, reopening, withdrawing."""

import re
from datetime import date
from typing import Any

from bot.understanding import describe, errands, numerals
from bot.understanding.lazily import lazy
from bot.understanding.plainwords import LEADING
from bot.understanding.reading import Reading
from bot.understanding.submission import numbered, place

Slots = dict[str, Any]

_RECT = (("immediate", "立行立改|立即整改"), ("phased", "分阶段|分步整改|分期"), ("ongoing", "持续整改|长期"))
_EXTEND = lazy(
    r"延期|宽限|推迟|往后推|往后延|延长|延到|延至|再延|缓一缓|缓几天|晚几天|顺延|延后|展期|推到|推后|同意|批准|缓|弄不完|完不成|来不及|赶不上|改不完|再给|多给|行不行|能不能|可不可以|可以吗|行吗|^wt|申请"
)
_RETURN = lazy(
    r"退回|打回|不通过|驳回|不予|不合格|不同意|返工|重弄|不认可|没通过|未通过|重新整改|重做|这材料不行|不行$|通不过|^wt|佐证?不行"
)
_ACCEPT = lazy(r"同意|通过|准予|予以销号|销号|合格|批准|^wt|验收")
_REOPEN = lazy(r"重启|重新打开|恢复整改|重新启动|重开|再启动|依据|根据|^wt|重新督办")
_TO_LEAD = lazy(
    r"按(?:一般)?问题(?:走|办|处理)|转线索|转为|当线索|按线索|别当问题|转成|作为线索|改为线索|^wt|列为|移交|移送|转交|转送"
)


def days_of(r: Reading) -> Slots:
    """`days` (and `workdays`) of a bare length: 宽限半个月, 一周, 15个工作日."""
    for hit in r.dates:
        if hit.days and not hit.back:
            return {"days": hit.days, **({"workdays": True} if hit.workdays else {})}
    return {}


_TOO_SOON = lazy(
    r"[^,。;\s]{0,4}(?:弄不了|弄不完|交不了|报不了|办不了|做不了|完不成|来不及|不行|没空)"
)  # 今天弄不了, 周四前报


def future(r: Reading, *, last: bool = False) -> date | None:
    hits = [
        d.toward(r.today, "future") for d in r.dates if d.kind in ("day", "end") or (d.kind == "period" and d.before)
    ]
    hits = [d for d in hits if not d.back]
    hits = [d for d in hits if not _TOO_SOON.match(r.flat, d.end)] or hits
    return (hits[-1] if last else hits[0]).last if hits else None


def with_reason(r: Reading, out: Slots, command: re.Pattern[str], key: str = "reason") -> Slots:
    if words := describe.reason(r, command):
        out[key] = words
    return out


_CHANGED = lazy(
    r"(?:改成|改为|换成|换为|变更为|改派给?|改由|让|由|换(?=[一-龥]{2,3}(?:接|跟|来|管|负责)))\s*(?=[一-龥]{2,4}(?:接|来|负责|牵头|办|$|[\s,。])|[一-龥])"
)
_LEADS = lazy(rf"{LEADING}|主办(?!方)|抓总")
_HELPS = lazy(r"配合|协办|协助|会同|帮衬|搭把手|打下手|敲边鼓|跟着")


def assign(r: Reading) -> Slots:
    out: Slots = {**numbered(r), **place(r)}
    if out.get("unit") and r.company() == [] and (_LEADS.search(r.flat) or "配合" in r.flat):
        del out["unit"]
    changed = list(_CHANGED.finditer(r.flat))
    anew = [m for m in changed if m[0][0] in "改换变"]  # 由A换为B; in 由A牵头、让B配合 the first is meant
    changed_at = (anew[-1] if anew else changed[0]).end() if changed else None
    labelled = [p for p in r.people if p.label in ("责任人", "整改责任人", "承办人", "负责人", "责任领导")]
    after = [p for p in r.people if changed_at is not None and p.start >= changed_at]
    chosen = after or labelled or r.people
    if chosen:
        out["person"] = chosen[0].name
    wanted = re.search(r"(?:整改)?要求(?:是|为|:|其|他们)?\s*(?P<q>[^\s:]{2,60}?)[\s。!]*$", r.flat)
    if wanted:
        out["requirement"] = r.raw[wanted.start("q") : wanted.end("q")]
    if re.search(
        r"换个?(?:责任)?人|不再是|改派|改由|改成|换成|换为|变更为|换[一-龥]{2,3}接|调走|更换责任人|重新指派", r.flat
    ):
        out["reassign"] = True
    due = future(r)
    if due:
        out["due"] = due.isoformat()
    out.update({k: v for k, v in days_of(r).items() if "due" not in out})
    for name, pattern in _RECT:
        if re.search(pattern, r.flat):
            out["rect_type"] = name
            break
    if lead := _LEADS.search(r.flat):
        _lead_orgs(r, out, lead)
    return out


def _lead_orgs(r: Reading, out: Slots, mark: re.Match[str]) -> None:
    helping = _HELPS.search(r.flat)
    hits = [h for h in errands.named(r, r.start, len(r.flat)) if len(h.codes) == 1]
    hits = [h for h in hits if r.units.is_department(h.codes[0])]
    orgs = [(h.start, r.units.name(h.codes[0])) for h in hits]
    ends = {r.units.name(h.codes[0]): h.end for h in hits}
    before = [n for s, n in orgs if s < mark.start() and mark.start() - ends[n] <= 1]
    after = [n for s, n in orgs if 0 <= s - mark.end() <= 4]
    chosen = before or after
    if chosen:
        out["lead_org"] = chosen[0]
    if helping:
        rest = [n for _, n in orgs if n != out.get("lead_org")]
        if rest:
            out["co_orgs"] = rest
    if "lead_org" in out and out.get("unit") == out["lead_org"]:
        del out["unit"]
    out.pop("units", None) if "lead_org" in out else None


_MOVED = lazy(r"(?:延期?|展期?|顺延|缓|宽限?|推迟?|挪|调整?)\s*(?:到|至|为)\s*$")


def extension(r: Reading) -> Slots:
    out = numbered(r)
    if "new_due" in r.form:
        start, end = r.form["new_due"]
        inside = [d for d in r.dates if start <= d.start < end]
        if inside:
            out["new_due"] = inside[0].toward(r.today, "future").last.isoformat()
    else:
        target = _new_due(r)
        if target:
            out["new_due"] = target.isoformat()
    if "new_due" not in out:
        out.update(days_of(r))
    if re.search(
        r"再(?:给)?延|再(?:申请)?(?:一次)?延|延过一?[回次]|再宽限|再次延|二次延|第二次|又要延|第[二三23][回次](?:延|张嘴|开口|申请|来)|还得延|再给.{0,6}(?:天|时间)|再推",
        r.flat,
    ):
        out["repeat"] = True
    return with_reason(r, out, _EXTEND)


def _new_due(r: Reading) -> date | None:
    """The day after 到/至; a day that only says what cannot be met (这个月底弄不完) is not it."""
    hits = [
        d.toward(r.today, "future")
        for d in r.dates
        if d.kind in ("day", "end", "period") and not d.back and d.days is None
    ]
    aimed = [d for d in hits if re.search(r"(?:到|至|改为|改成|为|推|延|延期|宽限)\s*$", r.flat[: d.start])]
    if aimed:  # 缓到12月25日 before 排产排到月中
        return next((d for d in aimed if _MOVED.search(r.flat[: d.start])), aimed[-1]).last
    free = [
        d
        for d in hits
        if d.kind != "period"
        and not re.match(r"[^,。;]{0,6}(?:弄不完|完不成|来不及|做不完|改不完|赶不上|到期)", r.flat[d.end :])
        and not re.search(r"(?:赶不上|来不及|完不成|弄不完|过不了)[^,。;]{0,2}$", r.flat[: d.start])
        and not re.search(r"(?:原|原定|原时限|本来|应于|应该)[^,。;]{0,6}$", r.flat[: d.start])
    ]
    spoken = [
        d
        for d in free
        if re.match(r"\s*(?:前|之前|完成|再|可以|行)?", r.flat[d.end :])
        and not re.search(r"(?:预计|发|收到)", r.flat[d.end : d.end + 4])
    ]
    return (
        spoken[-1].last
        if spoken
        and re.search(r"延|宽|推|缓|晚|赶不上|来不及", r.flat)
        and len(free) == 1
        and (free[0].before or re.search(r"(?:可以|行|能|再|吧|行不行)", r.flat))
        else None
    )


# What is said first decides: 延期准了，过了这天不再批.
_BESIDE, _ALIKE = lazy(r"(?:跟|和|与|同)\s*$"), lazy(r"号?(?:那条|这条|的)?\s*(?:重|一样|相同|是同)")  # 跟0030重了
_REFUSED = lazy(r"不(?:再)?(?:批|同意|予|准|能|行|可以|得(?!不)|给|延|允许|许)|驳回|别延|退回|按原来的|维持原")
_GRANTED = lazy(r"同意|批准|照准|准予|准许|准了|批了|可以延|准延")


def decide_extension(r: Reading) -> Slots:
    out = extension(r)
    if re.search(r"转(?:为|成)?持续整改|持续整改", r.flat):
        return {**numbered(r), "decision": "convert_ongoing"}
    refused, granted = _REFUSED.search(r.flat), _GRANTED.search(r.flat)
    out["decision"] = "reject" if refused and (not granted or refused.start() < granted.start()) else "approve"
    return out


_PAPER = r"(?:佐证|材料|证据|附件|证明|票据|凭证|照片|单据|报告|回单|复印件|扫描件)"
_MANY = r"\d{1,3}|[一二三四五六七八九十两]{1,3}"
_COUNTED = lazy(
    rf"{_PAPER}[^,。;]{{0,8}}?(?P<n>{_MANY})\s*[份张页件个]|(?P<m>{_MANY})\s*[份张页件](?:[^,。;]{{0,4}})?{_PAPER}"
)


def acceptance(r: Reading) -> Slots:
    out = numbered(r)
    if count := _COUNTED.search(r.flat):
        many = count["n"] or count["m"]
        value = int(many) if many.isdecimal() else numerals.parse_numeral(many)
        if value:
            out["evidence_count"] = value
    if re.search(r"佐证|材料|证明|报告|纪要|照片|凭证", r.flat):
        out["has_evidence"] = True
    described = describe.without_numbers(r)
    if described and not re.fullmatch(r"(?:申请|提请|报请|请)?(?:予以|组织)?(?:验收|销号)\W*", described):
        out["desc"] = described
    return out


def accept(r: Reading) -> Slots:
    out = numbered(r)
    if re.search(r"都|全部|全都|统统|一起", r.flat) and "number" not in out:
        out["bulk"] = True
    return with_reason(r, out, _ACCEPT, "opinion")


def send_back(r: Reading) -> Slots:
    out = numbered(r)
    due = [d.toward(r.today, "future") for d in r.dates if d.before]
    if due:
        out["due"] = due[-1].last.isoformat()
    return with_reason(r, out, _RETURN)


def reopen(r: Reading) -> Slots:
    """A bare serial may belong to an earlier year here: then `serial` is told and no year is guessed (P5)."""
    out = numbered(r)
    if len(r.numbers) == 1 and r.numbers[0].bare:
        serial = out.pop("number").rsplit("-", 1)[-1]
        out["serial"] = serial
        out["number_options"] = [f"WT-{r.today.year}-{serial}", f"WT-{r.today.year - 1}-{serial}"]
    if words := describe.basis(r):
        out["basis"] = words
    if behind := re.search(r"(?:重启|重新打开|重开|恢复整改)[:]\s*(?=[^\s]{3})", r.flat):
        out["reason"] = describe.trim(r, behind.end(), len(r.flat))
        return out
    return with_reason(r, out, _REOPEN)


def withdraw(r: Reading) -> Slots:
    out = numbered(r)
    twins = {n.value for n in r.numbers if _ALIKE.match(r.flat, n.end) and _BESIDE.search(r.flat[: n.start])}
    if left := [number for number in out.get("numbers", ()) if number not in twins]:
        out = {"number": left[0]} if len(left) == 1 else {"numbers": left}
    if not out:
        out["ref"] = "last_submitted_by_me"
    return with_reason(r, out, re.compile(r"撤|收回|删|作废|^wt"))


def to_lead(r: Reading) -> Slots:
    out = numbered(r)
    words = describe.reason(r, _TO_LEAD)
    if words:
        out["desc"] = words
    return out


_TO_BE_DONE = lazy(r"整改|改完|改好|弄完|搞完|办结|办完|完成|落实|反馈")


def by_name(r: Reading) -> bool:
    """Whether the office orders somebody by his name: 周涛12月10日前整改0123, 陈静一周内改完0123."""
    if not r.has("R_OFFICE") or not r.numbers or not r.people or not r.dates:
        return False
    first = r.people[0]
    led = first.known and first.start <= r.start + 1 and 0 <= r.dates[0].start - first.end <= 1
    return led and not r.has("ASK") and _TO_BE_DONE.search(r.body) is not None and not re.search("已|了", r.body)
