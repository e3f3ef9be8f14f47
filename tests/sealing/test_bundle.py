"""The file that travels: what was written is read, sorted by random keys; anything else is one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.sealing import bundle
from bot.sealing.bundle import BadBundle, Reply
from bot.sealing.contents import Part
from bot.sealing.pairs import new_pair
from tests.sealing.reports import item

OFFICER, NAMED, MAILBOX = new_pair(), new_pair(), new_pair()
ITEMS = [item(name, [OFFICER], MAILBOX, Part.of_text("仓库的事"), Part("png", b"\x89PNG")) for name in ("b2", "a1")]


def test_what_was_written_is_read_in_the_order_of_random_keys(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    bundle.write(path, ITEMS)
    assert bundle.read(path) == [ITEMS[1], ITEMS[0]]
    assert path.stat().st_mode & 0o777 == 0o600
    assert "仓库" not in path.read_text(encoding="utf-8")
    with pytest.raises(FileExistsError):
        bundle.write(path, [])


def test_replies_travel_back(tmp_path: Path) -> None:
    path = tmp_path / "back.jsonl"
    bundle.write_replies(path, [Reply("b2", b"\1\2"), Reply("a1", b"")])
    assert bundle.read_replies(path) == [Reply("a1", b""), Reply("b2", b"\1\2")]


def test_whom_a_report_names_it_is_not_for() -> None:
    assert ITEMS[0].is_for(OFFICER.key_id)
    assert not ITEMS[0].is_for(NAMED.key_id)


def test_its_size_is_that_of_the_envelopes() -> None:
    assert ITEMS[0].size == 3 * (2 + 88 + 12 + 512 + 16)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\n",
        "{}",
        "[]",
        "x",
        '{"bundle": "replies", "version": 1}',
        '{"bundle": "reports", "version": 2}',
        "[" * 9999,
    ],
)
def test_another_file_is_none_of_ours(content: str, tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadBundle, match="不是导出的密件文件"):
        bundle.read(path)
    (tmp_path / "g").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadBundle, match="不是导出的密件文件"):
        bundle.read(tmp_path / "g")


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadBundle, match="读不了"):
        bundle.read(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("field", "value"),
    [("record", "../x"), ("record", 5), ("record", ""), ("tag", "a b"), ("day", "soon"), ("day", None),
     ("mailbox", "00"), ("mailbox", "zz"), ("manifest", "*"), ("manifest", 5), ("parts", [5]), ("parts", 5)],
)  # fmt: skip
def test_a_broken_line_is_named_by_its_number(field: str, value: object, tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    bundle.write(path, ITEMS)
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[2] = json.dumps(json.loads(lines[2]) | {field: value})
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(BadBundle, match="第3行损坏"):
        bundle.read(path)


def test_a_broken_reply_is_named_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_text('{"bundle": "replies", "version": 1}\n\n{"record": "a1"}\n', encoding="utf-8")
    with pytest.raises(BadBundle, match="第3行损坏"):
        bundle.read_replies(path)
