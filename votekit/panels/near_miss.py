"""What the server emitted in place of the event that a panel listens for: a function of events."""

from __future__ import annotations

from votekit.trace import Event, Kind
from votekit.trace.likeness import nearest
from votekit.trace.notation import NOTATION, Notation

REMEMBERED = 100
"""Names of events that are looked at."""


class NearMiss:
    """The names that the server emitted, event by event, in log order.

    Parameters
    ----------
    expected : str
        The event that is listened for.
    notation : Notation, optional
        Writes the other one.
    """

    def __init__(self, expected: str, notation: Notation = NOTATION) -> None:
        self._expected, self._notation = expected, notation
        self._names: dict[str, None] = {}

    def add(self, event: Event) -> None:
        """Take the next event of the log."""
        emitted = event.kind in {Kind.DELIVER, Kind.NOBODY} and event.namespace == "/"
        if emitted and len(self._names) < REMEMBERED:
            self._names[event.name] = None

    @property
    def words(self) -> str:
        """What was likely meant, after a semicolon; empty where nothing is like it."""
        if self._expected in self._names:
            return ""
        near = nearest(self._expected, self._names)
        if not near:
            return ""
        return f"; the server emitted {self._notation.quoted(near)}: did you mean that?"
