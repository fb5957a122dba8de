"""What the traffic panel knows: the newest rows, and who heard what how often."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import replace

from votekit.trace import Event, Kind, Matrix, Story, detail
from votekit.trace.presence import Presence
from votekit.trace.session_ids import SessionIds


class Traffic:
    """The end of a story that grows, and its matrix, event by event, in log order.

    Parameters
    ----------
    rows : int
        How many of the newest events are kept.
    """

    def __init__(self, rows: int) -> None:
        self._newest: deque[Event] = deque(maxlen=rows)
        self._sids = SessionIds()
        self._presence = Presence()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._clients: dict[str, None] = {}
        self._events: dict[str, None] = {}
        self._count = 0

    def add(self, event: Event) -> None:
        """Take the next event of the log."""
        self._count += 1
        self._newest.append(event)
        self._presence.add(event)
        self._sids.add(event)
        if event.kind is Kind.DELIVER:
            self._heard(event, 1)
        elif _lost(event):
            self._heard(replace(event, kind=Kind.DELIVER), -1)

    def _heard(self, delivery: Event, times: int) -> None:
        one = Matrix.of((delivery,))
        for key in one.counts:
            self._counts[key] += times
        self._clients |= dict.fromkeys(one.clients)
        self._events |= dict.fromkeys(one.events)

    @property
    def story(self) -> Story:
        """The newest events."""
        return Story(
            tuple(self._newest),
            sids=self._sids.names,
            clients=tuple(self._presence.present),
        )

    @property
    def earlier(self) -> int:
        """How many events came before the newest ones."""
        return self._count - len(self._newest)

    @property
    def matrix(self) -> Matrix:
        """Who heard what since the log began: who is here first, then who has left."""
        clients = dict.fromkeys([*self._presence.present, *self._clients])
        return Matrix(tuple(clients), tuple(self._events), dict(self._counts))


def _lost(event: Event) -> bool:
    """Whether a delivery that was counted was never read; a ghost's was not counted."""
    return (
        event.kind is Kind.LOST
        and detail.lost_kind(event) is Kind.DELIVER
        and detail.lost_seq(event) is not None
    )
