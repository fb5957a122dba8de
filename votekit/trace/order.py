"""Events in causal order, every action and under it what it caused; and in order of arrival."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from operator import attrgetter

from votekit.trace import detail
from votekit.trace.emits import by_emit
from votekit.trace.event import Event, Kind, never_read


def causal(events: Iterable[Event]) -> tuple[Event, ...]:
    """Put events in the order in which a story tells them.

    Actions (events without a cause, or whose cause is not among `events`) come in the order
    the program made them. Under each, depth first, comes what it caused. The recipients of
    one emit stay together, in the order in which the server wrote to them; what they did in
    turn follows after the last of them. Arrival order plays no part, so two runs of one
    program read the same.

    Parameters
    ----------
    events : iterable of Event
        In any order; ``seq`` is what counts.

    Returns
    -------
    tuple of Event
        Each event once. A beginning of the result, put in order again, stays as it is.
    """
    log = by_arrival(events)
    known = {event.seq for event in log}
    actions: list[Event] = []
    effects: dict[int, list[Event]] = {}
    for event in log:
        parent = _parent(event, known)
        # A cause that is not earlier is none: this also rules out circles.
        if parent is None or parent >= event.seq:
            actions.append(event)
        else:
            effects.setdefault(parent, []).append(event)

    ordered: list[Event] = []
    to_tell = by_emit(actions)[::-1]
    while to_tell:
        emit = to_tell.pop()
        ordered += emit
        for event in reversed(emit):
            to_tell += reversed(by_emit(effects.pop(event.seq, [])))
    return tuple(ordered)


def by_arrival(events: Iterable[Event]) -> tuple[Event, ...]:
    """Put events in the order in which the log got them: the wire's, for each client."""
    return tuple(sorted(events, key=attrgetter("seq")))


def heard_otherwise(told: Iterable[Event]) -> tuple[str, ...]:
    """Name the clients that heard what is told here, but in another order.

    Where both orders sound the same, as two equal events in a row do, there is no other order.

    Parameters
    ----------
    told : iterable of Event
        In the order in which they are told.

    Returns
    -------
    tuple of str
        The clients, in the order in which the telling comes to their first delivery.
    """
    told = tuple(told)
    lost = never_read(told)
    heard: dict[str, list[Event]] = {}
    for event in told:
        if event.kind is Kind.DELIVER and event.client is not None and event.seq not in lost:
            heard.setdefault(event.client, []).append(event)
    return tuple(
        client
        for client, events in heard.items()
        if not all(map(_sounds_like, events, by_arrival(events)))
    )


def _sounds_like(one: Event, other: Event) -> bool:
    """Whether a client could not tell one of its deliveries from another."""
    if one is other:
        return True
    try:
        return (one.namespace, one.name, one.args) == (other.namespace, other.name, other.args)
    except RecursionError:  # a payload may be as deep as its decoder allows, and deeper than this
        return False


def _parent(event: Event, known: Collection[int]) -> int | None:
    """Find the event that this one belongs under: its cause, else the one it refers to."""
    if event.kind is Kind.LOST:
        candidates = (detail.lost_seq(event), event.cause)
    else:
        candidates = (event.cause, detail.answers(event))
    return next((seq for seq in candidates if seq in known), None)
