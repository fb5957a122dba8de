"""What is said in which room, as one client hears it: a pure function of events."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from votekit.trace import Event, Kind, detail
from votekit.trace.notation import NOTATION, Notation

REMEMBERED = 50
"""Messages of a room that a panel keeps."""
MOST_TEXT = 20_000
"""Characters of them that it shows, and sends to its page each time."""


@dataclass(frozen=True, slots=True)
class Message:
    """Something that was said, as one client heard it.

    Parameters
    ----------
    seq : int
        The ``seq`` of its delivery.
    room : str or None
        The room that the message names; None where it names none.
    who : str
        Who says it, as the message has it; empty where it does not say.
    text : str
        What is said.
    """

    seq: int
    room: str | None
    who: str
    text: str


def message_of(event: Event, notation: Notation = NOTATION) -> Message:
    """Read a delivery as something said.

    What the server sends is up to its author: ``{"room", "username", "text"}`` is told apart by
    room, a bare string or anything else comes without one.
    """
    match event.args:
        case (Mapping() as said,) if "text" in said or "room" in said or "username" in said:
            room = said.get("room")
            return Message(
                event.seq,
                None if room is None else _text(room, notation),
                _text(said.get("username", ""), notation),
                _text(said.get("text", ""), notation),
            )
        case (str() as text,):
            return Message(event.seq, None, "", text)
        case _:
            return Message(event.seq, None, "", notation.payload(event.args))


def newest(messages: Iterable[Message], most: int = MOST_TEXT) -> list[Message]:
    """Return the newest messages, in order, with `most` characters in all; one at the least."""
    found: list[Message] = []
    for message in reversed(tuple(messages)):
        most -= len(message.text)
        if found and most < 0:
            break
        found.append(message)
    return found[::-1]


def _text(value: Any, notation: Notation) -> str:
    return value if isinstance(value, str) else notation.payload((value,))


class Conversation:
    """What one client heard in which room, event by event, in log order.

    Parameters
    ----------
    client : str
        Who listens.
    rooms : sequence of str
        The rooms that are told apart.
    said : str
        The event that carries a message.
    notation : Notation, optional
        Writes what is no message.

    Attributes
    ----------
    heard : dict of str to deque of Message
        By room, the newest ones.
    elsewhere : deque of Message
        What names another room, or none.
    """

    def __init__(
        self, client: str, rooms: Sequence[str], said: str, notation: Notation = NOTATION
    ) -> None:
        self._client, self._said, self._notation = client, said, notation
        self.heard: dict[str, deque[Message]] = {room: deque(maxlen=REMEMBERED) for room in rooms}
        self.elsewhere: deque[Message] = deque(maxlen=REMEMBERED)

    def add(self, event: Event) -> None:
        """Take the next event of the log."""
        if event.namespace != "/" or event.client != self._client:
            return
        if event.kind is Kind.DELIVER and event.name == self._said:
            message = message_of(event, self._notation)
            room = message.room
            place = self.elsewhere if room is None else self.heard.get(room, self.elsewhere)
            place.append(message)
        elif event.kind is Kind.LOST:
            lost = detail.lost_seq(event)
            for place in (*self.heard.values(), self.elsewhere):
                for message in [m for m in place if m.seq == lost]:
                    place.remove(message)
