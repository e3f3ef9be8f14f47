"""Cards at and beyond the limits of wecom.md 3.3."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Button, Card, CardKind, Choice, Select, Style
from bot.wecom.cards import CardError, plain_text, wire_card

YES = Button("确认提交", "确认", Style.STRONG)


def options(count: int) -> tuple[Choice, ...]:
    return tuple(Choice(f"o{n}", f"选项{n}") for n in range(count))


def buttons(**changes: Any) -> Card:
    return Card(**{"kind": CardKind.BUTTONS, "title": "请确认", "buttons": (YES,), "task_id": "t-1_@A", **changes})


def test_a_button_card() -> None:
    card = buttons(
        desc="WT-2026-0123", facts=(("单位", "恒信物流"), ("金额", "4.2万元")), note="备用金7个月未清",
        buttons=(YES, Button("修改", "修改"), Button("放弃", "取消", Style.DANGER)),
    )  # fmt: skip
    assert wire_card(card) == {
        "card_type": "button_interaction",
        "main_title": {"title": "请确认", "desc": "WT-2026-0123"},
        "task_id": "t-1_@A",
        "horizontal_content_list": [
            {"keyname": "单位", "value": "恒信物流"}, {"keyname": "金额", "value": "4.2万元"},
        ],
        "sub_title_text": "备用金7个月未清",
        "button_list": [
            {"type": 0, "text": "确认提交", "style": 1, "key": "确认"},
            {"type": 0, "text": "修改", "style": 2, "key": "修改"},
            {"type": 0, "text": "放弃", "style": 4, "key": "取消"},
        ],
    }  # fmt: skip


def test_a_notice_needs_a_link() -> None:
    card = wire_card(Card(CardKind.NOTICE, "季度报送", url="https://example.com/q"))
    assert card == {
        "card_type": "text_notice", "main_title": {"title": "季度报送"},
        "card_action": {"type": 1, "url": "https://example.com/q"},
    }  # fmt: skip
    for url in ("", "example.com", "javascript:x", "https://example.com/" + "x" * 2048):
        with pytest.raises(CardError, match="card_action"):
            wire_card(Card(CardKind.NOTICE, "季度报送", url=url))


def test_vote_and_choices() -> None:
    vote = Card(CardKind.VOTE, "议题", selects=(Select("q", "", options(20), many=True),), task_id="t")
    assert wire_card(vote)["checkbox"]["mode"] == 1 and len(wire_card(vote)["checkbox"]["option_list"]) == 20
    assert wire_card(vote)["submit_button"] == {"text": "提交", "key": "submit"}
    choices = Card(CardKind.CHOICES, "选择", selects=(Select("q", "单位", options(10)),) * 3, task_id="t")
    assert [s["title"] for s in wire_card(choices)["select_list"]] == ["单位"] * 3


def test_long_words_are_shortened() -> None:
    card = wire_card(
        buttons(
            title="题" * 37, desc="述" * 45, note="注" * 161,
            facts=tuple(("超长的标签名", "值" * 31) for _ in range(8)),
            buttons=tuple(Button("按" * 11, f"k{n}") for n in range(8)),
        )
    )  # fmt: skip
    assert card["main_title"] == {"title": "题" * 35 + "…", "desc": "述" * 43 + "…"}
    assert card["sub_title_text"] == "注" * 159 + "…"
    assert len(card["horizontal_content_list"]) == 6 and len(card["button_list"]) == 6
    assert card["horizontal_content_list"][0] == {"keyname": "超长的标签", "value": "值" * 29 + "…"}
    assert card["button_list"][0]["text"] == "按" * 9 + "…"


def test_at_the_limits_nothing_changes() -> None:
    card = wire_card(buttons(title="题" * 36, desc="述" * 44, note="注" * 160, facts=(("标签五个字", "值" * 30),)))
    assert "…" not in json.dumps(card, ensure_ascii=False)


def test_empty_facts() -> None:
    card = wire_card(buttons(facts=(("", "x"), ("空", " "))))
    assert card["horizontal_content_list"] == [{"keyname": "空", "value": "—"}]


@pytest.mark.parametrize(
    ("card", "block"),
    [
        (buttons(title=" "), "main_title"),
        (buttons(task_id=""), "task_id"),
        (buttons(task_id="问题"), "task_id"),
        (buttons(task_id="t\n"), "task_id"),
        (buttons(task_id="x" * 129), "task_id"),
        (buttons(buttons=()), "button_list"),
        (buttons(buttons=(YES, YES)), "button_list"),
        (buttons(buttons=(Button("", "k"),)), "button_list"),
        (buttons(buttons=(Button("x", ""),)), "button_list"),
        (buttons(buttons=(Button("x", "键" * 342),)), "button_list"),
        (Card(CardKind.VOTE, "t", task_id="t"), "checkbox"),
        (Card(CardKind.VOTE, "t", task_id="t", selects=(Select("q", "", options(21)),)), "checkbox"),
        (Card(CardKind.VOTE, "t", task_id="t", selects=(Select("", "", options(2)),)), "checkbox"),
        (Card(CardKind.VOTE, "t", task_id="t", selects=(Select("q", "", ()),)), "checkbox"),
        (Card(CardKind.CHOICES, "t", task_id="t"), "select_list"),
        (Card(CardKind.CHOICES, "t", task_id="t", selects=(Select("q", "", options(11)),)), "select_list"),
        (
            Card(CardKind.CHOICES, "t", task_id="t", selects=(Select("q", "", (Choice("x" * 129, "y"),)),)),
            "select_list",
        ),
        (Card(CardKind.CHOICES, "t", selects=(Select("q", "", options(2)),)), "task_id"),
        (Card(CardKind.VOTE, "t", task_id="t", selects=(Select("q", "", options(2)),), submit_key=""), "submit_button"),
    ],
)
def test_what_no_cutting_can_mend(card: Card, block: str) -> None:
    with pytest.raises(CardError, match=block):
        wire_card(card)


words = st.text(alphabet="汉ab \n😀", max_size=200)


@given(words, words, words, st.lists(st.tuples(words, words), max_size=9), st.lists(words, min_size=1, max_size=9))
def test_whatever_the_words_the_limits_hold(
    title: str, desc: str, note: str, facts: list[tuple[str, str]], labels: list[str]
) -> None:
    made = tuple(Button(label, f"k{n}") for n, label in enumerate(labels))
    try:
        card = wire_card(buttons(title=title, desc=desc, note=note, facts=tuple(facts), buttons=made))
    except CardError as error:
        assert str(error) in ("main_title", "button_list")
        return
    assert len(card["main_title"]["title"]) <= 36 and len(card["main_title"].get("desc", "")) <= 44
    assert len(card.get("sub_title_text", "")) <= 160 and 1 <= len(card["button_list"]) <= 6
    for fact in card.get("horizontal_content_list", []):
        assert 1 <= len(fact["keyname"]) <= 5 and 1 <= len(fact["value"]) <= 30
    assert all(1 <= len(b["text"]) <= 10 for b in card["button_list"])


def test_in_words() -> None:
    """In the order in which the phone shows them: what is quoted, the paragraph below it, then the facts."""
    card = buttons(desc="一行", facts=(("单位", "恒信物流"),), note="说明", quote="第一件")
    assert plain_text(card) == "请确认\n一行\n第一件\n说明\n单位：恒信物流"
