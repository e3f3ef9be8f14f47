"""`run.py keys` and `run.py unseal` as a shell sees them."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.sealing import bundle, envelope, keyring, pairs
from bot.sealing.commands import app
from bot.sealing.contents import Part, context
from bot.sealing.pairs import Pair
from tests.e2e.processes import ROOT, clean_environment, imported
from tests.e2e.rig import HENGXIN
from tests.sealing.reports import item

PASSPHRASE = "一把很长的口令 2026 Correct"
END = subprocess.CompletedProcess[str]


def run(*arguments: str, environment: Mapping[str, str], answers: str = "") -> END:
    """One command in this process: a start of Python for each would take minutes. What run.py adds is tried below."""
    clean: dict[str, str | None] = {name: None for name in os.environ if name.startswith("JIANDU_")}
    end = CliRunner().invoke(app, arguments, input=answers, env=clean | dict(environment))
    assert end.exception is None or isinstance(end.exception, SystemExit), end.exception
    return subprocess.CompletedProcess(arguments, end.exit_code, end.stdout, end.stderr)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the sample group, and a folder that stands for an officer's stick."""
    folder = tmp_path_factory.mktemp("keys")
    (folder / "stick").mkdir()
    (folder / "data").mkdir()
    shutil.copyfile(imported(HENGXIN), folder / "data" / "store.db")
    return folder


def _environment(folder: Path, passphrase: str | None = PASSPHRASE) -> dict[str, str]:
    given = {"JIANDU_PASSPHRASE": passphrase} if passphrase is not None else {}
    return {
        "JIANDU_STORE__URL": f"sqlite:///{folder}/data/store.db",
        "JIANDU_FILES__DIRECTORY": f"{folder}/data/files",
        "JIANDU_ANONYMITY__FILE": f"{folder}/data/anonymous.db",
        "JIANDU_ANONYMITY__PEPPER_FILE": f"{folder}/data/pepper",
        "JIANDU_ANONYMITY__DESK_KEY_FILE": f"{folder}/data/desk-key",
        "HOME": str(folder),
        **given,
    }


def _keys(place: Path, *arguments: str, passphrase: str | None = PASSPHRASE) -> END:
    return run("keys", *arguments, environment=_environment(place, passphrase))


def _fault(end: END, code: int = 1) -> str:
    assert end.returncode == code, end.stdout + end.stderr
    (line,) = [line for line in end.stderr.splitlines() if line.strip()]
    assert PASSPHRASE not in line
    return line


def _rows(place: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(place / "data" / "store.db")) as connection:
        return list(connection.execute("SELECT officer, kind FROM officer_keys ORDER BY created_on, key_id"))


def test_a_key_is_made_listed_and_retired(place: Path) -> None:
    assert _keys(place, "list").stdout == "还没有密钥\n"
    file = place / "stick" / "jiwei.json"
    made = _keys(place, "new", "HX_jiwei", "--out", str(file))
    assert made.returncode == 0, made.stderr
    owned = keyring.load(file, PASSPHRASE)
    assert (owned.officer, owned.kind) == ("hx_jiwei", "lead_manager")
    assert "张伟（hx_jiwei）" in made.stdout and owned.pair.key_id in made.stdout and str(file) in made.stdout
    assert PASSPHRASE not in made.stdout + made.stderr and owned.pair.private.hex() not in made.stdout + made.stderr
    again = _keys(place, "new", "hx_jiwei")  # without --out: in the person's own folder
    assert f"keys retire {owned.pair.key_id}" in again.stdout
    (at_home,) = place.glob("jiandu-key-*.json")
    assert str(at_home) in again.stdout
    body = _keys(place, "new", "市国资委纪检组", "--superior", "--out", str(place / "stick" / "above.json"))
    assert body.returncode == 0, body.stderr
    above = keyring.load(place / "stick" / "above.json", PASSPHRASE)
    assert (above.officer, above.kind) == ("市国资委纪检组", "superior")
    assert "唯一在用的上级密钥" in _fault(_keys(place, "retire", above.pair.key_id))
    retired = _keys(place, "retire", owned.pair.key_id.upper())
    assert retired.returncode == 0 and "请留到旧件办结" in retired.stdout
    listed = _keys(place, "list").stdout.splitlines()
    assert len(listed) == 3 and [line for line in listed if line.endswith("停用")] == [listed[-1]]
    assert listed[-1].startswith(owned.pair.key_id) and "线索管理员  hx_jiwei" in listed[-1]
    _nothing_secret_in_the_data(place, owned.pair, above.pair)
    _nothing_secret_in_the_data(place, keyring.load(at_home, PASSPHRASE).pair)


