"""A story cut down to what concerns some of its clients."""

from __future__ import annotations

from dataclasses import replace

import pytest

from votekit.trace import Event, Kind, Story

CLIENTS = ("ana", "ben", "chi")
LOST = Event(9, Kind.LOST, "chi", "tally", detail={"of": 3, "kind": "deliver"})
VOTE = (
    Event(0, Kind.EMIT, "ana", "vote", ("python",), detail={"asks": True}),
    *(Event(n, Kind.DELIVER, who, "tally", (1,), cause=0) for n, who in enumerate(CLIENTS, 1)),
    Event(4, Kind.ACK, "ana", "vote", cause=0, detail={"answers": 0}),
    Event(5, Kind.EMIT, "chi", "hello"),
    Event(6, Kind.NOBODY, None, "secret", cause=5),
    LOST,
)
STORY = Story(VOTE, clients=CLIENTS, sids={"S1d": "chi"}, notes=("that is all",))


def test_it_tells_what_these_clients_sent_and_heard_and_how_much_it_leaves_out() -> None:
    assert str(STORY.only("ana", "ben")) == (
        "only ana and ben; 4 other events left out\n"
        'ana    → server  vote "python" (wants an answer)\n'
        "server → ana     tally 1\n"
        "server → ben     tally 1\n"
        "server ⇢ ana     answers vote\n"
        "note: that is all"
    )


def test_clients_and_matrix_are_of_those_chosen_and_session_ids_of_all() -> None:
    cut = STORY.only("ben", "ana")
    assert cut.clients == cut.matrix.clients == ("ana", "ben")
    assert (cut.chosen, cut.left_out) == (("ben", "ana"), 4)
    assert cut.sids == STORY.sids
    who = Event(0, Kind.DELIVER, "ben", "who", ("S1d",))
    assert "who <sid of chi>" in str(replace(STORY, events=(who,)).only("ben"))


def test_a_story_is_whole_until_it_is_cut() -> None:
    assert (STORY.chosen, STORY.left_out) == ((), 0)
    whole = STORY.only(*CLIENTS)
    assert whole.events == STORY.events
    assert str(whole).startswith("only ana, ben and chi; nothing left out\n")


def test_where_nothing_is_left_it_says_so() -> None:
    story = Story(VOTE[:1], clients=("ana", "ben"), dropped=2)
    assert str(story.only("ben")) == (
        "2 earlier events were dropped\nonly ben: nothing happened; 1 other event left out"
    )


def test_of_what_it_was_cut_to_it_can_be_cut_to_less() -> None:
    twice = STORY.only("ana", "ben").only("ben")
    assert twice == STORY.only("ben")
    assert twice.left_out == len(STORY) - 1
    with pytest.raises(ValueError, match="called 'chi'; there are ana and ben"):
        STORY.only("ana", "ben").only("chi")


def numbers(events: tuple[Event, ...], *clients: str) -> list[int]:
    return [event.seq for event in Story(events).only(*clients)]


def test_what_the_server_does_is_told_with_what_it_came_of() -> None:
    assert numbers(VOTE, "ana") == [0, 1, 4]
    assert numbers(VOTE, "chi") == [3, 9, 5, 6]


def test_what_the_server_does_may_come_of_it_by_way_of_others() -> None:
    events = (
        Event(0, Kind.EMIT, "ana", "ask"),
        Event(1, Kind.DELIVER, "ben", "ask", cause=0),
        Event(2, Kind.EMIT, "ben", "answer", cause=1),
        Event(3, Kind.NOBODY, None, "answer", cause=2),
        Event(4, Kind.ERROR, None, detail={"where": "task"}),
    )
    assert numbers(events, "ana") == [0, 3]


def test_a_room_that_is_closed_is_told_with_who_was_in_it() -> None:
    events = (
        Event(0, Kind.EMIT, "chi", "close"),
        Event(1, Kind.CLOSE_ROOM, room="red", cause=0),
        Event(2, Kind.LEAVE, "ana", room="red", cause=1),
        Event(3, Kind.LEAVE, "ben", room="red", cause=1),
    )
    assert numbers(events, "ana") == [1, 2]
    assert numbers(events, "chi") == [0, 1]


def test_what_was_lost_or_answered_is_told_by_what_it_refers_to() -> None:
    events = (
        Event(0, Kind.EMIT, "ana", "vote"),
        Event(1, Kind.LOST, None, detail={"of": 0}),
        Event(2, Kind.ACK, None, detail={"answers": 0}),
        Event(3, Kind.LOST, None, detail={"of": []}),
    )
    assert numbers(events, "ana") == [0, 1, 2]


def test_the_order_is_that_of_the_whole_story_whatever_raced() -> None:
    emits = [Event(n, Kind.EMIT, "ben", "m", (n,)) for n in (0, 1)]
    told = [
        Story((*emits, *(Event(2 + n, Kind.DELIVER, "ana", "out", cause=c) for n, c in race)))
        for race in (((0, 0), (1, 1)), ((1, 0), (0, 1)))
    ]
    assert [[event.cause for event in story.only("ana")] for story in told] == [[0, 1], [0, 1]]
    arrived = told[1].arrived.only("ana")
    assert [event.cause for event in arrived] == [1, 0]
    assert arrived == told[1].only("ana").arrived
    assert arrived.arrived == arrived


def test_a_beginning_of_a_cut_story_is_one_too() -> None:
    cut = STORY.only("ana")
    beginning = replace(cut, events=cut.events[:2])
    assert str(beginning).splitlines() == [*str(cut).splitlines()[:3], "note: that is all"]


def test_whoever_has_left_is_a_client_of_the_story_too() -> None:
    story = Story((Event(0, Kind.DISCONNECT, "dan"),), clients=("ana",))
    assert len(story.only("dan")) == 1
    assert story.only("dan").clients == ()


@pytest.mark.parametrize(
    "names, error, message",
    [
        ((), TypeError, r'as in story\.only\("ana"\); there are ana, ben and chi'),
        ((["ana", "ben"],), TypeError, r'story\.only\("ana", "ben"\), not list'),
        (("zoe",), ValueError, "nobody in this story is called 'zoe'; there are ana, ben and chi"),
        (("x" * 1000,), ValueError, "called 'x{40}'"),
    ],
)
def test_a_name_that_says_nothing_is_refused(names, error, message) -> None:
    with pytest.raises(error, match=message):
        STORY.only(*names)


def test_in_a_story_without_clients_there_is_nobody_to_choose() -> None:
    with pytest.raises(ValueError, match="there are no clients in it"):
        Story(()).only("ana")


def test_any_name_is_written_on_one_line(nasty) -> None:
    if nasty:
        text = str(Story((Event(0, Kind.EMIT, nasty, "vote"),)).only(nasty))
        assert len(text.splitlines()) == 2
