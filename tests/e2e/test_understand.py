"""`run.py understand` from outside: one object a line, the store only read, faults in one line."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.processes import imported
from tests.e2e.rig import HENGXIN

ROOT = Path(__file__).parents[2]
NOW = "2026-11-23T10:00:00+08:00"


def run(store: Path, *words: str, said: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "JIANDU_STORE__URL": f"sqlite:///{store}"}
    command = [sys.executable, "run.py", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, input=said, capture_output=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("understand") / "store.db"
    shutil.copyfile(imported(HENGXIN), path)
    return path


def test_an_object_a_line_and_nothing_written(store: Path) -> None:
    before = hashlib.sha256(store.read_bytes()).hexdigest()
    said = "查 WT-2026-0123\n\n报送问题：⏎责任单位：恒信能源⏎问题描述：三笔采购未招标\n发现采购未招标\n".encode()
    done = run(store, "understand", "--json", "--now", NOW, "-", said=said)
    rows = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert done.stderr == b""
    assert [list(row) for row in rows] == [["intent", "slots", "ask"]] * 4
    assert rows[0] == {"intent": "query_by_number", "slots": {"number": "WT-2026-0123"}, "ask": None}
    assert rows[2]["slots"]["unit"] == "恒信能源"
    assert rows[2]["ask"] is None
    assert rows[3]["ask"] == "责任单位是哪家？"
    assert hashlib.sha256(store.read_bytes()).hexdigest() == before
    assert [path.name for path in store.parent.iterdir()] == [store.name]


def test_the_page_for_a_person_and_the_speaker_s_own_unit(store: Path) -> None:
    done = run(store, "understand", "--now", NOW, "--as", "hx_caiwu", "我们还有几个没改完")
    page = done.stdout.decode()
    assert done.returncode == 0
    for heading in ("分词", "候选", "相似", "依据", "要素", "反问"):
        assert heading in page
    assert '"SELF"（财务部）' in page


def test_without_a_store_it_says_so_and_makes_none(tmp_path: Path) -> None:
    absent = tmp_path / "folder" / "none.db"
    done = run(absent, "understand", "--json", "延期不批，按原时限改")
    assert json.loads(done.stdout)["ask"] == "是哪个编号的延期？"
    assert "没有可读的数据库" in done.stderr.decode()
    assert done.returncode == 0
    assert not absent.parent.exists()


def test_a_store_of_another_kind_is_not_believed(tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_text("this is no database", encoding="utf-8")
    done = run(broken, "understand", "--json", "帮助")
    assert json.loads(done.stdout)["intent"] == "help"
    assert "没有可读的数据库" in done.stderr.decode()


@pytest.mark.parametrize(
    ("words", "said", "named"),
    [
        (("--now", "soon", "帮助"), None, "--now"),
        (("--as", "nobody", "帮助"), None, "--as"),
        (("--json", "-"), b"ok\n\xff\n", "UTF-8"),
    ],
)
def test_a_fault_is_one_line(store: Path, words: tuple[str, ...], said: bytes | None, named: str) -> None:
    done = run(store, "understand", *words, said=said)
    lines = done.stderr.decode().splitlines()
    assert done.returncode == 2
    assert len(lines) == 1
    assert named in lines[0]


def test_below_the_line_it_asks_which_was_meant(store: Path) -> None:
    done = run(store, "understand", "--json", "--now", NOW, "同意，但要补一份会议纪要")
    assert json.loads(done.stdout)["ask"].startswith("没太明白。您是想 1 退回整改，还是 2 同意销号")
