"""The pages say what the program does."""

from __future__ import annotations

from pathlib import Path

from docs import states

ROOT = Path(__file__).parents[1]


def test_the_page_of_states_is_the_one_that_the_table_gives() -> None:
    assert (ROOT / "docs" / "states.md").read_text(encoding="utf-8") == states.page()


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
