"""Which deliveries are one emit, from events alone."""

from __future__ import annotations

from collections.abc import Iterable

from votekit.trace import Event, Kind, Log, Story
from votekit.trace.emits import by_emit, emits_of


def said(
    log: Log, client: str, *args: object, cause: int | None = 0, emit: int | None = None
) -> Event:
    number = {} if emit is None else {"emit": emit}
    return log.append(Kind.DELIVER, client, "said", args=args, cause=cause, detail=number)


def who(events: Iterable[Event]) -> list[list[str | None]]:
    return [[event.client for event in emit] for emit in by_emit(events)]


def asked() -> Log:
    log = Log()
    log.append(Kind.EMIT, "ana", "ask")
    return log


def test_deliveries_with_one_number_are_one_emit() -> None:
    log = asked()
    said(log, "ana", 1, emit=1)
    said(log, "ben", 1, emit=2)
    said(log, "chi", 1, emit=2)
    assert who(log) == [["ana"], ["ana"], ["ben", "chi"]]


def test_emits_of_several_threads_are_told_apart_however_they_interleave() -> None:
    log = Log()
    for client in ("ana", "ben", "chi"):
        for emit in (1, 2):
            said(log, client, emit, cause=None, emit=emit)
    assert who(log) == [["ana", "ben", "chi"]] * 2
    assert [event.args for event in Story(log.since())] == [(1,)] * 3 + [(2,)] * 3


def test_an_emit_within_an_emit_is_another() -> None:
    log = asked()
    said(log, "ana", emit=1)
    left = log.append(Kind.DISCONNECT, "ben", cause=0)
    said(log, "ana", "ben left", cause=left.seq, emit=2)
    said(log, "chi", "ben left", cause=left.seq, emit=2)
    said(log, "chi", emit=1)
    assert [
        [event.seq for event in emit] for emit in by_emit(log) if emit[0].kind is Kind.DELIVER
    ] == [[1, 5], [3, 4]]


def test_without_numbers_neighbours_that_are_alike_are_one_emit_to_different_clients() -> None:
    log = asked()
    for client in ("ana", "ben", "ana", "ben"):
        said(log, client, 1)
    assert who(log) == [["ana"], ["ana", "ben"], ["ana", "ben"]]


def test_without_numbers_what_differs_is_not_one_emit() -> None:
    log = asked()
    said(log, "ana", 1)
    said(log, "ben", 2)
    said(log, "chi", 2, cause=7)
    log.append(Kind.DELIVER, "dan", "said", args=(2,), cause=7, room="red")
    log.append(Kind.DELIVER, "eve", "said", args=(2,), cause=7, room="red", namespace="/chat")
    log.append(Kind.DELIVER, "fay", "told", args=(2,), cause=7, room="red", namespace="/chat")
    assert who(log)[1:] == [["ana"], ["ben"], ["chi"], ["dan"], ["eve"], ["fay"]]


def test_a_number_and_none_are_not_one_emit() -> None:
    log = asked()
    said(log, "ana", 1, emit=1)
    said(log, "ben", 1)
    said(log, "chi", 1, emit=2)
    assert who(log)[1:] == [["ana"], ["ben"], ["chi"]]


def test_a_story_and_a_prediction_are_told_the_same_emits() -> None:
    """A handler that says 1 to ana, then 2 to the others; ana thanks at once."""
    for numbers in ((1, 2), (None, None)):
        log = Log()
        for client in ("ana", "ben", "chi"):
            log.append(Kind.ACCEPT, client)
        ask = log.append(Kind.EMIT, "ana", "ask").seq
        one = said(log, "ana", 1, cause=ask, emit=numbers[0])
        said(log, "ben", 2, cause=ask, emit=numbers[1])
        said(log, "chi", 2, cause=ask, emit=numbers[1])
        log.append(Kind.EMIT, "ana", "thanks", cause=one.seq)
        story = Story(log.since(ask))
        assert str(story) == (
            "ana    → server  ask\n"
            "server → ana     said 1\n"
            "ana    → server  thanks\n"
            "server → ben     said 2\n"
            "server → chi     said 2"
        )
        assert [emit.sent for emit in emits_of(story.events, log)] == [("ana",), ("ben", "chi")]


def test_an_emit_knows_its_sender_and_who_was_there_at_that_time() -> None:
    log = Log()
    for client in ("ana", "ben", "chi"):
        log.append(Kind.ACCEPT, client)
        log.append(Kind.JOIN, client, room="red")
    log.append(Kind.DISCONNECT, "chi")
    mark = log.append(Kind.EMIT, "ana", "ask").seq
    log.append(Kind.DELIVER, "ana", "said", room="red", cause=mark, detail={"emit": 1})
    lost = log.append(Kind.DELIVER, "ben", "said", room="red", cause=mark, detail={"emit": 1})
    log.append(Kind.LOST, "ben", "said", cause=lost.seq, detail={"of": lost.seq})
    log.append(Kind.LEAVE, "ben", room="red")
    (emit,) = emits_of(log.since(mark), log)
    assert (emit.sent, emit.reached) == (("ana", "ben"), ("ana",))
    assert (emit.sender, emit.room) == ("ana", "red")
    assert emit.present == emit.inside == ("ana", "ben")


def test_one_event_can_be_asked_for_and_an_emit_to_nobody_is_one() -> None:
    log = asked()
    said(log, "ana", emit=1)
    log.append(Kind.NOBODY, None, "told", room="nosuch", cause=0)
    assert [emit.sent for emit in emits_of(log.since(), ())] == [("ana",), ()]
    assert [emit.room for emit in emits_of(log.since(), (), "told")] == ["nosuch"]
