"""Text, words and controls: lengths stay true, jieba loads in silence under any warning filter, both cutters agree."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding import categories, concepts, controls, forms, intents, numerals, text, words


@given(st.text(max_size=60))
def test_flat_twin_has_the_same_length(said: str) -> None:
    tidy = text.tidy(said)
    assert len(text.flatten(tidy)) == len(tidy)


@pytest.mark.parametrize(
    ("said", "flat"),
    [
        ("线锁", "线索"),
        ("审记", "审计"),
        ("整该", "整改"),
        ("消号", "销号"),
        ("申及", "申请"),
        ("wenti", "问题   "),
        ("匿明", "匿名"),
        ("ＷＴ－２０２６", "wt-2026"),
        ("帐外", "账外"),
        ("問題線索", "问题线索"),
    ],
)
def test_slips_are_spelt_right(said: str, flat: str) -> None:
    assert text.flatten(said) == flat


@given(st.integers(0, 10**12))
def test_digits_read_one_by_one(value: int) -> None:
    said = "".join("零一二三四五六七八九"[int(d)] for d in str(value))
    assert numerals.parse_digits(said) == str(value)


def test_words_join_to_the_text() -> None:
    words.load()
    said = "恒信能源采购部近三个月连续7单选同一家供应商"
    assert "".join(words.cut(said)) == said
    assert words.ready()
    assert words.known("采购")


def test_jieba_alone_loads_in_silence() -> None:
    code = (
        "import sys; sys.modules['rjieba'] = None\n"
        "from bot.understanding import words\n"
        "words.load()\n"
        "assert '采购' in words.cut('三笔采购未招标') and words.known('采购') and not words.known('购未')\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("3笔采购应招标未招标", "CG"),
        ("备用金7个月没清", "CW"),
        ("商铺出租未公开招租", "TZ"),
        ("先干后签合同", "YX"),
        ("消防通道堵了", "AQ"),
        ("党费没收齐", "DJ"),
        ("三重一大程序", "ZL"),
        ("基金投后报告", "JR"),
        ("未经合法性审查", "HG"),
        ("加班费没发", "RL"),
        ("食堂外包", "MZ"),
        ("弱口令", "XX"),
        ("签证单没有监理签字", "GC"),
        ("研发费用加计扣除", "KJ"),
    ],
)
def test_categories(said: str, code: str) -> None:
    found = categories.suggest(text.flatten(said))
    assert found is not None
    assert found[0] == code


def test_no_category_without_words_of_the_field() -> None:
    assert categories.suggest("你好啊") is None


def test_every_rule_names_known_concepts() -> None:
    assert len(intents.rules()) > 150
    assert {r.intent for r in intents.rules()} >= {"submit_finding", "apply_extension", "query_overdue"}


def test_a_longer_word_hides_what_it_holds() -> None:
    assert "ACCEPT" not in concepts.Concepts("不同意销号")
    assert "FINDING_CMD" not in concepts.Concepts("没有问题要报")


def test_forms_need_two_labels() -> None:
    assert forms.read("问题:没有") == {}
    flat = text.flatten("单位：物流\n事：加班费\n钱：23700")
    assert {k: flat[a:b] for k, (a, b) in forms.read(flat).items()} == {
        "unit": "物流",
        "desc": "加班费",
        "amount": "23700",
    }


def test_a_form_with_labels_of_ones_own() -> None:
    flat = text.flatten(
        "【检查发现单】\n查的哪家：双泉牧场\n啥毛病：没装报警器\n哪天查的：11.19\n谁管：邱志强\n哪天前弄完：12.4"
    )
    assert {k: flat[a:b] for k, (a, b) in forms.read(flat).items()} == {
        "unit": "双泉牧场",
        "desc": "没装报警器",
        "found_at": "11.19",
        "person": "邱志强",
        "due": "12.4",
    }
    assert forms.read("审计说:账不对\n我说:知道了") == {}


@pytest.mark.parametrize(
    "said",
    [
        "同意,但要补",
        "确认一下金额是多少",
        "好多问题",
        "不对称的合同",
        "取消王明的采购资格后又恢复了合作关系",
        "是二公司",
    ],
)
def test_control_words_need_the_whole_message(said: str) -> None:
    assert controls.read(said) is None


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("要得,确认", "confirm"),
        ("算哒,不弄了,取消", "cancel"),
        ("前面填的都不要了", "cancel"),
        ("前面填的不要改", None),
    ],
)
def test_control_words_of_the_south(said: str, intent: str | None) -> None:
    found = controls.read(said)
    assert (found[0] if found else None) == intent


def test_no_word_stands_twice_in_a_row_of_a_table() -> None:
    rows = {**concepts.table(), **categories._WORDS}
    assert [
        (name, word) for name, row in rows.items() for word in set(row.split()) if row.split().count(word) > 1
    ] == []