def _nothing_secret_in_the_data(place: Path, *all_of_them: Pair) -> None:
    kept = b"".join(path.read_bytes() for path in (place / "data").rglob("*") if path.is_file())
    for pair in all_of_them:
        assert pair.public.hex().encode() in kept  # the search finds what is there
        for secret in (pair.private, pair.private.hex().encode(), PASSPHRASE.encode()):
            assert secret not in kept


def test_a_refused_key_leaves_neither_row_nor_file(place: Path) -> None:
    before, out = _rows(place), str(place / "stick" / "no.json")
    faults: Mapping[tuple[str, ...], str] = {
        ("new", "hx_nobody", "--out", out): "hx_nobody：人员表里没有这个账号",
        ("new", "hx_jiwei", "--out", str(place / "data" / "no.json")): "数据目录",
        ("new", "hx_jiwei", "--out", str(ROOT / "data" / "no.json")): "数据目录",
        ("new", "hx_jiwei", "--out", str(place / "nowhere" / "no.json")): "写不了",
        ("new", "hx_jiwei", "--superior", "--reading", "--out", out): "只能选一个",
        ("retire", "0123456789abcdef"): "没有这个密钥",
    }
    for arguments, words in faults.items():
        assert words in _fault(_keys(place, *arguments)), arguments
    assert "口令太短" in _fault(_keys(place, "new", "hx_jiwei", "--out", out, passphrase="short"))
    assert "没有口令" in _fault(_keys(place, "new", "hx_jiwei", "--out", out, passphrase=None))
    assert "no-such.toml" in _fault(_keys(place, "list", "--config", "no-such.toml"), 2)
    away = {**_environment(place), "JIANDU_STORE__URL": "postgresql+psycopg://u:pa55word@127.0.0.1:1/x"}
    assert _fault(run("keys", "list", environment=away)).startswith("store.url: ")
    assert _rows(place) == before
    assert not list(place.rglob("no.json"))


def test_the_passphrase_is_typed_unseen_and_twice(place: Path) -> None:
    file = place / "stick" / "typed.json"
    command = [str(ROOT / "run.py"), "keys", "new", "hx_ban", "--identity", "--out", str(file)]
    shown = _at_a_terminal(command, _environment(place, None), PASSPHRASE, PASSPHRASE)
    assert PASSPHRASE not in shown and "再输一遍" in shown
    assert keyring.load(file, PASSPHRASE).kind == "identity"
    command[-1] = str(place / "stick" / "other.json")
    assert "两次输入的口令不同" in _at_a_terminal(command, _environment(place, None), PASSPHRASE, PASSPHRASE + "x")
    assert not (place / "stick" / "other.json").exists()


