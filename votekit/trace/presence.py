"""Who is connected: a pure function of events."""

from __future__ import annotations

from votekit.trace.event import Event, Kind


class Presence:
    """Who is connected, event by event, in log order.

    Attributes
    ----------
    present : dict of str to set of str
        Connected clients, in order of joining, with the namespaces they are in.
    """

    def __init__(self) -> None:
        self.present: dict[str, set[str]] = {}

    def add(self, event: Event) -> None:
        """Take the next event of the log."""
        client = event.client
        if client is None:
            return
        if event.kind is Kind.ACCEPT:
            self.present.setdefault(client, set()).add(event.namespace)
        elif event.kind is Kind.DISCONNECT and client in self.present:
            self.present[client].discard(event.namespace)
            if not self.present[client]:
                del self.present[client]

    def within(self, namespace: str) -> tuple[str, ...]:
        """Return who is in a namespace."""
        return tuple(client for client, there in self.present.items() if namespace in there)
