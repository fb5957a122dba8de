"""What a client's own handlers raised: a pure function of events."""

from __future__ import annotations

from votekit.panels.notice import Notice
from votekit.panels.words import known
from votekit.trace import Event, Kind, detail
from votekit.trace.notation import NOTATION, Notation
from votekit.trace.row import row


class OwnError:
    """The newest error in the handlers of one client, until it emits again, in log order.

    Parameters
    ----------
    client : str
        Whose handlers.
    notation : Notation, optional
        Writes the error.

    Attributes
    ----------
    trouble : Notice
        The error; none if there is none.
    """

    def __init__(self, client: str, notation: Notation = NOTATION) -> None:
        self._client, self._notation = client, notation
        self.trouble = Notice()

    def add(self, event: Event) -> None:
        """Take the next event of the log."""
        if event.client != self._client:
            return
        if event.kind is Kind.EMIT:
            self.trouble = Notice()
        elif event.kind is Kind.ERROR and detail.where(event) == "client":
            what = row(event, self._notation, {event.seq: event}.get).what
            self.trouble = Notice(
                f"{self._client}'s own handler of {self._notation.quoted(event.name)}: {what}",
                known(detail.message(event), self._notation),
            )