def _at_a_terminal(command: list[str], environment: Mapping[str, str], *typed: str) -> str:
    """What a terminal of its own shows; each line is typed when it is asked for."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, *command], env={**clean_environment(), **environment}, cwd=ROOT,
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    shown, waiting = b"", list(typed)
    with os.fdopen(ours, "r+b", buffering=0) as terminal, contextlib.suppress(OSError):  # at its end the line is dead
        while piece := terminal.read(4096):
            shown += piece
            if waiting and shown.decode(errors="replace").endswith("："):
                terminal.write(waiting.pop(0).encode() + b"\n")
    child.wait(30)
    return shown.decode()


class Desk:
    """An officer far from the server: a key file, a bundle, no store and no settings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.officer, self.mailbox, stranger = pairs.new_pair(), pairs.new_pair(), pairs.new_pair()
        self.key, self.file = folder / "key.json", folder / "out.jsonl"
        owned = keyring.Owned(self.officer, "hx_jiwei", "lead_manager", item("a", [stranger], stranger).day)
        keyring.save(self.key, keyring.wrap(owned, PASSPHRASE))
        text, picture = Part.of_text("仓库主任倒卖废料\x1b[2J"), Part("jpeg", b"\xff\xd8\xff")
        named = ("李强（仓储部主任）",)
        bundle.write(
            self.file,
            [
                item("aa11", [self.officer], self.mailbox, text, picture, named=named, tag="AAAA1"),
                item("bb22", [stranger], self.mailbox, Part.of_text("别人的"), named=named, tag="BBBB2"),
                item("cc33", [self.officer], self.mailbox, Part.of_text("第三件的内容"), tag="CCCC3"),
            ],
        )

    def unseal(self, *arguments: str, answers: str, passphrase: str = PASSPHRASE) -> END:
        given = ("unseal", str(self.file), "--key", str(self.key), *arguments)
        return run(*given, environment={"JIANDU_PASSPHRASE": passphrase}, answers=answers)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_the_manifest_comes_before_the_question_and_the_question_before_the_content(desk: Desk) -> None:
    done = desk.unseal(answers="什么？\n否\n是\n")
    assert done.returncode == 0, done.stderr
    order = ["第1件，共3件", "李强（仓储部主任）", "是否需要回避？", "仓库主任倒卖废料�[2J", "图片：加 --save",
             "第2件", "不是用您的公钥加密的", "第3件", "没有认出人名", "是否需要回避？", "已跳过"]  # fmt: skip
    places = [done.stdout.index(order[0])]
    for words in order[1:]:
        places.append(done.stdout.index(words, places[-1]))
    assert "第三件的内容" not in done.stdout and "别人的" not in done.stdout
    assert sorted(path.name for path in desk.folder.iterdir()) == ["key.json", "out.jsonl"]  # it leaves nothing


def test_it_needs_nothing_but_the_program(desk: Desk) -> None:
    """The command line as it is, in a folder without settings or store."""
    command = [sys.executable, str(ROOT / "run.py"), "unseal", str(desk.file), "--key", str(desk.key), "--tag", "AAAA1"]
    done = subprocess.run(
        command, env={**clean_environment(), "JIANDU_PASSPHRASE": PASSPHRASE}, cwd=desk.folder, input="否\n",
        capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "仓库主任倒卖废料�[2J" in done.stdout
    assert sorted(path.name for path in desk.folder.iterdir()) == ["key.json", "out.jsonl"]


def test_without_an_answer_nothing_is_opened(desk: Desk) -> None:
    done = desk.unseal(answers="")
    assert _fault(done) == "没有等到回答，已停止"
    assert "废料" not in done.stdout


def test_an_answer_is_sealed_to_the_mailbox_and_a_picture_is_kept(desk: Desk) -> None:
    out, pictures = desk.folder / "back.jsonl", desk.folder / "pictures"
    done = desk.unseal(
        "--tag", "aaaa1", "--reply", str(out), "--save", str(pictures), answers="否\n已受理，\n正在核实。\n结束\n"
    )
    assert done.returncode == 0, done.stderr
    assert "共1件" in done.stdout and "1 条答复已加密存入" in done.stdout
    (reply,) = bundle.read_replies(out)
    sealed = envelope.open_([desk.mailbox], reply.sealed, context("reply", reply.record))
    assert (reply.record, Part.from_bytes(sealed).text) == ("aa11", "已受理，\n正在核实。")
    assert "核实" not in json.dumps(out.read_text(encoding="utf-8"))
    (picture,) = pictures.iterdir()
    assert picture.read_bytes() == b"\xff\xd8\xff" and str(picture) in done.stdout
    assert "已经存在" in _fault(desk.unseal("--reply", str(out), answers="否\n结束\n"))


def test_what_cannot_be_read_is_one_line(desk: Desk) -> None:
    assert "口令不对" in _fault(desk.unseal(answers="", passphrase="some other passphrase"))
    assert "没有这样的密件" in _fault(desk.unseal("--tag", "ZZZZZ", answers=""))
    desk.file.write_text("{}", encoding="utf-8")
    assert re.fullmatch(r"out\.jsonl：不是导出的密件文件，或版本不同", _fault(desk.unseal(answers="")))
