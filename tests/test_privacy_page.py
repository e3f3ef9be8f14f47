"""docs/privacy.md names tests that exist, says where none can prove a row, and says the same in both languages."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
NAMED = re.compile(r"(tests/[\w/]+\.py)::(\w+)")
UNPROVED = ("没有测试能证明", "no test can prove")
ADVERSARIES = 13


def _rows(language: str) -> list[list[str]]:
    """The cells of each row of the table under this heading."""
    part = PAGE.split(f"\n## {language}\n")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]


def _tests(path: Path) -> set[str]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, functions) and node.name.startswith("test_")}


CHINESE, ENGLISH = _rows("中文"), _rows("English")


def test_every_test_that_is_named_exists() -> None:
    named = set(NAMED.findall(PAGE))
    assert len(named) > 10
    assert len(NAMED.findall(PAGE)) == PAGE.count("::")
    missing = [f"{path}::{name}" for path, name in named if name not in _tests(ROOT / path)]
    assert missing == []


@pytest.mark.parametrize("row", [*CHINESE, *ENGLISH], ids=lambda row: row[0][:30])
def test_every_row_names_a_test_or_says_why_none_can_prove_it(row: list[str]) -> None:
    assert len(row) == 4 and all(row)
    proof = row[3]
    said = [words for words in UNPROVED if words in proof.lower()]
    assert NAMED.search(proof) or said
    if not NAMED.search(proof):  # then a reason stands behind the words
        assert re.search(r"(?:能证明|prove it)[：:]\s*\S{2}", proof)


def test_both_languages_have_the_same_rows_and_proofs() -> None:
    assert len(CHINESE) == len(ENGLISH) == ADVERSARIES
    for chinese, english in zip(CHINESE, ENGLISH, strict=True):
        assert NAMED.findall(chinese[3]) == NAMED.findall(english[3])
        assert (UNPROVED[0] in chinese[3]) == (UNPROVED[1] in english[3].lower()), chinese[0]


def test_what_is_missing_is_said_as_often_in_both_languages() -> None:
    chinese, english = (
        PAGE.split(f"\n### {heading}\n")[1].split("\n## ")[0].count("\n- ") for heading in ("尚未做到", "Not yet")
    )
    assert chinese == english > 0


def test_nothing_is_promised_that_nobody_can_keep() -> None:
    assert not [words for words in ("绝对匿名", "任何人都查不到", "完全匿名", "100%") if words in PAGE]
