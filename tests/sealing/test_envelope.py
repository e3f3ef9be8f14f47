"""The envelope: opened by its recipients alone, in its context alone, unaltered alone; the same words for all else."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from bot.sealing import envelope, padding
from bot.sealing.envelope import Unsealable
from bot.sealing.pairs import Pair, key_id, new_pair
from tests.sealing import rfc9180
from tests.sealing.vectors import VECTORS, raw

A, B, C, STRANGER = (Pair(bytes([number]) * 32) for number in range(1, 5))
CONTEXT = b"jiandu/part/abc"
TEXT = "仓库主任倒卖废料".encode()
WRAP = 8 + 80
LENGTH = 2 + 3 * WRAP + 12 + 512 + 16


def sealed(*pairs: Pair, text: bytes = TEXT, context: bytes = CONTEXT) -> bytes:
    return envelope.seal([pair.public for pair in pairs or (A, B, C)], text, context)


def refused(blob: bytes, *pairs: Pair, context: bytes = CONTEXT) -> None:
    with pytest.raises(Unsealable) as caught:
        envelope.open_(pairs or (A, B, C), blob, context)
    assert str(caught.value) == "sealed content cannot be opened"
    assert (caught.value.__cause__ is None and caught.value.__suppress_context__) or caught.value.__context__ is None


@pytest.mark.parametrize("pair", [A, B, C])
def test_every_recipient_opens_it(pair: Pair) -> None:
    assert envelope.open_([pair], sealed(), CONTEXT) == TEXT
    assert envelope.open_([STRANGER, pair], sealed(), CONTEXT) == TEXT


@given(st.binary(max_size=2000), st.binary(max_size=40))
def test_any_content_comes_back_in_its_context_only(text: bytes, context: bytes) -> None:
    blob = sealed(A, text=text, context=context)
    assert envelope.open_([A], blob, context) == text
    refused(blob, A, context=context + b"x")


def test_nobody_else_opens_it() -> None:
    refused(sealed(), STRANGER)
    with pytest.raises(Unsealable):
        envelope.open_([], sealed(), CONTEXT)


def test_two_of_the_same_share_nothing() -> None:
    """A content key, a nonce and ephemeral keys of its own for each message."""
    one, two = sealed(A), sealed(A)
    assert len(one) == len(two)
    assert one[:10] == two[:10]  # suite, count, key id
    assert not {one[at : at + 8] for at in range(10, len(one) - 8)} & {
        two[at : at + 8] for at in range(10, len(two) - 8)
    }


def test_it_has_the_form_that_is_promised() -> None:
    blob = sealed()
    assert len(blob) == LENGTH
    assert (blob[0], blob[1]) == (1, 3)
    names = [blob[2 + at * WRAP :][:8].hex() for at in range(3)]
    assert names == sorted(pair.key_id for pair in (A, B, C))


def test_equal_buckets_are_of_equal_size() -> None:
    assert {len(sealed(A, text=bytes(size))) for size in (0, 1, 100, 508)} == {2 + WRAP + 12 + 512 + 16}


def test_a_key_given_twice_is_one_recipient() -> None:
    assert envelope.recipients_of(sealed(A, A)) == (A.key_id,)


@pytest.mark.parametrize("public", [b"", b"short", bytes(32), b"\1" + bytes(31), bytes(33)])
def test_what_is_no_public_key_is_refused(public: bytes) -> None:
    with pytest.raises(ValueError):
        envelope.seal([A.public, public], TEXT, CONTEXT)


def test_without_a_recipient_or_with_too_much_content_nothing_is_sealed() -> None:
    with pytest.raises(ValueError, match="recipients"):
        envelope.seal([], TEXT, CONTEXT)
    with pytest.raises(ValueError, match="recipients"):
        envelope.seal([number.to_bytes(32, "big") for number in range(256)], TEXT, CONTEXT)
    with pytest.raises(ValueError, match="too long"):
        sealed(A, text=bytes(padding.LONGEST + 1))


def test_a_struck_recipient_opens_it_no_more_and_the_others_do() -> None:
    blob = sealed()
    left = envelope.strike(blob, [B.key_id])
    assert envelope.recipients_of(left) == tuple(sorted((A.key_id, C.key_id)))
    assert len(left) == len(blob) - WRAP
    refused(left, B)
    assert envelope.open_([A], left, CONTEXT) == envelope.open_([C], left, CONTEXT) == TEXT
    wrapped_for_b = blob[blob.index(bytes.fromhex(B.key_id)) + 8 :][:80]
    assert wrapped_for_b not in left


def test_striking_needs_no_key_and_passes_over_who_is_not_in_it() -> None:
    blob = sealed(A, B)
    assert envelope.strike(blob, []) == envelope.strike(blob, [STRANGER.key_id]) == blob
    assert envelope.strike(envelope.strike(blob, [A.key_id]), [A.key_id]) == envelope.strike(blob, [A.key_id])


def test_the_last_recipient_is_never_struck() -> None:
    with pytest.raises(ValueError, match="no recipient"):
        envelope.strike(sealed(A, B), [A.key_id, B.key_id])


def test_every_altered_byte_is_noticed_by_whom_it_concerns() -> None:
    """A byte in a wrap spoils that wrap; a byte anywhere else spoils it for all."""
    blob = sealed(A)
    for at in range(len(blob)):
        for bit in (1, 128):
            refused(blob[:at] + bytes([blob[at] ^ bit]) + blob[at + 1 :], A)


def test_every_truncation_and_every_appended_byte_is_noticed() -> None:
    blob = sealed(A, B)
    for length in range(len(blob)):
        refused(blob[:length], A)
    refused(blob + b"\0", A)


@pytest.mark.parametrize("suite", [0, 2, 3, 255])
def test_an_unknown_suite_is_refused_everywhere(suite: int) -> None:
    blob = bytes([suite]) + sealed(A)[1:]
    refused(blob, A)
    for look in (lambda: envelope.recipients_of(blob), lambda: envelope.strike(blob, [B.key_id])):
        with pytest.raises(Unsealable):
            look()


def test_the_suite_byte_is_bound_so_that_nobody_is_led_down_to_another() -> None:
    """Wrap and content were made for suite 1: under another byte neither opens, whatever cryptography it stood for."""
    blob, name = sealed(A), bytes.fromhex(A.key_id)
    wrapped, rest = blob[10 : 2 + WRAP], blob[2 + WRAP :]
    content_key = rfc9180.open_base(wrapped, A.private, b"jiandu/wrap\1" + name + CONTEXT)
    assert AESGCM(content_key).decrypt(rest[:12], rest[12:], b"jiandu/content\1" + CONTEXT)
    with pytest.raises(InvalidTag):
        rfc9180.open_base(wrapped, A.private, b"jiandu/wrap\2" + name + CONTEXT)
    with pytest.raises(InvalidTag):
        AESGCM(content_key).decrypt(rest[:12], rest[12:], b"jiandu/content\2" + CONTEXT)


def test_a_wrap_of_another_message_does_not_help() -> None:
    one, two = sealed(A), sealed(B)
    refused(b"\1\1" + one[2 : 2 + WRAP] + two[2 + WRAP :], A)
    renamed = two[:2] + bytes.fromhex(A.key_id) + two[10:]
    refused(renamed, A, B)


@given(st.binary(max_size=1500))
def test_no_bytes_at_all_break_it_otherwise(blob: bytes) -> None:
    refused(blob, A)
    refused(b"\1" + blob, A)


def test_what_an_earlier_program_sealed_is_opened() -> None:
    vector = VECTORS["envelope"]
    blob, context, plaintext = (raw("envelope", name) for name in ("blob", "context", "plaintext"))
    pairs = [Pair(bytes.fromhex(private)) for private in vector["private"]]
    assert [pair.key_id for pair in pairs] == vector["key_ids"]
    assert envelope.recipients_of(blob) == tuple(sorted(vector["key_ids"]))
    assert [envelope.open_([pair], blob, context) for pair in pairs] == [plaintext] * 2
    struck = envelope.strike(blob, [pairs[0].key_id])
    assert struck == raw("struck", "blob")
    assert envelope.open_(pairs, struck, context) == plaintext


def test_the_form_is_the_standards_and_any_other_program_can_read_it() -> None:
    """Opened after RFC 9180 and docs/sealing.md alone, without the code under test."""
    blob, context, plaintext = (raw("envelope", name) for name in ("blob", "context", "plaintext"))
    private = bytes.fromhex(VECTORS["envelope"]["private"][0])
    name = bytes.fromhex(VECTORS["envelope"]["key_ids"][0])
    at = blob.index(name)
    content_key = rfc9180.open_base(blob[at + 8 : at + WRAP], private, b"jiandu/wrap\1" + name + context)
    rest = blob[2 + blob[1] * WRAP :]
    padded = AESGCM(content_key).decrypt(rest[:12], rest[12:], b"jiandu/content\1" + context)
    assert padded[4 : 4 + int.from_bytes(padded[:4], "big")] == plaintext
    assert len(padded) == 512


def test_a_pair_never_shows_itself() -> None:
    pair = new_pair()
    assert pair.private.hex() not in repr(pair) and repr(pair.private) not in repr(pair)
    assert key_id(pair.public) == pair.key_id and len(pair.key_id) == 16
    with pytest.raises(ValueError, match="private key"):
        Pair(b"short")
