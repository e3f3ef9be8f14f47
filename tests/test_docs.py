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
