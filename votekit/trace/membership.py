"""Who is in which room: a pure function of events."""

from __future__ import annotations

from collections.abc import Hashable

from votekit.trace.event import Event, Kind


class Members:
    """Who is in which room of one namespace, as the server put them there."""

    def __init__(self, namespace: str = "/") -> None:
        self._namespace = namespace
        self._rooms: dict[Hashable, dict[str, None]] = {}

    def add(self, event: Event) -> None:
        """Take the next event of the log."""
        if event.namespace != self._namespace:
            return
        match event.kind:
            case Kind.JOIN if event.client is not None:
                self._rooms.setdefault(event.room, {})[event.client] = None
            case Kind.LEAVE if event.client is not None:
                self._rooms.get(event.room, {}).pop(event.client, None)
            case Kind.CLOSE_ROOM:
                self._rooms.pop(event.room, None)
            case Kind.DISCONNECT if event.client is not None:
                for members in self._rooms.values():
                    members.pop(event.client, None)
            case _:
                pass

    def __getitem__(self, room: Hashable) -> tuple[str, ...]:
        """Return who is in the room, in order of joining it."""
        return tuple(self._rooms.get(room, ()))
