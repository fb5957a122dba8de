"""A story as JSON: all of it comes back, from a file that anybody may have written."""

from __future__ import annotations

import contextlib
import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from votekit.trace import Event, Kind, Story
from votekit.trace.json_form import FORMAT
from votekit.trace.story import Arrived

GOLDEN = Path(__file__).with_name("story_format_1.json")
STORY = Story(
    (
        Event(0, Kind.ACCEPT, "ana", detail={"sid": "S1d"}),
        Event(3, Kind.EMIT, "ana", "picture", (b"\x00\xff", {"$bytes": "eA=="}, float("inf"))),
        Event(
            *(5, Kind.DELIVER, "ben", "who", ("S1d", [2**300, "\ud83d", "\ud83d" + "\ude00"])),
            *("/chat", ("red", 5, True, 1.5, b"r", None, ("game", 3)), 3),
            detail={"emit": 4, "odd": [None]},
        ),
        Event(4, Kind.DELIVER, "ben", "first", ({1: (2, b"x")},), room=0, cause=3),
        Event(6, Kind.CLOSE_ROOM, room=False, cause=3),
    ),
    sids={"S1d": "ana"},
    clients=("ana", "ben", "guest 1"),
    dropped=2,
    notes=("guest 1 does not answer", "é\n"),
)
TEXT = """\
2 earlier events were dropped
server → ana     connected
ana    → server  picture <2 bytes>, {"$bytes": "eA=="}, Infinity
server → ben     first {1: [2, <1 byte>]} (room 0)
server → ben     who <sid of ana>, [<integer of 301 bits>, "\\ud83d", "\\ud83d\\ude00"] \
(rooms red, 5, true, 1.5, <1 byte>, null, …, namespace /chat)
server           closes room false
note: guest 1 does not answer
note: é\\n"""


@pytest.mark.parametrize(
    "story", [STORY, STORY.arrived, STORY.only("ben"), STORY.arrived.only("ana"), Story(())]
)
def test_a_story_comes_back_as_it_was(story: Story) -> None:
    text = story.to_json()
    assert text.isascii()
    found = Story.from_json(text)
    assert found == story
    assert type(found) is type(story)
    assert (str(found), found.matrix) == (str(story), story.matrix)
    assert found.to_json() == text


def test_types_that_are_equal_are_kept_apart() -> None:
    found = Story.from_json(STORY.to_json())
    assert [repr(event.room) for event in found] == [repr(event.room) for event in STORY]
    assert [repr(event.args) for event in found] == [repr(event.args) for event in STORY]


def test_format_1_is_read_for_ever() -> None:
    found = Story.from_json(GOLDEN.read_text(encoding="utf-8"))
    assert found == STORY
    assert str(found) == TEXT


def test_what_is_written_is_that_format() -> None:
    assert FORMAT == 1
    assert STORY.to_json() == GOLDEN.read_text(encoding="utf-8")


def test_an_event_is_a_line() -> None:
    head, *lines, end = STORY.to_json().splitlines()
    assert [json.loads(line.removesuffix(","))["seq"] for line in lines] == [0, 3, 4, 5, 6]
    assert '"events": [' in head
    assert end == "]}"


def test_every_field_is_written() -> None:
    document = json.loads(replace(STORY.only("ben"), dropped=1).to_json())
    assert {each.name for each in fields(Story)} <= document.keys()
    assert {each.name for each in fields(Event)} == document["events"][1].keys() - {"special"}


def test_details_cannot_be_changed() -> None:
    event = Story.from_json(STORY.to_json()).events[0]
    with pytest.raises(TypeError):
        event.detail["sid"] = "other"  # type: ignore[index]


def test_a_payload_as_deep_as_can_be_is_kept() -> None:
    deep: list[Any] = []
    for _ in range(20_000):
        deep = [deep]
    story = Story(tuple(Event(n, Kind.DELIVER, who, "v", (deep,)) for n, who in enumerate("ab")))
    found = Story.from_json(story.to_json())
    assert str(found) == str(story)
    assert found.to_json() == story.to_json()


