"""Who heard what: clients by events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from votekit.trace.event import Event, Kind, never_read
from votekit.trace.html import html_table
from votekit.trace.notation import NOTATION
from votekit.trace.text import padded, width


@dataclass(frozen=True, repr=False)
class Matrix:
    """How often each client heard each event.

    Parameters
    ----------
    clients : tuple of str
        The rows: everybody connected, in order of joining, then other recipients.
    events : tuple of str
        The columns, in the story's order of first delivery: the event's name, and outside the
        namespace ``/`` also the namespace, as in ``say (namespace /chat)``.
    counts : mapping of (str, str) to int
        How often a client heard an event; what is missing is 0.

    Examples
    --------
    >>> matrix = Matrix(("ana", "ben"), ("tally",), {("ana", "tally"): 2})
    >>> matrix["ana", "tally"]
    2
    >>> matrix
    heard  tally
    ana    ● 2
    ben    ·
    """

    clients: tuple[str, ...]
    events: tuple[str, ...]
    counts: Mapping[tuple[str, str], int]

    @classmethod
    def of(cls, events: Iterable[Event], clients: Iterable[str] = ()) -> Matrix:
        """Count the deliveries among events; one that was lost on the way was not heard.

        Parameters
        ----------
        events : iterable of Event
            In the order of their story.
        clients : iterable of str, optional
            Everybody connected, in order of joining.
        """
        events = tuple(events)
        lost = never_read(events)
        deliveries = [e for e in events if e.kind is Kind.DELIVER and e.client is not None]
        heard = [(e.client or "", _column(e)) for e in deliveries if e.seq not in lost]
        return cls(
            tuple(dict.fromkeys([*clients, *(e.client or "" for e in deliveries)])),
            tuple(dict.fromkeys(map(_column, deliveries))),
            MappingProxyType(Counter(heard)),
        )

    @property
    def reached(self) -> tuple[str, ...]:
        """The clients that heard anything at all, in the order of the rows."""
        hearers = {client for (client, _), count in self.counts.items() if count}
        return tuple(client for client in self.clients if client in hearers)

    def __getitem__(self, key: tuple[str, str]) -> int:
        """Return how often a client heard an event; 0 for an event that nobody was sent.

        Raises
        ------
        KeyError
            If there is no such client.
        """
        client, event = key
        if client not in self.clients:
            raise KeyError(f"no client {client!r}; there are {', '.join(map(repr, self.clients))}")
        return self.counts.get((client, event), 0)

    def __repr__(self) -> str:
        if not self.events:
            return "nobody heard anything"
        table = [["heard", *map(_heading, self.events)]]
        for client in self.clients:
            marks = [_mark(self[client, event]) for event in self.events]
            table.append([NOTATION.client(client), *marks])
        widths = [max(map(width, column)) for column in zip(*table, strict=True)]
        return "\n".join("  ".join(map(padded, cells, widths)).rstrip() for cells in table)

    def _repr_html_(self) -> str:
        """Give Jupyter a table that reads without colours, by eye and by screen reader."""
        if not self.events:
            return "<p>nobody heard anything</p>"
        rows = (
            (NOTATION.client(client), *(_seen(self[client, event]) for event in self.events))
            for client in self.clients
        )
        return html_table("Who heard what", ["client", *map(_heading, self.events)], rows)


def _column(delivery: Event) -> str:
    if delivery.namespace == "/":
        return delivery.name
    return f"{delivery.name} (namespace {delivery.namespace})"


def _heading(event: str) -> str:
    written = NOTATION.word(event)
    ends = event[:1] + event[-1:]
    return written if event and ends == ends.strip() else f'"{written}"'


def _mark(count: int) -> str:
    if count == 0:
        return "·"
    return "●" if count == 1 else f"● {count}"


def _spoken(count: int) -> str:
    if count == 0:
        return "not heard"
    return "heard once" if count == 1 else f"heard {count} times"


def _seen(count: int) -> str:
    """Mark a count for the eye, with words for a screen reader."""
    style = ' style="font-weight:bold"' if count else ""
    return f'<span role="img" aria-label="{_spoken(count)}"{style}>{_mark(count)}</span>'
