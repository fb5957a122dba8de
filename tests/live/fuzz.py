"""Strangers beside two named clients that vote, as long as one likes, from a seed.

Run as a program it takes seconds and a seed: ``python -m tests.live.fuzz 600 7``. After each round
the story tells of the two clients alone, but for the guests' own rows; at the end threads,
descriptors and memory are where they were.
"""

from __future__ import annotations

import contextlib
import gc
import random
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from flask_socketio import SocketIO, emit

import votekit
from tests.live.strangers import Stranger, framed, in_websocket, request, session, upgrade
from votekit.live.probe.wire_client import end_of
from votekit.live.wires.threads import WEB_REQUEST
from votekit.trace import Kind

AT_ONCE = 4
"""Strangers of one round, side by side."""
PIECES = ["", "0", "1", "2", "3", "5", "6", "9", "40", "41", "4x", "42[", "42[]", "43[]", "b", "ba"]
PIECES += ['42["vote","python"]', '421["vote","python"]', '42["\\u0000",{}]', "40/x,", "41/x,"]
PIECES += ['451-["vote",{"_placeholder":true,"num":0}]', "2probe", "4" + "[" * 5_000, "\x1e", "d="]
HEADS = [
    "GET / HTTP/1.1",
    "GET /socket.io/ HTTP/9.9",
    "POST /socket.io/?EIO=4 HTTP/1.1",
    "\x00\xff",
]
HEADS += ["Content-Length: -1", "Content-Length: 5", "Upgrade: websocket", "Connection: Upgrade"]
HEADS += ["Transfer-Encoding: chunked", "Expect: 100-continue", "Host: ", ": :", "x" * 70_000]


@dataclass
class Seen:
    """What a run measured."""

    rounds: int = 0
    strangers: int = 0
    settles: list[float] = field(default_factory=list)
    before: dict[str, int] = field(default_factory=dict)
    after: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        slowest = max(self.settles)
        grown = ", ".join(f"{what} {n} -> {self.after[what]}" for what, n in self.before.items())
        return (
            f"{self.rounds} rounds, {self.strangers} strangers; "
            f"slowest settle {slowest:.3f} s; {grown}"
        )


