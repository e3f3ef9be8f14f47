"""The matrix is asked in one place: what a person may do to a finding is worked out in handlers/access.py alone."""

from __future__ import annotations

import ast
from pathlib import Path

HANDLERS = Path(__file__).parents[2] / "handlers"
ASKING = {"may", "standing", "relation_of", "MATRIX"}
# The gate itself, the pure rules, and what turns the matrix into a condition for lists.
THE_GATE = {"access.py", "query_scope.py"}


def _asks(file: Path) -> set[str]:
    """The names of the matrix that the file brings in, however it spells the import."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("handlers.rules"):
            found |= {alias.name for alias in node.names} & (ASKING | {"permissions", "relations", "matrix"})
    return found


def test_only_the_gate_asks_the_matrix() -> None:
    files = [file for file in HANDLERS.glob("*.py") if file.name not in THE_GATE]
    assert len(files) > 40
    assert {file.name: asks for file in files if (asks := _asks(file))} == {}


def test_the_gate_does() -> None:
    assert _asks(HANDLERS / "access.py") >= {"may", "standing"} and "may" in _asks(HANDLERS / "query_scope.py")
