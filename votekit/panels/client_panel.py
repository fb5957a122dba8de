"""A panel of one client, which acts through it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from votekit.live import Client, end_of
from votekit.live.record.interrupts import deferring
from votekit.panels.notice import Notice
from votekit.panels.own_error import OwnError
from votekit.panels.panel import Model, Panel, Standing, State
from votekit.panels.words import shown
from votekit.trace import Event, Kind
from votekit.trace.notation import Notation, one_line

CLIENT = "a client, as live.client(...) returns it"
"""What a panel of a client is made of, in a message to whoever has something else."""
PRINTS = 0.5
"""Seconds that what a click sets off gets to print."""


class ClientPanel(Panel[State]):
    """A panel of one client, which acts through it.

    Parameters
    ----------
    client : Client
        Whose panel it is.
    own : sequence of Model
        What takes the events of this very client, and of clients of other names.
    everybody : sequence of Model
        What takes every event, those of the client's namesakes too.
    notation : Notation
        Writes what went wrong in the client's own handlers.

    Attributes
    ----------
    client : Client
        Whose panel it is.
    """

    def __init__(
        self,
        client: Client,
        *,
        own: Sequence[Model],
        everybody: Sequence[Model],
        notation: Notation,
    ) -> None:
        self.client = client
        self._everybody = everybody
        self._connected = False
        self._own_error = OwnError(client.name, notation)
        super().__init__(end_of(client).ledger.log, *own, self._own_error)

    def _add(self, event: Event) -> None:
        for model in self._everybody:
            model.add(event)
        mine = self._is_mine(event)
        if mine or event.client != self.client.name:
            super()._add(event)
        if mine and event.namespace == "/" and event.kind is Kind.ACCEPT:
            self._connected = True
            self._complaint = Notice()  # it was about another connection
        elif mine and event.namespace == "/" and event.kind is Kind.DISCONNECT:
            self._connected = False

    def _is_mine(self, event: Event) -> bool:
        """Whether the event is of this very client, not of one that had or has its name."""
        end = end_of(self.client)
        if event.client != self.client.name or event.seq < end.since:
            return False
        return end.until is None or event.seq < end.until

    def _emit(self, event: str, data: Any) -> None:
        self.client.emit(event, data)

    @deferring
    def _see_out(self) -> None:
        """Wait a little for the handlers that an emit set off.

        What they print reaches the page that set them off as long as its message is being handled:
        after that, JupyterLab has nobody to give it to.
        """
        ledger = end_of(self.client).ledger
        ledger.turns.wait_for(ledger.quiet, PRINTS)

    def _trouble(self) -> Notice:
        """Return what went wrong in a handler of the client's own."""
        return self._own_error.trouble

    @property
    def _standing(self) -> Standing:
        if end_of(self.client).stale:
            words = f"{one_line(end_of(self.client).stale)}; then run this panel's cell again"
            return {"shape": "ended", "words": shown(words)}
        if self._connected:
            return {"shape": "connected", "words": "connected"}
        return {"shape": "disconnected", "words": "disconnected"}
