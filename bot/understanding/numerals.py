"""Chinese and mixed numerals to integers, exact: 二十三万七, 陆万, 12万5千, 一百二十三."""

from __future__ import annotations

DIGITS = {
    c: i
    for i, row in enumerate(
        ("零〇○洞", "一壹幺弌", "二贰两俩貳", "三叁仨參", "四肆", "五伍", "六陆陸", "七柒拐", "八捌", "九玖勾")
    )
    for c in row
}
SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
# Characters that may form a number word; 洞幺拐勾 only in digit strings, 俩仨 only alone.
CHARS = "零〇○一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟萬億"


def parse_digits(text: str) -> str | None:
    """A string of digit characters read one by one (二零二六 -> 2026); None when another character is in it."""
    out = []
    for char in text:
        if char.isascii() and char.isdecimal():
            out.append(char)
        elif char in DIGITS:
            out.append(str(DIGITS[char]))
        else:
            return None
    return "".join(out) or None


def parse_numeral(text: str) -> int | None:
    """The value of a Chinese numeral, shorthand included (二十三万七 = 237000, 三百五 = 350); None if it is none."""
    if not text:
        return None
    if all(c in DIGITS for c in text):
        digits = parse_digits(text)
        return int(digits) if digits is not None and (len(text) == 1 or len(text) > 2 or text[0] in "零〇○") else None
    total = section = digit = 0
    last_unit, pending, gap = 0, False, False
    for char in text:
        if char in DIGITS:
            if pending and DIGITS[char] and digit:
                return None
            gap = gap or DIGITS[char] == 0
            digit, pending = DIGITS[char], DIGITS[char] != 0
        elif char in SMALL:
            unit = SMALL[char]
            if last_unit and last_unit <= unit and section % (unit * 10) and section:
                return None
            section += (digit if pending else 1) * unit
            digit, pending, last_unit, gap = 0, False, unit, False
        elif char in LARGE:
            unit = LARGE[char]
            section += digit if pending else 0
            if section == 0 and total == 0:
                return None
            if unit == 10**8 and total:
                total = (total + section) * unit
            else:
                total += section * unit
            section, digit, pending, last_unit, gap = 0, 0, False, unit, False
        else:
            return None
    if pending and last_unit >= 100 and not gap:  # 二十三万七, 三百五: the last digit stands one unit lower
        section += digit * (last_unit // 10)
    else:
        section += digit if pending else 0
    return total + section
