"""Money: exact amounts to the yuan, uncertain ones as words, everything else left alone."""

# ruff: noqa: E501 - word lists and tables read better one entry a line

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding import amounts, text

EXACT = [
    ("合计金额128.6万元", [1286000]), ("一共4万2", [42000]), ("一份230万一份87万", [2300000, 870000]), ("标的1,500,000.00元", [1500000]),
    ("共计陆万元整", [60000]), ("1.3万元", [13000]), ("钱：23700", [23700]), ("余额2,360万元", [23600000]), ("付款3800万", [38000000]),
    ("金额17万6，恒信", [176000]), ("清回来3万8了 还差4千", [38000, 4000]), ("回收11.2万元", [112000]), ("扣罚绩效各2000，0123", [2000]),
    ("12万5千", [125000]), ("二十三万七", [237000]), ("1.2亿", [120000000]), ("一千二百块", [1200]), ("3亿2000万", [320000000]), ("三万五千六百块钱", [35600]),
    ("五百元", [500]), ("128元5角", [128.5]), ("3块5", [3.5]), ("￥3,200", [3200]), ("12w", [120000]), ("三万", [30000]), ("4万2000", [42000]),
    ("壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分", [1234567.89]), ("一万二", [12000]), ("一万二千", [12000]), ("三百五十万", [3500000]), ("二百五十元", [250]),
    ("14.5亿元", [1450000000]), ("5千元", [5000]), ("13万零500元", [130500]), ("七万八千元", [78000]), ("我工资少发了200找谁", [200]), ("保证金7万元三年没退", [70000]),
    ("１２.５万元", [125000]), ("３８００元", [3800]),
]  # fmt: skip
ROUGH = [
    ("年租金约96万", "约96万"), ("大概四五十万吧", "大概四五十万"), ("约11万元差价", "约11万元"), ("缺口过亿", "过亿"), ("损失约50万", "约50万"), ("20多万", "20多万"),
    ("三四十万元", "三四十万元"), ("百来万", "百来万"), ("30-50万", "30-50万"), ("2万多元", "2万多元"), ("十几万", "十几万"), ("数百万元", "数百万元"), ("上百万", "上百万"),
    ("近300万元", "近300万元"), ("超5000万元", "超5000万元"), ("不到10万", "不到10万"), ("100万余元", "100万余元"), ("大约在5万左右", "大约在5万左右"), ("几百块钱", "几百块钱"),
    ("两百万元左右", "两百万元左右"), ("50余万元", "50余万元"), ("1万5左右", "1万5左右"), ("万把块", "万把块"), ("46.5万万元", "46.5万万元"),
]  # fmt: skip
NO_MONEY = [
    "三百二十吨", "1万个", "2万人", "千万别说", "万一查到", "3笔采购", "2026年", "第二十三条", "4万2项目", "500块地砖", "十万火急", "60%", "5人次", "12月5日",
    "WT-2026-0123", "182天", "一车一卡", "两个PDF", "一半", "千方百计", "百分之六十",
]  # fmt: skip


@pytest.mark.parametrize(("said", "yuan"), EXACT)
def test_exact(said: str, yuan: list[int | float]) -> None:
    assert [a.yuan for a in amounts.find(text.flatten(said), said)] == yuan


@pytest.mark.parametrize(("said", "words"), ROUGH)
def test_rough_is_kept_as_words(said: str, words: str) -> None:
    assert [(a.yuan, a.text) for a in amounts.find(text.flatten(said), said)] == [(None, words)]


@pytest.mark.parametrize("said", NO_MONEY)
def test_no_money(said: str) -> None:
    assert amounts.find(text.flatten(said), said) == []


@given(st.integers(1, 10**11))
def test_grouped_yuan(value: int) -> None:
    assert amounts.parse_amount(f"{value:,}元") == value
    assert amounts.parse_amount(f"{value}元") == value


@given(st.integers(1, 10**9), st.integers(0, 99))
def test_ten_thousands(whole: int, hundredths: int) -> None:
    assert amounts.parse_amount(f"{whole}.{hundredths:02d}万元") == whole * 10000 + hundredths * 100


@given(st.integers(1, 10**8), st.integers(0, 99))
def test_fen(yuan: int, fen: int) -> None:
    assert amounts.parse_amount(f"{yuan}.{fen:02d}元") == (yuan if fen == 0 else (yuan * 100 + fen) / 100)


@given(st.integers(10000, 10**10))
def test_spelt_out(value: int) -> None:
    assert amounts.parse_amount(_spell(value) + "元") == value


def _spell(value: int) -> str:
    """The plain Chinese numeral of a number below 10**12."""
    digits, out = "零一二三四五六七八九", ""
    for size, unit in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part, value = divmod(value, size)
        if not part:
            continue
        section = "零" if out and part < 1000 else ""
        pending = False
        for weight, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit, part = divmod(part, weight)
            if digit:
                section += ("零" if pending else "") + digits[digit] + name
                pending = False
            elif section.strip("零"):
                pending = True
        out += section + unit
    return out


@given(st.text(max_size=40))
def test_never_raises(said: str) -> None:
    amounts.find(text.flatten(said), said)
