"""Which deliveries are one emit, and whom it could have reached: pure functions of events."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from votekit.trace import detail
from votekit.trace.event import Event, Kind, never_read
from votekit.trace.membership import Members
from votekit.trace.presence import Presence

_SENDERS = frozenset({Kind.CONNECT, Kind.EMIT, Kind.CLIENT_ACK})


def by_emit(events: Iterable[Event]) -> list[list[Event]]:
    """Group the deliveries that one emit made; every other event is alone.

    The server counts its emits, and a delivery has the number of its own. What comes from another
    process, through a message queue, has none: there, neighbours count as one emit if they are
    alike and reach different clients.

    Parameters
    ----------
    events : iterable of Event
        In log order or in causal order.

    Returns
    -------
    list of list of Event
        Each event once, a group where its first event is.
    """
    groups: list[list[Event]] = []
    numbered: dict[int, list[Event]] = {}
    reached: set[str | None] = set()
    for event in events:
        number = detail.emit(event) if event.kind is Kind.DELIVER else None
        if number is not None:
            if number not in numbered:
                numbered[number] = []
                groups.append(numbered[number])
            numbered[number].append(event)
        elif groups and event.client not in reached and _alike(groups[-1][-1], event):
            groups[-1].append(event)
            reached.add(event.client)
        else:
            groups.append([event])
            reached = {event.client}
    return groups


def _alike(one: Event, other: Event) -> bool:
    """Whether one emit without a number can have made both of two neighbours."""
    try:
        return (
            one.kind is other.kind is Kind.DELIVER
            and detail.emit(one) is None
            and (one.cause, one.namespace, one.name) == (other.cause, other.namespace, other.name)
            and (one.room, one.args) == (other.room, other.args)
        )
    except RecursionError:  # a payload may be as deep as its decoder allows, and deeper than this
        return False


@dataclass(frozen=True, slots=True)
class Emit:
    """One emit of the server, with whom it could have reached.

    Parameters
    ----------
    sent : tuple of str
        Whom the server sent it to.
    reached : tuple of str
        Who read it.
    sender : str or None
        Whose event was being handled; None where it was emitted outside any handler.
    room : hashable
        The room, or tuple of rooms, that it was addressed to; None for none.
    present : tuple of str
        Who was connected to its namespace.
    inside : tuple of str
        Who was in its rooms.
    """

    sent: tuple[str, ...]
    reached: tuple[str, ...]
    sender: str | None
    room: Hashable
    present: tuple[str, ...]
    inside: tuple[str, ...]


def emits_of(
    events: Sequence[Event], history: Iterable[Event], name: str | None = None
) -> list[Emit]:
    """Return what the server emitted among events, in their order.

    Parameters
    ----------
    events : sequence of Event
        What happened, in causal order.
    history : iterable of Event
        Everything up to then: it tells who was connected, and who was in which room.
    name : str, optional
        Count only this event.
    """
    known = {event.seq: event for event in (*history, *events)}
    lost = never_read(events)
    begins = {
        min(event.seq for event in group): group
        for group in by_emit(events)
        if group[0].kind in {Kind.DELIVER, Kind.NOBODY} and (name is None or name == group[0].name)
    }
    presence, rooms = Presence(), dict[str, Members]()
    emits: dict[int, Emit] = {}
    for seq in sorted(known):  # one walk through history, with a look around at each emit
        now = known[seq]
        members = rooms.setdefault(now.namespace, Members(now.namespace))
        if seq in begins:
            cause = None if now.cause is None else known.get(now.cause)
            sent = [event for event in begins[seq] if event.client is not None]
            emits[seq] = Emit(
                sent=tuple(event.client or "" for event in sent),
                reached=tuple(event.client or "" for event in sent if event.seq not in lost),
                sender=cause.client if cause is not None and cause.kind in _SENDERS else None,
                room=now.room,
                present=presence.within(now.namespace),
                inside=_inside(members, now.room),
            )
        presence.add(now)
        members.add(now)
    return [emits[seq] for seq in begins]


def _inside(members: Members, room: Hashable) -> tuple[str, ...]:
    rooms = room if isinstance(room, tuple) else (room,)
    return tuple(dict.fromkeys(name for each in rooms for name in members[each]))
