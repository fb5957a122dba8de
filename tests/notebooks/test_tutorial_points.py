"""Every point of the original tutorial is taught in a cell that exists, or is open and says so."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest

Point = dict[str, Any]

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
POINTS: list[Point] = tomllib.loads(
    Path(__file__).with_name("tutorial_points.toml").read_text(encoding="utf-8")
)["point"]
SERIES = [f"{number:02}" for number in range(12)]
NEEDED = {"says", "lesson"}
COVERED = {"notebook", "cell", "word"}
MAY_SAY = {"today"}

Cells = Mapping[str, str]
"""Id of each cell of a notebook to its source."""


def cells() -> dict[str, Cells]:
    """Read the lessons there are, by file name."""
    return {
        path.name: {
            cell["id"]: cell["source"] for cell in nbformat.read(path, as_version=4)["cells"]
        }
        for path in sorted(FOLDER.glob("[0-9][0-9]_*.ipynb"))
    }


def faults(point: Point, lessons: Mapping[str, Cells]) -> Iterator[str]:
    """Say in which ways one point is not as the lessons are."""
    if missing := NEEDED - set(point):
        yield f"has no {', '.join(sorted(missing))}"
        return
    if point["lesson"] not in SERIES:
        yield f"lesson {point['lesson']} is not in the series"
    if "open" in point:
        yield from _faults_of_an_open_one(point, lessons)
    else:
        yield from _faults_of_a_covered_one(point, lessons)


def _faults_of_an_open_one(point: Point, lessons: Iterable[str]) -> Iterator[str]:
    if point["open"] is not True or set(point) - NEEDED - MAY_SAY - {"open"}:
        yield "is open, and says more than that"
    if written := [name for name in lessons if name.startswith(point["lesson"])]:
        yield f"is open, but {written[0]} exists"


def _faults_of_a_covered_one(point: Point, lessons: Mapping[str, Cells]) -> Iterator[str]:
    if set(point) - MAY_SAY != NEEDED | COVERED:
        yield f"has other keys than {', '.join(sorted(NEEDED | COVERED))}"
        return
    name, cell, word = (str(point[key]) for key in ("notebook", "cell", "word"))
    if not name.startswith(f"{point['lesson']}_"):
        yield f"{name} is not lesson {point['lesson']}"
    if name not in lessons:
        yield f"there is no {name}"
    elif cell not in lessons[name]:
        yield f"{name} has no cell {cell}"
    elif not word or word not in lessons[name][cell]:
        yield f"cell {cell} of {name} does not contain {word!r}"


def twice(points: Iterable[Point]) -> list[str]:
    """Name what is said by more than one point, or is shown by one word of one cell."""
    told = [point["says"].casefold().strip(" .") for point in points]
    shown = [
        f"{point['notebook']} {point['cell']} {point['word']}"
        for point in points
        if "notebook" in point
    ]
    return [what for what, count in Counter(told + shown).items() if count > 1]


@pytest.fixture(scope="module")
def lessons() -> dict[str, Cells]:
    return cells()


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.get("says", "?")[:50])
def test_a_point_is_taught_where_it_says_or_its_lesson_is_not_there_yet(point, lessons):
    assert list(faults(point, lessons)) == []


def test_no_point_is_listed_twice():
    assert twice(POINTS) == []


def test_every_lesson_of_the_series_has_points_and_they_stand_in_its_order():
    numbers = [point["lesson"] for point in POINTS]
    assert numbers == sorted(numbers)
    assert sorted(set(numbers)) == SERIES


GOOD = {
    "says": "A vote is counted.",
    "lesson": "01",
    "notebook": "01_a.ipynb",
    "cell": "vote",
    "word": "count(",
}
OPEN = {"says": "Rooms.", "lesson": "05", "open": True}
LESSONS = {"01_a.ipynb": {"vote": "count(vote)"}}


def test_a_covered_and_an_open_point_are_found_right():
    assert list(faults(GOOD, LESSONS)) == []
    assert list(faults(OPEN, LESSONS)) == []


@pytest.mark.parametrize(
    "point, fault",
    [
        ({"says": "A vote."}, "has no lesson"),
        (GOOD | {"lesson": "12"}, "lesson 12 is not in the series"),
        (GOOD | {"lesson": "02"}, "01_a.ipynb is not lesson 02"),
        (GOOD | {"notebook": "01_b.ipynb"}, "there is no 01_b.ipynb"),
        (GOOD | {"cell": "gone"}, "01_a.ipynb has no cell gone"),
        (GOOD | {"word": "recount("}, "cell vote of 01_a.ipynb does not contain 'recount('"),
        (GOOD | {"word": ""}, "does not contain ''"),
        (GOOD | {"sure": "yes"}, "has other keys than"),
        ({"says": "A vote.", "lesson": "01"}, "has other keys than"),
        (OPEN | {"lesson": "01"}, "is open, but 01_a.ipynb exists"),
        (OPEN | {"open": False}, "is open, and says more than that"),
        (OPEN | {"cell": "vote"}, "is open, and says more than that"),
    ],
)
def test_a_point_that_is_wrong_is_found(point, fault):
    assert fault in "\n".join(faults(point, LESSONS))


def test_a_point_that_is_listed_twice_is_found():
    assert twice([GOOD, GOOD | {"says": "a vote is counted"}]) == [
        "a vote is counted",
        "01_a.ipynb vote count(",
    ]
    assert twice([OPEN, OPEN | {"says": "rooms"}]) == ["rooms"]
