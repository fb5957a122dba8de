"""Text in columns, counts and lists of names, as people read them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence

from votekit.trace.notation import NOTATION, Notation
from votekit.trace.row import End, Place, Row

_NAMED = 8
"""Clients of a sentence that are named; of more, it says how many they are."""


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
        case tuple():
            return some([*who], named=2, write=notation.client)
        case _:
            return notation.client(who)


def grouped(count: float) -> str:
    """Write a count so that it can be read from afar: ``10,000``, ``1.5``."""
    return f"{count:,}" if isinstance(count, int) else f"{count:,.12g}"


def plural(count: float, thing: str) -> str:
    """Count things: ``1 vote``, ``2 votes``."""
    return f"{grouped(count)} {thing}{'' if count == 1 else 's'}"


def listed(names: Iterable[str]) -> str:
    """Write names as a list of words; nobody where there are none."""
    return ", ".join(map(NOTATION.client, names)) or "nobody"


def some(
    names: Sequence[str], named: int = _NAMED, write: Callable[[str], str] = NOTATION.client
) -> str:
    """Write the first names of a list, and how many more there are."""
    written = [write(name) for name in names[:named]]
    more = len(names) - len(written)
    *first, last = [*written, plural(more, "other")] if more else written
    return f"{', '.join(first)} and {last}" if first else last


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
