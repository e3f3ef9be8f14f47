"""Whatever a button, the menu or a reminder tells people to say is understood with certainty, number and all."""

# ruff: noqa: E501 - word lists and tables read better one entry a line

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.understanding.engine import Understanding
from tests.understanding import samples

HANDLERS = Path(__file__).parents[2] / "handlers"
NUMBER = "WT-2026-0123"
ENGINE = Understanding(samples.hengxin(), samples.workday)

# What a click or a menu entry says ({} = a number) -> intent. A new button needs a line here.
CLICKS = {
    "确认": "confirm", "取消": "cancel", "收到 {}": "ack_reminder", "{} 整改进展": "submit_progress", "{} 申请验收": "apply_acceptance", "{} 申请延期": "apply_extension", "同意{}延期": "decide_extension",
    "{} 延期申请不批准": "decide_extension", "同意销号 {}": "accept", "退回 {}": "return", "交办 {}": "assign", "查 {}": "query_by_number",
    "提交问题": "submit_finding", "监督工作信息": "submit_quarter_info", "本季度无问题": "declare_no_issue", "紧急报告": "urgent_report", "我名下的整改任务": "query_by_unit",
    "逾期清单": "query_overdue", "本周到期的有哪些": "query_by_time", "还有谁没报": "query_unsubmitted", "报告问题线索": "submit_lead", "匿名反映": "anonymous_report", "帮助": "help",
    "只导入无误的": "confirm", "登记 {}": "register", "退回补正 {}": "ask_more", "补正 {}": "complete", "不予登记 {}": "reject", "撤回 {}": "withdraw", "同意撤销 {}": "decide_withdraw",
    "不同意撤销 {}": "decide_withdraw", "并案 {}": "merge", "提交异议 {}": "objection", "{} 异议成立": "answer_objection", "{} 异议不成立": "answer_objection", "答复异议 {}": "answer_objection", "抽查 {}": "spot_check",
    "{} 重点督办": "supervise", "取消重点督办 {}": "supervise", "留痕 {}": "trail", "看{}的佐证": "evidence", "批量导入": "batch_intake", "问题导入模板": "batch_intake", "专项报告清单": "special_status", "体系自查": "self_check",
    "{}退回补正": "ask_more", "同意重启 {}": "reopen", "不同意重启 {}": "reopen", "待验收的有哪些": "query_by_unit", "全部帮助": "help",
    "{} 报给领导": "escalate", "{} 办结": "item", "同意联合检查 {}": "joint_inspection", "不同意联合检查 {}": "joint_inspection", "收到": "ack_reminder", "全部": "select",
}  # fmt: skip

# Of other things than findings: the number that stands in {}.
OTHERS = {"{} 办结": "DB-2026-0003", "同意联合检查 {}": "LJ-2026-0003", "不同意联合检查 {}": "LJ-2026-0003"}
# What only the question that offered it understands.
ANSWERS = frozenset({"合并", "仍然登记"})
PLACES = frozenset({"1", "2", "3"})  # of what was offered: a choice by its number

# What replies and reminders quote as a thing to say, besides the clicks -> intent.
QUOTED = {
    "进展": "submit_progress", "延期": "apply_extension", "申请验收": "apply_acceptance", "统计": "query_stats", "全部": "select", "我们的问题清单": "query_by_unit",
    "报送问题：…": "submit_finding", "监督工作信息：…": "submit_quarter_info", "交办 {}": "assign", "退回 {}，理由：…": "return", "问题清单": "query_by_unit",
    "交办": "assign", "重来": "cancel", "催一下没报的": "urge", "撤回无问题申报": "correct",
}  # fmt: skip


def _constants(tree: ast.Module) -> dict[str, str]:
    """The words that a module names: MERGE = "合并"."""
    pairs = [(n.targets[0], n.value) for n in tree.body if isinstance(n, ast.Assign)]
    flat = [
        (one, word)
        for target, value in pairs
        for one, word in (
            zip(target.elts, value.elts, strict=False)
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
            else [(target, value)]
        )
    ]
    return {
        t.id: w.value
        for t, w in flat
        if isinstance(t, ast.Name) and isinstance(w, ast.Constant) and isinstance(w.value, str)
    }


def _text(node: ast.expr, named: dict[str, str]) -> str | None:
    """A constant, by its name too, or an f-string, with {} where something is filled in."""
    if isinstance(node, ast.Name):
        return named.get(node.id)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in node.values)
    return None


