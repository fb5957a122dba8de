"""Rows as text: one line each, in columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from votekit.trace.notation import Notation
from votekit.trace.row import End, Place, Row


def aligned(rows: Iterable[Row], notation: Notation) -> list[str]:
    """Write rows as lines whose columns are aligned.

    Parameters
    ----------
    rows : iterable of Row
        What happened, in the order to tell it.
    notation : Notation
        Writes the names at both ends.
    """
    cells = [(end(row.left, notation), end(row.right, notation), row) for row in rows]
    left_width = max((width(left) for left, _, _ in cells), default=0)
    right_width = max((width(right) for _, right, _ in cells), default=0)
    return [
        f"{padded(left, left_width)} {row.arrow} {padded(right, right_width)}"
        f"  {row.what} {row.aside}".rstrip()
        for left, right, row in cells
    ]


def end(who: End, notation: Notation) -> str:
    """Write one end of a row."""
    match who:
        case None:
            return ""
        case Place():
            return who.value
        case _:
            return notation.client(who)


def padded(text: str, columns: int) -> str:
    """Fill text up with spaces to a width on the screen."""
    return text + " " * (columns - width(text))


def width(text: str) -> int:
    """Count the columns that text takes on a screen where every character has one or two."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
