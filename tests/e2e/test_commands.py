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
from tests.e2e.processes import ROOT, Process, free_port, imported, run_py
from tests.e2e.rig import HENGXIN, SAMPLE, Rig

WECOM = {
    "JIANDU_WECOM__CORP_ID": SAMPLE.corp_id,
    "JIANDU_WECOM__AGENT_ID": str(SAMPLE.agent_id),
    "JIANDU_WECOM__SECRET": SAMPLE.secret,
    "JIANDU_WECOM__TOKEN": SAMPLE.token,
    "JIANDU_WECOM__ENCODING_AES_KEY": SAMPLE.aes_key,
    "JIANDU_WECOM__API_BASE": f"http://127.0.0.1:{free_port()}",  # where nobody listens
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
    (("migrate",), {"JIANDU_STORE__URL": "oracle://nowhere"}, 2, "驱动"),
    (("migrate",), {"JIANDU_STORE__URL": "nosuch://nowhere"}, 2, "地址写得不对"),
    (("migrate",), {"JIANDU_STORE__URL": "postgresql+psycopg://u:pa55@127.0.0.1:1/x"}, 1, "store.url: 连不上"),
    (("migrate",), {"JIANDU_STORE__URL": "sqlite:////dev/null/x.db"}, 2, "store.url"),
    (("check", "--config", "no-such.toml"), {}, 2, "no-such.toml"),
    (("serve", "--clock", "2026-12-16T08:55:00+08:00"), WECOM, 2, "--clock"),
    (("serve", "--clock", "soon"), REHEARSAL, 2, "--clock"),
    (("serve", "--port", "99999"), WECOM, 1, "port"),
    (("org", "import", "no-such-folder"), {}, 1, "no-such-folder"),
    (("understand", "--now", "soon", "帮助"), {}, 2, "--now"),
    (("understand", "--as", "hx_caiwu", "帮助"), {}, 2, "--as"),
    (("calendar", "import", "no-such.csv"), {}, 1, "no-such.csv"),
    (("calendar", "import", "config.toml"), {}, 1, "config.toml"),
    (("backup", "x"), {"JIANDU_STORE__URL": "sqlite:////nowhere/store.db"}, 1, "store.url"),
    (("restore", "no-such-folder"), {}, 1, "no-such-folder"),
    (("verify", "--backup", "no-such-folder"), {}, 1, "no-such-folder"),
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


YEAR = """\ufeff日期,是否工作日,名称
2027-02-05,否,春节
2027/2/8,休,春节
2027年2月13日,班,春节调休
2027-02-20,1,
"""


def test_a_years_days_are_shown_first_and_applied_whole(environment: dict[str, str], tmp_path: Path) -> None:
    shutil.copyfile(imported(HENGXIN), tmp_path / "store.db")
    file = tmp_path / "2027.csv"
    file.write_text(YEAR, encoding="utf-8")
    command = ("calendar", "import", str(file))
    assert "2027年放假安排还没有维护" in run_py("check", environment=environment).stdout
    looked = run_py(*command, environment=environment)
    assert (looked.returncode, looked.stderr, _calendar_days(tmp_path)) == (0, "", [])
    assert "2027年2月13日 周六（春节调休）：休息 → 上班" in looked.stdout
    assert "2027年放假安排：未维护 → 已维护" in looked.stdout
    assert "没有提到2027年的元旦、清明节、劳动节、端午节、中秋节、国庆节" in looked.stdout
    assert looked.stdout.splitlines()[-1] == "共 3 处差异；确认无误后加 --yes 应用"
    done = run_py(*command, "--yes", environment=environment)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "已应用 3 处差异")
    assert _calendar_days(tmp_path) == [("2027-02-05", 0), ("2027-02-08", 0), ("2027-02-13", 1), ("2027-02-20", 1)]
    again = run_py(*command, "--yes", environment=environment)
    assert (again.returncode, again.stdout.splitlines()) == (0, ["没有差异"])
    assert "2027年放假安排还没有维护" not in run_py("check", environment=environment).stdout


def test_a_years_file_with_errors_changes_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "2027.csv"
    file.write_text(f"{YEAR}2027-02-30,否,\n2027-03-01,也许,\n2027-02-20,0,\n2207-02-01,1,\n", encoding="utf-8")
    done = run_py("calendar", "import", str(file), "--yes", environment=environment)
    assert done.returncode == 1
    assert [line.split("：")[0] for line in done.stdout.splitlines()] == ["第6行", "第7行", "第8行", "第9行"]
    assert done.stderr.splitlines() == ["共 4 处错误，一行都没有改"]
    assert _calendar_days(tmp_path) == []
    file.write_text("日子,是否工作日\n2027-02-13,是\n", encoding="utf-8")
    done = run_py("calendar", "import", str(file), "--yes", environment=environment)
    assert (done.returncode, done.stdout) == (1, "第1行：缺少列 日期\n")


def test_a_serving_bot_takes_over_imported_days(make_rig: MakeRig, tmp_path: Path) -> None:
    """Without a restart: a reminder of 12-16 goes out the day before, and nobody is asked for the year any more."""
    rig = make_rig()
    rig.turn_clock("2026-11-24T12:00:00")
    assert any("2027年放假安排还没有维护" in told for told in rig.told("hx_ban"))
    file = tmp_path / "2027.csv"
    file.write_text(f"{YEAR}2026-12-16,休,临时\n", encoding="utf-8")
    assert run_py("calendar", "import", str(file), "--yes", environment=rig.environment).returncode == 0
    planned = "SELECT 1 FROM dues WHERE kind = 'recalendar' AND state = 'done'"
    rig.until(lambda: rig.read(planned) or None, "the change was not noticed")
    rig.turn_clock("2026-12-15T12:00:00")
    assert any("监督工作" in told and "12月31日" in told for told in rig.told("hx_caiwu"))
    assert not any("放假安排还没有" in told for told in rig.told("hx_ban"))
    rig.turn_clock("2026-12-16T23:00:00")
    assert rig.told("hx_caiwu") == []


def _calendar_days(folder: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(folder / "store.db")) as connection:
        return [tuple(row) for row in connection.execute("SELECT day, workday FROM calendar_days ORDER BY day")]


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
    shutil.copyfile(imported(HENGXIN), tmp_path / "p.db")
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
    shutil.copyfile(imported(HENGXIN), tmp_path / "store.db")
    tail = run_py("verify", environment=environment)
    assert (tail.returncode, "未封存：1条" in tail.stdout) == (0, True), tail.stdout + tail.stderr
    full = {**environment, **WECOM}
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
