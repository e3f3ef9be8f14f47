"""Nothing changes a record without its event in the same transaction (issue 3): every transcript is a witness.

The `world` of this folder watches the store's statements, and asks at the end whether the ledger tells the present
record again (conftest.py); here is shown that the watch sees what it is there for.
"""

from __future__ import annotations

import ast
from contextlib import suppress
from pathlib import Path

from sqlalchemy import insert, update

from storage import events, replay
from storage.matters import Finding, Person
from tests.flows.findings import LIAISON, NUMBER, OFFICE, applied, assigned, seed
from tests.flows.harness import Rehearsal
from tests.flows.watch import BESIDE, RECORDS, watched

ROOT = Path(__file__).parents[2]
WRITERS = {"storage/moves.py", "storage/findings.py"}


async def test_the_watch_sees_a_change_without_an_event(world: Rehearsal) -> None:
    """The proof can fail: a bare update, one beside another matter's event, and an undone one are told apart."""
    await seed(world)

    async def told(statement: object, matter: str, *, undone: bool = False) -> list[str]:
        def work(session: object) -> None:
            session.execute(statement)  # type: ignore[attr-defined]
            if matter:
                events.add(session, at=world.clock(), actor="x", matter=matter, action="y")  # type: ignore[arg-type]
            if undone:
                raise ValueError

        with watched(world.engine) as watch, suppress(ValueError):
            await world.turns.run(work)
        return [write for unit in watch.done for write in unit.lacking]

    bare = update(Finding).values(title="x")
    assert await told(bare, "") == ["UPDATE findings"]
    assert await told(bare, "XS-2026-0001") == ["UPDATE findings"]
    assert await told(bare, NUMBER) == []
    assert await told(bare, "", undone=True) == []
    assert await told(insert(Person).values(userid="q", name="q", reachable=True), "") == ["INSERT people"]


async def test_the_watch_hears_a_whole_life(world: Rehearsal) -> None:
    with watched(world.engine) as watch:
        await world.say(OFFICE, "帮助")  # no fresh world any more: the life is lived here, and not copied
        await applied(world)
    written = {write.split()[1] for unit in watch.done for write in unit.writes}
    assert {"findings", "progress", "evidence", "cycles"} <= written
    assert watch.violations == []
    assert set(BESIDE) < set(RECORDS)


async def test_an_undone_turn_leaves_neither_change_nor_event(world: Rehearsal) -> None:
    await assigned(world)
    with world.session() as session:
        before = len(events.history(session, NUMBER))
    with watched(world.engine) as watch:
        await world.say(OFFICE, f"同意销号 {NUMBER}")
        await world.say(LIAISON, "确认")
    assert [unit.writes for unit in watch.done if unit.writes] == []
    with world.session() as session:
        assert len(events.history(session, NUMBER)) == before


def _writes_to_findings(path: Path) -> list[str]:
    """insert/update/delete of the table, `Finding(…)` as a new row, and SQL that names it."""
    found = []
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, ast.Module) and node.body and isinstance(node.body[0], ast.Expr)}  # noqa: E501  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            target = ast.unparse(node.args[0]) if node.args else ""
            named = target in ("Finding", "_FINDINGS", "table_of(Finding)") or target.endswith(".Finding")
            if (name in ("insert", "update", "delete") and named) or name == "Finding":
                found.append(f"{path.name}:{node.lineno} {ast.unparse(node)[:60]}")
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            words = node.value.upper()
            if any(sql in words for sql in ("INSERT INTO FINDINGS", "UPDATE FINDINGS", "DELETE FROM FINDINGS")):
                found.append(f"{path.name}:{node.lineno}")
    return found


def _sets_a_column(path: Path) -> list[str]:
    """`finding.state = …`, which the ORM would write at the next flush."""
    return [
        f"{path.name}:{node.lineno} {ast.unparse(target)}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name)
        and "finding" in target.value.id and target.attr in Finding.__table__.columns
    ]  # fmt: skip


def test_only_moves_and_findings_write_findings() -> None:
    faults = []
    for package in ("bot", "handlers", "storage"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if path.relative_to(ROOT).as_posix() not in WRITERS and "migrations" not in path.parts:
                faults += _writes_to_findings(path) + _sets_a_column(path)
    assert faults == []
    assert all(_writes_to_findings(ROOT / writer) for writer in WRITERS)


def test_the_house_test_finds_each_way_of_writing(tmp_path: Path) -> None:
    probe = tmp_path / "probe.py"
    for line in (
        "session.execute(update(Finding).values(title='x'))",
        "session.execute(insert(table_of(Finding)), rows)",
        "session.add(Finding(number='x'))",
        "session.execute(text('UPDATE findings SET title = 1'))",
        "delete(matters.Finding)",
    ):
        probe.write_text(f"{line}\n", encoding="utf-8")
        assert _writes_to_findings(probe), line
    probe.write_text("finding.due = None\n", encoding="utf-8")
    assert _sets_a_column(probe)


def test_every_table_of_the_record_is_watched() -> None:
    assert {model.__tablename__ for model in replay.BESIDE} == set(BESIDE)
