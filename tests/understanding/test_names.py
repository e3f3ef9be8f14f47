"""Units and people: longest name first, ambiguity told, typing errors forgiven, plain words no names."""

# ruff: noqa: E501 - word lists and tables read better one entry a line

from __future__ import annotations

import pytest

from bot.understanding import names, people, text
from bot.understanding.engine import Understanding
from bot.understanding.meaning import Lexicon, UnitName
from tests.understanding import samples

UNITS = names.build(samples.other())
FOLK = people.People(samples.other().people)

NAMED = [
    ("三分厂的问题清单", ["华岳重机三分厂"]), ("华岳重机三分厂领用备件", ["华岳重机三分厂"]), ("港务公司采购未招标", ["海川港务"]), ("散货码头防护罩缺失", ["海川港务散货码头"]), ("派给矿业，立行立改", ["金鼎矿业"]),
    ("海川港务和云帆科技都有", ["海川港务", "云帆科技"]), ("单位：地产\n事：出租", ["华岳地产"]), ("审法部检查", ["审计法务部"]), ("Ｙ云帆科技", ["云帆科技"]),
    ("海川港雾仓库", ["海川港务"]), ("金鼎矿矿业尾矿", ["金鼎矿业"]), ("云科帆技发票", ["云帆科技"]), ("华岳重机三分的备件", ["华岳重机三分厂"]), ("临港投投资印章", ["临港投资"]),
]  # fmt: skip
PLAIN = [
    "采矿业务外包",
    "港务费未收",
    "地产行业下行",
    "三笔采购未招标",
    "投资管理制度",
    "集团要求整改",
    "全集团",
    "海川路改造",
    "科技创新",
]


@pytest.mark.parametrize(("said", "units"), NAMED)
def test_named(said: str, units: list[str]) -> None:
    hits = UNITS.find(text.flatten(said))
    assert [UNITS.name(h.codes[0]) for h in hits] == units
    assert all(len(h.codes) == 1 for h in hits)


@pytest.mark.parametrize("said", PLAIN)
def test_plain_words_are_no_units(said: str) -> None:
    assert UNITS.find(text.flatten(said)) == []


def test_one_alias_of_two_units_is_asked_about() -> None:
    units = (
        UnitName("G", "大同集团"), UnitName("A", "大同电力", ("电力",), "G"), UnitName("B", "大同燃气", ("燃气",), "G"),
        UnitName("A2", "大同电力二公司", ("二公司",), "A"), UnitName("B2", "大同燃气二公司", ("二公司",), "B"),
    )  # fmt: skip
    engine = Understanding(Lexicon(units), samples.workday)
    meaning = engine.understand("发现问题：二公司备用金没清", now=samples.NOW)
    assert "unit" not in meaning.slots
    assert set(meaning.unit_options) == {"大同电力二公司", "大同燃气二公司"}
    near = engine.understand("发现问题：大同电力的二公司备用金没清", now=samples.NOW)
    assert near.slots["unit"] == "大同电力二公司"


def test_another_word_is_not_a_typing_error() -> None:
    units = (UnitName("G", "恒信集团"), UnitName("N", "恒信能源", (), "G"), UnitName("W", "恒信物流", (), "G"))
    table = names.build(Lexicon(units))
    assert table.find("恒信电源的问题") == []
    assert [h.codes for h in table.find("恒信能原的问题")] == [("N",)]


def test_unknown_unit_is_told() -> None:
    engine = Understanding(samples.other(), samples.workday)
    meaning = engine.understand("宏图公司的问题清单", now=samples.NOW)
    assert meaning.slots.get("unit_text") == "宏图公司"
    assert "unit" not in meaning.slots


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("责任人周涛，12月20日前", ["周涛"]), ("项目经理赵磊涉嫌收受", ["赵磊"]), ("举报纪委办李主任打牌", ["李主任"]), ("采购的老刘他每次", ["老刘"]), ("营销部副经理孙丽", ["孙丽"]),
        ("冯远手上有几个任务", ["冯远"]), ("承办人张伟", ["张伟"]), ("总经理谢芳", ["谢芳"]), ("问题登记一下", []), ("安全管理不到位", []), ("公司总经理办公会", []),
    ],
)  # fmt: skip
def test_people(said: str, who: list[str]) -> None:
    assert [p.name for p in FOLK.find(text.flatten(said), said)] == who


def test_speaker() -> None:
    said = "我叫王建国，电话保密"
    assert people.speaker(text.flatten(said), said) == "王建国"


FIFTH = Lexicon(
    (
        UnitName("MY", "黑沃米业", ("米业",), ""),
        UnitName("MY1", "黑沃米业富源分公司", ("富源",), "MY"),
        UnitName("YX", "星沙院线", ("院线",), ""),
        UnitName("YY", "橘洲演艺", ("演艺",), ""),
        UnitName("JS", "恒信建设", ("建设",), ""),
        UnitName("SJ", "审计部", ("审计",), ""),
        UnitName("CW", "计划财务部", ("计财", "财务"), ""),
    ),
    (),
)
MEANT = [
    ("米业化验室收礼", ["黑沃米业"]),  # several units without a parent: none of them is the group itself
    ("我们米业自查的", ["黑沃米业"]),
    ("院线跟演艺都一样的毛病", ["星沙院线", "橘洲演艺"]),
    ("审计跟计财下月都排了去检查", ["审计部", "计划财务部"]),
    ("约谈一下建设的负责人", ["恒信建设"]),
    ("把建设老总叫来", ["恒信建设"]),
    ("这件审计打头", ["审计部"]),
    ("工程建设的负责人没到", []),
    ("文旅和建设领域的通病", []),
]


@pytest.mark.parametrize(("said", "units"), MEANT)
def test_plain_words_that_are_names_where_the_words_around_say_so(said: str, units: list[str]) -> None:
    found = names.build(FIFTH)
    assert [found.name(h.codes[0]) for h in found.find(text.flatten(said))] == units
