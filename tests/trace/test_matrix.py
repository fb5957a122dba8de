from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from votekit.trace import Event, Kind, Matrix, Story
from votekit.trace.palette import GREY

EVENTS = (
    Event(0, Kind.EMIT, "ana", "vote", ("python",)),
    Event(1, Kind.DELIVER, "ana", "voting bar", cause=0),
    Event(2, Kind.DELIVER, "ben", "voting bar", cause=0),
    Event(3, Kind.DELIVER, "guest 1", "voting bar", cause=0),
    Event(4, Kind.EMIT, "ben", "vote"),
    Event(5, Kind.DELIVER, "ana", "voting bar", cause=4),
    Event(6, Kind.DELIVER, "ben", "voting bar", cause=4),
    Event(7, Kind.LOST, "ben", "voting bar", cause=4, detail={"of": 6, "kind": "deliver"}),
    Event(8, Kind.DELIVER, "ben", "say", namespace="/chat"),
    Event(9, Kind.NOBODY, None, "gone"),
)
MATRIX = Story(EVENTS, clients=("ana", "ben", "chi")).matrix


def test_it_counts_who_heard_what_and_how_often() -> None:
    assert MATRIX["ana", "voting bar"] == 2
    assert MATRIX["chi", "voting bar"] == 0
    assert MATRIX["guest 1", "voting bar"] == 1
    assert MATRIX["ben", "say (namespace /chat)"] == 1


def test_a_lost_delivery_was_not_heard() -> None:
    assert MATRIX["ben", "voting bar"] == 1


def test_rows_are_clients_as_they_joined_then_other_recipients() -> None:
    assert MATRIX.clients == ("ana", "ben", "chi", "guest 1")


def test_columns_are_events_in_causal_order() -> None:
    assert MATRIX.events == ("voting bar", "say (namespace /chat)")


def test_reached_are_those_who_heard_anything() -> None:
    assert MATRIX.reached == ("ana", "ben", "guest 1")


def test_an_event_that_nobody_was_sent_was_heard_by_nobody() -> None:
    assert MATRIX["ana", "gone"] == 0


def test_an_unknown_client_is_an_error_that_names_the_known() -> None:
    with pytest.raises(KeyError, match="no client 'anna'; there are 'ana', 'ben'"):
        MATRIX["anna", "voting bar"]


def test_it_reads_as_a_table() -> None:
    assert str(MATRIX) == (
        "heard    voting bar  say (namespace /chat)\n"
        "ana      ● 2         ·\n"
        "ben      ●           ●\n"
        "chi      ·           ·\n"
        "guest 1  ●           ·"
    )


def test_nothing_heard_is_said_in_words() -> None:
    matrix = Story(EVENTS[:1], clients=("ana",)).matrix
    assert str(matrix) == "nobody heard anything"
    assert matrix._repr_html_() == "<p>nobody heard anything</p>"
    assert matrix.reached == ()


class Cells(HTMLParser):
    """Collects tags, and the texts of cells."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.spoken: list[str | None] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.spoken += [value for name, value in attrs if name in {"scope", "aria-label"}]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_html_is_a_table_for_eye_and_ear() -> None:
    table = Cells(Story(EVENTS[:4], clients=("ana", "chi")).matrix._repr_html_())
    assert table.texts == [
        *("Who heard what", "client", "voting bar"),
        *("ana", "●", "chi", "·", "ben", "●", "guest 1", "●"),
    ]
    assert table.spoken[:5] == ["col", "col", "row", "heard once", "row"]
    assert table.tags.count("tr") == 5


def test_the_html_has_the_colour_of_its_page_and_grey_lines() -> None:
    html = MATRIX._repr_html_()
    assert "color:inherit" in html
    assert set(re.findall("#[0-9a-f]+", html)) == {GREY.anywhere}


def test_names_are_only_ever_text(nasty: str) -> None:
    deliver = Event(0, Kind.DELIVER, nasty, nasty, namespace=nasty)
    matrix = Matrix.of([deliver], ["ana"])
    html = matrix._repr_html_()
    assert html.isprintable()
    table = Cells(html)
    assert set(table.tags) == {"table", "caption", "thead", "tbody", "tr", "th", "td", "span"}
    assert table.tags.count("td") == 2
    assert all(line.isprintable() for line in str(matrix).split("\n"))
    assert str(matrix).count("\n") == 2
    assert matrix[nasty, matrix.events[0]] == 1
