"""Socket.IO packets become events of the log."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Mapping
from typing import Any

import socketio
from socketio import packet

from votekit.live.record.connection import Connection
from votekit.live.record.ledger import Ledger, remember
from votekit.live.record.packets import (
    ACKS,
    EVENTS,
    Assembler,
    arguments,
    as_meant,
    as_read,
    event_of,
)
from votekit.live.record.thread_context import here
from votekit.trace import Event, Kind
from votekit.trace.event import NOTHING


def from_client(
    ledger: Ledger, connection: Connection, whole: packet.Packet, marks: Mapping[str, Any] = NOTHING
) -> Event | None:
    """Record what a client sent; None for what has no row of its own."""
    client, namespace = connection.client, whole.namespace or "/"
    if whole.packet_type == packet.CONNECT:
        auth = arguments(whole) if whole.data else ()
        return ledger.record(Kind.CONNECT, client, args=auth, namespace=namespace, detail=marks)
    if whole.packet_type == packet.DISCONNECT:
        return record_departure(ledger, connection, namespace, by="client")
    if whole.packet_type in EVENTS and _is_event(whole.data):
        event = ledger.record(
            Kind.EMIT,
            client,
            str(whole.data[0]),
            args=arguments(whole),
            namespace=namespace,
            detail=({"asks": True} if whole.id is not None else {}) | dict(marks),
        )
        return _asked(connection, "server", whole, event)
    if whole.packet_type in ACKS and isinstance(whole.data, list):
        return _answer(ledger, connection, Kind.CLIENT_ACK, whole, marks)
    return None


def from_server(
    ledger: Ledger,
    connection: Connection,
    whole: packet.Packet,
    marks: Mapping[str, Any],
    unserved: Callable[[str], dict[str, Any]],
) -> Event | None:
    """Record what the server sends to one client; None for what has no row of its own.

    Parameters
    ----------
    ledger, connection, whole
        Where, to whom and what.
    marks : mapping
        What there is to say of how it reads.
    unserved : callable
        Takes a namespace; returns what a refusal's detail says where the server has none such.
    """
    client, namespace = connection.client, whole.namespace or "/"
    if whole.packet_type == packet.CONNECT:
        connection.departures.pop(namespace, None)
        sid = {"sid": whole.data["sid"]}
        return ledger.record(Kind.ACCEPT, client, namespace=namespace, detail=sid)
    if whole.packet_type == packet.CONNECT_ERROR:
        return ledger.record(
            Kind.REFUSE,
            client,
            args=arguments(whole),
            namespace=namespace,
            detail={**marks, **unserved(namespace)},
        )
    if whole.packet_type == packet.DISCONNECT:
        return record_departure(ledger, connection, namespace, by="server")
    if whole.packet_type in EVENTS:
        here.delivered += 1
        event = ledger.record(
            Kind.DELIVER,
            client,
            str(whole.data[0]),
            args=arguments(whole),
            namespace=namespace,
            room=_room(ledger, client),
            detail=({"asks": True} if whole.id is not None else {})
            | _numbered()
            | outside(ledger)
            | dict(marks),
        )
        return _asked(connection, "client", whole, event)
    if whole.packet_type in ACKS:
        return _answer(ledger, connection, Kind.ACK, whole, marks)
    return None


def to_ghost(ledger: Ledger, client: str, data: object, server: socketio.Server) -> None:
    """Record an emit to a client that is gone and still in its rooms.

    A ``disconnect`` handler that raises leaves its client there: python-socketio forgets it only
    after the handler returned.
    """
    whole = _first_part(data, server.packet_class)
    if whole is not None and whole.packet_type in EVENTS:
        ledger.record(
            Kind.LOST,
            client,
            str(whole.data[0]),
            args=arguments(whole),
            namespace=whole.namespace,
            room=_room(ledger, client),
            detail={"kind": str(Kind.DELIVER), "ghost": True},
        )


def as_sent(packet_class: type[packet.Packet], data: Any) -> tuple[Any, ...]:
    """Return `data` of an emit as arguments, as they would have gone out; () if they can't."""
    meant = event_of("", data, "/")
    try:
        parts = packet_class(packet.EVENT, data=meant.data).encode()
        assembler = Assembler(packet_class)
        for part in parts if isinstance(parts, list) else [parts]:
            whole = assembler.feed(as_read(part))
        return arguments(whole) if whole else ()
    except Exception:  # noqa: BLE001 - a serializer may be the learner's own
        return ()


