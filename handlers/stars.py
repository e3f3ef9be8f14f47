"""What T7 wants before an application for acceptance: which of it is missing, and what an answer gives to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from handlers.rules import amounts
from storage.matters import Finding

__all__ = ["FIELDS", "Field", "accountability", "corrected", "missing", "needed", "read", "recovered_fen"]


@dataclass(frozen=True, slots=True)
class Field:
    """name: the key in the draft. label: as people write it before a colon. question: how it is asked."""

    name: str
    label: str
    question: str
    hint: re.Pattern[str]


CAUSES = ("制度缺失", "岗位未分离", "作风操守", "能力不足", "外部因素")
_BACK = re.compile(
    r"(?:挽回|收回|追回|退回)(?:了|金额|损失|共|合计|资金|款项|[:：])*\s*"
    r"([\d零一二三四五六七八九十百千万亿两.,]+[万亿元千百]*\d?)"
)
_NOT_NEEDED = re.compile(
    r"(?:无需|无须|不需要?|不用|不必|不予|没有?必要|免于|免予)(?:追责|追究|问责|处理|进行)*(?:责任|个人)*|不涉及(?:问责|追责)?"
)
_BLAME = "“诫勉谈话1人”"
_NO_BLAME = "“无需问责，属历史遗留，责任人已退休”"
_REASON = 2  # characters that may be a reason
_WAY = re.compile(
    "批评|教育|谈话|诫勉|通报|处分|警告|记过|降级|降职|撤职|免职|扣[发罚减]|罚款|经济处罚|绩效|检查|检讨|调离|调整岗位|提醒|约谈"
    "|解除|开除|辞退|组织处理|移送|停职"
)
_NUMERAL = r"(\d{1,3}|[一二两三四五六七八九十]{1,3})"
_IN_ALL = re.compile(
    rf"(?:共计?|合计|总计|(?:已|共)?(?:问责|追责|追究|处理)(?:责任人(?:员)?|人员|了)*)\s*{_NUMERAL}\s*(?:人|名|个人)"
)
_EACH = re.compile(rf"{_NUMERAL}\s*(?:人|名|个人)")
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
NONE = re.compile(r"^\W*(?:没有?|无|暂无|零|0元?|未挽回|无挽回|不涉及)\W*$")

_MEASURES = Field(
    "measures", "措施", "做了哪些整改措施？", re.compile(r"已|完成|修订|清理|收回|整改|建立|开展|签订|培训")
)
_EVIDENCE = Field(
    "evidence", "佐证", "缺佐证材料，请上传后再申请。（直接发图片、文件，或写一句材料名称）",
    re.compile(r"佐证|附件|材料|证明|纪要|凭证|照片|图片|扫描|截图|报告|回单|台账|合同|文件|[〔\[]20\d\d[〕\]]"),
)  # fmt: skip
_CAUSE = Field(
    "root_cause", "原因", f"问题的原因是哪一类？（{'、'.join(CAUSES)}、其他）",
    re.compile("|".join(CAUSES) + "|其他|原因|制度|岗位|作风|能力|意识|外部|管理"),
)  # fmt: skip
_ACCOUNTABILITY = Field(
    "accountability", "问责", "问责情况？（已问责几人、什么方式；或“无需问责”及理由）",
    re.compile(r"问责|批评|处分|扣罚|谈话|诫勉|通报|追究|无需|无须|不需"),
)  # fmt: skip
_INSTITUTION = Field(
    "institution_fix", "制度", "制度完善情况？（制度名称和文号；或“无需”及理由）",
    re.compile(r"制度|办法|细则|规定|规程|手册|流程|[〔\[]20\d\d[〕\]]|无需|无须|不需"),
)  # fmt: skip
_INSTITUTION_AGAIN = replace(_INSTITUTION, question="该问题重启过，须填制度完善情况（制度名称和文号；或“无需”及理由）")
_RECOVERED = Field(
    "recovered", "挽回金额", "挽回了多少金额？（没有就回“无”）", re.compile(r"\d|[一二三四五六七八九十百千万亿]|无|没")
)
FIELDS = (_MEASURES, _EVIDENCE, _CAUSE, _ACCOUNTABILITY, _INSTITUTION, _RECOVERED)
_LABELS = {
    "整改措施": "measures", "措施": "measures", "佐证材料": "evidence", "佐证": "evidence", "材料": "evidence",
    "附件": "evidence", "原因类型": "root_cause", "问题原因": "root_cause", "原因": "root_cause",
    "问责情况": "accountability", "追责问责": "accountability", "问责": "accountability",
    "制度完善情况": "institution_fix", "制度完善": "institution_fix", "制度": "institution_fix",
    "挽回金额": "recovered", "挽回": "recovered",
}  # fmt: skip
_LABEL = re.compile("(?:^|[\n；;。，,\\s])\\s*(?:\\d[、.．)]\\s*)?(" + "|".join(_LABELS) + ")\\s*(?:是|为)?[:：]\\s*")
_CHANGED = re.compile("^(" + "|".join(_LABELS) + r")(?:应该)?(?:改成|改为|换成|更正为|写成|是)\s*[:：]?")
_LEAST = 6  # characters that may tell of one more measure
_ITEM = re.compile(r"(?:^|[\n；;。，,\s])\s*[1-9①②][、.．)）\s]\s*")


def needed(finding: Finding, audit_source: bool, common: bool = False) -> list[Field]:
    """In the order of asking (domain.md 3.2 ★, S16, S48). common: the same fault stands in several units (S37)."""
    fields = [_MEASURES, _EVIDENCE, _CAUSE]
    if audit_source or finding.severity == "major":
        fields.append(_ACCOUNTABILITY)
    if finding.severity == "major" or finding.is_repeat or common or finding.cycle > 1:
        fields.append(_INSTITUTION_AGAIN if finding.cycle > 1 else _INSTITUTION)
    if finding.amount_fen or finding.amount_text:
        fields.append(_RECOVERED)
    return fields


def missing(fields: list[Field], draft: Mapping[str, Any]) -> list[Field]:
    return [field for field in fields if not draft.get(field.name)]


def read(asked: list[Field], text: str) -> dict[str, str]:
    """What an answer says to the one or two things that were asked; labels may also correct any other thing."""
    words = text.strip()
    if not words:
        return {}
    labelled = _labelled(words)
    if labelled:
        return labelled
    if len(asked) == 1:
        return {asked[0].name: words}
    if len(asked) < 1:
        return {}
    return _two(asked, words)


def corrected(fields: list[Field], text: str) -> dict[str, str]:
    """What a message at the confirmation changes; `more` is an addition to the measures."""
    words = text.strip()
    labelled = _labelled(_CHANGED.sub(r"\1：", words))
    if labelled or not words:
        return labelled
    back = recovered_beside(words)
    if back and any(field.name == "recovered" for field in fields):
        return {"recovered": back}
    return {"more": words} if len(words) >= _LEAST and _MEASURES.hint.search(words) else {}


def _labelled(words: str) -> dict[str, str]:
    hits = list(_LABEL.finditer(words))
    if not hits:
        return {}
    ends = [*[hit.start() for hit in hits[1:]], len(words)]
    found = {_LABELS[hit[1]]: words[hit.end() : end].strip(" \n；;，,。") for hit, end in zip(hits, ends, strict=True)}
    before = words[: hits[0].start()].strip(" \n；;，,。")
    if "measures" not in found and before and _MEASURES.hint.search(before):
        found["measures"] = before  # 已收回并修订办法；佐证：回单
    return {name: value for name, value in found.items() if value}


def _two(asked: list[Field], words: str) -> dict[str, str]:
    """Numbered or by lines; by sentences when each fits; else to what fits, and the other is asked again."""
    for pieces in (_ITEM.split(words), words.splitlines()):
        parts = [piece.strip() for piece in pieces if piece.strip()]
        if len(parts) == len(asked):
            return dict(zip(_names(asked), _turned(asked, parts) or parts, strict=True))
    for pieces in (re.split(r"[；;。]", words), re.split(r"[，,]", words)):
        parts = [piece.strip() for piece in pieces if piece.strip()]
        fitted = _turned(asked, parts) if len(parts) == len(asked) else None
        if fitted:
            return dict(zip(_names(asked), fitted, strict=True))
    fitting = [field for field in asked if field.hint.search(words)]
    if len(fitting) > 1 and asked[0].name == "measures":
        return {field.name: words for field in fitting}  # 已收回并入账，回单见附件: both in one breath
    return {(fitting or asked)[0].name: words}


def _names(asked: list[Field]) -> list[str]:
    return [field.name for field in asked]


def _turned(asked: list[Field], parts: list[str]) -> list[str] | None:
    """The parts in the order of the questions, when each fits one of them."""
    for order in (parts, parts[::-1]):
        if all(field.hint.search(part) for field, part in zip(asked, order, strict=True)):
            return order
    return None


def cause(words: str) -> str:
    """The class of cause that the words name, or the words themselves."""
    named = re.search("|".join(CAUSES), words)
    return named[0] if named else words


def accountability(words: str) -> tuple[str, int | None, str]:
    """S16: status ("done", "none" or "" when the words do not settle it), how many people, and what is still wanted."""
    rest = _NOT_NEEDED.sub("", words)
    way, count = _WAY.search(rest), people_counted(rest)
    if way and count:
        return "done", count, ""
    if rest != words:
        enough = len(re.sub(r"[\W_]", "", rest)) >= _REASON
        return ("none", None, "") if enough else ("", None, f"不需要的请写一句理由，例如{_NO_BLAME}。")
    return "", None, "问责了几人？" if way else "什么方式？" if count else f"请写问责几人、什么方式，例如{_BLAME}。"


def people_counted(words: str) -> int | None:
    """`问责3人：诫勉2人、警告1人` is three, `诫勉2人、警告1人` is three as well; None when nobody is counted."""
    whole = _IN_ALL.search(words)
    if whole:
        return _count(whole[1])
    counted = [_count(found) for found in _EACH.findall(words)]
    return sum(counted) or None


def _count(numeral: str) -> int:
    if numeral.isdecimal():
        return int(numeral)
    tens, ten, ones = numeral.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


def recovered_beside(words: str) -> str:
    """What a sentence about something else says of money that came back; "" when nothing."""
    said = _BACK.search(words)
    return said[1] if said else ""


def recovered_fen(words: str, yuan: object) -> int | None:
    """The amount in fen: 0 for 无, None when no certain amount was said."""
    if NONE.match(words):
        return 0
    return amounts.fen_of(yuan)
