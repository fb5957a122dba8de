"""Whether the server lets a client in, and what is raised where it does not."""

from __future__ import annotations

from socketio import exceptions

from votekit.live.errors import HandlerError
from votekit.live.probe.wire_client import WireClient, end_of
from votekit.live.start_over import what_runs
from votekit.trace import Event, Kind, detail
from votekit.trace.notation import LONGEST_SENTENCE, Notation, cut
from votekit.trace.turned_away import why

SAID = Notation(payload_limit=LONGEST_SENTENCE)
"""Writes what a server says when it refuses, where that is no text."""


class Admission:
    """What comes of one attempt to connect.

    Parameters
    ----------
    client : WireClient
        Who is about to ask.
    """

    def __init__(self, client: WireClient) -> None:
        self._client, self._end = client, end_of(client)
        self._ledger = self._end.ledger
        self._before = self._ledger.log.next_seq

    def check_turned_away(self) -> None:
        """Raise where the server did not even listen to what the client asks.

        Raises
        ------
        socketio.exceptions.ConnectionError
            The message has the reason, and the line that mends it.
        """
        if turned_away := self._rows(Kind.TURNED_AWAY):
            reason = why(turned_away[-1])
            raise exceptions.ConnectionError(
                f"{self._client.name} was turned away: {reason}"
            ) from None

    def wait(self, timeout: float) -> None:
        """Wait until the client is in every namespace that it asked for.

        Parameters
        ----------
        timeout : float
            Seconds to wait at most.

        Raises
        ------
        HandlerError
            The server's ``connect`` handler raised.
        socketio.exceptions.ConnectionError
            The server refused, or did not answer in time. The client has left.
        """
        client, ledger = self._client, self._ledger
        in_time = ledger.turns.wait_for(self._is_decided, timeout)
        with ledger.lock:
            errors, refusals = self._errors(), self._rows(Kind.REFUSE)
            if set(client.namespaces) == set(client.connection_namespaces) and not errors:
                return
            running = what_runs(ledger)  # before leaving runs something, too
        client.disconnect()
        if errors:
            raise HandlerError(errors[0], sids=dict(ledger.sids))
        if refusals:
            refused = f"the server refused {client.name}{_refused(refusals[0])}"
            raise exceptions.ConnectionError(Notation(ledger.sids).without_sids(refused))
        self.check_turned_away()
        if in_time:
            ended = f"{client.name}'s connection ended before it was let in"
            raise exceptions.ConnectionError(ended)
        raise exceptions.ConnectionError(
            f"{client.name} got no answer within {timeout:g} s{running}"
        )

    def _rows(self, kind: Kind) -> list[Event]:
        since = self._ledger.log.since(self._before)
        return [e for e in since if e.client == self._client.name and e.kind is kind]

    def _errors(self) -> list[Event]:
        errors = (e for e in self._rows(Kind.ERROR) if e.name == "connect")
        # One of which no line ran is taken for a consent: the client is in.
        return [e for e in errors if detail.where(e) == "server" and not detail.never_ran(e)]

    def _is_decided(self) -> bool:
        client, connection = self._client, self._end.connection
        if self._errors() or connection is None or not connection.client_open:
            return True
        answered = set(client.namespaces) | set(client.failed_namespaces)
        return answered >= set(client.connection_namespaces)


def _refused(refusal: Event) -> str:
    said = refusal.args[0] if refusal.args else "no reason given"
    message = said.get("message", said) if isinstance(said, dict) else said
    message = cut(message) if isinstance(message, str) else SAID.payload((message,))
    where = "" if refusal.namespace == "/" else f" on {refusal.namespace}"
    if not (served := detail.namespaces(refusal)):
        return f"{where}: {message}"
    there = ", ".join(map(repr, served))
    return f"{where}: {message}; nobody serves it; there are {there}"
