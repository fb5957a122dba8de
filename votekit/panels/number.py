"""Numbers that somebody says, as they are typed or as values."""

from __future__ import annotations

import math
import re
from numbers import Integral, Real

from votekit.trace.notation import cut
from votekit.trace.text import grouped

MOST = 10**15
"""How far from 0 a number may be; up to here every whole number has a float of its own."""
_TYPED = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+")
"""As the kit itself writes thousands."""


def typed(text: str) -> int | float:
    """Return the number that a text is.

    Raises
    ------
    ValueError
        It is none, or too large; the message says what one looks like.
    """
    written = text.strip().replace("\N{MINUS SIGN}", "-")
    if not written:
        raise ValueError("write a number first")
    if _GROUPED.fullmatch(written):
        written = written.replace(",", "")
    if not _TYPED.fullmatch(written):
        raise ValueError(
            f"“{cut(written, 40)}” does not read as a number; write it like 1000 or 4.5"
        )
    return number_of(float(written) if not written.lstrip("+-").isdecimal() else int(written))


def number_of(value: object) -> int | float:
    """Return a value as a number: an int where it is whole, so that 5.0 reads as 5.

    Raises
    ------
    TypeError
        It is no number; a bool is none.
    ValueError
        It is not finite, or too large.
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"a guess is a number, not {value!r}")
    number = int(value) if isinstance(value, Integral) else float(value)
    if not -MOST <= number <= MOST:  # no NaN is
        which = "too large a number" if abs(number) > MOST else "not a number"
        raise ValueError(f"that is {which}; write one up to {grouped(MOST)}")
    return int(number) if number == int(number) else number


def same(one: float, other: float) -> bool:
    """Whether two numbers are equal, as far as floats can tell: 0.1 + 0.2 is 0.3."""
    if isinstance(one, int) and isinstance(other, int):
        return one == other
    return math.isclose(one, other, rel_tol=1e-9)
