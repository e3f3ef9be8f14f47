"""The pages say what the program does."""

from __future__ import annotations

from pathlib import Path

from docs import ladders, states
from handlers.kinds import KINDS
from handlers.rules.ladders import LADDERS, parse_rung

ROOT = Path(__file__).parents[1]


def test_the_page_of_states_is_the_one_that_the_table_gives() -> None:
    assert (ROOT / "docs" / "states.md").read_text(encoding="utf-8") == states.page()


def test_the_tables_of_reminders_are_the_ones_that_the_ladders_give() -> None:
    assert ladders.PAGE.read_text(encoding="utf-8") == ladders.page()


def test_the_page_of_reminders_names_every_ladder_every_rung_and_every_title() -> None:
    words, mark, tables = ladders.PAGE.read_text(encoding="utf-8").partition(ladders.MARK)
    assert mark
    assert len(words.splitlines()) <= 150
    parts = {part.split("`")[0]: part for part in tables.split("### `")[1:]}
    assert list(parts) == list(LADDERS)
    for name, lines in LADDERS.items():
        assert [row.split(" |")[0] for row in parts[name].split("\n| ")[2:]] == [parse_rung(one).name for one in lines]
    assert [kind.ladder for kind in KINDS if f"` {kind.title}\n" not in tables] == []


def test_the_readmes_name_only_files_that_exist() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        links = [part.split(")")[0] for part in text.split("](")[1:]]
        assert links
        missing = [link for link in links if "://" not in link and not (ROOT / link).exists()]
        assert missing == [], name


def test_the_life_shows_every_picture_and_each_is_small() -> None:
    text = (ROOT / "docs" / "life.md").read_text(encoding="utf-8")
    shown = [part.split(")")[0] for part in text.split("](life/")[1:]]
    pictures = sorted((ROOT / "docs" / "life").glob("*.png"))
    assert shown == [path.name for path in pictures]
    assert [path.name for path in pictures if path.stat().st_size > 150_000] == []
