"""Whose session ids there are: a pure function of events."""

from __future__ import annotations

from votekit.trace import detail
from votekit.trace.event import Event, Kind
from votekit.trace.notation import NOTATION, Notation


class SessionIds:
    """Every session id that the server gave to a client, event by event, in log order.

    Attributes
    ----------
    names : dict of str to str
        Session id to the client's name.
    notation : Notation
        Writes names as `NOTATION` does, and these session ids by the names of their clients.
    """

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.notation = Notation(self.names, name_limit=NOTATION.name_limit)

    def add(self, event: Event) -> None:
        """Take the next event of the log."""
        sid = detail.sid(event)
        if event.kind is Kind.ACCEPT and event.client is not None and sid:
            self.names[sid] = event.client
