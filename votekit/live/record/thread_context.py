"""Which event's handler is running in this thread."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from socketio import packet

from votekit.trace.event import NO_HANDLER


class _Here(threading.local):
    owner: object = None
    cause: int | None = None
    connecting: bool = False
    label: str = NO_HANDLER
    target: Hashable = None
    delivered: int = 0
    emit: int | None = None
    meant: packet.Packet | None = None
    recorded: BaseException | None = None
    work: object = None

    def handles(self, owner: object) -> bool:
        """Whether a handler of this live server runs in this thread."""
        return self.owner is owner

    def cause_in(self, owner: object) -> int | None:
        """Return the number, in this live server's log, of the event that is handled here."""
        return self.cause if self.owner is owner else None


here = _Here()
"""What this thread is doing.

``owner``: the ledger of the server whose handler runs; ``cause``: the ``seq`` of the event that
it handles, in that server's log; ``connecting``: the event is a client's CONNECT; ``label``: who
runs code where no handler does; ``target``, ``delivered`` and ``emit``: the room of the emit under
way, how many clients it reached so far, and which of the server's emits it is; ``meant``: what the
server is sending, before it is encoded; ``recorded``: the exception on its way up that has its row;
``work``: what a pool's thread does of what handlers gave.
"""


@contextmanager
def handling(owner: object, cause: int | None, *, connecting: bool = False) -> Iterator[None]:
    """Everything recorded by this thread in the block was caused by event number `cause`."""
    before = here.owner, here.cause, here.connecting
    here.owner, here.cause, here.connecting = owner, cause, connecting
    try:
        yield
    finally:
        here.owner, here.cause, here.connecting = before
