from __future__ import annotations

from collections.abc import Hashable

import pytest

from votekit.trace.notation import Notation, one_line

NOTATION = Notation({"S1d": "ana", "S2d": "guest 1"}, payload_limit=40, name_limit=12)


@pytest.mark.parametrize(
    "args, text",
    [
        ((), ""),
        (("python",), '"python"'),
        (("a", 1, None), '"a", 1, null'),
        ((True, False, 1.5, -2), "true, false, 1.5, -2"),
        (({"python": 1, "javascript": 0},), '{"python": 1, "javascript": 0}'),
        (([], {}, ["a", ["b"]]), '[], {}, ["a", ["b"]]'),
        ((b"12345", b"1", bytearray(2)), "<5 bytes>, <1 byte>, <2 bytes>"),
        (("Größe 日本",), '"Größe 日本"'),
        (('say "hi"\\\n',), '"say \\"hi\\"\\\\\\n"'),
        ((float("nan"), float("inf")), "NaN, Infinity"),
        ((10**5000,), "<integer of 16610 bits>"),
        ((object(), {1, 2}), "<object>, <set>"),
    ],
)
def test_payloads_read_like_json(args: tuple[object, ...], text: str) -> None:
    assert NOTATION.payload(args) == text


@pytest.mark.parametrize(
    "args, text",
    [
        (("S1d",), "<sid of ana>"),
        (("S1d left",), '"<sid of ana> left"'),
        (({"to": ["S1d", {"S2d": 1}]},), '{"to": [<sid of ana>, {<sid of guest 1>: 1}]}'),
    ],
)
def test_known_session_ids_are_told_by_name(args: tuple[object, ...], text: str) -> None:
    assert Notation(NOTATION.sids).payload(args) == text


@pytest.mark.parametrize(
    "arg",
    ["x" * 10**6, ["x" * 30] * 10**5, {str(n): n for n in range(10**5)}],
)
def test_long_payloads_are_shortened(arg: object) -> None:
    text = NOTATION.payload((arg,))
    assert len(text) == 40
    assert text.endswith("…")


def test_deep_and_circular_payloads_are_shortened() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    circular: list[object] = []
    circular.append(circular)
    assert NOTATION.payload((deep,)) == NOTATION.payload((circular,)) == "[" * 39 + "…"


@pytest.mark.parametrize(
    "name, text",
    [
        ("vote", "vote"),
        ("voting bar", "voting bar"),
        ("my-event.x:y", "my-event.x:y"),
        ("", '""'),
        (" vote", '" vote"'),
        ("a  b", '"a  b"'),
        ("round 5", '"round 5"'),
        ("is true", '"is true"'),
        ("connected", '"connected"'),
        ('say "x"', '"say \\"x\\""'),
        ("a\nb", '"a\\nb"'),
        ("item[1]", '"item[1]"'),
        ("x" * 50, "xxxxxxx…xxxx"),
    ],
)
def test_event_names_are_quoted_only_where_they_could_be_misread(name: str, text: str) -> None:
    assert NOTATION.event(name) == text


@pytest.mark.parametrize(
    "name, text",
    [("ana", "ana"), ("guest 1", "guest 1"), ("server", '"server"'), ("→ ana", '"→ ana"')],
)
def test_client_names_are_quoted_only_where_they_could_be_misread(name: str, text: str) -> None:
    assert NOTATION.client(name) == text


@pytest.mark.parametrize(
    "room, text",
    [
        ("red", "red"),
        (5, "5"),
        ("5", '"5"'),
        (None, "null"),
        ("null", '"null"'),
        ("", '""'),
        ("S1d", "<sid of ana>"),
        (("a", 1), '["a", 1]'),
        (frozenset({1}), "<frozenset>"),
    ],
)
def test_a_room_shows_its_type_where_that_matters(room: Hashable, text: str) -> None:
    assert NOTATION.room(room) == text


def test_everything_is_printable_and_short(nasty: str) -> None:
    for text in (
        NOTATION.event(nasty),
        NOTATION.client(nasty),
        NOTATION.room(nasty),
        NOTATION.namespace(nasty),
        NOTATION.word(nasty),
        NOTATION.payload((nasty, {nasty: [nasty]})),
        one_line(nasty),
    ):
        assert text.isprintable()
        text.encode()
    assert len(NOTATION.event(nasty)) <= 12 + len('""')
    assert len(NOTATION.payload((nasty,))) <= 40


def test_different_names_are_written_differently() -> None:
    names = ["a\nb", "a\\nb", '"a"', "a", "", " ", "\u200b", "\u00a0", "a\u200b", "5", "round 5"]
    assert len({NOTATION.event(name) for name in names}) == len(names)


def test_sentences_keep_their_quotes() -> None:
    assert one_line('guest 1: "x"\ngone') == 'guest 1: "x"\\ngone'


@pytest.mark.parametrize("name", ["○ heard nothing", "▣ 5 bytes", "✗ error", "⇠ answers vote"])
def test_a_name_cannot_pass_for_a_mark(name: str) -> None:
    notation = Notation()
    quoted = f'"{name}"'
    assert [notation.event(name), notation.room(name), notation.client(name)] == [quoted] * 3
