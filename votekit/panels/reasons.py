"""Why a client heard something or did not, as far as the log tells."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from votekit.trace import Event, Kind, Story
from votekit.trace.event import is_servers_trouble, never_read
from votekit.trace.membership import Members
from votekit.trace.notation import Notation
from votekit.trace.presence import Presence
from votekit.trace.row import row
from votekit.trace.text import listed, plural

_SENDERS = frozenset({Kind.CONNECT, Kind.EMIT, Kind.CLIENT_ACK})


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


def emits_of(story: Story, history: Sequence[Event], event: str | None = None) -> list[Emit]:
    """Group what the server sent in a story by emit.

    Parameters
    ----------
    story : Story
        What happened.
    history : sequence of Event
        Everything up to then, in log order.
    event : str, optional
        Count only this event.
    """
    known = {e.seq: e for e in (*history, *story.events)}
    lost = never_read(story.events)
    groups = _groups([e for e in story.events if event is None or e.name == event])
    begins = {min(e.seq for e in group): group for group in groups}
    presence, rooms = Presence(), dict[str, Members]()
    made: dict[int, Emit] = {}
    for seq in sorted(known):  # one walk through history, with a look around at each emit
        now = known[seq]
        members = rooms.setdefault(now.namespace, Members(now.namespace))
        if seq in begins:
            cause = known.get(-1 if now.cause is None else now.cause)
            sent = [e for e in begins[seq] if e.client is not None]
            made[seq] = Emit(
                sent=tuple(e.client or "" for e in sent),
                reached=tuple(e.client or "" for e in sent if e.seq not in lost),
                sender=cause.client if cause is not None and cause.kind in _SENDERS else None,
                room=now.room,
                present=presence.within(now.namespace),
                inside=_inside(members, now.room),
            )
        presence.add(now)
        members.add(now)
    return [made[seq] for seq in begins]


def answers_of(story: Story) -> dict[str, str]:
    """Return whom the server answered, each with the name of the event of its first answer."""
    lost = never_read(story.events)
    answers = [e for e in story.events if e.kind is Kind.ACK and e.seq not in lost]
    return {e.client: e.name for e in reversed(answers) if e.client is not None}


def _groups(events: Sequence[Event]) -> list[list[Event]]:
    """Put neighbouring deliveries together that one emit can have made."""
    groups: list[list[Event]] = []
    before: Event | None = None
    for event in events:
        repeats = event.kind is Kind.DELIVER and before is not None and _same_emit(before, event)
        if repeats and event.client not in {e.client for e in groups[-1]}:
            groups[-1].append(event)
        elif event.kind in {Kind.DELIVER, Kind.NOBODY}:
            groups.append([event])
        before = event
    return groups


def _same_emit(one: Event, other: Event) -> bool:
    return (
        one.kind is other.kind
        and (one.cause, one.name, one.namespace) == (other.cause, other.name, other.namespace)
        and (one.room, one.args) == (other.room, other.args)
    )


def _inside(members: Members, room: Hashable) -> tuple[str, ...]:
    rooms = room if isinstance(room, tuple) else (room,)
    return tuple(dict.fromkeys(name for each in rooms for name in members[each]))


def why(
    client: str,
    emits: Sequence[Emit],
    story: Story,
    answers: Mapping[str, str],
    event: str | None = None,
) -> str:
    """Say why a client heard something, or why not.

    Parameters
    ----------
    client : str
        Who.
    emits : sequence of Emit
        What the server sent.
    story : Story
        What happened, for the case that nothing was sent.
    answers : mapping of str to str
        Whom the server answered, and which event of theirs.
    event : str, optional
        The event in question.
    """
    notation = Notation(story.sids)
    heard = next((emit for emit in emits if client in emit.reached), None)
    if heard is not None:
        return _why_heard(client, heard, notation)
    if client in answers:
        return f"its {notation.event(answers[client])} was answered"
    if not emits:
        return _nothing_emitted(story, notation, event)
    reasons = list(dict.fromkeys(_why_not(client, emit, notation) for emit in emits))
    more = len(reasons) - 2
    return "; ".join(reasons[:2]) + (f"; and {plural(more, 'more reason')}" if more > 0 else "")


def _why_heard(client: str, emit: Emit, notation: Notation) -> str:
    if emit.room is not None:
        return f"it went to {_rooms(emit.room, notation)}, and {_name(client)} is in there"
    everybody = set(emit.sent) == set(emit.present)
    if everybody and len(emit.sent) > 1:
        return "it went to everybody"
    if emit.sender is not None and set(emit.sent) == set(emit.present) - {emit.sender}:
        return "it went to everybody but the sender"
    if emit.sent == (emit.sender,):
        alone = ", who is the only one there" if everybody else ", the sender, alone"
        return f"it went to {_name(client)}{alone}"
    return f"it went to {listed(emit.sent)}"


def _why_not(  # noqa: PLR0911  (a table: one case a reason)
    client: str, emit: Emit, notation: Notation
) -> str:
    if client in emit.sent:
        return f"it was sent to {_name(client)}, but never read"
    if client not in emit.present:
        return f"{_name(client)} was not connected"
    sender = client == emit.sender
    if isinstance(emit.room, str) and (owner := notation.sids.get(emit.room)) is not None:
        alone = f"it was addressed to {_name(owner)} alone"
        return f"{alone}, and {_name(owner)} was left out" if client == owner else alone
    if emit.room is not None:
        rooms = _rooms(emit.room, notation)
        if client not in emit.inside:
            return f"it went to {rooms}, and {_name(client)} is not in there"
        if sender:
            return f"it went to {rooms} without the sender (include_self=False)"
        return f"{_name(client)} is in {rooms}, but was skipped"
    if not emit.sent:
        return "the emit reached nobody"
    if sender and set(emit.sent) == set(emit.present) - {client}:
        return "it went to everybody but the sender (include_self=False)"
    if emit.sent == (emit.sender,):
        return f"it went to the sender, {_name(emit.sent[0])}, alone"
    return f"it went to {listed(emit.sent)}"


def _nothing_emitted(story: Story, notation: Notation, event: str | None) -> str:
    by_seq = {e.seq: e for e in story.events}
    for trouble in story.events:
        if is_servers_trouble(trouble):
            return f"the server emitted nothing: {row(trouble, notation, by_seq.get).what}"
    what = "nothing" if event is None else f"no {notation.event(event)}"
    return f"the server emitted {what}"


def _rooms(room: Hashable, notation: Notation) -> str:
    if isinstance(room, tuple):
        return f"rooms {', '.join(map(notation.room, room))}"
    return f"room {notation.room(room)}"


def _name(client: str) -> str:
    return listed((client,))
