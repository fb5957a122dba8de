"""Waiting until a live server is quiet, and telling what happened since the last time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from votekit.live.errors import STOPPED, NotSettled
from votekit.live.record.connection import Connection
from votekit.live.record.interrupts import check
from votekit.live.record.ledger import Ledger
from votekit.live.record.thread_context import here
from votekit.live.start_over import START_OVER
from votekit.trace import Event, Kind, Story, detail
from votekit.trace.event import NO_HANDLER
from votekit.trace.notation import LONGEST_NAME, Notation, cut

_ARRIVALS = {Kind.CONNECT, Kind.DISCONNECT, Kind.TURNED_AWAY}
SHOWN = 20
"""The most rows that an error shows of what did arrive."""


class Settler:
    """Waits for one live server, and keeps the mark up to which its story was told.

    Parameters
    ----------
    ledger : Ledger
        Counts what is in flight.
    fence : callable
        Takes seconds; waits until every foreign client has read what was sent to it, and returns
        whether nothing came from them meanwhile.
    stopped : callable
        Returns whether the server has ended.
    """

    def __init__(
        self, ledger: Ledger, fence: Callable[[float], bool], stopped: Callable[[], bool]
    ) -> None:
        self._ledger, self._fence, self._stopped = ledger, fence, stopped
        self._mark = 0
        self._left_out: set[int] = set()

    def wait(self, timeout: float) -> None:
        """Wait until nothing moves.

        Raises
        ------
        NotSettled
            Something still moves; the message names it.
        RuntimeError
            Called in a handler.
        """
        self.refuse_in_handler()
        ledger, before = self._ledger, self._ledger.log.next_seq
        deadline = ledger.turns.now() + timeout
        while self._counted(deadline):
            # What was sent to a foreign client may make it send something.
            if self._fence(deadline - ledger.turns.now()) and ledger.quiet():
                return
            if ledger.turns.now() > deadline:
                break
        with ledger.lock:
            busy = "; ".join(ledger.busy()) or "a foreign client has not answered yet"
            working = ledger.working
            came = ledger.log.since(before)
            arrived = self._story(ledger.log.since(self._mark)[-SHOWN:], 0)
        msg = f"not settled after {timeout:g} s: {busy}{_who_kept_sending(came)}\n"
        msg += f"if it is only slow, give it longer: live.settle(timeout={max(timeout, 1) * 6:g})\n"
        if working:
            msg += f"{START_OVER}\n"
        msg = Notation(ledger.sids).without_sids(msg)
        raise NotSettled(f"{msg}what did arrive, the last {SHOWN} rows at most:\n{arrived}")

    def refuse_in_handler(self) -> None:
        """Raise `RuntimeError` in a handler of this server."""
        if here.handles(self._ledger):
            raise RuntimeError("called in a handler: it would wait for that very handler to end")

    def _counted(self, deadline: float) -> bool:
        """Wait until all that can be counted is quiet."""
        ledger = self._ledger
        return ledger.turns.wait_for(ledger.quiet, deadline - ledger.turns.now())

    def leave_out(self, before: int, name: str) -> None:
        """Leave a client's connects and disconnects, and all they caused, to the whole story.

        Parameters
        ----------
        before : int
            The ``seq`` from which on they are looked for.
        name : str
            The client.
        """
        with self._ledger.lock:
            log = self._ledger.log
            kept = {seq for seq in self._left_out if seq >= log.dropped}
            self._left_out = kept | _caused_by_client(log.since(before), name)

    def take(self) -> Story:
        """Return what happened since this was called last."""
        with self._ledger.lock:
            log, before = self._ledger.log, self._mark
            events = tuple(e for e in log.since(before) if e.seq not in self._left_out)
            story = self._story(events, max(0, log.dropped - before))
            check()  # rows that nobody gets belong to the next settle
            self._mark = log.next_seq
            self._left_out.clear()
            self._ledger.notices.clear()
            return story

    def whole(self) -> Story:
        """Return everything so far."""
        log = self._ledger.log
        return self._story(log.since(0), log.dropped)

    def _story(self, events: tuple[Event, ...], dropped: int) -> Story:
        ledger = self._ledger
        with ledger.lock:
            return Story(
                events,
                sids=dict(ledger.sids),
                clients=tuple(ledger.presence.present),
                dropped=dropped,
                notes=(
                    *([STOPPED] if self._stopped() and not events else []),
                    *(_what_is_known(c) for c in ledger.connections.values() if not c.named),
                    *ledger.left_behind(),
                    *ledger.notices,
                    *(ledger.doubts(events) if not self._stopped() else []),
                ),
            )


def _caused_by_client(events: Iterable[Event], name: str) -> set[int]:
    """Return the numbers of this client's connects and disconnects and all they caused."""
    found: set[int] = set()
    for event in events:
        own = event.client == name and event.kind in _ARRIVALS
        told = detail.never_ran(event)  # nothing was raised: who does not see this row, sees none
        if not told and (event.cause in found or (own and event.cause is None)):
            found.add(event.seq)
    return found


def _what_is_known(guest: Connection) -> str:
    """Say what a settle proves about a foreign client."""
    if guest.silent:
        return f"{guest.client} does not answer: whether it received anything is unknown"
    return f"{guest.client} received what was sent to it; what its handlers did is unknown"


def _who_kept_sending(events: tuple[Event, ...]) -> str:
    """Name the busiest senders of these events, for an error message."""
    counts = Counter(
        (e.client if e.kind is Kind.EMIT else _who_emits(e), e.name)
        for e in events
        if e.kind in (Kind.EMIT, Kind.DELIVER)
    )
    senders = (
        f"{who} sent {cut(name, LONGEST_NAME)!r} {n} times"
        for (who, name), n in counts.most_common(3)
    )
    return "".join(f"; meanwhile {sentence}" for sentence in senders)


def _who_emits(delivery: Event) -> str:
    label = detail.outside(delivery) or "a handler"
    return "code outside any handler" if label == NO_HANDLER else label
