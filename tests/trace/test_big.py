"""What is huge costs no more than what is shown of it: nothing reads the whole of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import pytest

from votekit.live.errors import HandlerError, NotHandled
from votekit.panels.conversation import message_of
from votekit.panels.last_emit import LastEmit
from votekit.panels.prediction import html_of, score
from votekit.panels.words import known, named, shown
from votekit.trace import Event, Kind, Story, notation
from votekit.trace.notation import NOTATION, Notation, cut, one_line

SIZE = 20_000_000
MOST_ESCAPED = 20_000
LONGEST = 10_000


class Big(str):
    """Text that may be sliced, measured and looked up, and never be read as a whole."""

    __slots__ = ()

    def _read(self, *_args: object) -> NoReturn:
        raise AssertionError("all of it was read")

    __iter__ = __repr__ = _read
    split = strip = encode = splitlines = isprintable = _read  # type: ignore[assignment]


BIG = {"letters": Big("x" * SIZE), "escapes": Big("\n" * SIZE), "numbers": Big("1 " * (SIZE // 2))}


@pytest.fixture(params=BIG)
def big(request: pytest.FixtureRequest) -> Big:
    return BIG[request.param]


@pytest.fixture(autouse=True)
def few_are_escaped(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Count the characters that are escaped, one after the other, in Python."""
    count, escape = [0], notation._escape

    def counted(character: str) -> str:
        count[0] += 1
        return escape(character)

    monkeypatch.setattr(notation, "_escape", counted)
    yield
    assert count[0] < MOST_ESCAPED


def events(big: Big) -> list[Event]:
    """Make events of every kind with something huge in each of their parts."""
    made = [
        Event(0, kind, "ana", name, args=args, namespace=namespace, room=room, detail=detail)
        for kind in Kind
        for name, args, namespace, room, detail in (
            (big, (), "/", None, {}),
            ("v", (big, [big, {big: big}]), "/", None, {}),
            ("v", (), big, None, {}),
            ("v", (), "/", big, {}),
            ("v", (), "/", (big, 5), {}),
            ("v", (), "/", None, {"outside": big, "nearest": big, "sid": big}),
        )
    ]
    error = {"where": "server", "function": big, "line": 1, "type": big, "message": big}
    return [*made, Event(0, Kind.ERROR, "ana", big, detail=error)]


VIEWS: dict[str, Callable[[Story], object]] = {
    "text": str,
    "picture": lambda story: story._repr_html_(),
    "arrived": lambda story: str(story.arrived),
    "matrix": lambda story: repr(story.matrix),
    "matrix as HTML": lambda story: story.matrix._repr_html_(),
    "score": lambda story: str(score(("ana",), story)),
    "score as HTML": lambda story: html_of(score(("ana",), story)),
    "events": lambda story: "".join(map(repr, story)),
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_every_view_of_a_story_shows_the_ends_of_what_is_huge(big: Big, view: Any) -> None:
    for event in events(big):
        assert len(str(view(Story((event,), clients=("ana",))))) < LONGEST


@pytest.mark.parametrize("view", ["text", "picture"])
def test_a_note_is_cut(big: Big, view: str) -> None:
    assert len(str(VIEWS[view](Story((), notes=(big,))))) < LONGEST


def test_a_client_may_have_a_huge_name(big: Big) -> None:
    story = Story((Event(0, Kind.DELIVER, big, "v"),), clients=(big,))
    assert len(str(story) + repr(story.matrix) + story._repr_html_()) < LONGEST


@pytest.mark.parametrize(
    "write",
    [
        NOTATION.event,
        NOTATION.client,
        NOTATION.room,
        NOTATION.namespace,
        NOTATION.word,
        NOTATION.quoted,
        one_line,
        cut,
        shown,
        lambda big: known(shown(big), NOTATION),
        lambda big: named(big, NOTATION),
        lambda big: known(big, Notation({"S1d": "ana"})),
        lambda big: NOTATION.payload((big, {big: [big]}, [big] * 1000)),
    ],
)
def test_whatever_is_written_is_cut_first(big: Big, write: Callable[[Big], str]) -> None:
    assert len(write(big)) < LONGEST


def test_messages_of_errors_are_cut(big: Big) -> None:
    detail = {"where": "server", "function": "f", "type": "T", "message": big, "source": big}
    for kind in (HandlerError, NotHandled):
        for event in (
            Event(0, Kind.ERROR, "ana", big, namespace=big, detail=detail),
            Event(0, Kind.UNHANDLED, "ana", "v", detail={"handlers": ["x" * SIZE] * 2}),
        ):
            assert len(str(kind(event))) < LONGEST


def test_what_panels_know_is_cut(big: Big) -> None:
    last = LastEmit("ana", ("v",))
    last.add(Event(0, Kind.EMIT, "ana", "v"))
    error = {"where": "server", "function": big, "type": big, "message": big}
    last.add(Event(1, Kind.ERROR, "ana", "v", cause=0, detail=error))
    assert len(last.trouble.in_full) < LONGEST
    assert len(message_of(Event(0, Kind.DELIVER, "ana", "m", (big, big))).text) < LONGEST


def test_short_names_and_both_ends_of_long_ones_say_what_they_are() -> None:
    limited = Notation(name_limit=12)
    assert limited.event("(" + "x" * 50) == '"(xxxxxx…xxxx"'
    assert limited.event("x" * 50 + ")") == '"xxxxxxx…xxx)"'
    assert limited.room("1" * 50) == '"1111111…1111"'


def test_an_events_repr_is_that_of_its_arguments_as_long_as_they_are_short() -> None:
    args = ("it's", b"x", [1, {"a": None, "b": [True, 1.5]}], {}, [])
    assert repr(Event(0, Kind.EMIT, "ana", "v", args)) == f"<emit ana v({repr(args)[1:-1]})>"
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert repr(Event(0, Kind.EMIT, "ana", "v", (deep,))) == f"<emit ana v({'[' * 199}…)>"
