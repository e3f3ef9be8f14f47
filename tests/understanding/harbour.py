"""The names of a fourth imagined group (远航港口集团), written before its messages met the rules."""

from __future__ import annotations

from collections.abc import Iterable

from bot.understanding.meaning import Lexicon, PersonName, UnitName

UNITS = (
    ("YH", "远航港口集团", "", "集团"),
    ("JW", "纪检监察室", "YH", "纪检、纪检室"),
    ("FK", "审计风控部", "YH", "审风部、审计"),
    ("CW", "资金财务部", "YH", "财资部"),
    ("AH", "安全环保监督部", "YH", "安监"),
    ("GY", "供应链管理部", "YH", "供应链"),
    ("DQ", "党群人力部", "YH", "党群"),
    ("XH", "西港集装箱码头", "YH", "西箱、箱码头"),
    ("DG", "东港散杂货公司", "YH", "东散、散杂货"),
    ("DG2", "东散二作业区", "DG", "二作业区"),
    ("TL", "远航拖轮", "YH", "拖轮、拖轮公司"),
    ("LG", "远航理货", "YH", "理货、理货公司"),
    ("LC", "保税物流园", "YH", "物流园、园区"),
    ("HS", "海顺船代", "YH", "海顺、船代"),
)
PEOPLE = (
    ("l", "柳成林", "XH"),
    ("y", "尤敏", "DG"),
    ("b", "鲍志强", "TL"),
    ("x", "席梦", "LC"),
    ("n", "南宫烨", "HS"),
    ("h", "郝建军", "DG2"),
)


def named(units: Iterable[tuple[str, str, str, str]], people: Iterable[tuple[str, str, str]]) -> Lexicon:
    """A group's names. units: code, name, code of the one above or "", other names; people: account, name, unit."""
    found = tuple(
        UnitName(code, name, tuple(filter(None, other.split("、"))), above) for code, name, above, other in units
    )
    return Lexicon(found, tuple(PersonName(*row) for row in people))


def lexicon() -> Lexicon:
    """Units with their other names, and people."""
    return named(UNITS, PEOPLE)
