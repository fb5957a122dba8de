"""What the detail of an event says, by the keys that `Kind` lists.

But for `event.py` itself, the one place that reads those keys. A detail may have come out of a
file, so what is missing, or is of another type, counts as unsaid: an empty string, False or None.
"""

from __future__ import annotations

from typing import Any, TypeVar

from votekit.trace.event import Event, Kind

Value = TypeVar("Value")


# -- packets and acknowledgements ------------------------------------------------------------------


def asks(event: Event) -> bool:
    """Whether the sender of an event wants an acknowledgement."""
    return bool(event.detail.get("asks"))


def answers(event: Event) -> int | None:
    """Return the ``seq`` of the event that an acknowledgement answers."""
    return _value(event, "answers", int)


def sid(event: Event) -> str:
    """Return the session id under which the server let a client in."""
    return _text(event, "sid")


def emit(event: Event) -> int | None:
    """Return the number of the emit that a delivery is of; None where it is not known."""
    return _value(event, "emit", int)


def garbled(event: Event) -> bool:
    """Whether a ``bytearray`` went over a WebSocket of the server's, which makes it text."""
    return bool(event.detail.get("bytearray"))


def not_json(event: Event) -> bool:
    """Whether a number is among the arguments that JSON has not, such as NaN."""
    return bool(event.detail.get("not_json"))


def outside(event: Event) -> str:
    """Say who emitted, where it was no handler of this server; empty where it was one."""
    return _text(event, "outside")


# -- a refusal -------------------------------------------------------------------------------------


def namespaces(event: Event) -> tuple[str, ...]:
    """Return the namespaces that there are, where one was refused that there is not."""
    return _names(event, "namespaces") or ()


# -- a disconnect ----------------------------------------------------------------------------------


def by(event: Event) -> str:
    """Return who ended a connection: ``"client"``, ``"server"`` or ``"transport"``."""
    return _text(event, "by")


def reason(event: Event) -> str:
    """Return why a connection ended, as the library calls it."""
    return _text(event, "reason")


# -- an error --------------------------------------------------------------------------------------


def where(event: Event) -> str:
    """Return what raised: ``"server"``, ``"client"``, ``"task"``, ``"http"`` or ``"packet"``."""
    return _text(event, "where")


def function(event: Event) -> str:
    """Return the name of the function that raised."""
    return _text(event, "function")


def line(event: Event) -> int | None:
    """Return the number of the line that raised, counted from 1."""
    return _value(event, "line", int)


def source(event: Event) -> str:
    """Return that line itself."""
    return _text(event, "source")


def file(event: Event) -> str:
    """Return the path of the file that it is in."""
    return _text(event, "file")


def error_type(event: Event) -> str:
    """Return the name of the exception's class."""
    return _text(event, "type")


def message(event: Event) -> str:
    """Return the exception's message, which varies between versions."""
    return _text(event, "message")


def never_ran(event: Event) -> str:
    """Return what a handler is of which no line ran: ``"async"`` or ``"a generator"``."""
    return _text(event, "never_ran")


# -- an event that nobody handles ------------------------------------------------------------------


def nearest(event: Event) -> str:
    """Return the name that was likely meant; empty if there is none like it."""
    return _text(event, "nearest")


def handlers(event: Event) -> tuple[str, ...] | None:
    """Return the names that there are handlers for; None where they are not known."""
    return _names(event, "handlers")


def elsewhere(event: Event) -> tuple[str, ...]:
    """Return the other namespaces that have a handler for it."""
    return _names(event, "elsewhere") or ()


def acknowledged(event: Event) -> bool:
    """Whether an event that nobody handles was acknowledged all the same."""
    return bool(event.detail.get("acknowledged"))


# -- a packet that was never read ------------------------------------------------------------------


def lost_seq(event: Event) -> int | None:
    """Return the ``seq`` of the event whose packet was lost (``of``)."""
    return _value(event, "of", int)


def lost_kind(event: Event) -> Kind | None:
    """Return the kind of the event whose packet was lost (``kind``)."""
    name = _text(event, "kind")
    return next((kind for kind in Kind if kind == name), None)


def unreadable(event: Event) -> str:
    """Return the type of the error at the end that got a packet and cannot read it."""
    return _text(event, "unreadable")


def ghost(event: Event) -> bool:
    """Whether the packet was for a client that is gone and that the server still has."""
    return bool(event.detail.get("ghost"))


# -- what was turned away --------------------------------------------------------------------------


def why(event: Event) -> str:
    """Return why the server turned something away, in the word that `Kind` has for it."""
    return _text(event, "why")


def asked(event: Event) -> str:
    """Return the origin, version or transport that was turned away."""
    return _text(event, "asked")


def allowed(event: Event) -> tuple[str, ...]:
    """Return the transports that the server allows."""
    return _names(event, "allowed") or ()


def limit(event: Event) -> int | None:
    """Return the size over which the server turns messages away."""
    return _value(event, "limit", int)


def enough(event: Event) -> int | None:
    """Return a limit that would have let the message in."""
    return _value(event, "enough", int)


def _names(event: Event, key: str) -> tuple[str, ...] | None:
    names = event.detail.get(key)
    return tuple(map(str, names)) if isinstance(names, list | tuple) else None


def _text(event: Event, key: str) -> str:
    return _value(event, key, str) or ""


def _value(event: Event, key: str, kind: type[Value]) -> Value | None:
    value: Any = event.detail.get(key)
    return value if isinstance(value, kind) else None