class Fuzz:
    """A server, two clients, and strangers who do what chance says."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        app = Flask("fuzz")
        socketio = SocketIO(app, async_mode="threading")

        @socketio.on("vote")
        def on_vote(choice: str) -> str:
            emit("voting bar", {str(choice): 1}, broadcast=True)
            return "counted"

        self.live = votekit.serve(app)
        self.voters = (
            self.live.client("ana"),
            self.live.client("ben", transports=self.chance.choice(["websocket", "polling"])),
        )
        self.seen = Seen()

    def run(self, seconds: float) -> Seen:
        """Go on for so long; return what was measured.

        Raises
        ------
        AssertionError
            The story told of something else, a settle took too long, or something grew.
        """
        for _ in range(5):
            self.round()
        self.seen.before = self.measure()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.round()
        self.seen.after = self.measure()
        return self.seen

    def round(self) -> None:
        """Let strangers and voters loose at once, and see what the story says of both."""
        live, kinds = self.live, [self.frames, self.requests, self.http, self.upgrade]
        before = live.log.next_seq
        strangers = [
            threading.Thread(target=self.stranger, args=(self.chance.choice(kinds), seed))
            for seed in self.chance.choices(range(1_000_000), k=AT_ONCE)
        ]
        for stranger in strangers:
            stranger.start()
        votes = self.chance.randrange(1, 4)
        for _ in range(votes):
            for voter in self.voters:
                voter.emit("vote", "python")
        for stranger in strangers:
            stranger.join(60)
            assert not stranger.is_alive(), "a stranger is kept waiting"
        gone = live._ledger.turns.wait_for(lambda: len(live._ledger.connections) == 2, 60)
        assert gone, list(live._ledger.connections)
        begun = time.monotonic()
        live.settle()
        self.seen.settles.append(time.monotonic() - begun)
        assert self.seen.settles[-1] < 1, self.seen
        self.compare(before, votes)
        self.seen.rounds += 1
        self.seen.strangers += AT_ONCE

    def compare(self, before: int, votes: int) -> None:
        """See that the voters' rows are those of their votes, and that nobody else erred."""
        events = self.live.log.since(before)
        named = {voter.name for voter in self.voters}
        for name in named:
            emits = [e for e in events if e.client == name and e.kind is Kind.EMIT]
            assert len(emits) == votes, events
        asked = {e.seq for e in events if e.client in named and e.kind is Kind.EMIT}
        own = [e for e in events if e.kind is Kind.DELIVER and e.cause in asked]
        assert sum(e.client in named for e in own) == 2 * 2 * votes, own
        others = [
            e for e in events if not (e.client or "").startswith("guest ") and e.client not in named
        ]
        errors = [e for e in others if e.kind is Kind.ERROR]
        assert errors == [], [(e, dict(e.detail)) for e in errors]
        self.all_are_answered()
        with self.live.watch() as story:
            self.voters[0].emit("vote", "python")
        assert {e.client for e in story} == named, str(story)
        assert len(story) == 3, str(story)

    def all_are_answered(self) -> None:
        """Wait until the server has no request of a stranger any more, begun or in its backlog."""
        turns = self.live._ledger.turns
        with Stranger(self.live.url) as last:  # accepted in order, so after all of theirs
            last.say(b"GET / HTTP/1.0\r\n\r\n")
            last.rest()
        begun = {thread for thread in turns.running() if thread.name == WEB_REQUEST}
        self.voters[0].emit("vote", "python")  # answers a voter's poll, which is among them
        self.live.settle()
        stay = sum(voter.transport() == "websocket" for voter in self.voters)
        assert turns.wait_for(lambda: len(begun & turns.running()) <= stay, 60), begun

    def measure(self) -> dict[str, int]:
        """Count what must not grow, once it has come to rest."""
        live, turns = self.live, self.live._ledger.turns
        turns.wait_for(lambda: len(live._ledger.connections) == 2, 60)
        requests = {t for t in turns.running() if t.name == WEB_REQUEST}
        turns.wait_for(lambda: len(requests & turns.running()) <= len(self.voters), 60)
        if tracemalloc.is_tracing():  # a full log of the same rows, whatever came before
            for _ in range(10_000):
                live.log.append(Kind.NOBODY, None, "filler")
            for voter in self.voters:  # and inboxes with nothing in them
                end_of(voter).inbox.clear()
                end_of(voter).unreturned.clear()
        gc.collect()
        found = {"threads": threading.active_count(), "sockets": len(live._probe.eio.sockets)}
        if Path("/proc/self/fd").exists():
            found["descriptors"] = len(list(Path("/proc/self/fd").iterdir()))
        if tracemalloc.is_tracing():
            found["KiB"] = tracemalloc.get_traced_memory()[0] // 1024
        return found

    # -- what a stranger does ----------------------------------------------------------------------

    def stranger(self, act: Callable[[random.Random], None], seed: int) -> None:
        """Do one thing; whatever the server answers, and however, is fine."""
        with contextlib.suppress(OSError, AssertionError, IndexError):
            act(random.Random(seed))

    def frames(self, chance: random.Random) -> None:
        """Send frames of all kinds, whole and in pieces."""
        with in_websocket(self.live.url, joined=chance.random() < 0.7) as stranger:
            self.babble(chance, stranger)

    def upgrade(self, chance: random.Random) -> None:
        """Begin to upgrade a polling session, one way or another."""
        rest = session(self.live.url, joined=chance.random() < 0.7)
        with Stranger(self.live.url) as stranger:
            stranger.say(upgrade(rest.removeprefix("&sid=")))
            if chance.random() < 0.5:
                stranger.frame("2probe")
            self.babble(chance, stranger)
        request(self.live.url, "POST", rest, b"1")

    def babble(self, chance: random.Random, stranger: Stranger) -> None:
        """Send some frames, then leave politely, without a word, or with a reset."""
        for _ in range(chance.randrange(8)):
            way = chance.random()
            if way < 0.6:
                stranger.frame(chance.choice(PIECES))
            elif way < 0.8:
                stranger.frame(chance.randbytes(chance.randrange(300)), chance.randrange(16))
            elif way < 0.9:
                stranger.say(framed("42[1]")[: chance.randrange(9)])
            else:
                stranger.say(chance.randbytes(chance.randrange(60)))
        if chance.random() < 0.3:
            stranger.frame(b"\x03\xe8", 8)
        elif chance.random() < 0.5:
            stranger.drop()

    def requests(self, chance: random.Random) -> None:
        """Post and poll in any order, with lengths that are none."""
        rest = session(self.live.url, joined=chance.random() < 0.7)
        for _ in range(chance.randrange(4)):
            body = "\x1e".join(chance.choices(PIECES, k=chance.randrange(1, 20))).encode()
            length = chance.choice([None, None, None, -1, 10**9, "x", len(body) + 5])
            with Stranger(self.live.url) as stranger:
                claimed = len(body) if length is None else length
                head = f"POST /socket.io/?EIO=4&transport=polling{rest} HTTP/1.1\r\n"
                stranger.say(f"{head}Content-Length: {claimed}\r\n\r\n".encode() + body)
                if chance.random() < 0.7 and not (isinstance(length, int) and length > len(body)):
                    stranger.rest()
        request(self.live.url, "POST", rest, b"1")

    def http(self, chance: random.Random) -> None:
        """Send what may be HTTP."""
        with Stranger(self.live.url) as stranger:
            lines = chance.choices(HEADS, k=chance.randrange(1, 6))
            stranger.say("\r\n".join(lines).encode("latin-1") + chance.choice([b"", b"\r\n\r\n"]))
            if chance.random() < 0.3:
                stranger.drop()


def main(seconds: float, seed: int) -> None:
    """Fuzz for so long, with memory traced, and print what was measured."""
    tracemalloc.start()
    fuzz = Fuzz(seed)
    seen = fuzz.run(seconds)
    print(f"seed {seed}: {seen}")  # noqa: T201  (for whoever runs this)
    assert fuzz.live.stop() == []


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
