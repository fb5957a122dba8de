"""The panel that joins rooms, talks there, and shows who is in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from votekit.live import Client
from votekit.panels.arguments import checked_names
from votekit.panels.client_panel import ClientPanel
from votekit.panels.conversation import Conversation, Message, newest
from votekit.panels.last_emit import LastEmit
from votekit.panels.panel import NotUnderstood, Refused, chosen, noticed, page
from votekit.panels.words import known, shown
from votekit.trace import Event
from votekit.trace.html import html_lines, html_table
from votekit.trace.membership import Members
from votekit.trace.notation import NOTATION, one_line
from votekit.trace.text import listed

MOST_ROOMS = 12
LONGEST_MESSAGE = 2000
"""Characters that may be said at once."""


class RoomPanel(ClientPanel):
    """Rooms to join and leave, with their members and what is said in them.

    Who is in a room is what the server did, read from the log: joins, leaves, closed rooms and
    disconnects. What is said is what this client received, and by the room that the message
    names: the wire does not carry the room that the server addressed.

    Parameters
    ----------
    client : Client
        Who talks.
    rooms : iterable of str
        The rooms, at most 12.
    join, leave : str
        The events that ask for it; their data is ``{"username", "room"}``.
    say : str
        The event that says something: ``{"room", "text"}``.
    said : str
        The event that tells what was said: ``{"room", "username", "text"}``, or a bare string,
        which is shown as "room not stated".

    Raises
    ------
    TypeError, ValueError
        The rooms are not 1 to 12 different strings.
    """

    _esm = page("room")

    def __init__(
        self,
        client: Client,
        rooms: Iterable[str],
        *,
        join: str = "join",
        leave: str = "leave",
        say: str = "say",
        said: str = "message",
    ) -> None:
        self.rooms = checked_names(rooms, "room", MOST_ROOMS)
        self.events = {"join": join, "leave": leave, "say": say}
        name = client.name if isinstance(client, Client) else ""
        self._members = Members()
        self._answers = dict.fromkeys(self.rooms, (0, 0))
        self._conversation = Conversation(name, self.rooms, said, self._notation)
        self._last_emit = LastEmit(name, tuple(self.events.values()), self._notation)
        super().__init__(client)

    def _add(self, event: Event) -> None:
        super()._add(event)
        self._members.add(event)
        if not self._is_a_namesakes(event):
            self._conversation.add(event)
            self._last_emit.add(event)

    def _act(self, message: Mapping[str, Any]) -> None:
        match message:
            case {"type": "join" | "leave" as what, "room": number}:
                room = chosen(number, self.rooms)
                self._emit(self.events[what], {"username": self.client.name, "room": room})
            case {"type": "say", "room": number, "text": str(text)}:
                self._say(chosen(number, self.rooms), text)
            case _:
                raise NotUnderstood

    def _say(self, room: str, text: str) -> None:
        accepted = False
        try:
            if not text.strip():
                raise Refused("there is nothing to say yet")
            if len(text) > LONGEST_MESSAGE:
                raise Refused(
                    f"at most {LONGEST_MESSAGE} characters at once; these are {len(text)}"
                )
            self._emit(self.events["say"], {"room": room, "text": text})
            accepted = True
        finally:
            answered, before = self._answers[room]
            self._answers[room] = (answered + 1, before + accepted)

    def _state(self) -> dict[str, Any]:
        heard, elsewhere = self._conversation.heard, self._conversation.elsewhere
        return {
            "label": f"Rooms of {shown(self.client.name)}",
            "name": shown(self.client.name),
            "standing": self._standing,
            "rooms": [
                {
                    "name": shown(self._known(room)),
                    "members": [shown(name) for name in self._members[room]],
                    "joined": self.client.name in self._members[room],
                    "messages": [self._told(message) for message in newest(heard[room])],
                    "answered": self._answers[room][0],
                    "accepted": self._answers[room][1],
                }
                for room in self.rooms
            ],
            "elsewhere": [self._told(message) for message in newest(elsewhere)],
            "notice": self._complaint or self._trouble(),
        }

    def _trouble(self) -> str:
        """Tell what went wrong with what the client did last."""
        last, why = self._last_emit.event, self._last_emit.trouble
        return f"after the last {self._notation.event(last.name)}: {why}" if last and why else ""

    def _told(self, message: Message) -> dict[str, Any]:
        """Tell one message; the page knows it by its number."""
        inside = message.room in self.rooms
        room = message.room
        elsewhere = "room not stated" if room is None else f"room {shown(self._known(room))}"
        return {
            "id": message.seq,
            "where": "" if inside else elsewhere,
            "who": shown(self._known(message.who)),
            "sid": message.who in self._sids,
            "text": shown(self._known(message.text), LONGEST_MESSAGE),
        }

    def _known(self, text: str) -> str:
        return known(text, self._notation)

    def _text(self, state: Mapping[str, Any]) -> str:
        lines = [f"{NOTATION.client(self.client.name)}: {state['standing']['words']}"]
        for room, told in zip(self.rooms, state["rooms"], strict=True):
            lines.append(f"room {self._notation.room(room)}: {listed(self._members[room])}")
            lines += [f"    {_line(message)}" for message in told["messages"]]
        lines += [_line(message) for message in state["elsewhere"]]
        return "\n".join([*lines, *noticed(state)])

    def _html(self, state: Mapping[str, Any]) -> str:
        rows = (
            (
                told["name"],
                escape(", ".join(told["members"]) or "nobody"),
                "<br>".join(escape(_line(message)) for message in told["messages"]),
            )
            for told in state["rooms"]
        )
        caption = f"{state['name']}: {state['standing']['words']}"
        table = html_table(caption, ("room", "members", "messages"), rows)
        return table + html_lines([*map(_line, state["elsewhere"]), *noticed(state)])


def _line(message: Mapping[str, Any]) -> str:
    where = f"({one_line(message['where'])}) " if message["where"] else ""
    who = message["who"] if message["sid"] else NOTATION.client(message["who"])
    who = f"{who}: " if message["who"] else ""
    return f"{where}{who}{one_line(message['text'])}"