def _keys() -> Iterator[str]:
    """Second argument of every Button(...) in handlers/, and the second word of every menu entry."""
    for path in sorted(HANDLERS.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = _constants(tree)
        for node in ast.walk(tree):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Name) and called.id == "Button" and isinstance(node, ast.Call):
                key = _text(node.args[1], named)
                assert key, f"{path.name}:{node.lineno} is a button whose words cannot be read"
                yield key
            entry = path.name == "menu.py" and isinstance(node, ast.Tuple) and len(node.elts) == 2
            if (
                entry
                and isinstance(node, ast.Tuple)
                and isinstance(node.elts[1], ast.Constant)
                and node.elts[1].value is not ...
            ):
                yield str(node.elts[1].value)


def _check(said: str, intent: str, *, certain: bool = True) -> None:
    number = OTHERS.get(said, NUMBER)
    meaning = ENGINE.understand(said.replace("{}", number), now=samples.NOW)
    close = ENGINE.understand(_close(said).replace("{}", number), now=samples.NOW)
    assert meaning.intent == close.intent == intent, said
    assert meaning.explicit or not certain, said
    if "{}" in said:
        assert meaning.slots["number"] == number
    if not re.search(r"\{\}|：", said):
        assert not meaning.slots.keys() & {"desc", "reason"}, said


def _close(key: str) -> str:
    return re.sub(r"\s*\{\}\s*", "{}", key)


def test_every_click_is_in_the_table() -> None:
    keys = set(_keys()) - PLACES
    assert len(keys) >= 15
    assert {_close(key) for key in keys} <= {_close(key) for key in [*CLICKS, *ANSWERS]}


@pytest.mark.parametrize("said", sorted(ANSWERS))
def test_a_mere_answer_leaves_no_open_question(said: str) -> None:
    assert not ENGINE.understand(said, now=samples.NOW).explicit


@pytest.mark.parametrize("said", sorted(CLICKS))
def test_clicks(said: str) -> None:
    _check(said, CLICKS[said])


@pytest.mark.parametrize("said", sorted(QUOTED))
def test_quoted_words(said: str) -> None:
    _check(said, QUOTED[said], certain=QUOTED[said] != "correct")


def test_what_a_refusal_decides() -> None:
    """The two buttons of an extension differ in one word only."""
    for said, decision in ((f"同意{NUMBER}延期", "approve"), (f"{NUMBER} 延期申请不批准", "reject")):
        assert ENGINE.understand(said, now=samples.NOW).slots["decision"] == decision


NEIGHBOURS = [
    ("{} 收到", "ack_reminder"), ("知道了 {}", "ack_reminder"), ("填进展", "submit_progress"), ("报进展", "submit_progress"), ("进度", "submit_progress"), ("我要延期", "apply_extension"),
    ("我名下的问题", "query_by_unit"), ("我提交的问题有哪些", "query_by_unit"), ("恒信物流的问题清单", "query_by_unit"), ("采购类问题都有哪些", "query_by_time"), ("待交办的有哪些", "query_by_unit"),
    ("把所有问题发我看看", "query_by_unit"), ("我最近报的几条", "query_by_unit"), ("怎么报问题", "help"), ("问题和线索有啥区别", "help"), ("什么时候截止", "help"), ("导出台账", "export_report"),
    ("你是谁开发的", "chitchat"), ("交办第一个", "assign"), ("0123交给物流的陈静，下个月20号之前弄完", "assign"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "intent"), NEIGHBOURS)
def test_neighbours_are_certain_too(said: str, intent: str) -> None:
    meaning = ENGINE.understand(said.replace("{}", NUMBER), now=samples.NOW)
    assert (meaning.intent, meaning.explicit) == (intent, True)


def test_a_list_of_a_unit_in_no_lexicon() -> None:
    assert ENGINE.understand("恒信矿业的问题清单", now=samples.NOW).slots == {"unit_text": "恒信矿业"}


@pytest.mark.parametrize("said", ["没了", "就这些", "结束"])
def test_an_end_disturbs_no_open_form(said: str) -> None:
    meaning = ENGINE.understand(said, now=samples.NOW)
    assert (meaning.intent, meaning.explicit) == ("anonymous_submit", False)
