from __future__ import annotations

import threading

import pytest

from votekit.trace import Event, Kind, Log


def fill(log: Log, count: int) -> None:
    for number in range(count):
        log.append(Kind.EMIT, "ana", f"event {number}")


def test_events_are_numbered_in_order() -> None:
    log = Log()
    fill(log, 3)
    assert [(event.seq, event.name) for event in log] == [
        (0, "event 0"),
        (1, "event 1"),
        (2, "event 2"),
    ]
    assert log.next_seq == len(log) == 3


def test_append_returns_what_it_recorded() -> None:
    log = Log()
    event = log.append(
        Kind.DELIVER,
        "ben",
        "tally",
        args=[1, 2],
        namespace="/chat",
        room="red",
        cause=0,
        detail={"asks": True},
    )
    assert event == Event(
        0, Kind.DELIVER, "ben", "tally", (1, 2), "/chat", "red", 0, {"asks": True}
    )
    assert log.since() == (event,)


def test_a_record_does_not_change_with_the_detail_it_was_made_from() -> None:
    log = Log()
    detail = {"by": "client"}
    event = log.append(Kind.DISCONNECT, "ana", detail=detail)
    detail["by"] = "server"
    assert event.detail == {"by": "client"}


def test_since_gives_what_came_from_a_mark_on() -> None:
    log = Log()
    fill(log, 5)
    mark = log.next_seq
    fill(log, 2)
    assert [event.seq for event in log.since(mark)] == [5, 6]
    assert log.since(7) == log.since(99) == ()
    assert [event.seq for event in log.since(-3)] == [0, 1, 2, 3, 4, 5, 6]


def test_a_full_log_drops_the_oldest_and_counts_on() -> None:
    log = Log(limit=3)
    fill(log, 5)
    assert [event.seq for event in log] == [2, 3, 4]
    assert [event.seq for event in log.since(1)] == [2, 3, 4]
    assert [event.seq for event in log.since(4)] == [4]
    assert (len(log), log.dropped, log.next_seq) == (3, 2, 5)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_log_that_could_keep_nothing_is_refused(limit: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        Log(limit=limit)


def test_the_repr_tells_kept_and_dropped() -> None:
    log = Log(limit=2)
    assert repr(log) == "<Log: 0 events>"
    fill(log, 1)
    assert repr(log) == "<Log: 1 event>"
    fill(log, 2)
    assert repr(log) == "<Log: 2 events, 1 dropped>"


def test_subscribers_get_every_event_until_they_unsubscribe() -> None:
    log, heard = Log(), list[int]()
    fill(log, 1)
    unsubscribe = log.subscribe(lambda event: heard.append(event.seq))
    fill(log, 2)
    unsubscribe()
    unsubscribe()
    fill(log, 1)
    assert heard == [1, 2]


def test_one_callback_can_subscribe_twice() -> None:
    log, heard = Log(), list[Event]()
    first, _second = log.subscribe(heard.append), log.subscribe(heard.append)
    fill(log, 1)
    first()
    fill(log, 1)
    assert [event.seq for event in heard] == [0, 0, 1]


def test_a_subscriber_that_raises_is_dropped_and_disturbs_nobody() -> None:
    log, heard = Log(), list[int]()
    problem = LookupError("broken view")

    def broken(_event: Event) -> None:
        raise problem

    log.subscribe(broken)
    log.subscribe(lambda event: heard.append(event.seq))
    fill(log, 2)
    assert heard == [0, 1]
    assert log.failures == (problem,)


def test_order_holds_when_a_subscriber_appends() -> None:
    log, heard = Log(), list[str]()

    def echo(event: Event) -> None:
        if event.kind is Kind.EMIT:
            log.append(Kind.ACK, event.client, event.name)

    log.subscribe(echo)
    log.subscribe(lambda event: heard.append(f"{event.seq} {event.kind}"))
    fill(log, 2)
    assert heard == ["0 emit", "1 ack", "2 emit", "3 ack"]


def test_a_subscriber_can_unsubscribe_another() -> None:
    log, heard = Log(), list[int]()
    log.subscribe(lambda _event: end_other())
    end_other = log.subscribe(lambda event: heard.append(event.seq))
    fill(log, 1)
    assert heard == []


def test_threads_share_a_log_without_loss_and_subscribers_see_log_order() -> None:
    log, heard = Log(limit=100_000), list[int]()
    log.subscribe(lambda event: heard.append(event.seq))
    threads, each = 8, 250
    start = threading.Barrier(threads)

    def work(name: str) -> None:
        start.wait(10)
        for number in range(each):
            log.append(Kind.EMIT, name, str(number))

    workers = [threading.Thread(target=work, args=(f"client {n}",)) for n in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(10)
    assert [event.seq for event in log] == heard == list(range(threads * each))
    for n in range(threads):
        names = [event.name for event in log if event.client == f"client {n}"]
        assert names == [str(number) for number in range(each)]


def test_an_end_is_told_once_to_those_who_asked() -> None:
    log, told = Log(), list[str]()
    log.subscribe(lambda _event: None, ended=lambda: told.append("first"))
    gone = log.subscribe(lambda _event: None, ended=lambda: told.append("gone"))
    gone()
    log.end()
    log.end()
    assert told == ["first"]


def test_an_ending_that_raises_is_kept_and_does_not_stop_the_others() -> None:
    log, told = Log(), list[str]()
    log.subscribe(lambda _event: None, ended=[].pop)
    log.subscribe(lambda _event: None, ended=lambda: told.append("second"))
    log.end()
    assert told == ["second"]
    assert [type(failure) for failure in log.failures] == [IndexError]
