"""The house rules that a machine can hold (architecture.md 3, 6): imports, commits, short promises."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"bot", "handlers", "storage", "sandbox", "run", "tests", "bench", "docs"}
FLOW_DOORS = {"bot.flow", "bot.messages", "bot.errors"}
MAY_COMMIT = {"bot/turns.py", "bot/transacting.py", "run.py"}  # the second one only releases savepoints
LONGEST = 350


def _modules(*packages: str) -> list[Path]:
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _top(name: str) -> str:
    return name.split(".")[0]


def _faults(path: Path) -> list[str]:
    relative = path.relative_to(ROOT).as_posix()
    faults = []
    for name in _imports(path):
        top = _top(name)
        ours = top in OURS
        if relative.startswith("handlers/rules/"):
            allowed = top in sys.stdlib_module_names or name.startswith("handlers.rules") or name == "handlers"
        elif relative.startswith("handlers/"):
            doors = any(name == door or name.startswith(f"{door}.") for door in FLOW_DOORS) or name == "bot"
            allowed = top in sys.stdlib_module_names or top in ("handlers", "storage", "sqlalchemy") or doors
        elif relative.startswith("storage/"):
            allowed = top in sys.stdlib_module_names or top in ("storage", "sqlalchemy", "alembic")
        elif relative.startswith("bot/"):
            allowed = not ours or top in ("bot", "storage")
        else:
            allowed = not ours or top == "sandbox"
        if not allowed:
            faults.append(f"{relative} imports {name}")
    return faults


def test_every_import_follows_the_rule() -> None:
    modules = _modules("bot", "handlers", "storage", "sandbox")
    assert len(modules) > 40
    assert [fault for path in modules for fault in _faults(path)] == []


@pytest.mark.parametrize(
    ("package", "line"),
    [
        ("handlers/rules", "import sqlalchemy"),
        ("handlers", "from bot.dispatcher import Dispatcher"),
        ("storage", "import aiohttp"),
        ("bot", "from handlers.registry import FLOWS"),
        ("sandbox", "import bot.messages"),
    ],
)
def test_a_forbidden_import_is_found(package: str, line: str) -> None:
    probe = ROOT / package / "zz_probe_of_the_house_test.py"
    probe.write_text(f'"""Probe."""\n{line}\n', encoding="utf-8")
    try:
        assert _faults(probe) != []
    finally:
        probe.unlink()


def test_only_turns_commit() -> None:
    found = set()
    for path in [*_modules("bot", "handlers", "storage"), ROOT / "run.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
                found.add(path.relative_to(ROOT).as_posix())
    assert found <= MAY_COMMIT


def test_every_module_opens_with_its_promise() -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in _modules("bot", "handlers", "storage", "sandbox", "bench")
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_no_file_has_grown_into_two() -> None:
    modules = [*_modules("bot", "handlers", "storage", "sandbox", "bench"), ROOT / "run.py"]
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in modules
        if "migrations/versions" not in path.as_posix()
        and (lines := path.read_text(encoding="utf-8").count("\n")) > LONGEST
    }
    assert long == {}


def test_no_index_address_or_machine_path_is_tracked() -> None:
    lists = list((ROOT / "requirements").glob("*.txt"))
    assert lists
    for path in lists:
        assert "://" not in path.read_text(encoding="utf-8"), path.name
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    assert not [name for name in tracked if name.endswith((".db", ".pem", ".key", ".log"))]
