"""What of a story concerns some of its clients: pure functions of events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from votekit.trace import detail
from votekit.trace.event import Event
from votekit.trace.order import by_arrival
from votekit.trace.text import plural, some


def chosen_of(names: Sequence[object], known: Iterable[str]) -> tuple[str, ...]:
    """Return the names of clients that were asked for, each once.

    Parameters
    ----------
    names : sequence of object
        What was asked for.
    known : iterable of str
        The clients that there are.

    Raises
    ------
    TypeError
        If there is no name, or if one is no string.
    ValueError
        If there is no such client.
    """
    known = tuple(dict.fromkeys(known))
    if not names:
        raise TypeError(f'only() takes names, as in story.only("ana"); {_there_are(known)}')
    chosen: dict[str, None] = {}
    for name in names:
        if not isinstance(name, str):
            kind = type(name).__name__
            raise TypeError(
                f'only() takes names one by one, as in story.only("ana", "ben"), not {kind}'
            )
        if name not in known:
            raise ValueError(f"nobody in this story is called {name[:40]!r}; {_there_are(known)}")
        chosen[name] = None
    return tuple(chosen)


def concerning(events: Iterable[Event], clients: Iterable[str]) -> tuple[Event, ...]:
    """Choose the events that concern some clients.

    Those are their own; what acknowledges one of these or says that it was lost; and what the
    server did with no client taking part, such as an emit that nobody heard, if it came of one
    of these, by way of other clients too, or if one of these came of it, as when a room is closed.

    Parameters
    ----------
    events : iterable of Event
        In the order of their story.
    clients : iterable of str
        The clients.

    Returns
    -------
    tuple of Event
        In the same order.
    """
    events, clients = tuple(events), frozenset(clients)
    log = by_arrival(events)
    kept: set[int] = set()
    came_of_kept: set[int] = set()
    for event in log:
        referred = {detail.answers(event), detail.lost_seq(event)}
        came = event.cause in came_of_kept or not came_of_kept.isdisjoint(referred)
        own = event.client in clients or not kept.isdisjoint(referred)
        if own or (came and event.client is None):
            kept.add(event.seq)
        if own or came:
            came_of_kept.add(event.seq)
    causes = {event.cause for event in log if event.seq in kept}
    for event in reversed(log):
        if event.client is None and event.seq in causes:
            kept.add(event.seq)
            causes.add(event.cause)
    return tuple(event for event in events if event.seq in kept)


def opening(chosen: Sequence[str], left_out: int, *, empty: bool) -> str:
    """Say whom a story was cut down to, and how much of it that left out.

    Parameters
    ----------
    chosen : sequence of str
        The clients.
    left_out : int
        How many events do not concern them.
    empty : bool
        Whether none does.
    """
    nothing = ": nothing happened" if empty else ""
    rest = f"{plural(left_out, 'other event')} left out" if left_out else "nothing left out"
    return f"only {some(chosen)}{nothing}; {rest}"


def names_in(events: Iterable[Event]) -> Iterator[str]:
    """Name the client of each event that has one."""
    return (event.client for event in events if event.client is not None)


def _there_are(known: Sequence[str]) -> str:
    if not known:
        return "there are no clients in it"
    return f"there {'is' if len(known) == 1 else 'are'} {some(known)}"
