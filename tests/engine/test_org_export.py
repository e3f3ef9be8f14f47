"""`run.py org export` writes what `org import` reads: carried in again there is no difference (contract.md)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from bot import org_commands, sheets
from storage import organisation, schema
from storage.database import open_engine
from storage.matters import Person, Post, Unit
from storage.models import Event

SAMPLE = Path(__file__).parents[2] / "sandbox" / "hengxin"


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The sample group with a unit that is no more, an appointment that has ended, and one with a term."""
    url = f"sqlite:///{tmp_path}/store.db"
    engine = open_engine(url)
    schema.upgrade(engine)
    tables = sheets.read(SAMPLE, ("单位", "人员"))
    with engine.begin() as connection, Session(bind=connection) as session:
        plan = organisation.compare(session, tables["单位"], tables["人员"])
        organisation.apply(session, plan, datetime.now(UTC).date())
        session.add(Unit(code="OLD", name="旧公司", parent="HX", path="/HX/OLD/", kind="权属企业", aliases=[],
                         valid_to=date(2020, 1, 1)))  # fmt: skip
        session.add(Person(userid="gone", name="已离任"))
        session.flush()
        session.add(Post(userid="gone", unit="HX-CW", role="member_head", valid_to=date(2020, 1, 1)))
        first = select(Post.id).where(Post.userid == "hx_caiwu").limit(1).scalar_subquery()
        term = {"valid_from": date(2024, 1, 1), "valid_to": date(2999, 12, 31)}
        session.execute(update(Post).where(Post.id == first).values(**term))
        session.flush()
    engine.dispose()
    return url


@pytest.mark.parametrize("name", ["org.xlsx", "org"])
def test_what_was_exported_is_carried_in_without_a_difference(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("JIANDU_STORE__URL", url)
    path = tmp_path / name
    end = CliRunner().invoke(org_commands.app, ["export", str(path)] if _several() else [str(path)])
    assert end.exit_code == 0, end.output
    assert "已导出单位" in end.output
    tables = sheets.read(path, ("单位", "人员"))
    assert "OLD" not in {row["编码"] for _, row in tables["单位"]}
    assert "gone" not in {row["账号"] for _, row in tables["人员"]}
    (kept,) = [row for _, row in tables["人员"] if row["账号"] == "hx_caiwu"]
    assert (kept["起"], kept["止"]) == ("2024-01-01", "2999-12-31")
    engine = open_engine(url)
    with engine.connect() as connection, Session(connection) as session:
        plan = organisation.compare(session, tables["单位"], tables["人员"])
        assert (plan.errors, plan.differences) == ([], [])
        (event,) = session.scalars(select(Event).where(Event.action == "exported"))
        assert event.matter == "organisation"
    engine.dispose()


def _several() -> bool:
    """Typer takes a lone command for the whole; `run.py` adds `import`."""
    return len(org_commands.app.registered_commands) > 1
