"""Whose session ids there are, from events alone."""

from __future__ import annotations

from votekit.trace import Kind, Log
from votekit.trace.session_ids import SessionIds


def test_session_ids_are_known_by_the_names_of_their_clients() -> None:
    log, ids = Log(), SessionIds()
    log.subscribe(ids.add)
    assert ids.notation.payload(["S1d"]) == '"S1d"'
    log.append(Kind.ACCEPT, "ana", detail={"sid": "S1d"})
    log.append(Kind.ACCEPT, "ana", namespace="/chat", detail={"sid": "S2d"})
    log.append(Kind.ACCEPT, "ben")
    log.append(Kind.DISCONNECT, "ana")
    assert ids.names == {"S1d": "ana", "S2d": "ana"}
    assert ids.notation.payload(["S1d"]) == "<sid of ana>"
