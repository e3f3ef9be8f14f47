"""`backup`, `restore`, `verify` and `forget` as whoever types them sees them (contract.md, Commands)."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

from bot import store_commands
from bot.clock import real_now
from storage import events, failures, links, schema
from storage.database import open_engine
from storage.matters import Person
from storage.models import Event, Failure
from storage.vault import Vault


class Machine:
    """A folder with an installation's data, and the commands run there."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder.mkdir()
        self.folder, self.url, self._patch = folder, f"sqlite:///{folder}/store.db", monkeypatch

    def run(self, *arguments: str) -> Result:
        for name, value in {
            "STORE__URL": self.url, "FILES__DIRECTORY": str(self.folder / "files"),
            "ANONYMITY__FILE": str(self.folder / "anonymous.db"), "ANONYMITY__PEPPER_FILE": str(self.folder / "pepper"),
            "ANONYMITY__DESK_KEY_FILE": str(self.folder / "desk-key"),
        }.items():  # fmt: skip
            self._patch.setenv(f"JIANDU_{name}", value)
        return CliRunner().invoke(store_commands.app, list(arguments))


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path / "old", monkeypatch)
    engine = open_engine(machine.url)
    schema.upgrade(engine)
    with engine.begin() as connection, Session(connection) as session:
        session.add(Person(userid="zhang", name="张三"))
        at = datetime(2026, 11, 23, tzinfo=UTC)
        failures.add(session, code="C", at=at, person="zhang", flow="f", error="E", message={"text": "原话"})
        events.add(session, at=at, actor="zhang", matter="m", action="a")
        links.seal(session, 0, 10, real_now())
        session.flush()
    engine.dispose()
    Vault(machine.folder / "anonymous.db").prepare()
    (machine.folder / "pepper").write_bytes(b"PEPPER-OF-32-BYTES-------------1")
    (machine.folder / "desk-key").write_bytes(b"DESKKEY-OF-32-BYTES------------1")
    return machine


def test_to_another_machine_and_proved_there(old: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "kept"
    made = old.run("backup", str(kept))
    assert (made.exit_code, "已备份到" in made.stdout, "1个" in made.stdout) == (0, True, False), made.output
    assert not [path for path in kept.rglob("*") if path.is_file() and b"-OF-32-BYTES" in path.read_bytes()]
    proved = old.run("verify", "--backup", str(kept))
    assert (proved.exit_code, "每个文件完好" in proved.stdout, "逐环验证完好" in proved.stdout) == (0, True, True)
    shutil.rmtree(old.folder)
    new = Machine(tmp_path / "new", monkeypatch)
    back = new.run("restore", str(kept))
    assert back.exit_code == 0, back.output
    for words in ("行数与清单一致", "通过：1条事件", "旧的回执码都查不到反映", "打不开实名线索", "旧机器已停用"):
        assert words in back.stdout
    assert new.run("verify").exit_code == 0
    again = new.run("restore", str(kept))
    assert (again.exit_code, "只能恢复到空库" in again.stderr) == (1, True)


def test_one_line_says_what_is_wrong(old: Machine, tmp_path: Path) -> None:
    assert old.run("backup", str(tmp_path / "kept")).exit_code == 0
    again = old.run("backup", str(tmp_path / "kept"))
    assert (again.exit_code, again.stderr.count("\n"), "不是空文件夹" in again.stderr) == (1, 1, True)
    (tmp_path / "kept" / "store.db").write_bytes(b"x")
    wrong = old.run("verify", "--backup", str(tmp_path / "kept"))
    assert (wrong.exit_code, wrong.stderr.count("\n"), "store.db: 与备份时不同" in wrong.stderr) == (1, 1, True)
    (old.folder / "store.db").unlink()
    assert (old.run("backup", str(tmp_path / "other")).exit_code, (old.folder / "store.db").exists()) == (1, False)


def _left(machine: Machine) -> tuple[object, list[str]]:
    engine = open_engine(machine.url)
    with engine.connect().execution_options(reading=True) as connection, Session(connection) as session:
        found = (
            session.scalars(select(Failure.message)).one(),
            [event.action for event in session.scalars(select(Event))],
        )
    engine.dispose()
    return found


def test_forgetting_is_shown_first_and_leaves_its_entry(old: Machine) -> None:
    looked = old.run("forget", "Zhang")
    assert (looked.exit_code, "张三" in looked.stdout, "确认无误后加 --yes" in looked.stdout) == (0, True, True)
    assert "依规定保留" in looked.stdout
    assert _left(old) == ({"text": "原话"}, ["a"])
    assert "已清除 1 处" in old.run("forget", "zhang", "--yes").stdout
    assert _left(old) == (None, ["a", "forgotten"])
    assert "没有可以清除的内容" in old.run("forget", "zhang", "--yes").stdout
    assert _left(old) == (None, ["a", "forgotten"])
    assert old.run("forget", "nobody").exit_code == 1
    assert old.run("verify").exit_code == 0
