"""Values that JSON has not, as JSON and back."""

from __future__ import annotations

import json
import math
import random
from typing import Any

import pytest

from votekit.trace.packed import hashable, packed, unpacked

TWO = "\ud83d" + "\ude00"
"""Two lone surrogates, of which JSON would make one emoji."""


def through(value: object) -> Any:
    """Send a value through JSON, and see that it is the same JSON the next time."""
    plain, special = packed({"value": value})
    text = json.dumps([plain, special], allow_nan=False)
    found = unpacked(*json.loads(text))["value"]
    assert json.dumps(packed({"value": found})) == text
    return found


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, False, 0, 1, -1, 0.5, 1e300, "", "a", "\x00", "é", "\u2028", "😀"),
        *(10**30, -(10**300), 10**10_000, -(2**40_000)),
        *("\ud83d", "\ude00", TWO, f"a{TWO}b{TWO}", {TWO: TWO}, {"\ud83d": 1}),
        *(b"", b"\x00\xff", [b"a", {"k": b"b"}], (), (1, (b"c", [(2,)]))),
        *({}, [], [[]], {"": {}}, {1: 2}, {None: 1, "a": b"x", (1, b"k"): (3,), 1.5: {2: 3}}),
        *([math.inf, -math.inf], [{}, [{}, (b"",)]]),
    ],
    ids=lambda value: repr(value)[:20] if not isinstance(value, int) else f"{type(value)}",
)
def test_every_value_comes_back_as_it_was(value: Any) -> None:
    found = through(value)
    assert found == value
    assert type(found) is type(value)


def test_numbers_keep_their_type_and_sign() -> None:
    assert list(map(repr, through([1, 1.0, True, -0.0, math.nan]))) == [
        *("1", "1.0", "True", "-0.0", "nan")
    ]


def test_bytes_of_every_kind_come_back_as_bytes() -> None:
    assert through([bytearray(b"ab"), memoryview(b"cd")]) == [b"ab", b"cd"]


@pytest.mark.parametrize(
    "value",
    [
        {"$bytes": "eA=="},
        {"special": [["bytes", ["value"]]]},
        ["bytes", ["value"]],
        ["deep", ["value"], [1]],
        {"_placeholder": True, "num": 0},
        [["key", "value"]],
        *("nan", "0x1", "eA=="),
    ],
    ids=repr,
)
def test_a_payload_that_looks_like_a_mark_is_a_payload(value: object) -> None:
    assert through(value) == value
    assert through([b"x", value, (value,), {1: value}]) == [b"x", value, (value,), {1: value}]


@pytest.mark.parametrize("depth", [62, 63, 64, 65, 66, 127, 128, 129, 130, 1_000])
@pytest.mark.parametrize("inmost", [[], b"x", (), {1: b"y"}, "text"], ids=repr)
def test_deep_values_come_back(depth: int, inmost: Any) -> None:
    value: Any = inmost
    for level in range(depth):
        value = [[value, b""], {"k": value}, (value,), {2: value}][level % 4]
    found = through(value)
    for level in reversed(range(depth)):
        assert type(found) is (list, dict, tuple, dict)[level % 4]
        keys: list[Any] = [0, "k", 0, 2]
        found = found[keys[level % 4]]
    assert found == inmost


def test_no_value_is_too_deep() -> None:
    value: Any = [b"x"]
    for _ in range(20_000):
        value = (value,)
    found = through(value)
    for _ in range(20_000):
        (found,) = found
    assert found == [b"x"]


def test_values_of_chance_come_back() -> None:
    chance = random.Random(1)
    for _ in range(1_000):
        value = anything(chance, 5)
        assert through(value) == value


def anything(chance: random.Random, levels: int) -> Any:
    scalars = (None, True, 7, 2**300, -0.5, math.inf, "a", TWO, "\ud800é", b"", b"\xff")
    if not levels or chance.random() < 0.3:
        return chance.choice(scalars)
    parts = [anything(chance, levels - 1) for _ in range(chance.randrange(4))]
    keys: list[Any] = ["a", TWO, 1, b"k", None, (1, "b"), 2.5]
    chance.shuffle(keys)
    return chance.choice(
        [
            parts,
            tuple(parts),
            dict(zip("xyz", parts, strict=False)),
            dict(zip(keys, parts, strict=False)),
        ]
    )


@pytest.mark.parametrize(
    "value, message",
    [
        ({1, 2}, r"a set at \['value'\]"),
        ([0, {"a": object()}], r"an? object at \['value'\]\[1\]\['a'\]"),
        ({frozenset(): 1}, r"a key at \['value'\]"),
        ([10**30] * 70 + [{}.keys()], r"a dict_keys at \['value'\]\[70\]"),
    ],
)
def test_what_no_wire_carries_is_refused_with_its_place(value: object, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        packed({"value": value})


@pytest.mark.parametrize(
    "special, message",
    [
        ({}, "special is an object, not a list"),
        ([[]], r"special\[0\]: this is not the name of a kind"),
        ([None], "not the name of a kind"),
        ([["bytes"]], "not the name of a kind"),
        ([["deep", ["a"]]], "not the name of a kind"),
        ([[["bytes"], ["a"]]], "not the name of a kind"),
        ([["complex", ["a"]]], "knows no value 'complex'; a newer one may"),
        ([["bytes", []]], "leads nowhere"),
        ([["bytes", ["b"]]], "leads nowhere"),
        ([["bytes", ["a", "c"]]], "leads nowhere"),
        ([["bytes", ["a", -1]]], "leads nowhere"),
        ([["bytes", ["a", 9, 9]]], "leads nowhere"),
        ([["bytes", ["a", False]]], "leads nowhere"),
        ([["bytes", [0]]], "leads nowhere"),
        ([["deep", [0], []]], "leads nowhere"),
        ([["bytes", ["a", 0]]], "a number, not a text"),
        ([["bytes", ["a", 1]]], "special"),
        ([["int", ["a", 1]]], "special"),
        ([["float", ["a", 1]]], "'é' is no number"),
        ([["text", ["a", 1]]], "a text, not a list"),
        ([["text", ["a"]]], "a number, not a text"),
        ([["tuple", ["a", 1]]], "a text, not a list"),
        ([["dict", ["a"]]], "a number, not a list"),
        ([["dict", ["a", 2]]], "no pairs"),
        ([["dict", ["a", 3]]], "a key is there twice"),
        ([["dict", ["a", 4]]], "no pairs"),
        ([["tuple", ["a"]], ["tuple", ["a"]]], "there is tuple, not a list"),
    ],
    ids=repr,
)
def test_a_list_that_does_not_fit_is_refused(special: Any, message: str) -> None:
    value = {"a": [0.5, "é", [["k"]], [[1, 2], [1, 3]], [[[], 2]]]}
    with pytest.raises(ValueError, match=message):
        unpacked(value, special)


def test_tuples_as_rooms_are_no_deeper_than_a_hash_can_go() -> None:
    room: Any = "red"
    for _ in range(8):
        room = (room,)
    assert hashable(room)
    assert not hashable((room,))
    assert not hashable([])
