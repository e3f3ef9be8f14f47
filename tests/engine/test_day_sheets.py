"""Reading a year's working days from a file: tolerant of how people write, strict about what it means."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot import day_sheets
from bot.sheets import SheetError
from storage.calendar_days import Entry

YEARS = (2021, 2030)


def _read(folder: Path, text: str, encoding: str = "utf-8") -> day_sheets.DaySheet:
    path = folder / "days.csv"
    path.write_bytes(text.encode(encoding))
    return day_sheets.read(path, YEARS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_columns_are_found_by_their_names(tmp_path: Path, encoding: str) -> None:
    sheet = _read(tmp_path, "名称,日期,备注,是否工作日\n春节调休,2027-02-13,x,是\n\n", encoding)
    assert (sheet.entries, sheet.errors) == ([Entry(date(2027, 2, 13), True, "春节调休")], [])


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-02-13", date(2027, 2, 13)),
        ("2027-2-3", date(2027, 2, 3)),
        ("2027/2/13", date(2027, 2, 13)),
        ("2027年2月13日", date(2027, 2, 13)),
        ("2027年02月13", date(2027, 2, 13)),
        ("2027/2/13 0:00:00", date(2027, 2, 13)),
        (" 2027-02-13 ", date(2027, 2, 13)),
        ("2027-02-30", None),
        ("2月13日", None),
        ("2027-02/13", None),
        ("13/2/2027", None),
        ("20270213", None),
        ("", None),
    ],
)
def test_days_as_people_write_them(text: str, day: date | None) -> None:
    assert day_sheets.parse_day(text) == day


@pytest.mark.parametrize(
    ("words", "works"),
    [(("是", "1", "true", "TRUE", "班", "上班", "补班"), True), (("否", "0", "false", "休", "放假", "休息"), False)],
)
def test_words_for_work_and_rest(tmp_path: Path, words: tuple[str, ...], works: bool) -> None:
    for word in words:
        sheet = _read(tmp_path, f"日期,是否工作日\n2027-02-13,{word}\n")
        assert [entry.workday for entry in sheet.entries] == [works], word


def test_every_line_at_fault_is_named(tmp_path: Path) -> None:
    lines = [
        "2027-02-13,是,",
        "2027-02-13,否,",
        "来年,否,",
        "2027-02-14,,",
        "2031-01-01,否,",
        f"2027-02-15,否,{'长' * 41}",
    ]
    sheet = _read(tmp_path, "\n".join(["日期,是否工作日,名称", *lines]))
    assert sheet.errors == [
        "第3行：2027-02-13 与第2行重复",
        "第4行：日期“来年”不认识，应如 2027-02-13",
        "第5行：是否工作日“”不认识，应为是或否",
        "第6行：2031年不在可维护的范围（2021至2030年）",
        "第7行：名称40字以内",
    ]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("日期,名称\n2027-02-13,x\n", "第1行：缺少列 是否工作日"),
        ("", "第1行：缺少列 日期、是否工作日"),
        ("日期,是否工作日\n", "表里没有内容"),
    ],
)
def test_a_table_that_says_nothing_is_an_error(tmp_path: Path, text: str, error: str) -> None:
    sheet = _read(tmp_path, text)
    assert (sheet.entries, sheet.errors) == ([], [error])


def test_what_cannot_be_read_is_one_line_with_the_file(tmp_path: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"PK nonsense")
    (tmp_path / "latin.csv").write_bytes(b"\xff\xfe\xff\xff\x81")
    (tmp_path / "days.txt").write_text("日期,是否工作日\n", encoding="utf-8")
    for name in ("broken.xlsx", "latin.csv", "days.txt", "nowhere.csv"):
        with pytest.raises(SheetError) as caught:
            day_sheets.read(tmp_path / name, YEARS)
        assert name in str(caught.value) and "\n" not in str(caught.value), caught.value
