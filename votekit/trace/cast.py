"""Who has a column in a picture, and which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from votekit.trace.row import End, Place, Row

MOST_COLUMNS = 8
"""Columns of clients; if there are more clients, the last column is that of all others."""

MOST_CHOSEN = 32
"""Columns of clients in a story that was cut down to as many, or more."""


@dataclass(frozen=True, slots=True)
class Cast:
    """The columns of a picture: of clients, of the others, and last the server's.

    Parameters
    ----------
    clients : tuple of (str or Place)
        Who has a column of its own, in order of joining; last `Place.SOMEBODY`, if there is one.
    others : int
        How many clients share one column, right of these; 0 if there is no such column.
    """

    clients: tuple[str | Place, ...]
    others: int = 0

    @property
    def server(self) -> int:
        """The column of the server."""
        return len(self.clients) + bool(self.others)

    def columns(self, who: End) -> list[int]:
        """Return the columns of a participant, or of several, from the left."""
        if isinstance(who, tuple):
            return sorted({column for each in who for column in self.columns(each)})
        if who in self.clients:
            return [self.clients.index(who)]
        return [len(self.clients)] if isinstance(who, str) else [self.server]

    def shares(self, who: End) -> bool:
        """Whether these are clients that the column does not name."""
        return isinstance(who, tuple) or (isinstance(who, str) and who not in self.clients)


def cast_of(rows: Iterable[Row], clients: Sequence[str], most: int = MOST_COLUMNS) -> Cast:
    """Choose the columns.

    Parameters
    ----------
    rows : iterable of Row
        What is drawn.
    clients : sequence of str
        Who is connected, in order of joining. If not all clients find a place, those come first
        that have rows of their own.
    most : int, optional
        How many columns of clients there are at most.
    """
    ends = [end for row in rows for end in (row.left, row.right)]
    acting = dict.fromkeys(end for end in ends if isinstance(end, str))
    crowd = dict.fromkeys(name for end in ends if isinstance(end, tuple) for name in end)
    everybody = tuple(dict.fromkeys([*clients, *acting, *crowd]))
    drawn = everybody
    if len(everybody) > most:
        first = sorted(everybody, key=lambda name: name not in acting)[: most - 1]
        drawn = tuple(name for name in everybody if name in first)
    somebody = (Place.SOMEBODY,) if Place.SOMEBODY in ends else ()
    return Cast((*drawn, *somebody), len(everybody) - len(drawn))
