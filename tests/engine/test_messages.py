"""What goes into the outbox comes out of it the same."""

from __future__ import annotations

import json

import pytest

from bot.messages import (
    Attachment,
    Button,
    Card,
    CardKind,
    CardUpdate,
    Choice,
    Markdown,
    Outgoing,
    Select,
    Style,
    Text,
    TextCard,
    pack,
    unpack,
)  # fmt: skip

CARD = Card(
    CardKind.CHOICES, "选一个", "说明", (("编号", "WT-2026-0001"),), "备注", (Button("通过", "同意", Style.STRONG),),
    (Select("q", "哪一条", (Choice("1", "甲"), Choice("2", "乙")), many=True),), "交", "go", "", "k1",
)  # fmt: skip


@pytest.mark.parametrize(
    "message",
    [
        Text("你好"),
        Markdown("**好**"),
        TextCard("题", "文", "u"),
        CARD,
        Attachment("p", "n", True),
        CardUpdate("k1", "完"),
    ],
)
def test_a_message_survives_the_outbox(message: Outgoing) -> None:
    kind, body = pack(message)
    assert unpack(kind, json.loads(json.dumps(body))) == message
