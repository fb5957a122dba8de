"""Recipients of one emit that are many: told as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from votekit.trace import detail
from votekit.trace.emits import by_emit
from votekit.trace.event import Event, Kind

MOST_RECIPIENTS = 8
"""So many recipients of one emit have a row each; more share one."""


def folded(events: Iterable[Event]) -> Iterator[tuple[Event, ...]]:
    """Put deliveries of one emit together where they stand together and are too many to tell each.

    Parameters
    ----------
    events : iterable of Event
        In the order in which they are told.

    Yields
    ------
    tuple of Event
        One event, or more than `MOST_RECIPIENTS` deliveries that differ only in the recipient.
    """
    told = tuple(events)
    emit_of = {
        event.seq: (number, detail.garbled(event))  # which depends on the recipient's transport
        for number, emit in enumerate(by_emit(told))
        for event in emit
        if event.kind is Kind.DELIVER and event.client is not None
    }
    begin = 0
    while begin < len(told):
        end = begin + 1
        if emit := emit_of.get(told[begin].seq):
            while end < len(told) and emit_of.get(told[end].seq) == emit:
                end += 1
        together = told[begin:end]
        begin = end
        if len(together) > MOST_RECIPIENTS:
            yield together
        else:
            yield from ((event,) for event in together)
