"""docs/store.md keeps its word: its tables and views are the store's, its examples run, its role can do just that."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, insert, inspect, make_url, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.errors import NOT_FOUND_OR_FORBIDDEN
from handlers import requested
from storage import duties, gatherings, requests, sealing_keys
from storage.matters import Finding, Lead, Unit
from storage.migrations import views
from storage.models import Request
from storage.proceedings import Cycle, Extension
from storage.types import Base, table_of
from tests.stores import Store

PAGE = (Path(__file__).parents[2] / "docs" / "store.md").read_text(encoding="utf-8")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def _section(title: str) -> str:
    return PAGE.split(f"## {title}\n")[1].split("\n## ")[0]


def _rows(section: str) -> dict[str, list[str]]:
    """The first cell's name of each line of the tables, and the words of the last cell."""
    lines = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]
    return {cells[0].strip().split("`")[1]: re.findall(r"\w+", cells[-1]) for cells in lines}


def _sql(kind: str) -> str:
    found = re.search(rf"^```sql {kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None, kind
    return found[1]


MODELS = (duties, gatherings, sealing_keys)  # their tables are known once they are imported


def test_every_table_is_on_the_page_and_no_other() -> None:
    assert MODELS
    assert set(_rows(_section("Every table"))) == set(Base.metadata.tables)
    for line in _section("Every table").splitlines():
        if not line.startswith("| `"):
            continue
        table, columns = line.split("`")[1], line.strip("|").split("|")[-1]
        real = set(Base.metadata.tables[table].columns.keys())
        for column in re.findall(r"\w+", re.sub(r"\([^)]*\)", "", columns)):
            if column not in ("nothing", "for", "other", "systems", "see", "above", "_at"):
                assert column in real, f"{table}.{column}"


def test_every_view_is_on_the_page_with_its_columns(store: Store) -> None:
    page = _rows(_section("What you may read"))
    assert set(page) == set(views.VIEWS)
    looked = inspect(store.open())
    assert set(looked.get_view_names()) == set(views.VIEWS)
    for name, columns in page.items():
        assert [column["name"] for column in looked.get_columns(name)] == columns


def test_every_action_is_on_the_page_with_its_facts() -> None:
    lines = [line.split("|") for line in _section("How to ask for a change").splitlines() if line.startswith("| `")]
    page = {cells[1].strip(" `"): cells[-2] for cells in lines if cells[1].strip(" `") in requested.ACTIONS}
    assert set(page) == set(requested.ACTIONS)
    for name, action in requested.ACTIONS.items():
        assert re.findall(r"\w+", page[name]) == list(action.facts)
        assert tuple(re.findall(r"\*\*(\w+)\*\*", page[name])) == action.required


def _finding(session: Session, number: str, **given: object) -> int:
    if session.get(Unit, "JS") is None:
        session.add(Unit(code="JS", name="恒信建设", path="/JS/", kind="权属企业"))
        session.flush()
    row = {
        "number": number, "state": "rectifying", "source": "JS", "quarter": "2026Q4", "desc": "内容",
        "raw_text": "原文", "unit": "JS", "resp_person": "a", "due": date(2026, 12, 18), "submitted_by": "b",
        "submitted_at": NOW, "closed_at": NOW, "applied_at": NOW,
    }  # fmt: skip
    result = session.execute(insert(table_of(Finding)).values(row | given))
    finding = int(result.inserted_primary_key[0])  # type: ignore[attr-defined]
    session.add(Cycle(finding_id=finding, seq=1, started_at=NOW, due=date(2026, 12, 18)))
    session.add(
        Extension(
            finding_id=finding, cycle=1, at=NOW, by="a", new_due=date(2026, 12, 31), reason="理由", after_due=False
        )
    )
    session.flush()
    return finding


def test_the_views_show_nothing_restricted_and_no_lead(store: Store) -> None:
    """S8, 2.4."""
    with store.session() as session:
        _finding(session, "WT-2026-0001")
        _finding(session, "WT-2026-0002", visibility="restricted", title="领导人员")
        _finding(session, "WT-2026-0003", state="converted_to_lead", title="某人收受", lead_number="XS-2026-7K3M")
        session.add(
            Lead(number="XS-2026-7K3M", ledger_seq=1, state="reported", reporter="b", desc="秘密", raw_text="秘密",
                 reported_at=NOW)
        )  # fmt: skip
        session.flush()
        for name in ("v_findings", "v_rounds", "v_extensions"):
            assert session.execute(text(f"SELECT number FROM {name}")).scalars().all() == ["WT-2026-0001"]
        for name in views.VIEWS:
            shown = str(session.execute(text(f"SELECT * FROM {name}")).all())
            assert not any(word in shown for word in ("XS-2026", "秘密", "收受", "领导", "原文", "WT-2026-0002")), name


def test_an_outcome_about_a_hidden_finding_is_not_shown(store: Store) -> None:
    with store.session() as session:
        _finding(session, "WT-2026-0001")
        _finding(session, "WT-2026-0002", visibility="restricted")
        told = [
            ("WT-2026-0001", "WT-2026-0001 已交办。", "WT-2026-0001 已交办。"),
            ("WT-2026-0002", "WT-2026-0002 领导人员某事已交办。", ""),
            ("WT-2026-0002", NOT_FOUND_OR_FORBIDDEN, NOT_FOUND_OR_FORBIDDEN),
            ("WT-2026-0999", NOT_FOUND_OR_FORBIDDEN, NOT_FOUND_OR_FORBIDDEN),
        ]
        for serial, (matter, outcome, _) in enumerate(told):
            row = {"system": "oa", "reference": str(serial), "person": "a", "action": "assign", "facts": {}}
            session.execute(insert(table_of(Request)).values(row | {"matter": matter, "asked_at": NOW}))
            newest = session.scalars(select(Request.id).order_by(Request.id.desc())).first()
            assert newest is not None
            requests.finish(session, newest, "done", outcome, NOW)
        shown = session.execute(text("SELECT outcome FROM v_requests ORDER BY id")).scalars().all()
        assert shown == [words for _, _, words in told]


def test_the_worked_example_is_taken(store: Store) -> None:
    with store.session() as session:
        session.execute(text(_sql(store.name).replace(":", r"\:")))
        session.commit()
        taken = requests.claim(session, NOW, 1, timedelta(0))
        assert [(asked.system, asked.person, asked.action, asked.attempts) for asked in taken] == [
            ("oa", "hx_jianshel", "submit_progress", 1)
        ]
        assert session.execute(text(_sql("outcome"))).one()[:3] == ("new", "", "WT-2026-0123")
        asked_at = session.scalars(select(Request.asked_at)).one()
        assert abs((asked_at - datetime.now(UTC)).total_seconds()) < 3600
        with pytest.raises(DBAPIError):  # the same reference again
            session.execute(text(_sql(store.name).replace(":", r"\:")))


@contextmanager
def _role(server: Store) -> Iterator[Engine]:
    """The page's own role under a name of chance, and a connection as it."""
    name, password = f"jt_{secrets.token_hex(4)}", secrets.token_hex(8)
    script = re.sub(r"\boa\b", name, _sql(f"grants {server.name}")).replace("change-me", password)
    owner = server.open()
    with owner.begin() as connection:
        for statement in filter(str.strip, script.split(";")):
            connection.exec_driver_sql(statement.replace("%", "%%"))
    guest = create_engine(make_url(server.url).set(username=name, password=password))
    try:
        yield guest
    finally:
        guest.dispose()
        with owner.begin() as connection:
            if server.name == "postgresql":
                connection.exec_driver_sql(f"DROP OWNED BY {name}")
                connection.exec_driver_sql(f"DROP ROLE {name}")
            else:
                connection.exec_driver_sql(f"DROP USER '{name}'@'%%'")


def _denied(guest: Engine, statement: str) -> bool:
    with guest.connect() as connection:
        try:
            connection.execute(text(statement.replace(":", r"\:")))
        except DBAPIError as error:
            assert "denied" in str(error.orig), error.orig
            return True
    return False


def test_the_recommended_role_reads_views_and_inserts_requests_and_nothing_else(server: Store) -> None:
    with server.session() as session:
        _finding(session, "WT-2026-0001")
        session.commit()
    example = _sql(server.name)
    with _role(server) as guest:
        with guest.begin() as connection:
            connection.execute(text(example.replace(":", r"\:")))
        for view in views.VIEWS:
            assert not _denied(guest, f"SELECT * FROM {view}")
        with guest.connect() as connection:
            assert connection.execute(text(_sql("outcome"))).one()[0] == "new"
            assert connection.execute(text("SELECT number FROM v_findings")).scalar() == "WT-2026-0001"
        for table in Base.metadata.tables:
            assert _denied(guest, f"SELECT * FROM {table}"), table
            assert _denied(guest, f"DELETE FROM {table}"), table
        assert _denied(guest, "UPDATE requests SET state = 'done'")
        assert _denied(guest, "UPDATE findings SET due = NULL")
        assert _denied(guest, "INSERT INTO counters (name, value) VALUES ('WT-2026', 1)")
        done = example.replace("(system,", "(state, system,").replace("('oa',", "('done', 'oa',")
        assert _denied(guest, done)
