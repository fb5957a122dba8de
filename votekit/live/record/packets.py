"""Raw Engine.IO payloads put together to whole Socket.IO packets."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engineio import packet as engine_packet
from socketio import packet

EVENTS = {packet.EVENT, packet.BINARY_EVENT}
ACKS = {packet.ACK, packet.BINARY_ACK}
IN_PARTS = {packet.BINARY_EVENT, packet.BINARY_ACK}
"""Both ends wait for more after one of these, even if it announces nothing."""
NO_JSON = ("NaN", "Infinity")
"""What Python writes for numbers that JSON has not."""


@dataclass(frozen=True, slots=True, eq=False)
class Unreadable:
    """Stands for a payload that the other end cannot even unpack; nothing that is read equals it.

    Parameters
    ----------
    why : str
        The type of the error there.
    """

    why: str


def as_read(data: object, *, as_text: bool = False) -> Any:
    """Return what the other end gets of a message's payload: what Engine.IO makes of it.

    Engine.IO hands over a ``bytearray`` as ``bytes``, and a text that is JSON as its value.

    Parameters
    ----------
    data : object
        What was given to Engine.IO.
    as_text : bool
        Whether all that is not ``bytes`` goes as text, as a server's WebSocket sends it: of a
        ``bytearray`` the other end gets what base64 makes of its Python notation.

    Raises
    ------
    ValueError
        The other end can make nothing of it; or it cannot be written as UTF-8.
    """
    if isinstance(data, bytes) or (isinstance(data, bytearray) and not as_text):
        return bytes(data)
    if isinstance(data, str) and data[:1].isnumeric() and data.isascii():
        return data  # nearly all, and no JSON as a whole
    wire = str(engine_packet.Packet(engine_packet.MESSAGE, data).encode())
    wire.encode()
    return engine_packet.Packet(encoded_packet=wire).data


class Assembler:
    """One direction of one connection: a header and its binary attachments become one packet.

    Parameters
    ----------
    packet_class : type
        The packet class of the server or client (its serializer).

    Attributes
    ----------
    marks : dict
        What the detail of the row is to say of the packet that was completed last.
    held : int
        The bytes of the parts that wait for the rest.
    """

    def __init__(self, packet_class: type[packet.Packet]) -> None:
        self._packet_class = packet_class
        self._partial: packet.Packet | None = None
        self.marks: dict[str, Any] = {}
        self.held = 0

    def feed(self, data: object, *, garbled: bool = False) -> packet.Packet | None:
        """Take the next payload; return the packet it completes, None while parts are missing.

        Parameters
        ----------
        data : object
            As the other end reads it; see `as_read`.
        garbled : bool
            Whether that is not what was sent, which was a ``bytearray``.

        Raises
        ------
        Exception
            The payload is no Socket.IO packet, or no packet is whole with it; a serializer may be
            the learner's own, and raise what it likes.
        """
        if self._partial is None:
            self.marks = {"bytearray": True} if garbled else {}
            whole = self._packet_class(encoded_packet=data)
            if isinstance(data, str) and any(word in data for word in NO_JSON):
                self.marks |= {"not_json": True} if _is_not_json(whole.data) else {}
            if whole.packet_type not in IN_PARTS:
                return whole
            self._partial = whole
            return None
        self.marks |= {"bytearray": True} if garbled else {}
        self.held += len(data) if isinstance(data, (str, bytes, bytearray)) else 0
        if not self._partial.add_attachment(data):
            return None
        self.held = 0
        whole, self._partial = self._partial, None
        return whole


class Assemblers:
    """One direction of every connection, by Engine.IO session id.

    Parameters
    ----------
    packet_class : type
        The packet class of the server (its serializer).
    """

    def __init__(self, packet_class: type[packet.Packet]) -> None:
        self._packet_class = packet_class
        self._made: dict[str, Assembler] = {}

    def feed(
        self, eio_sid: str, data: object, *, garbled: bool = False
    ) -> tuple[packet.Packet | None, dict[str, Any] | None]:
        """Return the packet that this payload completes, and its marks; no marks if it is none."""
        if eio_sid not in self._made:
            self._made[eio_sid] = Assembler(self._packet_class)
        assembler = self._made[eio_sid]
        try:
            return assembler.feed(data, garbled=garbled), assembler.marks
        except Exception:  # noqa: BLE001 - nobody can read it
            self.forget(eio_sid)
            return None, None

    def held(self, eio_sid: str) -> int:
        """Return the bytes of the parts that wait for the rest."""
        return self._made[eio_sid].held if eio_sid in self._made else 0

    def forget(self, eio_sid: str) -> None:
        """Wait for no more parts on this connection."""
        self._made.pop(eio_sid, None)


def arguments(whole: packet.Packet) -> tuple[Any, ...]:
    """Return the arguments of an event, an acknowledgement or a refusal as the wire has them."""
    if whole.packet_type in EVENTS:
        return tuple(whole.data[1:])
    if whole.data is None:
        return ()
    if whole.packet_type in ACKS:
        return tuple(whole.data)
    return (whole.data,)


def event_of(name: object, data: object, namespace: str) -> packet.Packet:
    """Return what an emit of these means to send, before anything is encoded."""
    values = data if isinstance(data, tuple) else () if data is None else (data,)
    whole = packet.Packet(packet.EVENT, namespace=namespace, binary=False)
    whole.data = [name, *values]
    return whole


def as_meant(meant: packet.Packet) -> packet.Packet:
    """Return a packet as its sender meant it, its values copied: they may change afterwards."""
    copied = packet.Packet(meant.packet_type, namespace=meant.namespace, id=meant.id, binary=False)
    copied.data = _copied(meant.data)
    return copied


def _copied(value: object) -> Any:
    match value:
        case None | bool() | int() | float() | str() | bytes():
            return value
        case bytearray():
            return bytes(value)
        case list() | tuple():
            return [_copied(item) for item in value]
        case Mapping():
            return {str(key): _copied(item) for key, item in value.items()}
        case _:
            return f"<{type(value).__name__}>"


def _is_not_json(value: object) -> bool:
    """Whether a number is in it that JSON has not."""
    match value:
        case float():
            return not math.isfinite(value)
        case list():
            return any(map(_is_not_json, value))
        case dict():
            return any(map(_is_not_json, value.values()))
        case _:
            return False
