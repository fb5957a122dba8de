"""The fence: whether foreign clients have read what was sent to them.

Only a foreign client's own end knows what it has read. An Engine.IO PING queued behind what was
sent to it is answered when it has read all of that; a polling client may still be sending what it
emitted before, so it gets two, one after the other. Answers carry no number, and the server's own
heartbeat asks too: a fence is answered when as many answers came as there were PINGs so far.
Written for python-engineio 4.15.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterable

from engineio import exceptions, packet

from votekit.live.probe.sockets import SocketProbe
from votekit.live.record.connection import PATIENCE, Connection


class Fence:
    """Asks the foreign clients of one server.

    Parameters
    ----------
    sockets : SocketProbe
        The server's, whose ledger counts what they are asked and what they answer.
    """

    def __init__(self, sockets: SocketProbe) -> None:
        self._sockets, self._eio, self._ledger = sockets, sockets.eio, sockets.ledger

    def wait(self, seconds: float) -> bool:
        """Wait until every foreign client has read what was sent to it.

        Clients that do not answer within a second are left alone until they have answered all.

        Parameters
        ----------
        seconds : float
            How long to wait at most.

        Returns
        -------
        bool
            Whether all that answered in time, or were given up, sent nothing meanwhile.
        """
        deadline = self._ledger.turns.now() + seconds
        guests = self._guests()
        before = {eio_sid: connection.read for eio_sid, connection in guests.items()}
        asked = guests
        for _ in range(2 if any(map(self._polls, guests)) else 1):
            if not self._ask(asked, deadline):
                return False
            asked = {eio_sid: guest for eio_sid, guest in asked.items() if not guest.silent}
        with self._ledger.lock:
            return all(guest.read == before[eio_sid] for eio_sid, guest in guests.items())

    def _ask(self, guests: dict[str, Connection], deadline: float) -> bool:
        """Ask each for an answer; return False if there was no time for one."""
        turns = self._ledger.turns
        for eio_sid in guests:
            with contextlib.suppress(exceptions.SocketIsClosedError):  # it has just left
                self._eio.send_packet(eio_sid, packet.Packet(packet.PING))
        waiting = {eio_sid: guest.pings for eio_sid, guest in guests.items()}

        def is_waited_for(eio_sid: str) -> bool:
            behind = guests[eio_sid].pongs < waiting[eio_sid]
            return behind and not self._sockets.is_leaving(eio_sid)

        begun = turns.now()
        for patience in sorted({guest.patience for guest in guests.values()}):
            patient = [one for one in waiting if guests[one].patience >= patience]
            answered = functools.partial(_none, is_waited_for, patient)
            until = min(begun + patience, deadline)
            if not turns.wait_for(answered, until - turns.now()) and deadline < begun + patience:
                return False
        with self._ledger.lock:
            for eio_sid, guest in guests.items():
                guest.silent = is_waited_for(eio_sid)
                if not guest.silent:
                    guest.patience = PATIENCE
        return True

    def _guests(self) -> dict[str, Connection]:
        with self._ledger.lock:
            return {
                eio_sid: one
                for eio_sid, one in self._ledger.connections.items()
                if not (one.named or one.silent or self._sockets.is_leaving(eio_sid))
            }

    def _polls(self, eio_sid: str) -> bool:
        socket = self._eio.sockets.get(eio_sid)
        return socket is not None and not socket.upgraded


def _none(holds: Callable[[str], bool], those: Iterable[str]) -> bool:
    return not any(map(holds, those))
