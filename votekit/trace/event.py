"""One thing that happened on the wire or in a handler."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from votekit.trace.notation import cut, separated

NOTHING: Mapping[str, Any] = MappingProxyType({})
_LONGEST = 200
"""Characters of a name, and of all arguments, that the ``repr`` of an event has."""
NO_HANDLER = "no handler"
"""What ``detail["outside"]`` has where nothing better is known of who emitted."""


class Kind(StrEnum):
    """What an `Event` records; the golden file in ``tests/trace`` shows the row of each."""

    CONNECT = "connect"
    """A client asks to join a namespace."""
    ACCEPT = "accept"
    """The server lets it in (``detail["sid"]``)."""
    REFUSE = "refuse"
    """The server does not (``args``: what it said; ``detail["namespaces"]``: those that there are,
    where it has not got this one).
    """
    DISCONNECT = "disconnect"
    """A client left (``detail["by"]``: client, server or transport; ``detail["reason"]``)."""
    EMIT = "emit"
    """A client sent an event (``detail["asks"]``: it wants an acknowledgement)."""
    DELIVER = "deliver"
    """The server sent an event to one client (``room``: the room it was sent to;
    ``detail["emit"]``: which of the server's emits it is, unless another process emitted;
    ``detail["outside"]``: who emitted, where it was no handler; ``detail["asks"]``;
    ``detail["bytearray"]``: it was one, and is garbled; ``detail["not_json"]``: a number is among
    the arguments that JSON has not; both of acknowledgements too, the latter of all arguments).
    """
    ACK = "ack"
    """The server acknowledged a client's event (``detail["answers"]``: its ``seq``)."""
    CLIENT_ACK = "client ack"
    """A client acknowledged a server's event (``detail["answers"]``: its ``seq``)."""
    JOIN = "join"
    """A client was put into a room."""
    LEAVE = "leave"
    """A client was taken out of a room."""
    CLOSE_ROOM = "close room"
    """A room was closed: everybody in it is out."""
    UNHANDLED = "unhandled"
    """Nobody handles this event (``detail["nearest"]``: the likeliest intended name or None,
    ``detail["handlers"]``: the names there are, ``detail["elsewhere"]``: the other namespaces that
    handle it, ``detail["acknowledged"]``: answered all the same).
    """
    ERROR = "error"
    """A handler raised (``detail``: ``where``, one of server, client, task, http and packet;
    ``function``, ``line``, ``source``, ``file``, ``type``, ``message``; ``never_ran``: what the
    handler is, such as ``"async"``, where it was called and none of its lines ran).
    """
    NOBODY = "nobody"
    """The server emitted an event that no client received (``detail["outside"]`` as above)."""
    LOST = "lost"
    """A packet was sent and never read (``detail``: ``of``, the ``seq`` of its event; ``kind``;
    ``unreadable``: the type of the error, where it came and could not be read; ``bytearray``;
    ``ghost``: the client had left, but its disconnect handler raised and the server kept it).
    """
    TURNED_AWAY = "turned away"
    """What came never got to a handler, or in at all (``detail``: ``why``, one of origin, version,
    transport, upgrade, size and request; ``asked``, the origin, unless it is the app's own, the
    version or the transport; ``allowed``, the transports there are; ``limit``, and ``enough`` for
    this size).
    """


@dataclass(frozen=True, slots=True, repr=False)
class Event:
    """An immutable record of one thing that happened.

    Parameters
    ----------
    seq : int
        Position in the log, from 0.
    kind : Kind
        What happened.
    client : str or None
        The client it happened to or came from: the sender of an emit, the recipient of a
        delivery. None where no client took part, such as a closed room.
    name : str
        The Socket.IO event's name; of an acknowledgement, the name of the event it answers.
    args : tuple
        The arguments as the wire carried them: JSON values and `bytes`.
    namespace : str
        The Socket.IO namespace.
    room : hashable or None
        The room joined, left or closed; of a delivery, the room (or tuple of rooms) it was
        addressed to, None for everybody in the namespace.
    cause : int or None
        ``seq`` of the event whose handler was running when this one happened.
    detail : mapping
        JSON values that depend on the kind; see `Kind`.
    """

    seq: int
    kind: Kind
    client: str | None = None
    name: str = ""
    args: tuple[Any, ...] = ()
    namespace: str = "/"
    room: Hashable = None
    cause: int | None = None
    detail: Mapping[str, Any] = field(default_factory=lambda: NOTHING)

    def __repr__(self) -> str:
        """Name what happened; without numbers and session ids, so equal runs read the same."""
        if self.kind is Kind.ERROR:
            return f"<{self._error()}>"
        words = (self.kind, self.client, self.name)
        shown = " ".join(cut(word, _LONGEST) for word in words if word)
        return f"<{shown}({_joined(separated(map(_pieces, self.args)))})>"

    def _error(self) -> str:
        d = self.detail
        place = f"error in {cut(str(d.get('function', 'a handler')), _LONGEST)}"
        if d.get("line") is not None:
            place += f", line {d['line']}"
        kind = cut(str(d.get("type", "an exception")), _LONGEST)
        if not self.client:
            return f"{place}: {kind}"
        return f"{place}: {kind} ({cut(self.name, _LONGEST)} from {cut(self.client, _LONGEST)})"


def _joined(pieces: Iterable[str]) -> str:
    """Join as many pieces as are shown; however large or deep a payload, no more are made."""
    text = ""
    for piece in pieces:
        text += piece
        if len(text) > _LONGEST:
            break
    return cut(text, _LONGEST)


def _pieces(value: object) -> Iterator[str]:
    """Write a value as its ``repr`` does, a piece at a time."""
    if isinstance(value, str | bytes):
        yield repr(value[:_LONGEST])
    elif isinstance(value, list):
        yield "["
        yield from separated(map(_pieces, value))
        yield "]"
    elif isinstance(value, dict):
        yield "{"
        yield from separated(map(_pair, value.items()))
        yield "}"
    else:
        yield repr(value)


def _pair(pair: tuple[object, object]) -> Iterator[str]:
    yield from _pieces(pair[0])
    yield ": "
    yield from _pieces(pair[1])


def never_read(events: Iterable[Event]) -> set[int]:
    """Return the ``seq`` of every event whose packet was lost, as far as these events tell."""
    lost = (event.detail.get("of") for event in events if event.kind is Kind.LOST)
    return {seq for seq in lost if isinstance(seq, int)}  # a file may have anything there


def is_servers_trouble(event: Event) -> bool:
    """Whether the server could not handle an event; what a client's handler raises is its own."""
    return event.kind in {Kind.ERROR, Kind.UNHANDLED} and event.detail.get("where") != "client"
