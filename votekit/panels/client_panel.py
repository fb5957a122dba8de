"""A panel of one client, which acts through it."""

from __future__ import annotations

from typing import Any

from votekit.live import Client
from votekit.panels.arguments import must_be
from votekit.panels.panel import Panel
from votekit.panels.words import shown
from votekit.trace import Event, Kind
from votekit.trace.notation import one_line


class ClientPanel(Panel):
    """A panel of one client, which acts through it.

    Parameters
    ----------
    client : Client
        Whose panel it is.
    """

    def __init__(self, client: Client) -> None:
        must_be(Client, client, "a client, as live.client(...) returns it")
        self.client = client
        self._connected = False
        self._until: int | None = None
        super().__init__(client.ledger.log)

    def note(self, event: Event) -> None:
        """Put an event aside; of a client that is stale, its namesake's events are another's."""
        if self._until is None and self.client.stale:
            self._until = event.seq
        super().note(event)

    def _add(self, event: Event) -> None:
        if not self._is_mine(event):
            return
        if event.namespace == "/" and event.kind is Kind.ACCEPT:
            self._connected = True
            self._complaint = ""  # it was about another connection
        elif event.namespace == "/" and event.kind is Kind.DISCONNECT:
            self._connected = False

    def _is_mine(self, event: Event) -> bool:
        """Whether the event is of this very client, not of one that had or has its name."""
        if event.client != self.client.name or event.seq < self.client.since:
            return False
        return self._until is None or event.seq < self._until

    def _is_a_namesakes(self, event: Event) -> bool:
        """Whether the event is of another client that had or has this one's name."""
        return event.client == self.client.name and not self._is_mine(event)

    def _emit(self, event: str, data: Any) -> None:
        self.client.emit(event, data)

    @property
    def _standing(self) -> dict[str, str]:
        """How the client stands, in words and as a shape."""
        if self.client.stale:
            words = f"{one_line(self.client.stale)}; then run this panel's cell again"
            return {"shape": "ended", "words": shown(words)}
        if self._connected:
            return {"shape": "connected", "words": "connected"}
        return {"shape": "disconnected", "words": "disconnected"}
