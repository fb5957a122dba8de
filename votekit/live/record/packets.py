"""Raw Engine.IO payloads put together to whole Socket.IO packets."""

from __future__ import annotations

from typing import Any

from socketio import packet

EVENTS = {packet.EVENT, packet.BINARY_EVENT}
ACKS = {packet.ACK, packet.BINARY_ACK}


class Assembler:
    """One direction of one connection: a header and its binary attachments become one packet.

    Parameters
    ----------
    packet_class : type
        The packet class of the server or client (its serializer).

    Attributes
    ----------
    held : int
        The bytes of the parts that wait for the rest.
    """

    def __init__(self, packet_class: type[packet.Packet]) -> None:
        self._packet_class = packet_class
        self._partial: packet.Packet | None = None
        self.held = 0

    def feed(self, data: object) -> packet.Packet | None:
        """Take the next payload; return the packet it completes, None while parts are missing.

        Raises
        ------
        ValueError
            The payload is no Socket.IO packet.
        TypeError
            It is not even text or bytes: Engine.IO parses a message that is JSON as a whole.
        """
        if not isinstance(data, (str, bytes)):
            raise TypeError(f"a packet is text or bytes, not {type(data).__name__}")
        if self._partial is None:
            whole = self._packet_class(encoded_packet=data)
            if not whole.attachment_count:
                return whole
            self._partial = whole
            return None
        self.held += len(data)
        if not self._partial.add_attachment(data):
            return None
        self.held = 0
        whole, self._partial = self._partial, None
        return whole


def arguments(whole: packet.Packet) -> tuple[Any, ...]:
    """Return the arguments of an event, an acknowledgement or a refusal as the wire has them."""
    if whole.packet_type in EVENTS:
        return tuple(whole.data[1:])
    if whole.data is None:
        return ()
    if whole.packet_type in ACKS:
        return tuple(whole.data)
    return (whole.data,)
