"""What a client sent last, and what became of it: a pure function of events."""

from __future__ import annotations

from collections.abc import Collection

from votekit.panels.notice import Notice
from votekit.panels.words import known
from votekit.trace import Event, Kind, detail
from votekit.trace.event import is_servers_trouble
from votekit.trace.notation import NOTATION, Notation
from votekit.trace.row import row


class LastEmit:
    """The newest event that one client emitted under some names, in log order.

    Parameters
    ----------
    client : str
        Who emits.
    names : collection of str
        The events that count, in the namespace ``/``.
    notation : Notation, optional
        Writes what went wrong.

    Attributes
    ----------
    event : Event or None
        The newest of them; None while there is none.
    trouble : Notice
        What went wrong with it; none if nothing did.
    """

    def __init__(self, client: str, names: Collection[str], notation: Notation = NOTATION) -> None:
        self._client, self._names, self._notation = client, names, notation
        self.event: Event | None = None
        self.trouble = Notice()

    def add(self, event: Event) -> None:
        """Take the next event of the log."""
        last = self.event
        if event.kind is Kind.EMIT:
            if (event.client, event.namespace) == (self._client, "/") and event.name in self._names:
                self.event, self.trouble = event, Notice()
        elif last is None:
            return
        elif event.kind is Kind.LOST and detail.lost_seq(event) == last.seq:
            self.trouble = Notice("it was lost on its way to the server")
        elif event.cause == last.seq and is_servers_trouble(event):
            what = row(event, self._notation, {last.seq: last}.get).what
            self.trouble = Notice(what, known(detail.message(event), self._notation))
