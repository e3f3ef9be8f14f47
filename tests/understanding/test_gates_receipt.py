"""Receipt codes are found however sixteen digits are written, and nothing else is taken for one."""

# ruff: noqa: E501 - word lists and tables read better one entry a line

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding import gates

_CODE = "4821739055126047"
_GROUPS = ("4821", "7390", "5512", "6047")
_WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")
_HAN = str.maketrans("0123456789", "零一二三四五六七八九")
_SPOKEN = str.maketrans("0123456789", "洞幺二三四五六拐八九")
_SHAPES = (
    _CODE, "-".join(_GROUPS), " ".join(_GROUPS), "  ".join(_GROUPS), "－".join(_GROUPS), "_".join(_GROUPS), ".".join(_GROUPS), "·".join(_GROUPS),
    _CODE.translate(_WIDE), "-".join(_GROUPS).translate(_WIDE), " ".join(_GROUPS).translate(_WIDE), _CODE.translate(_HAN), " ".join(_GROUPS).translate(_HAN),
    _CODE.translate(_SPOKEN), " ".join(_CODE), "—".join(_GROUPS), "、".join(_GROUPS), "–".join(_GROUPS),
)  # fmt: skip
_FRAMES = ("{}", "查回执 {}", "回执码{} 到哪步了", "我的码是：{}。")
FOUND = [frame.format(shape) for frame in _FRAMES for shape in _SHAPES]

NONE = """
4821
482173905512604
48217390551260471
4821-7390-5512-604
4821-7390-5512-60471
卡号 4821739055126047
账号：4821739055126047
账户4821739055126047
发票4821739055126047
合同号4821739055126047
单号：4821 7390 5512 6047
身份证370303199001011234
130****5678
电话13012345678
WT-2026-0123
WT-2026-0123 WT-2026-0125 WT-2026-0131
XS-2026-7K3M
金额1,500,000.00元
2026.7.1-2026.9.30
2026-11-18
申请销号：123、125、131
帮助
本季度无问题
那个码最后四位是6047
我回执码丢了咋办
0123 0125 0131
一二三四
三百二十吨
二〇二六年
文号恒建发〔2026〕45号
12345678
123456789012
1234 5678 9012
你好
。。。
[微笑]
1
12
2026
202611230001
流水202611230001000123
税号91370303MA3CABCD12
十六位
一千二百万
4821-7390-5512
4821-7390
编号 WT-2026-0087 原时限 2026-11-30
7K3M受理
查 XS-2026-AAAA XS-2026-AAAB XS-2026-AAAC
60%
下周五
11月20日
9:30
3.8万
230万和87万
电话 0533-1234567
零零零
*4821739055126047
4821739055126047*
统一社会信用代码：4821739055126047
订单1-2-3
""".strip("\n").split("\n")


@pytest.mark.parametrize("text", FOUND)
def test_found(text: str) -> None:
    assert gates.receipt_code(text) == _CODE


@pytest.mark.parametrize("text", NONE)
def test_none(text: str) -> None:
    assert gates.receipt_code(text) is None


def test_enough_of_both() -> None:
    assert len(set(FOUND)) >= 60
    assert len(set(NONE)) >= 60


@given(st.text("0123456789", min_size=16, max_size=16))
def test_every_code_in_groups(code: str) -> None:
    assert gates.receipt_code("-".join(code[i : i + 4] for i in range(0, 16, 4))) == code
