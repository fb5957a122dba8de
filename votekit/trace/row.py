"""One event as one row: who, an arrow, whom, and what in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from typing import Any, assert_never

from votekit.trace import detail
from votekit.trace.event import NO_HANDLER, Event, Kind
from votekit.trace.notation import Notation
from votekit.trace.turned_away import why

_LISTED = 6
_FROM_CLIENT = frozenset({Kind.CONNECT, Kind.EMIT, Kind.CLIENT_ACK})
_TRAVELS = frozenset({Kind.EMIT, Kind.DELIVER, Kind.NOBODY})


class Place(Enum):
    """Ends of a row that are not a client."""

    SERVER = "server"
    NOBODY = "nobody"
    SOMEBODY = "somebody"


End = Place | str | tuple[str, ...] | None
"""An end of a row: a client's name as it is, several, a `Place`, or None: nothing travelled."""

Find = Callable[[int], Event | None]
"""Returns the event of a ``seq``, or None if the story does not have it."""


class Arrow(StrEnum):
    """How something travelled."""

    SENDS = "→"
    ANSWERS = "⇢"
    BREAKS = "✗"
    NONE = " "


@dataclass(frozen=True, slots=True)
class Row:
    """What a story tells of one event, before it becomes text or a diagram.

    Parameters
    ----------
    kind : Kind
        What kind of thing happened.
    left, right : Place, str, tuple of str or None
        Who it came from, or happened at, and whom it went to.
    arrow : Arrow
        How it travelled; ``Arrow.NONE`` where nothing was on the wire.
    what : str
        What happened, on one line.
    asides : tuple of str
        Room, namespace and other circumstances, each on one line; often none.
    subject : str
        What `what` begins with, where that is the name of the event that travels.
    """

    kind: Kind
    left: End
    arrow: Arrow
    right: End
    what: str
    asides: tuple[str, ...] = ()
    subject: str = ""

    @property
    def aside(self) -> str:
        """The circumstances in brackets; empty where there are none."""
        return f"({', '.join(self.asides)})" if self.asides else ""


def row(event: Event, notation: Notation, find: Find) -> Row:
    """Tell one event.

    Parameters
    ----------
    event : Event
        What happened.
    notation : Notation
        Writes names and payloads.
    find : callable
        Finds the event that this one refers to.
    """
    left, arrow, right = _ends(event, find)
    subject = notation.event(event.name) if event.kind in _TRAVELS else ""
    what = _what(event, notation, find)
    return Row(event.kind, left, arrow, right, what, _asides(event, notation), subject)


def together(emit: Sequence[Event], notation: Notation, find: Find) -> Row:
    """Tell an event, or deliveries of one emit that differ only in the recipient."""
    told = row(emit[0], notation, find)
    recipients = tuple(event.client for event in emit if event.client is not None)
    return told if len(emit) == 1 else replace(told, right=recipients)


def _ends(  # noqa: C901, PLR0911, PLR0912  (a table: one case a kind)
    event: Event, find: Find
) -> tuple[End, Arrow, End]:
    client = Place.SOMEBODY if event.client is None else event.client
    server = Place.SERVER
    match event.kind:
        case Kind.CONNECT | Kind.EMIT:
            return client, Arrow.SENDS, server
        case Kind.ACCEPT | Kind.REFUSE | Kind.DELIVER:
            return server, Arrow.SENDS, client
        case Kind.NOBODY:
            return server, Arrow.SENDS, Place.NOBODY
        case Kind.ACK:
            return server, Arrow.ANSWERS, client
        case Kind.CLIENT_ACK:
            return client, Arrow.ANSWERS, server
        case Kind.DISCONNECT:
            match detail.by(event):
                case "server":
                    return server, Arrow.SENDS, client
                case "client":
                    return client, Arrow.SENDS, server
                case _:
                    return client, Arrow.BREAKS, server
        case Kind.LOST:
            if _from_client(*_lost_packet(event, find)):
                return client, Arrow.BREAKS, server
            return server, Arrow.BREAKS, client
        case Kind.JOIN | Kind.LEAVE:
            return client, Arrow.NONE, None
        case Kind.ERROR if detail.where(event) == "packet":
            return client, Arrow.BREAKS, server
        case Kind.TURNED_AWAY:
            return client, Arrow.BREAKS, server
        case Kind.ERROR if detail.where(event) == "client":
            return client, Arrow.NONE, None
        case Kind.CLOSE_ROOM | Kind.UNHANDLED | Kind.ERROR:
            return server, Arrow.NONE, None
        case _:
            assert_never(event.kind)


def _what(  # noqa: C901, PLR0911, PLR0912  (a table: one case a kind)
    event: Event, notation: Notation, find: Find
) -> str:
    match event.kind:
        case Kind.CONNECT:
            return _words("connect", notation.payload(event.args))
        case Kind.ACCEPT:
            return "connected"
        case Kind.REFUSE:
            said = _words("refused", notation.payload(_reasons(event.args)))
            if not (served := detail.namespaces(event)):
                return said
            return f"{said}; nobody serves it; there are {_listed(served, notation.quoted)}"
        case Kind.DISCONNECT:
            meant = detail.by(event) in {"client", "server"}
            return "disconnect" if meant else "connection lost"
        case Kind.EMIT | Kind.DELIVER | Kind.NOBODY:
            return _words(notation.event(event.name), notation.payload(event.args))
        case Kind.ACK | Kind.CLIENT_ACK:
            answer = notation.payload(event.args)
            return _answered(event, notation, find) + (f": {answer}" if answer else "")
        case Kind.JOIN:
            return f"joins room {notation.room(event.room)}"
        case Kind.LEAVE:
            return f"leaves room {notation.room(event.room)}"
        case Kind.CLOSE_ROOM:
            return f"closes room {notation.room(event.room)}"
        case Kind.UNHANDLED:
            return f"nobody handles {notation.quoted(event.name)}{_advice(event, notation)}"
        case Kind.ERROR:
            return _error(event, notation)
        case Kind.LOST:
            return _lost(event, notation, find)
        case Kind.TURNED_AWAY:
            return f"turned away: {why(event)}"
        case _:
            assert_never(event.kind)