def test_a_whole_log_is_written_and_read_in_a_second_or_two() -> None:
    tally = {"python": 1, "javascript": 2}
    events = tuple(
        Event(n, Kind.DELIVER, f"voter {n % 20}", "voting bar", (tally,), cause=n // 20)
        for n in range(10_000)
    )
    began = time.monotonic()
    text = Story(events).to_json()
    assert len(Story.from_json(text)) == 10_000
    assert time.monotonic() - began < 20
    assert len(text) < 200 * 10_000


@pytest.mark.parametrize(
    "event",
    [Event(0, Kind.EMIT, "ana", "v", ({1},)), Event(0, Kind.JOIN, "ana", room=frozenset())],
)
def test_what_no_wire_carries_is_refused(event: Event) -> None:
    with pytest.raises(TypeError, match=r"cannot write events\[1\]: .*set"):
        Story((Event(-1, Kind.EMIT), event)).to_json()


# -- what others wrote -----------------------------------------------------------------------------


def document(**changed: Any) -> dict[str, Any]:
    return {"kind": "votekit story", "format": 1, "events": []} | changed


def event(**changed: Any) -> dict[str, Any]:
    return document(events=[{"seq": 0, "kind": "emit"}, {"seq": 1, "kind": "emit"} | changed])


def test_only_events_are_needed() -> None:
    assert Story.from_json(json.dumps(document())) == Story(())
    assert len(Story.from_json(json.dumps(event()))) == 2


def test_fields_and_details_of_another_votekit_do_no_harm() -> None:
    later = event(colour="red", detail={"emit": 3, "later": [1]}) | {"more": {"a": 1}}
    found = Story.from_json(json.dumps(later))
    assert found.events[1].detail == {"emit": 3, "later": [1]}
    assert found == Story.from_json(json.dumps(event(detail={"emit": 3, "later": [1]})))


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "not a story, since it is not JSON: Expecting value: line 1"),
        ('{"kind": NaN}', "not JSON: NaN is no number"),
        ("1" * 5_000, "not JSON"),
        ("[" * 100_000, "nested so deep"),
        ('{"a":' * 100_000, "nested so deep"),
        ("[]", "it names no kind, not 'votekit story'"),
        ("{}", "it names no kind"),
        (document(kind="votekit poll"), "its kind is 'votekit poll', not 'votekit story'"),
        (document(format=2), "written by a newer votekit; its format is 2, and this .* reads 1: "),
        (document(format="1"), "its format is '1', not"),
        (document(format=True), "its format is True, not 1 or more"),
        (document(format=0), "its format is"),
        (document(events={}), "this: events is an object, not a list"),
        (document(events=[1]), r"this: events\[0\]: it is an integer, not an object"),
        (document(events=[{}]), r"events\[0\]: there is no seq"),
        (document(events=[{"seq": 1}]), r"events\[0\]: there is no kind"),
        (document(sids=[]), "this: sids is a list, not an object"),
        (document(sids={"a": 1}), "sids is an object, not an object with a text for each"),
        (document(clients="ana"), "clients is a text, not a list of texts"),
        (document(clients=[1]), "clients is a list, not a list of texts"),
        (document(chosen=None), "chosen is null, not a list of texts"),
        (document(dropped=1.5), "dropped is a number, not an integer"),
        (document(left_out=True), "left_out is true or false, not an integer"),
        (document(arrived=1), "arrived is an integer, not true or false"),
        (document(special=[["bytes", ["notes"]]]), r"this: special\[0\]: its path leads nowhere"),
        (event(seq="1"), r"events\[1\]: seq is a text, not an integer"),
        (event(seq=True), "seq is true or false, not an integer"),
        (event(kind="dance"), r"events\[1\]: kind is 'dance', .* newer votekit"),
        (event(kind=3), "kind is an integer, not a text"),
        (event(client=3), "client is an integer, not a text or null"),
        (event(name=None), "name is null, not a text"),
        (event(args={}), "args is an object, not a list"),
        (event(args="v", special=[["text", ["args"]]]), r"events\[1\]: special\[0\]: there is a"),
        (event(namespace=1), "namespace is an integer"),
        (event(room=[]), "room is a list, not"),
        (event(room={}), "room is an object, not"),
        (event(room=[[]], special=[["tuple", ["room"]]]), "room is tuple, not"),
        (event(cause="0"), "cause is a text, not an integer or null"),
        (event(detail=[]), "detail is a list, not an object"),
        (event(detail=[[1, 2]], special=[["dict", ["detail"]]]), "detail is an object, not"),
    ],
    ids=lambda value: json.dumps(value)[:60],
)
def test_what_is_no_story_is_refused_in_a_sentence(text: Any, message: str) -> None:
    text = text if isinstance(text, str) else json.dumps(text)
    with pytest.raises(ValueError, match=message) as refused:
        Story.from_json(text)
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize("text", [None, b"{}", {}])
def test_only_text_is_read(text: Any) -> None:
    with pytest.raises(TypeError, match="takes the text of a story, not "):
        Story.from_json(text)


def test_it_makes_no_difference_which_kind_of_story_reads() -> None:
    assert type(Arrived.from_json(STORY.to_json())) is Story


VIEWS: list[Callable[[Story], object]] = [
    str,
    lambda story: story._repr_html_(),
    lambda story: repr(story.matrix),
    lambda story: story.matrix._repr_html_(),
    lambda story: str(story.arrived),
    lambda story: [repr(event) for event in story],
    lambda story: story.diff(STORY)._repr_html_(),
    lambda story: [str(story.only(name)) for name in story.clients],
    lambda story: story.to_json(),
]


def test_whatever_is_in_a_file_is_refused_or_can_be_shown() -> None:
    chance = random.Random(1)
    whole = json.loads(STORY.to_json())
    details = (Path(__file__).parents[2] / "votekit/trace/detail.py").read_text(encoding="utf-8")
    keys = sorted({part for part in details.split('"') if part.isidentifier()})
    for kind in Kind:
        many = {key: chance.choice(ODD) for key in keys}
        whole["events"].append({"seq": 20, "kind": kind, "client": "ben", "detail": many})
    read = 0
    for _ in range(300):
        changed = json.loads(json.dumps(whole))
        for _ in range(chance.randrange(4)):
            place, key = chance.choice(list(places(changed)))
            place[key] = chance.choice(ODD)
        story = None
        with contextlib.suppress(ValueError):
            story = Story.from_json(json.dumps(changed).replace("1e+300", "1e400"))
        if story is not None:
            read += 1
            for view in VIEWS:
                view(story)
    assert 100 < read < 400


ODD: list[Any] = [
    *(None, True, 0, -1, 1, 5, 2**70, 0.5, 1e300, "", "ana", "emit", "\ud800", "x" * 300),
    *([], {}, [[]], {"a": 1}, ["ana"], [["deep", ["args"], []]], [["tuple", ["args", 0]]]),
]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Go through everything in a document that could be something else."""
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in parts:
        yield value, key
        if isinstance(part, dict | list):
            yield from places(part)
