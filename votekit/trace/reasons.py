"""Why a client heard something or did not, as far as the log tells."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence

from votekit.trace.emits import Emit
from votekit.trace.event import Event, Kind, is_servers_trouble, never_read
from votekit.trace.notation import Notation
from votekit.trace.row import row
from votekit.trace.text import listed, plural


def why(
    client: str,
    emits: Sequence[Emit],
    answers: Mapping[str, str],
    otherwise: str,
    notation: Notation,
) -> str:
    """Say why a client heard something, or why not.

    Parameters
    ----------
    client : str
        Who.
    emits : sequence of Emit
        What the server sent.
    answers : mapping of str to str
        Whom the server answered, and which event of theirs.
    otherwise : str
        What to say where the server sent nothing; see `why_nothing`.
    notation : Notation
        Writes names, rooms and session ids.
    """
    heard = next((emit for emit in emits if client in emit.reached), None)
    if heard is not None:
        return _why_heard(client, heard, notation)
    if client in answers:
        return f"its {notation.event(answers[client])} was answered"
    if not emits:
        return otherwise
    reasons = list(dict.fromkeys(_why_not(client, emit, notation) for emit in emits))
    more = len(reasons) - 2
    return "; ".join(reasons[:2]) + (f"; and {plural(more, 'more reason')}" if more > 0 else "")


def why_nothing(events: Sequence[Event], notation: Notation, name: str | None = None) -> str:
    """Say why the server emitted nothing, or no event of this name."""
    by_seq = {event.seq: event for event in events}
    for event in events:
        if is_servers_trouble(event):
            return f"the server emitted nothing: {row(event, notation, by_seq.get).what}"
    what = "nothing" if name is None else f"no {notation.event(name)}"
    return f"the server emitted {what}"


def answers_of(events: Iterable[Event]) -> dict[str, str]:
    """Return whom the server answered, each with the name of the event of its first answer."""
    events = tuple(events)
    lost = never_read(events)
    answers = [event for event in events if event.kind is Kind.ACK and event.seq not in lost]
    return {event.client: event.name for event in reversed(answers) if event.client is not None}


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


def _rooms(room: Hashable, notation: Notation) -> str:
    if isinstance(room, tuple):
        return f"rooms {', '.join(map(notation.room, room))}"
    return f"room {notation.room(room)}"


def _name(client: str) -> str:
    return listed((client,))
