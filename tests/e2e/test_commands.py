"""The commands of run.py as a shell sees them: exit codes, and the one line that names the fault."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.conftest import MakeRig
from tests.e2e.processes import ROOT, Process, free_port, run_py
from tests.e2e.rig import HENGXIN, SAMPLE, Rig

WECOM = {
    "JIANDU_WECOM__CORP_ID": SAMPLE.corp_id,
    "JIANDU_WECOM__AGENT_ID": str(SAMPLE.agent_id),
    "JIANDU_WECOM__SECRET": SAMPLE.secret,
    "JIANDU_WECOM__TOKEN": SAMPLE.token,
    "JIANDU_WECOM__ENCODING_AES_KEY": SAMPLE.aes_key,
}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"JIANDU_STORE__URL": f"sqlite:///{tmp_path}/store.db", "JIANDU_FILES__DIRECTORY": str(tmp_path)}


@pytest.fixture(scope="module")
def rig(make_rig: MakeRig) -> Rig:
    return make_rig()


REHEARSAL = {**WECOM, "JIANDU_REHEARSAL__ENABLED": "true"}
FAULTS: tuple[tuple[tuple[str, ...], Mapping[str, str], int, str], ...] = (
    ((), {}, 2, "wecom.corp_id"),  # serve is the default command
    (("serve",), {**WECOM, "JIANDU_WECOM__ENCODING_AES_KEY": "short"}, 2, "wecom.encoding_aes_key"),
    (("check",), {"JIANDU_SERVER__PROT": "8080"}, 2, "server.prot"),
    (("migrate",), {"JIANDU_WECON__SECRET": "x"}, 2, "JIANDU_WECON__SECRET"),
    (("migrate",), {"JIANDU_POLICY__REFUSED_LOOKUPS": "0"}, 2, "policy.refused_lookups"),
    (("migrate",), {"JIANDU_STORE__URL": "oracle://nowhere"}, 2, "store.url"),
    (("migrate",), {"JIANDU_STORE__URL": "sqlite:////dev/null/x.db"}, 2, "store.url"),
    (("check", "--config", "no-such.toml"), {}, 2, "no-such.toml"),
    (("serve", "--clock", "2026-12-16T08:55:00+08:00"), WECOM, 2, "--clock"),
    (("serve", "--clock", "soon"), REHEARSAL, 2, "--clock"),
    (("serve", "--port", "99999"), WECOM, 1, "port"),
    (("org", "import", "no-such-folder"), {}, 1, "no-such-folder"),
    (("understand", "帮助"), {}, 2, "尚未开放"),
    (("calendar", "import", "x.csv"), {}, 2, "尚未开放"),
    (("backup", "x"), {}, 2, "尚未开放"),
    (("replay", "ABC123"), WECOM, 1, "ABC123"),
)


def test_a_fault_is_one_line(environment: dict[str, str]) -> None:
    """Some at a time, for a start costs a second of computing each."""
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda fault: run_py(*fault[0], environment={**environment, **fault[1]}), FAULTS))
    wrong = []
    for (command, more, code, named), end in zip(FAULTS, done, strict=True):
        lines = [line for line in end.stderr.splitlines() if line.strip()]
        if end.returncode != code or len(lines) != 1 or named not in lines[0] or SAMPLE.secret in lines[0]:
            wrong.append((command, set(more) - set(WECOM), end.returncode, end.stderr[-400:]))
    assert wrong == []


def test_migrate_and_check_without_secrets(environment: dict[str, str]) -> None:
    assert run_py("migrate", environment=environment).returncode == 0
    done = run_py("check", environment=environment)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(done.stdout.splitlines()) > 3


def test_check_against_the_platform(rig: Rig) -> None:
    """All is well with the sample; each wrong value is named."""
    good = run_py("check", environment=rig.environment)
    assert good.returncode == 0, good.stdout + good.stderr
    bad = run_py("check", environment={**rig.environment, "JIANDU_WECOM__SECRET": "wrong-secret"})
    assert bad.returncode == 1
    assert "wrong-secret" not in bad.stdout + bad.stderr
    away = run_py("check", environment={**rig.environment, "JIANDU_WECOM__API_BASE": f"http://127.0.0.1:{free_port()}"})
    assert away.returncode == 1
    assert "Traceback" not in bad.stderr + away.stderr


def test_a_taken_port_is_said(rig: Rig) -> None:
    done = run_py("serve", "--port", str(rig.bot_port), environment=rig.environment)
    assert done.returncode == 1
    assert "server.port" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_import_shows_first_and_changes_nothing_in_error(environment: dict[str, str], tmp_path: Path) -> None:
    looked = run_py("org", "import", str(HENGXIN), environment=environment)
    assert looked.returncode == 0
    assert "--yes" in looked.stdout
    assert _people(tmp_path) == 0
    assert run_py("org", "import", str(HENGXIN), "--yes", environment=environment).returncode == 0
    assert _people(tmp_path) == 14
    again = run_py("org", "import", str(HENGXIN), "--yes", environment=environment)
    assert (again.returncode, "没有差异" in again.stdout) == (0, True)
    broken = tmp_path / "broken"
    shutil.copytree(HENGXIN, broken)
    with (broken / "人员.csv").open("a", encoding="utf-8") as file:
        file.write(
            "hx_new,新人,HX-CW,employee,员工,,\nhx_bad,错人,NO-UNIT,employee,员工,,\nhx_bad2,错人,HX,king,员工,,\n"
        )
    done = run_py("org", "import", str(broken), "--yes", environment=environment)
    assert done.returncode == 1
    assert "NO-UNIT" in done.stdout + done.stderr
    assert "king" in done.stdout + done.stderr
    assert _people(tmp_path) == 14


def _people(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "store.db")) as connection:
        return int(connection.execute("SELECT count(*) FROM people").fetchone()[0])


def test_paths_outside_the_contract_are_404(rig: Rig) -> None:
    for method, path in (
        ("GET", "/"),
        ("GET", "/rehearsal"),
        ("POST", "/healthz/x"),
        ("GET", "/wecom"),
        ("GET", "/api/state"),
    ):
        assert rig.call(rig.bot_port, method, path)[0] == 404, path
    assert rig.call(rig.bot_port, "GET", "/healthz")[0] == 200
    assert rig.call(rig.bot_port, "GET", "/readyz")[0] == 200
    assert "jiandu" in rig.call(rig.bot_port, "GET", "/metrics")[1]
    status, clock = rig.call(rig.bot_port, "GET", "/rehearsal/clock")
    assert (status, clock) == (200, {"now": "2026-11-23T10:00:00+08:00", "rate": 0.0})


def test_no_clock_outside_a_rehearsal(rig: Rig, tmp_path: Path) -> None:
    """Production: the addresses do not exist, not even for this machine."""
    port = free_port()
    environment = {
        **rig.environment,
        "JIANDU_REHEARSAL__ENABLED": "false",
        "JIANDU_STORE__URL": f"sqlite:///{tmp_path}/p.db",
    }
    bot = Process(tmp_path / "bot.log")
    try:
        bot.start([str(ROOT / "run.py"), "serve", "--port", str(port)], environment)
        bot.wait_ready(port, "/readyz")
        assert rig.call(port, "GET", "/rehearsal/clock")[0] == 404
        assert rig.call(port, "POST", "/rehearsal/clock", {"now": "2030-01-01T00:00:00+08:00"})[0] == 404
        assert bot.stop() == 0
    finally:
        bot.kill()


def test_the_clock_never_goes_back(rig: Rig) -> None:
    rig.turn_clock("2026-11-24T10:00:00")
    rig.turn_clock("2026-11-20T10:00:00")
    assert rig.call(rig.bot_port, "GET", "/rehearsal/clock")[1]["now"] == "2026-11-24T10:00:00+08:00"
    rig.restart("2026-11-01T08:00:00+08:00")
    assert rig.call(rig.bot_port, "GET", "/rehearsal/clock")[1]["now"] == "2026-11-24T10:00:00+08:00"


def test_verify_proves_the_chain_and_names_the_first_broken_link(environment: dict[str, str], tmp_path: Path) -> None:
    """An event that was changed behind the bot's back: exit code 1, the link by its number; a digest by --expect."""
    assert run_py("org", "import", str(HENGXIN), "--yes", environment=environment).returncode == 0
    tail = run_py("verify", environment=environment)
    assert (tail.returncode, "未封存：1条" in tail.stdout) == (0, True), tail.stdout + tail.stderr
    full = {**environment, **WECOM, "JIANDU_WECOM__API_BASE": f"http://127.0.0.1:{free_port()}"}
    bot = Process(tmp_path / "bot.log")
    try:
        port = free_port()
        bot.start([str(ROOT / "run.py"), "serve", "--port", str(port)], full)
        bot.wait_ready(port, "/readyz")
        assert bot.stop() == 0
    finally:
        bot.kill()
    whole = run_py("verify", environment=environment)
    assert whole.returncode == 0 and "未封存：0条" in whole.stdout, whole.stdout
    digest = re.search(r"摘要：([0-9a-f]{64})", whole.stdout)
    assert digest
    assert run_py("verify", "--expect", digest[1], environment=environment).returncode == 0
    assert run_py("verify", "--expect", "0" * 63 + "1", environment=environment).returncode == 1
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE events SET reason = '改过' WHERE id = (SELECT event_id FROM links WHERE seq = 1)")
        connection.commit()
    broken = run_py("verify", environment=environment)
    assert broken.returncode == 1 and "第1环断开" in broken.stdout and "事件被改动" in broken.stdout, broken.stdout
