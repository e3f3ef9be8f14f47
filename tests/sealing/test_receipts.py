"""Receipt codes: what people type, what a code derives, and the pepper's file."""

from __future__ import annotations

import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigError
from bot.sealing import envelope, receipts
from tests.sealing.vectors import VECTORS, raw

CODE = "4821-7390-5512-6047"
PEPPER, SALT = b"p" * 32, b"s" * 16


def test_a_new_code_is_sixteen_digits_in_fours() -> None:
    codes = {receipts.new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert all(re.fullmatch(r"\d{4}-\d{4}-\d{4}-\d{4}", code) for code in codes)
    assert {code[0] for code in codes} == set("0123456789")  # leading zeros too


@pytest.mark.parametrize(
    "text",
    [
        "4821-7390-5512-6047",
        "4821739055126047",
        "  4821 7390 5512 6047\n",
        "４８２１－７３９０－５５１２－６０４７",
        "4821—7390—5512—6047",
        "4821－7390 5512–6047",
        "4821　7390　5512　6047",
        "4821--7390 - 5512 - 6047",
        "4821.7390.5512.6047",
        "48 21 73 90 55 12 60 47",
    ],
)
def test_a_code_is_understood_however_it_was_copied(text: str) -> None:
    assert receipts.parse(text) == CODE


@pytest.mark.parametrize(
    "text",
    ["", "-", "4821-7390-5512-604", "4821-7390-5512-60470", "4821-7390-5512-604x", "查回执 4821739055126047",
     "四八二一七三九〇五五一二六〇四七", "٤٨٢١٧٣٩٠٥٥١٢٦٠٤٧", "1" * 300, "4821739055126047" * 20],
)  # fmt: skip
def test_what_is_no_code_is_none(text: str) -> None:
    assert receipts.parse(text) is None


@given(st.integers(0, 10**16 - 1), st.lists(st.sampled_from(["", " ", "-", "－", "—", "　"]), min_size=16, max_size=16))
def test_any_code_with_anything_between_its_digits(number: int, between: list[str]) -> None:
    digits = f"{number:016d}"
    parsed = receipts.parse("".join(digit + gap for digit, gap in zip(digits, between, strict=True)))
    assert parsed is not None and parsed.replace("-", "") == digits


def test_a_code_always_derives_what_it_once_derived() -> None:
    vector = VECTORS["receipt"]
    receipt = receipts.derive(vector["code"], raw("receipt", "pepper"), raw("receipt", "salt"))
    assert receipt.lookup == raw("receipt", "lookup")
    assert receipt.mailbox.private == raw("receipt", "mailbox_private")
    assert receipt.mailbox.public == raw("receipt", "mailbox_public")
    assert receipt.tag == vector["tag"]


def test_code_pepper_and_salt_each_change_everything() -> None:
    given = [
        (CODE, PEPPER, SALT),
        ("4821-7390-5512-6048", PEPPER, SALT),
        (CODE, b"q" * 32, SALT),
        (CODE, PEPPER, b"t" * 16),
    ]
    made = [receipts.derive(*one) for one in given]
    for outcome in ([r.lookup for r in made], [r.mailbox.public for r in made], [r.tag for r in made]):
        assert len(set(outcome)) == len(given)
    first = made[0]
    assert first.lookup not in (first.mailbox.private, first.mailbox.public)
    assert len(first.lookup) == 32 and re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}", first.tag)


def test_an_answer_is_opened_with_the_code_alone() -> None:
    mailbox = receipts.derive(CODE, PEPPER, SALT).mailbox
    sealed = envelope.seal([mailbox.public], "已立案核实".encode(), b"reply")
    again = receipts.derive_any("４８２１ ７３９０ ５５１２ ６０４７", PEPPER, SALT).mailbox
    assert envelope.open_([again], sealed, b"reply").decode() == "已立案核实"


def test_what_is_no_code_costs_the_same_and_finds_nothing() -> None:
    """A malformed code is no shorter way, and two of them find nothing in common."""
    cost: dict[str, list[float]] = {CODE: [], "9999-9999-9999-9999": [], "没有码": [], "": []}
    for _ in range(3):
        for text, times in cost.items():
            began = time.process_time()
            receipts.derive_any(text, PEPPER, SALT)
            times.append(time.process_time() - began)
    medians = [median(times) for times in cost.values()]
    assert max(medians) < 3 * min(medians), medians  # a forgotten derivation would be a thousand times faster
    assert receipts.derive_dummy(PEPPER, SALT).lookup != receipts.derive_dummy(PEPPER, SALT).lookup


@pytest.mark.parametrize(
    ("code", "pepper", "salt"),
    [("4821739055126047", PEPPER, SALT), ("x", PEPPER, SALT), (CODE, b"short", SALT), (CODE, PEPPER, b"short")],
)
def test_a_derivation_from_less_is_refused_without_naming_it(code: str, pepper: bytes, salt: bytes) -> None:
    with pytest.raises(ValueError, match="not a code") as caught:
        receipts.derive(code, pepper, salt)
    assert code not in str(caught.value)


def test_a_receipt_never_shows_itself() -> None:
    shown = repr(receipts.derive(CODE, PEPPER, SALT))
    assert shown == "Receipt()"


def test_a_missing_pepper_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "pepper"
    before = os.umask(0)
    try:
        pepper = receipts.load_pepper(path)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(pepper) == 32 and len(set(pepper)) > 8
    assert receipts.load_pepper(path) == pepper == path.read_bytes()
    assert [one.name for one in path.parent.iterdir()] == ["pepper"]


def test_all_that_start_at_once_get_the_same_pepper(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        got = set(pool.map(receipts.load_pepper, [tmp_path / "pepper"] * 64))
    assert len(got) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["pepper"]


def test_a_lost_pepper_is_not_replaced_where_receipts_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"anonymity\.pepper_file: No such file"):
        receipts.load_pepper(tmp_path / "pepper", create=False)
    assert list(tmp_path.iterdir()) == []


def test_a_bad_pepper_is_one_line_without_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "pepper"
    path.write_bytes(b"secret-but-short")
    path.chmod(0o600)
    faults = [_fault(path)]
    path.chmod(0o640)
    faults.append(_fault(path))
    path.unlink()
    path.mkdir(mode=0o700)
    faults.append(_fault(path))
    assert all(fault.startswith("anonymity.pepper_file: ") and "\n" not in fault for fault in faults)
    assert "32 bytes" in faults[0] and "chmod 600" in faults[1] and "secret" not in "".join(faults)


def _fault(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        receipts.load_pepper(path)
    return str(caught.value)
