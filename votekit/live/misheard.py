"""What a client heard and has no handler for, though it has one for a name much like it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import socketio

from votekit.live.probe.handlers import handled
from votekit.live.probe.wire_client import WireClient
from votekit.trace import Event, Kind
from votekit.trace.likeness import nearest
from votekit.trace.notation import NOTATION


def misheard(events: Sequence[Event], clients: Iterable[WireClient]) -> list[str]:
    """Say, a sentence each, which deliveries likely have another name than is listened for.

    Parameters
    ----------
    events : sequence of Event
        What happened.
    clients : iterable of WireClient
        Who may listen; one without handlers for other events is no listener at all.
    """
    listening = {client.name: client for client in clients if _listens(client)}
    heard = dict.fromkeys(
        (event.client or "", event.namespace, event.name)
        for event in events
        if event.kind is Kind.DELIVER and event.client in listening
    )
    notes = []
    for client, namespace, name in heard:
        near = _near(listening[client], namespace, name)
        if near and (client, namespace, near) not in heard:  # else these are two events
            notes.append(
                f"{NOTATION.client(client)} has no handler of {NOTATION.quoted(name)}, and one of "
                f"{NOTATION.quoted(near)}: did you mean that?"
            )
    return notes


def _listens(client: socketio.Client) -> bool:
    return bool(client.handlers or client.namespace_handlers)


def _near(client: socketio.Client, namespace: str, name: str) -> str:
    """Return the name that a client's handlers have instead; empty where one handles it."""
    if "*" in client.handlers or "*" in client.namespace_handlers:
        return ""
    names = handled(client, namespace)
    if name in names or "*" in names:
        return ""
    return nearest(name, sorted(names.difference(client.reserved_events)))