def _asides(event: Event, notation: Notation) -> tuple[str, ...]:
    parts = []
    addressed = event.kind in {*_TRAVELS, Kind.LOST}
    if addressed and event.room is not None:
        parts.append(_target(event.room, notation))
    if event.namespace != "/":
        parts.append(f"namespace {notation.namespace(event.namespace)}")
    outside = detail.outside(event)
    if outside == NO_HANDLER:
        parts.append("outside any handler")
    elif outside:
        parts.append(f"outside any handler: {notation.word(outside)}")
    if detail.asks(event):
        parts.append("wants an answer")
    if detail.garbled(event):
        parts.append("garbled: a bytearray; send bytes(x)")
    if detail.not_json(event):
        parts.append("not JSON: a browser cannot read it")
    return tuple(parts)


def _target(room: object, notation: Notation) -> str:
    """Tell a room, several rooms, or the one client that a session id stands for."""
    if isinstance(room, tuple):
        return f"rooms {_listed(room, notation.room)}"
    if isinstance(room, str) and notation.knows(room):
        return f"to {notation.sid(room)}"
    return f"room {notation.room(room)}"


def _words(*words: str) -> str:
    return " ".join(word for word in words if word)


def _reasons(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Unwrap the message that the wire carries as ``{"message": …}``."""
    match args:
        case ({"message": str(message), **others},) if not others:
            return (message,)
        case _:
            return args


def _answered(event: Event, notation: Notation, find: Find) -> str:
    """Say which event an acknowledgement answers, as well as it is known."""
    asked = _find(detail.answers(event), find)
    name = event.name or (asked.name if asked else "")
    return f"answers {notation.event(name)}" if name or asked else "answers"


def _advice(event: Event, notation: Notation) -> str:
    acknowledged = "; acknowledged all the same" if detail.acknowledged(event) else ""
    if others := detail.elsewhere(event):
        there = notation.quoted(others[0])
        how = f"connect with namespaces=[{there}] and emit with namespace={there}"
        return f" here, but on the namespace {there}: {how}{acknowledged}"
    if nearest := detail.nearest(event):
        return f"; did you mean {notation.quoted(nearest)}?{acknowledged}"
    handlers = detail.handlers(event)
    if handlers is None:
        return ""
    if not handlers:
        return "; there are no handlers"
    listed = _listed(handlers, notation.quoted)
    return f"; there are handlers for {listed}{acknowledged}"


def _listed(names: Sequence[Any], write: Callable[[Any], str]) -> str:
    """Write the first of many names."""
    more = ["…"] if len(names) > _LISTED else []
    return ", ".join([*map(write, names[:_LISTED]), *more])


def _error(event: Event, notation: Notation) -> str:
    """Name the place and the type; messages vary by version, and files by machine."""
    where = detail.where(event)
    if where == "packet":
        return "what came is no Socket.IO packet"
    place = [notation.word(detail.function(event)) or "a handler"]
    if (line := detail.line(event)) is not None:
        place.append(f"line {line}")
    if where == "http":
        place.append("serving HTTP")
    if kind := detail.never_ran(event):
        return f"{', '.join(place)}, {never_ran_because(kind)}"
    error_type = notation.word(detail.error_type(event)) or "an exception"
    return f"error in {', '.join(place)}: {error_type}"


def never_ran_because(kind: str) -> str:
    """Say why none of a handler's lines ran, and what to write.

    Parameters
    ----------
    kind : str
        What the handler is: ``"async"`` or ``"a generator"``.
    """
    if kind == "async":
        return "is async; in threading mode nobody awaits it: write def instead of async def"
    return "is a generator; nobody goes through it: write return or emit(…) instead of yield"


def _lost_packet(event: Event, find: Find) -> tuple[Kind | None, Event | None]:
    """Return kind and event of a packet that was never read, as far as they are known."""
    sent = _find(detail.lost_seq(event), find)
    kind = detail.lost_kind(event)
    return (sent.kind if kind is None and sent else kind), sent


def _from_client(kind: Kind | None, sent: Event | None) -> bool:
    if kind is Kind.DISCONNECT:
        return sent is not None and detail.by(sent) == "client"
    return kind in _FROM_CLIENT


def _lost(event: Event, notation: Notation, find: Find) -> str:
    kind, sent = _lost_packet(event, find)
    if detail.ghost(event):
        gone = notation.client(event.client or "")
        return f"{notation.event(event.name)}: {gone} is gone, but the server still has it"
    name = event.name or (sent.name if sent else "")
    match kind:
        case Kind.CONNECT | Kind.DISCONNECT:
            packet = str(kind)
        case Kind.ACCEPT:
            packet = "connected"
        case Kind.REFUSE:
            packet = "refused"
        case Kind.ACK | Kind.CLIENT_ACK:
            packet = f"answer to {notation.event(name)}" if name else "answer"
        case _:
            packet = notation.event(name) if name else "a packet"
    if error := detail.unreadable(event):
        return f"{packet} was sent but could not be read: {notation.word(error)}"
    return f"{packet} was sent but never read"


def _find(seq: int | None, find: Find) -> Event | None:
    return None if seq is None else find(seq)
