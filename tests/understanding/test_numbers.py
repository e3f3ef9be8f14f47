"""Numbers of matters, tolerant on input; figures that are something else stay alone."""

# ruff: noqa: E501 - word lists and tables read better one entry a line

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding import numbers, text

FOUND = [
    ("查 WT-2026-0123", ["WT-2026-0123"]), ("wt2026 123 现在什么状态", ["WT-2026-0123"]), ("123号问题改完了吗", ["WT-2026-0123"]), ("去年那个66号", ["WT-2025-0066"]), ("帮我看看去年第12号问题", ["WT-2025-0012"]),
    ("WT-2026-0123 WT-2026-0125 WT-2026-0131 一起查下", ["WT-2026-0123", "WT-2026-0125", "WT-2026-0131"]), ("看下0087的整改措施", ["WT-2026-0087"]), ("XS-2026-7K3M办到哪了", ["XS-2026-7K3M"]),
    ("（问题131）凭证号记-0456", ["WT-2026-0131"]), ("131还在走流程", ["WT-2026-0131"]), ("各2000，0123", ["WT-2026-0123"]), ("申请销号：123、125、131", ["WT-2026-0123", "WT-2026-0125", "WT-2026-0131"]),
    ("传上去了 131验收一下呗", ["WT-2026-0131"]), ("125不通过 制度没有", ["WT-2026-0125"]), ("7K3M那条转追责部门", ["XS-2026-7K3M"]), ("退回办公室 4HTR", ["XS-2026-4HTR"]), ("０１２３", ["WT-2026-0123"]),
    ("123", ["WT-2026-0123"]), ("Ｗｔ＿２０２６＿０１２３", ["WT-2026-0123"]), ("WT20260123", ["WT-2026-0123"]), ("一百二十三号问题", ["WT-2026-0123"]), ("零幺二三的进展", ["WT-2026-0123"]),
    ("二零二六杠零幺二三", ["WT-2026-0123"]), ("2026-0123改完了", ["WT-2026-0123"]), ("xs 2026 7k3m", ["XS-2026-7K3M"]), ("DH58受理，拟初步核实", ["XS-2026-DH58"]), ("线索DH58到哪了", ["XS-2026-DH58"]), ("编号：WT-2026-0131\n已完成", ["WT-2026-0131"]), ("JJ-2026-0003", ["JJ-2026-0003"]),
    ("同意联合检查 LJ-2026-0003", ["LJ-2026-0003"]), ("45号通过", ["WT-2026-0045"]), ("出租公司0149拖了八天", ["WT-2026-0149"]), ("把208、217、229这仨都调出来", ["WT-2026-0208", "WT-2026-0217", "WT-2026-0229"]), ("照片是去年的，231不给过", ["WT-2026-0231"]), ("整改进度：0166换完九台", ["WT-2026-0166"]), ("WT—2026—0123", ["WT-2026-0123"]),
]  # fmt: skip
NOTHING = [
    "电话139****2211", "鲁C·12345", "文号恒建发〔2026〕45号", "A4纸 100m 12kV 300w", "地点二号料场", "超期20天以上的", "3号楼漏水", "23700", "2026", "12处 3笔", "凭证号记-0456",
    "12月5号前", "下个月15号", "尾号6047", "合同号0456", "第12条", "2026.7.1-2026.9.30", "60%", "百分比：40", "进度：70", "9:30", "DN50钢管",
]  # fmt: skip


@pytest.mark.parametrize(("said", "values"), FOUND)
def test_found(said: str, values: list[str]) -> None:
    assert [n.value for n in numbers.find(text.flatten(said), 2026)] == values


@pytest.mark.parametrize("said", NOTHING)
def test_nothing(said: str) -> None:
    assert numbers.find(text.flatten(said), 2026) == []


@given(
    st.integers(2020, 2039),
    st.integers(1, 9999),
    st.sampled_from(["WT-{y}-{s:04d}", "wt{y} {s}", "ＷＴ－{y}－{s:04d}", "Wt_{y}_{s}", "wt {y} {s:04d}"]),
)
def test_findings_come_back(year: int, serial: int, shape: str) -> None:
    assert numbers.parse_number(text.flatten(shape.format(y=year, s=serial)), 2026) == f"WT-{year}-{serial:04d}"


@given(st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=4, max_size=4))
def test_leads_come_back(code: str) -> None:
    assert numbers.parse_number(text.flatten(f"XS-2026-{code}"), 2026) == f"XS-2026-{code}"


@given(st.text(max_size=40))
def test_never_raises(said: str) -> None:
    numbers.find(text.flatten(said), 2026)
