"""Key files: opened by the passphrase alone, unaltered alone, never where the program keeps its data."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from bot.sealing import keyring
from bot.sealing.keyring import BadKeyFile, Owned
from bot.sealing.pairs import Pair, new_pair
from tests.sealing.vectors import VECTORS, raw

PASSPHRASE = "春眠不觉晓处处闻啼鸟 2026"
OWNED = Owned(new_pair(), "hx_jiwei", "lead_manager", date(2026, 11, 23))


@pytest.fixture(scope="module")
def content() -> bytes:
    return keyring.wrap(OWNED, PASSPHRASE)


def test_the_owner_opens_his_key(content: bytes) -> None:
    assert keyring.unwrap(content, PASSPHRASE) == OWNED


def test_the_file_holds_neither_key_nor_passphrase(content: bytes) -> None:
    assert OWNED.pair.private.hex() not in content.decode()
    assert OWNED.pair.private not in content
    assert PASSPHRASE[:10] not in content.decode()
    assert json.loads(content)["key_id"] == OWNED.pair.key_id
    assert OWNED.pair.private.hex() not in repr(OWNED)


def test_another_input_method_types_the_same_passphrase(content: bytes) -> None:
    assert keyring.unwrap(content, "春眠不觉晓处处闻啼鸟　２０２６ ") == OWNED


def test_a_wrong_passphrase_is_one_line(content: bytes) -> None:
    with pytest.raises(BadKeyFile, match="口令不对") as caught:
        keyring.unwrap(content, "春眠不觉晓处处闻啼鸟 2027")
    assert "2027" not in str(caught.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [("officer", "hx_wujian"), ("kind", "superior"), ("made_on", "2020-01-01"), ("public", "00" * 32), ("salt", ""),
     ("salt", "zz"), ("nonce", "00"), ("more", "x")],
)  # fmt: skip
def test_what_stands_in_clear_cannot_be_altered(content: bytes, field: str, value: str) -> None:
    altered = json.dumps(json.loads(content) | {field: value}).encode()
    with pytest.raises(BadKeyFile, match="口令不对，或者密钥文件被改动"):
        keyring.unwrap(altered, PASSPHRASE)


@pytest.mark.parametrize(
    "broken",
    [b"", b"\xff\xfe", b"[]", b"{}", b"null", b'{"jiandu_key": 2, "wrapped": "00"}', b'{"jiandu_key": 1}', b"[" * 9000,
     b'{"jiandu_key": 1, "wrapped": "00", "salt": 5}', b'{"jiandu_key": 1, "wrapped": 5}'],
)  # fmt: skip
def test_what_is_no_key_file_is_said(broken: bytes) -> None:
    with pytest.raises(BadKeyFile, match="不是密钥文件，或版本不同"):
        keyring.unwrap(broken, PASSPHRASE)


def test_a_file_of_an_earlier_program_is_opened() -> None:
    vector = VECTORS["key_file"]
    owned = keyring.unwrap(json.dumps(vector["content"]).encode(), vector["passphrase"])
    assert owned == Owned(Pair(raw("key_file", "private")), "hx_jiwei", "lead_manager", date(2026, 11, 23))


def test_a_file_is_new_and_its_owners_alone(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    keyring.save(path, content)
    assert path.stat().st_mode & 0o777 == 0o600
    assert keyring.load(path, PASSPHRASE) == OWNED
    with pytest.raises(BadKeyFile, match="已经存在"):
        keyring.save(path, b"other")
    assert path.read_bytes() == content


def test_what_cannot_be_read_or_written_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadKeyFile, match="写不了"):
        keyring.save(tmp_path / "no" / "key.json", b"")
    with pytest.raises(BadKeyFile, match="读不了"):
        keyring.load(tmp_path / "key.json", PASSPHRASE)
    (tmp_path / "big").write_bytes(bytes(20_000))
    with pytest.raises(BadKeyFile, match="不是密钥文件"):
        keyring.load(tmp_path / "big", PASSPHRASE)


def test_a_key_never_lies_where_the_program_keeps_its_data(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "way").symlink_to(data)
    for path in (data / "k", data / "a" / "k", tmp_path / "x" / ".." / "data" / "k", tmp_path / "way" / "k"):
        with pytest.raises(BadKeyFile, match="数据目录"):
            keyring.refuse_place(path, [data])
    keyring.refuse_place(tmp_path / "data-of-mine" / "k", [data])


@pytest.mark.parametrize("passphrase", ["", "short", "12345678901", "aaaaaaaaaaaaaaaa", "1212121212121212", " " * 20])
def test_a_passphrase_that_is_easily_guessed_is_refused(passphrase: str) -> None:
    with pytest.raises(BadKeyFile, match="口令太短") as caught:
        keyring.check_passphrase(passphrase)
    assert not passphrase or passphrase not in str(caught.value)
    keyring.check_passphrase(PASSPHRASE)
