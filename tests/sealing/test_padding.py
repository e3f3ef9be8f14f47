"""Padding: any content comes back, and only the bucket shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sealing import padding


def test_the_buckets_go_from_512_bytes_to_4_mebibytes() -> None:
    assert padding.BUCKETS[0] == 512
    assert padding.BUCKETS[-1] == 4 << 20
    assert sorted(padding.BUCKETS) == list(padding.BUCKETS)


@given(st.binary(max_size=3000))
def test_a_content_comes_back_from_a_bucket(content: bytes) -> None:
    padded = padding.pad(content)
    assert padding.unpad(padded) == content
    assert len(padded) == padding.bucket(len(content))


@pytest.mark.parametrize("size", padding.BUCKETS)
def test_a_full_bucket_and_one_byte_more(size: int) -> None:
    assert len(padding.pad(bytes(size - 4))) == size
    if size < padding.BUCKETS[-1]:
        assert len(padding.pad(bytes(size - 3))) > size


@given(st.binary(max_size=9000))
def test_no_bucket_below_the_least_is_used(content: bytes) -> None:
    padded = padding.pad(content, 8192)
    assert padding.unpad(padded) == content
    assert len(padded) == (8192 if len(content) <= 8188 else 32768)


def test_what_is_too_long_is_refused() -> None:
    assert padding.unpad(padding.pad(bytes(padding.LONGEST))) == bytes(padding.LONGEST)
    with pytest.raises(ValueError, match="too long"):
        padding.pad(bytes(padding.LONGEST + 1))


@pytest.mark.parametrize(
    "padded", [b"", b"\0\0\0\1", bytes(511), b"\xff" * 512, padding.pad(b"x")[:-1] + b"y", padding.pad(b"x") + b"\0"]
)
def test_what_was_not_padded_by_us_is_refused(padded: bytes) -> None:
    with pytest.raises(ValueError, match="not padded"):
        padding.unpad(padded)
