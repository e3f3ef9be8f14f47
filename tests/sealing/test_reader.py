"""Reading a report: the manifest before the content, safe words for a terminal, answers for the mailbox alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.sealing import envelope, reader
from bot.sealing.contents import Manifest, Part, context
from bot.sealing.envelope import Unsealable
from bot.sealing.pairs import new_pair
from tests.sealing.reports import item

OFFICER, SUPERIOR, MAILBOX = new_pair(), new_pair(), new_pair()
TEXT, PICTURE = Part.of_text("仓库主任倒卖废料"), Part("jpeg", b"\xff\xd8\xff")
REPORT = item("ab12", [OFFICER, SUPERIOR], MAILBOX, TEXT, PICTURE, named=("李强（仓储部主任）",))


def test_the_manifest_is_seen_without_the_content() -> None:
    seen = reader.manifest(REPORT, [OFFICER])
    assert seen == Manifest(("李强（仓储部主任）",), 2)
    lines = "\n".join(reader.manifest_lines(REPORT, seen))
    for words in ("7K3MQ", "收到：11月23日当周", "2段", "3 KB", "李强（仓储部主任）"):
        assert words in lines
    assert "废料" not in lines


@pytest.mark.parametrize("day", [date(2026, 11, 23), date(2026, 11, 26), date(2026, 11, 29)])
def test_no_more_is_said_of_when_than_the_week(day: date) -> None:
    seen = reader.manifest(REPORT, [OFFICER])
    assert seen is not None
    lines = "\n".join(reader.manifest_lines(replace(REPORT, day=day), seen))
    assert "收到：11月23日当周，" in lines and (day.day == 23 or f"{day.day}" not in lines)


def test_who_was_struck_off_sees_nothing_at_all() -> None:
    struck = replace(
        REPORT,
        manifest=envelope.strike(REPORT.manifest, [OFFICER.key_id]),
        parts=tuple(envelope.strike(part, [OFFICER.key_id]) for part in REPORT.parts),
    )
    assert reader.manifest(struck, [OFFICER]) is None
    assert reader.parts(struck, [OFFICER]) == [None, None]
    assert reader.parts(struck, [SUPERIOR]) == [TEXT, PICTURE]


def test_nobody_named_and_parts_that_are_missing_are_said() -> None:
    seen = reader.manifest(item("ab12", [OFFICER], MAILBOX, TEXT, PICTURE), [OFFICER])
    assert seen is not None
    lines = "\n".join(reader.manifest_lines(replace(REPORT, parts=REPORT.parts[:1]), seen))
    assert "没有认出人名" in lines and "缺1段" in lines


def test_parts_of_another_record_are_not_taken_for_its_own() -> None:
    other = item("cd34", [OFFICER], MAILBOX, Part.of_text("别的事"))
    mixed = replace(REPORT, parts=(*REPORT.parts, *other.parts))
    assert reader.parts(mixed, [OFFICER]) == [TEXT, PICTURE, None]
    assert "打不开" in reader.content_lines(reader.parts(mixed, [OFFICER]), [])[2]
    assert reader.manifest(replace(REPORT, manifest=REPORT.parts[0]), [OFFICER]) is None


def test_pictures_are_kept_for_their_reader_alone(tmp_path: Path) -> None:
    opened = reader.parts(REPORT, [OFFICER])
    assert "--save" in reader.content_lines(opened, [])[1]
    (saved,) = reader.save_pictures(tmp_path / "out", REPORT, opened)
    assert saved.read_bytes() == PICTURE.body
    assert saved.suffix == ".jpg" and saved.stat().st_mode & 0o777 == 0o600
    assert str(saved) in reader.content_lines(opened, [saved])[1]
    with pytest.raises(FileExistsError):
        reader.save_pictures(tmp_path / "out", REPORT, opened)


def test_an_answer_is_opened_by_the_mailbox_alone_and_in_its_record() -> None:
    answer = reader.reply(REPORT, "已受理，正在核实")
    assert answer.record == "ab12"
    opened = envelope.open_([MAILBOX], answer.sealed, context("reply", "ab12"))
    assert Part.from_bytes(opened).text == "已受理，正在核实"
    for keys, bound_to in (([OFFICER, SUPERIOR], "ab12"), ([MAILBOX], "cd34")):
        with pytest.raises(Unsealable):
            envelope.open_(keys, answer.sealed, context("reply", bound_to))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("第一行\r\n第二行\t完", "第一行\n第二行\t完"),
        ("清屏\x1b[2J\x07\x9b", "清屏�[2J��"),
        ("倒\u202e过来\u200b", "倒过来"),
        ("行\u2028段", "行 段"),
        ("覆盖\r假的", "覆盖�假的"),
        ("😀𠮷", "😀𠮷"),
        ("\ud800\ue000", "��"),
    ],
)
def test_a_strangers_words_command_no_terminal(text: str, shown: str) -> None:
    assert reader.plain(text) == shown


@pytest.mark.parametrize("content", [b"", b"text", b"exe\nMZ", b"\xff\n"])
def test_an_unknown_kind_of_content_is_refused(content: bytes) -> None:
    if content == b"text":
        assert Part.from_bytes(content) == Part("text", b"")
        return
    with pytest.raises(ValueError, match="unknown kind"):
        Part.from_bytes(content)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"named": 5, "parts": 1}', b'{"named": [], "parts": "x"}'])
def test_what_is_no_manifest_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="not a manifest"):
        Manifest.from_bytes(content)
