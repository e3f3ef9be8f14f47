"""Sums of money as the store keeps them: in fen, exactly, and never more than a store can hold and add up."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

MOST_FEN = 10**15  # ten trillion yuan; more is a slip of the finger, and thousands of such rows could not be summed


def fen_of(yuan: object) -> int | None:
    """An exact amount of yuan in fen, rounded half up; None for what is no amount that can be kept."""
    if isinstance(yuan, bool) or not isinstance(yuan, int | float | Decimal):
        return None
    value = Decimal(str(yuan))
    if not value.is_finite() or abs(value) * 100 > MOST_FEN:
        return None
    return int((value * 100).to_integral_value(ROUND_HALF_UP))