def record_departure(
    ledger: Ledger, connection: Connection, namespace: str, *, by: str, reason: str = ""
) -> Event:
    """Record, once, that the client left the namespace."""
    with ledger.lock:
        if namespace not in connection.departures:
            departure = ledger.record(
                Kind.DISCONNECT,
                connection.client,
                namespace=namespace,
                detail={"by": by, "reason": reason},
            )
            remember(connection.departures, namespace, departure)
            ledger.turns.changed()
        return connection.departures[namespace]


def forget(connection: Connection, namespace: str, packet_id: int | None) -> None:
    """Wait for no acknowledgement of a client's event any more: its handler has ended."""
    if packet_id is not None:
        connection.asked.pop(("server", namespace, packet_id), None)


def forget_event(ledger: Ledger, connection: Connection, event: Event) -> None:
    """Wait for no acknowledgement of this event any more: its handler has ended."""
    with ledger.lock:
        for key in [key for key, asked in connection.asked.items() if asked is event]:
            del connection.asked[key]


def outside(ledger: Ledger) -> dict[str, Any]:
    """Say who emits, where it is no handler of this server."""
    if here.handles(ledger):
        return {}
    return {"outside": here.label if here.owner is None else "a handler of another server"}


def match(
    queue: deque[tuple[Any, Event | None]], data: object
) -> tuple[Event | None, list[Event | None]]:
    """Take the packet that was just read out of those on their way, and those it overtook.

    A transport keeps its packets in order, so a packet that was queued before one that was read
    and is still on its way will never arrive.
    """
    if not isinstance(data, str | bytes):  # JSON as a whole; NaN equals nothing, itself included
        at = next((i for i, (sent, _) in enumerate(queue) if repr(sent) == repr(data)), None)
    else:
        at = next((i for i, (sent, _) in enumerate(queue) if sent == data), None)
    if at is None:
        return None, []
    lost = [queue.popleft()[1] for _ in range(at)]
    return queue.popleft()[1], lost


def _first_part(data: object, packet_class: type[packet.Packet]) -> packet.Packet | None:
    """Return what the first part of a packet tells; None for another part."""
    try:
        whole = packet_class(encoded_packet=as_read(data))
    except Exception:  # noqa: BLE001 - an attachment, or a serializer of the learner's own
        return None
    if whole.attachment_count:
        return as_meant(here.meant) if here.meant is not None else None
    return whole


def _is_event(data: object) -> bool:
    """Whether a foreign client sent what the protocol asks for."""
    return isinstance(data, list) and bool(data)


def _room(ledger: Ledger, client: str) -> Hashable:
    own = isinstance(here.target, str) and ledger.sids.get(here.target) == client
    return None if own else here.target


def _numbered() -> dict[str, Any]:
    """Say which emit of this server it is; one that another process made has no number."""
    return {} if here.emit is None else {"emit": here.emit}


def _asked(connection: Connection, end: str, whole: packet.Packet, event: Event) -> Event:
    if whole.id is not None:
        remember(connection.asked, (end, event.namespace, whole.id), event)
    return event


def _answer(
    ledger: Ledger,
    connection: Connection,
    kind: Kind,
    whole: packet.Packet,
    marks: Mapping[str, Any],
) -> Event:
    end = "server" if kind is Kind.ACK else "client"
    asked = connection.asked.pop((end, whole.namespace or "/", whole.id), None)
    return ledger.record(
        kind,
        connection.client,
        asked.name if asked else "",
        args=arguments(whole),
        namespace=whole.namespace,
        cause=asked.seq if asked else None,
        detail=({"answers": asked.seq} if asked else {}) | dict(marks),
    )
