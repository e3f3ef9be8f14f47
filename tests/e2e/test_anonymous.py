"""Anonymous reports over the real wire against `run.py serve`: what people hear, and what the disk holds afterwards."""

from __future__ import annotations

import base64
import re
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from bot.sealing.contents import Part
from tests.anonymous import photos
from tests.anonymous.probe import found_in
from tests.anonymous.test_pixels import corners, seen
from tests.e2e.conftest import MakeRig
from tests.e2e.processes import run_py
from tests.e2e.rig import Rig

EMPLOYEE, UNION, FINANCE, MANAGER, DIRECTOR = "hx_zhigong", "hx_gonghui", "hx_caiwu", "hx_jiwei", "hx_zhuren"
MATTER = "二公司工地上的钢筋有三车没有过磅就报了账"
STICK: dict[str, Path] = {}
CODES: list[str] = []
HUSHED = "这一段写完以后我又不想报了所以取消"
PASSPHRASE = "雨天青石巷里卖伞的老人姓甚名谁"


@pytest.fixture(scope="module")
def rig(make_rig: MakeRig, tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """With keys of the lead manager and of the superior body."""
    made = make_rig(settings={"JIANDU_ANONYMITY__FLUSH_SECONDS": "3600", "JIANDU_PASSPHRASE": PASSPHRASE})
    for officer, flags in ((MANAGER, ()), ("上级纪委", ("--superior",))):
        out = tmp_path_factory.mktemp("stick") / f"{officer}.json"
        STICK[officer] = out
        done = run_py("keys", "new", officer, *flags, "--out", str(out), environment=made.environment)
        assert done.returncode == 0, done.stdout + done.stderr
    return made


def _dump(rig: Rig) -> list[str]:
    with closing(sqlite3.connect(f"file:{rig.store}?mode=ro", uri=True)) as connection:
        lines = list(connection.iterdump())
    by_the_clock = ('"leases"', '"links"', '"shared_tokens"')
    return [line for line in lines if not any(name in line for name in by_the_clock)]


def test_a_whole_report_leaves_nothing_until_the_batch_and_no_account_afterwards(rig: Rig) -> None:
    marked = lambda: any("'contacts-day'" in line for line in _dump(rig)) or None  # noqa: E731
    rig.until(marked, "the contacts' first day was not marked")  # some seconds after every start
    before = _dump(rig)
    assert rig.ask("/api/enter", {"userid": EMPLOYEE})["status"] == "replied"
    assert rig.say(EMPLOYEE, "匿名反映").startswith("【不记名反映】请先看完：")
    assert "记下了" in rig.say(EMPLOYEE, MATTER)
    photo = {"userid": EMPLOYEE, "name": "canaryname.jpg", "data": base64.b64encode(photos.jpeg()).decode()}
    assert "拍摄时间、地点、手机型号等信息已去掉" in rig.ask("/api/send_image", photo)["reply"]
    answer = rig.say(EMPLOYEE, "写完了")
    code = answer.split("回执码：")[1].split("\n")[0]
    CODES.append(code)
    (media_id,) = {entry["media"]["id"] for entry in rig.messages(EMPLOYEE) if entry.get("media")}
    rig.say(UNION, "我不想让别人知道是我说的")
    rig.say(UNION, HUSHED)
    assert "已清除" in rig.say(UNION, "取消")
    assert "还没有入库" in rig.say(EMPLOYEE, f"查回执 {code}")
    assert _dump(rig) == before
    assert rig.told(MANAGER) == []
    assert rig.bot.stop() == 0  # a graceful stop writes the batch first
    rig.start_bot()
    rig.wait_told(MANAGER, "1件新的不记名反映")
    assert "已收到" in rig.say(EMPLOYEE, f"查回执 {code}")
    words = {"a content": MATTER, "what was cancelled": HUSHED, "a code": code, "a bare code": code.replace("-", "")}
    words |= {mark: mark for mark in (*photos.MARKS, "canaryname.jpg")}
    words["a media id, which a picture's address holds too"] = media_id
    assert [hit for hit in found_in(rig.folder, words) if "sandbox" not in hit] == []
    accounts = found_in(rig.folder, {"an account": EMPLOYEE})
    assert not [hit for hit in accounts if "anonymous.db" in hit or "bot.log" in hit], accounts


def test_the_officer_reads_offline_and_his_answer_waits_under_the_receipt(rig: Rig, tmp_path: Path) -> None:
    listed = run_py("keys", "list", environment=rig.environment).stdout
    key = next(word for line in listed.splitlines() if MANAGER in line for word in line.split() if len(word) == 16)
    box, answers = tmp_path / "box.jsonl", tmp_path / "answers.jsonl"
    assert run_py("keys", "export", key, "--out", str(box), environment=rig.environment).returncode == 0
    command = ["unseal", str(box), "--key", str(STICK[MANAGER]), "--reply", str(answers)]
    command += ["--save", str(tmp_path / "out")]
    read = run_py(*command, environment=rig.environment, typed="否\n请补充是哪三车\n结束\n")
    assert MATTER in read.stdout, read.stdout + read.stderr
    (picture,) = (tmp_path / "out").iterdir()
    assert str(picture) in read.stdout and picture.suffix == ".jpg"
    assert corners(seen(Part("jpeg", picture.read_bytes()))) == ["red", "green", "blue", "white"]
    assert "日当周" in read.stdout
    (day,) = re.findall(r'"day": "([0-9-]+)"', box.read_text())
    assert date.fromisoformat(day).weekday() == 0  # the file that travels holds no more than the week either
    assert run_py("keys", "deliver", str(answers), environment=rig.environment).returncode == 0
    assert "请补充是哪三车" in rig.say(EMPLOYEE, f"查回执 {CODES[0]}")


def test_who_reports_is_never_messaged(rig: Rig) -> None:
    sent = [entry for entry in rig.messages(EMPLOYEE) if entry.get("via") == "send"]
    assert sent == []


def test_the_search_sees_what_ordinary_talk_leaves(rig: Rig) -> None:
    rig.say(FINANCE, "报送问题：财务科报销单据里有七张发票连号")
    assert found_in(rig.folder, {"a content": "报销单据里有七张发票连号"}) != []


def test_the_keys_are_listed_and_no_private_half_is_on_the_server(rig: Rig) -> None:
    listed = run_py("keys", "list", environment=rig.environment)
    assert MANAGER in listed.stdout and "上级纪委" in listed.stdout
    assert found_in(rig.folder, {"a passphrase": PASSPHRASE}) == []
