"""Events in causal order: every action, and under it what it caused."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

from votekit.trace import detail
from votekit.trace.event import Event, Kind


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
    log = sorted(events, key=attrgetter("seq"))
    position: dict[int, int] = {}
    for index, event in enumerate(log):
        position.setdefault(event.seq, index)
    actions: list[int] = []
    effects: list[list[int]] = [[] for _ in log]
    for index, event in enumerate(log):
        parent = _parent(event, position)
        # A cause that is not earlier is none: this also rules out circles.
        siblings = actions if parent is None or parent >= index else effects[parent]
        siblings.append(index)

    told: list[Event] = []
    to_tell = _bursts(actions, log)[::-1]
    while to_tell:
        burst = to_tell.pop()
        told.extend(log[index] for index in burst)
        for index in reversed(burst):
            to_tell.extend(reversed(_bursts(effects[index], log)))
    return tuple(told)


def _parent(event: Event, position: dict[int, int]) -> int | None:
    """Find the event that this one belongs under: its cause, else the one it refers to."""
    if event.kind is Kind.LOST:
        candidates = (detail.lost_seq(event), event.cause)
    else:
        candidates = (event.cause, detail.answers(event))
    return next((position[seq] for seq in candidates if seq in position), None)


def _bursts(siblings: list[int], log: list[Event]) -> list[list[int]]:
    """Group the deliveries that one emit made; every other event is alone."""
    bursts: list[list[int]] = []
    reached: set[str | None] = set()
    for index in siblings:
        event = log[index]
        if bursts and event.client not in reached and _same_emit(log[bursts[-1][-1]], event):
            bursts[-1].append(index)
            reached.add(event.client)
        else:
            bursts.append([index])
            reached = {event.client}
    return bursts


def _same_emit(one: Event, other: Event) -> bool:
    """Tell whether two neighbouring siblings can be deliveries of one emit.

    Payloads are not compared: they may be large, and the same name to the same room reaching
    a client that this emit has not reached yet says enough.
    """
    return (
        one.kind is other.kind is Kind.DELIVER
        and one.name == other.name
        and one.namespace == other.namespace
        and one.room == other.room
    )
