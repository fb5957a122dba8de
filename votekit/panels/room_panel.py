"""The panel that joins rooms, talks there, and shows who is in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, TypedDict

from votekit.live import Client
from votekit.panels.arguments import checked_names, must_be
from votekit.panels.assets import page
from votekit.panels.client_panel import CLIENT, ClientPanel
from votekit.panels.conversation import Conversation, Message, newest
from votekit.panels.last_emit import LastEmit
from votekit.panels.near_miss import NearMiss
from votekit.panels.notice import Notice
from votekit.panels.panel import NotUnderstood, PanelState, Refused, chosen, noticed
from votekit.panels.words import known, shown
from votekit.trace.html import html_lines, html_table
from votekit.trace.membership import Members
from votekit.trace.notation import NOTATION, one_line
from votekit.trace.session_ids import SessionIds
from votekit.trace.text import listed

MOST_ROOMS = 12
LONGEST_MESSAGE = 2000
"""Characters that may be said at once."""


class MessageState(TypedDict):
    """One message: where it was said, if not in a room of the panel, by whom, and what.

    ``id``: its number; ``sid``: the speaker is named by a session id.
    """

    id: int
    where: str
    who: str
    sid: bool
    text: str


class RoomState(TypedDict):
    """One room: who is in, whether this client is, and what it heard there."""

    name: str
    members: list[str]
    joined: bool
    messages: list[MessageState]


class RoomsState(PanelState):
    """What the page of a room panel gets."""

    rooms: list[RoomState]
    elsewhere: list[MessageState]


class RoomPanel(ClientPanel[RoomsState]):
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

    Attributes
    ----------
    client : Client
        Who talks.
    rooms : tuple of str
        The rooms.

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
        must_be(Client, client, CLIENT)
        self.rooms = checked_names(rooms, "room", MOST_ROOMS)
        self._events = {"join": join, "leave": leave, "say": say}
        sids = SessionIds()
        self._notation = sids.notation
        self._members = Members()
        self._conversation = Conversation(client.name, self.rooms, said, sids.notation)
        self._last_emit = LastEmit(client.name, tuple(self._events.values()), sids.notation)
        self._said, self._near_miss = said, NearMiss(said, sids.notation)
        super().__init__(
            client,
            own=[self._conversation, self._last_emit, self._near_miss],
            everybody=[sids, self._members],
            notation=sids.notation,
        )

    def _act(self, message: Mapping[str, Any]) -> None:
        match message:
            case {"type": "join" | "leave" as what, "room": number}:
                room = chosen(number, self.rooms)
                self._emit(self._events[what], {"username": self.client.name, "room": room})
            case {"type": "say", "room": number, "text": str(text)}:
                self._say(chosen(number, self.rooms), text)
            case _:
                raise NotUnderstood

    def _say(self, room: str, text: str) -> None:
        if not text.strip():
            raise Refused("there is nothing to say yet")
        if len(text) > LONGEST_MESSAGE:
            raise Refused(f"at most {LONGEST_MESSAGE} characters at once; these are {len(text)}")
        self._emit(self._events["say"], {"room": room, "text": text})

    def _content(self) -> RoomsState:
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
                    "messages": [self._message(message) for message in newest(heard[room])],
                }
                for room in self.rooms
            ],
            "elsewhere": [self._message(message) for message in newest(elsewhere)],
            "notice": self._notice,
        }

    def _trouble(self) -> Notice:
        last, why = self._last_emit.event, self._last_emit.trouble
        if last is not None and why:
            words = f"after the last {self._notation.event(last.name)}: {why.words}"
            return Notice(words, why.message)
        if own := super()._trouble():
            return own
        if instead := self._near_miss.words:
            return Notice(shown(f"no {self._notation.quoted(self._said)} heard yet{instead}"))
        return why

    def _message(self, message: Message) -> MessageState:
        inside = message.room in self.rooms
        room = message.room
        elsewhere = "room not stated" if room is None else f"room {shown(self._known(room))}"
        return {
            "id": message.seq,
            "where": "" if inside else elsewhere,
            "who": shown(self._known(message.who)),
            "sid": self._notation.knows(message.who),
            "text": shown(self._known(message.text), LONGEST_MESSAGE),
        }

    def _known(self, text: str) -> str:
        return known(text, self._notation)

    def _text(self, state: RoomsState) -> str:
        lines = [f"{NOTATION.client(self.client.name)}: {state['standing']['words']}"]
        for name, room in zip(self.rooms, state["rooms"], strict=True):
            lines.append(f"room {self._notation.room(name)}: {listed(self._members[name])}")
            lines += [f"    {_line(message)}" for message in room["messages"]]
        lines += [_line(message) for message in state["elsewhere"]]
        return "\n".join([*lines, *noticed(state)])

    def _html(self, state: RoomsState) -> str:
        rows = (
            (
                room["name"],
                escape(", ".join(room["members"]) or "nobody"),
                "<br>".join(escape(_line(message)) for message in room["messages"]),
            )
            for room in state["rooms"]
        )
        caption = f"{state['name']}: {state['standing']['words']}"
        table = html_table(caption, ("room", "members", "messages"), rows)
        return table + html_lines([*map(_line, state["elsewhere"]), *noticed(state)])


def _line(message: MessageState) -> str:
    where = f"({one_line(message['where'])}) " if message["where"] else ""
    who = message["who"] if message["sid"] else NOTATION.client(message["who"])
    who = f"{who}: " if message["who"] else ""
    return f"{where}{who}{one_line(message['text'], LONGEST_MESSAGE)}"
