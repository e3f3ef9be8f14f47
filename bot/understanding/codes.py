"""Receipt codes however sixteen digits are written, and numbers that could be one: none of them is stored unasked."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from bot.understanding import numerals, text
from bot.understanding.lazily import lazy

# receipt: sixteen digits; malformed: nearly so; account: sixteen or so that stand in a text as a card's or paper's number.
_FEWEST = 8  # digits of what may be a code in anybody's words
CodeKind = Literal["receipt", "malformed", "account", ""]

_DIGIT = rf"[\d{''.join(numerals.DIGITS)}]"
_JOINT = r"(?:[\s\-_.·,、/。;|~+:=\u20e3]|横杠|横线|横|杠|减号?|空格|点|然后|接着|最后|再|后面)"
_RUN = lazy(rf"(?<![a-z*#]){_DIGIT}(?:{_JOINT}{{0,3}}{_DIGIT})*")
_ENOUGH = lazy(rf"(?:{_DIGIT}[^\d一-龥a-z]{{0,3}}(?:然后|再|接着|最后|横?杠|减|空格|后面)?[^\d一-龥a-z]{{0,3}}){{8}}")
_CIRCLED = str.maketrans("⓪①②③④⑤⑥⑦⑧⑨", "0123456789")
_GROUP_WORDS = lazy(r"第[一二三四1-4]组(?:是|为)?\s*:?\s*|(?<=\d)\s*o(?=[\d\s-]|$)")
# Numbers of our own, dates and amounts: never a piece of a code.
_OURS = lazy(
    r"(?:wt|xs|jj|bg)\s?-?\s?\d{4}\s?-?\s?[0-9a-z]{4}(?:[、,\s和及与/]+(?:\d{4}-)?\d{3,4}(?![\d-]))*"
    r"|(?<!\d)(?:19|20)\d\d\s?[-./年]\s?\d{1,2}\s?[-./月]\s?\d{1,2}(?!\d)日?|(?<!\d)\d{1,2}:\d\d(?::\d\d)?(?!\d)"
    r"|(?<![\d,])\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?(?![\d,-])|(?<!\d)(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?:\s*[-~至到]\s*|\s)(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?!\d)"
    r"|(?<!\d)1[3-9]\d{9}(?:[\s、,/和]+1[3-9]\d{9}(?!\d))*(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"
)
_OTHER = lazy(
    r"(?:卡号?|账号|账户|帐号|合同号?|合同编号|发票|号码|身份证|税号|单号|流水|信用代码|电话|订单|编码|货号|车架号|资产编号|凭证号|户头)[^\d]{0,6}$"
)
_CODE_WORD = lazy(r"回执|凭码|取件码|查询码|(?<!编)(?<!条)(?<!二维)(?<!验证)(?<!邮)(?<!号)(?<!信用代)码")
_ACT = lazy(r"查|催|销号|交办|验收|延期|合并|退回|督办|进展")
_BORN = lazy(r"\d{6}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{4}$")


def code_kind(message: str) -> CodeKind:
    """What code-like number the message is or holds. Whatever is not "" may be a reporter's code and is not stored unasked."""
    flat = _plain(message)
    if not _ENOUGH.search(flat):
        return ""
    kinds = {_kind(flat, m) for m in _runs(flat, _FEWEST)}
    return next((kind for kind in _ORDER if kind in kinds), "")


_ORDER: tuple[CodeKind, ...] = ("receipt", "malformed", "account")


def receipt_code(message: str) -> str | None:
    """The 16 digits of a receipt however they are written, or None: full width, grouped, spoken, over several lines."""
    flat = _plain(message)
    if not _ENOUGH.search(flat):
        return None
    for m in _runs(flat, 16):
        if _kind(flat, m) == "receipt":
            return _window(_groups(m[0]))
    return None


def _plain(message: str) -> str:
    flat = text.flatten(text.tidy(message)).translate(_CIRCLED)
    flat = _GROUP_WORDS.sub(lambda m: "0" if m[0].endswith("o") else " ", flat)
    return _OURS.sub("#", flat)


def _runs(flat: str, digits: int) -> Iterator[re.Match[str]]:
    """The runs of at least so many digits: each is judged by all that stands around it, which a long text makes dear."""
    return (m for m in _RUN.finditer(flat) if len(m[0]) >= digits and len("".join(_groups(m[0]))) >= digits)


def _groups(run: str) -> list[str]:
    """The digits of a run in the groups in which they were written."""
    groups: list[str] = [""]
    for char in run:
        digit = str(int(char)) if char.isdecimal() else str(numerals.DIGITS[char]) if char in numerals.DIGITS else ""
        if digit:
            groups[-1] += digit
        elif groups[-1]:
            groups.append("")
    return [group for group in groups if group]


def _window(groups: list[str]) -> str | None:
    """Sixteen digits that whole groups make up."""
    for start in range(len(groups)):
        taken = ""
        for group in groups[start:]:
            taken += group
            if len(taken) >= 16:
                break
        if len(taken) == 16:
            return taken
    return None


def _kind(flat: str, m: re.Match[str]) -> CodeKind:
    groups = _groups(m[0])
    digits = "".join(groups)
    head, tail = flat[: m.start()], flat[m.end() :]
    named = _CODE_WORD.search(flat) is not None
    alone = not re.search(r"[a-z一-龥]", re.sub(r"(?:查|回执|码|我的|请|帮|看|下|一|是|号|的)", "", head + tail))
    if _listed(groups, head, named):
        return ""
    if len(digits) < 15:
        fours = len(groups) >= 3 and all(len(group) == 4 for group in groups) and not all(g[0] == "0" for g in groups)
        near = len(digits) >= 12 and (alone or named) and fours
        return "malformed" if near or (named and len(digits) >= 8 and re.search(r"回执|凭码", flat)) else ""
    if _OTHER.search(head) and not re.search(r"回执", flat):
        return "account" if 15 <= len(digits) <= 17 else ""
    masked = bool(re.match(r"\s*\*", tail)) or head.endswith("*")
    if (len(digits) == 16 or len(digits) % 16 == 0 or len(groups) > 4) and not masked and _window(groups):
        return "receipt"
    if 18 <= len(digits) <= 19:
        return "" if _BORN.fullmatch(digits) else "malformed" if alone or named else "account"
    return "malformed" if len(digits) <= 17 or named or alone else ""


def _listed(groups: list[str], head: str, named: bool) -> bool:
    """Several short numbers side by side, such as the last digits of findings: 催 0123 0125 0131 0140."""
    if named or len(groups) < 4:
        return False
    if all(len(group) == 1 for group in groups):
        return False
    if all(group[0] == "0" for group in groups) and _ACT.search(head):
        return True
    return min(map(len, groups[:-1])) < 3 and max(map(len, groups)) < 8
