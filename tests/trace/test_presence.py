"""Who is connected, from events alone."""

from __future__ import annotations

from votekit.trace import Kind, Log
from votekit.trace.presence import Presence


def test_presence_follows_who_comes_and_goes() -> None:
    log, presence = Log(), Presence()
    log.subscribe(presence.add)
    log.append(Kind.ACCEPT, "ana")
    log.append(Kind.ACCEPT, "ana", namespace="/chat")
    log.append(Kind.ACCEPT, "ben")
    log.append(Kind.DISCONNECT, "ana")
    assert (presence.within("/"), presence.within("/chat")) == (("ben",), ("ana",))
    log.append(Kind.DISCONNECT, "ana", namespace="/chat")
    assert presence.present == {"ben": {"/"}}
