"""The picture of a story: a table that reads as one, drawn with inline styles alone."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from votekit.trace import Event, Kind, Story
from votekit.trace.palette import BLUE, GREEN, GREY, VERMILION
from votekit.trace.picture import MOST_ROWS

TAGS = {"table", "caption", "thead", "tbody", "tr", "th", "td", "div", "span", "b", "bdi", "wbr"}
ATTRIBUTES = {"style", "scope", "colspan", "dir"}
"""What JupyterLab leaves in where it does not trust a notebook."""
STYLE = re.compile(r"[a-z-]+:[a-z0-9 .#-]+(;[a-z-]+:[a-z0-9 .#-]+)*;?")


class Table(HTMLParser):
    """Reads a table: the words of its cells, row by row, and how each is drawn."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inside = False
        self.rows: list[list[str]] = []
        self.styles: list[list[str]] = []
        self.tags: set[str] = set()
        self.attributes: dict[str, set[str]] = {}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, set()).add(value or "")
        if tag == "tr":
            self.rows.append([])
            self.styles.append([])
        elif tag in {"th", "td"}:
            self.inside = True
            self.rows[-1].append("")
            self.styles[-1].append("")
        if self.inside:
            self.styles[-1][-1] += f"{dict(attrs).get('style')} "

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in {"th", "td"}

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.rows[-1][-1] += data


def drawn(story: Story) -> Table:
    return Table(story._repr_html_())


def vote() -> tuple[Event, ...]:
    return (
        Event(0, Kind.EMIT, "ana", "vote", ("python",)),
        Event(1, Kind.DELIVER, "ana", "voting bar", ({"python": 1},), room="red", cause=0),
        Event(2, Kind.DELIVER, "ben", "voting bar", ({"python": 1},), room="red", cause=0),
        Event(3, Kind.ACK, "ana", "vote", ("ok",), cause=0),
    )


def test_a_vote_reads_as_a_table() -> None:
    table = drawn(Story(vote(), clients=("ana", "ben", "chi")))
    assert table.rows == [
        ["ana", "ben", "chi", "server"],
        ['to the server: vote "python"', "", "", ""],
        ['from the server: voting bar {"python": 1} room red', "", "", ""],
        ["", 'from the server: voting bar {"python": 1} room red', "", ""],
        ['from the server: ⇠ answers vote: "ok"', "", "", ""],
        ["", "", "○ heard nothing", ""],
    ]
    assert table.attributes["scope"] == {"col"}


def test_an_arrow_goes_from_the_clients_column_to_the_servers_lifeline() -> None:
    table = drawn(Story(vote(), clients=("ana", "ben", "chi")))
    lines = [["border-bottom:2px" in style for style in row] for row in table.styles]
    assert lines[1:4] == [
        [True, True, True, False],
        [True, True, True, False],
        [False, True, True, False],
    ]
    heads = [["position:absolute" in s and "9px" in s for s in row] for row in table.styles]
    assert heads[1:4] == [
        [False, False, True, False],  # at the server's lifeline
        [True, False, False, False],
        [False, True, False, False],
    ]


@pytest.mark.parametrize(
    "event, look",
    [
        (Event(0, Kind.EMIT, "ana", "vote"), f"2px solid {BLUE.anywhere}"),
        (Event(0, Kind.CLIENT_ACK, "ana", "vote"), f"2px dashed {BLUE.anywhere}"),
        (Event(0, Kind.DELIVER, "ana", "vote"), f"2px solid {GREEN.anywhere}"),
        (Event(0, Kind.ACK, "ana", "vote"), f"2px dashed {GREEN.anywhere}"),
        (Event(0, Kind.CONNECT, "ana"), f"2px solid {GREY.anywhere}"),
        (Event(0, Kind.REFUSE, "ana"), f"2px solid {VERMILION.anywhere}"),
        (Event(0, Kind.LOST, "ana", "vote"), f"2px dotted {VERMILION.anywhere}"),
        (Event(0, Kind.TURNED_AWAY, "ana"), f"2px dotted {VERMILION.anywhere}"),
        (Event(0, Kind.DISCONNECT, "ana"), f"2px dotted {VERMILION.anywhere}"),
        (Event(0, Kind.JOIN, "ana", room="red"), f"4px solid {GREY.anywhere}"),
        (Event(0, Kind.ERROR, "ana"), f"4px solid {VERMILION.anywhere}"),
        (Event(0, Kind.NOBODY, None, "vote"), f"4px solid {VERMILION.anywhere}"),
    ],
    ids=lambda each: each.kind if isinstance(each, Event) else None,
)
def test_kinds_are_told_apart_by_their_lines(event: Event, look: str) -> None:
    assert look in Story((event,))._repr_html_()


def test_what_the_server_keeps_and_does_stands_on_its_side() -> None:
    events = (
        Event(0, Kind.JOIN, "ana", room="red", namespace="/chat"),
        Event(1, Kind.LEAVE, "ana", room="red"),
        Event(2, Kind.CLOSE_ROOM, room="red"),
        Event(3, Kind.UNHANDLED, "ana", "vot", detail={"nearest": "vote"}),
        Event(4, Kind.ERROR, "ana", detail={"function": "on_vote", "line": 3, "type": "KeyError"}),
        Event(5, Kind.NOBODY, None, "tally", (1,), room="nosuch"),
    )
    assert [row[-1] for row in drawn(Story(events, clients=("ana",))).rows] == [
        "server",
        "+ ana joins room red namespace /chat",
        "\u2212 ana leaves room red",
        "\u00d7 closes room red",
        '✗ nobody handles "vot"; did you mean "vote"?',
        "✗ error in on_vote, line 3: KeyError",
        "○ tally 1 reached nobody room nosuch",
    ]


def test_what_went_wrong_at_a_client_stands_in_its_column() -> None:
    error = {"where": "client", "function": "on_tally", "line": 1, "type": "TypeError"}
    events = (
        Event(0, Kind.ERROR, "ana", detail=error),
        Event(1, Kind.LOST, "ana", "tally", detail={"kind": "deliver"}),
        Event(2, Kind.DISCONNECT, "ana", detail={"by": "transport"}),
    )
    assert [row[0] for row in drawn(Story(events)).rows] == [
        "ana",
        "✗ error in on_tally, line 1: TypeError",
        "from the server: ✗ tally was sent but never read✗",
        "to the server: ✗ connection lost✗",
    ]


def test_nobody_is_said_to_hear_nothing_where_nobody_heard_anything() -> None:
    assert "heard nothing" not in Story(vote()[:1], clients=("ana", "ben"))._repr_html_()


def test_a_client_whose_delivery_was_lost_heard_nothing() -> None:
    lost = Event(4, Kind.LOST, "ben", "voting bar", detail={"of": 2, "kind": "deliver"})
    story = Story((*vote(), lost), clients=("ana", "ben"))
    assert drawn(story).rows[-1] == ["", "○ heard nothing", ""]


def test_of_those_who_share_a_column_it_is_said_how_many_heard_nothing() -> None:
    hall = tuple(f"voter {n}x" for n in range(30))
    told = tuple(Event(n, Kind.DELIVER, name, "tally") for n, name in enumerate(hall))
    some, none = (drawn(Story(told[:heard], clients=hall)).rows[-1] for heard in (25, 7))
    assert some == [*[""] * 7, "○ 5 of them heard nothing", ""]
    assert none == [*[""] * 7, "○ heard nothing", ""]


def test_a_long_note_does_not_draw_the_columns_apart() -> None:
    assert "max-width:40em" in drawn(Story(vote(), notes=("long " * 99,))).styles[-1][0]


def test_a_story_cut_down_to_very_many_is_bounded_too() -> None:
    hall = tuple(f"voter {n}x" for n in range(500))
    told = tuple(Event(n, Kind.DELIVER, name, "tally") for n, name in enumerate(hall))
    assert drawn(Story(told, clients=hall).only(*hall)).rows[0][-2] == "… 469 others"


def test_an_empty_story_is_a_picture_too() -> None:
    assert drawn(Story(())).rows == [["server"], ["nothing happened"]]


def test_what_is_missing_and_notes_stand_across() -> None:
    table = drawn(Story(vote(), clients=("ana",), dropped=2, notes=("ben is\noffline",)))
    assert table.rows[1] == ["2 earlier events were dropped"]
    assert table.rows[-1] == ["note: ben is\\noffline"]
    assert table.attributes["colspan"] == {"3"}


def test_a_long_story_is_drawn_in_part_and_says_so() -> None:
    events = tuple(Event(n, Kind.EMIT, "ana", f"event {n}x") for n in range(MOST_ROWS + 900))
    table = drawn(Story(events))
    assert table.rows[-2:] == [
        [f"to the server: event {MOST_ROWS - 1}x", ""],
        ["… and 900 more rows: print(story) has them"],
    ]


def test_many_recipients_are_one_arrow_with_many_heads() -> None:
    hall = tuple(f"voter {n}x" for n in range(30))
    events = tuple(Event(n, Kind.DELIVER, name, "tally", (1,)) for n, name in enumerate(hall))
    table = drawn(Story(events, clients=hall))
    assert table.rows[0] == [*hall[:7], "… 23 others", "server"]
    assert table.rows[1][0] == "from the server: voter 0x, voter 1x and 28 others: tally 1"
    assert ["9px" in style for style in table.styles[1]] == [True] * 8 + [False]


def test_who_shares_a_column_is_named_in_each_row() -> None:
    hall = tuple(f"voter {n}x" for n in range(30))
    events = tuple(Event(n, Kind.EMIT, name, "vote") for n, name in enumerate(hall))
    assert drawn(Story(events)).rows[30][-2] == "to the server: voter 29x: vote"


def test_binary_data_has_a_mark_and_what_only_reads_like_it_has_none() -> None:
    said = Event(0, Kind.EMIT, "ana", "picture", (b"12345", "<5 bytes>", "x" * 70 + "<5 bytes>"))
    html = Story((said,))._repr_html_()
    assert html.count("▣ 5 bytes") == 1
    assert "&quot;&lt;5 bytes&gt;&quot;" in html


def test_what_reads_from_right_to_left_leaves_its_surroundings_where_they_are() -> None:
    said = Event(0, Kind.EMIT, "ana", "say", ({"اسم": 1, "ok": "مرحبا بالعالم"},))
    html = Story((said,), clients=("ana", "نور"))._repr_html_()
    assert re.findall("<bdi>(.*?)</bdi>", html) == ["نور", "اسم", "مرحبا بالعالم"]
    assert html.startswith('<table dir="ltr"')  # whichever way the page around it reads


@pytest.mark.parametrize("kind", Kind)
def test_whatever_a_story_contains_it_is_only_ever_text(kind: Kind, nasty: str) -> None:
    event = Event(0, kind, nasty, nasty, (nasty, {nasty: nasty}), nasty, nasty)
    heard = Event(1, Kind.DELIVER, "ben", nasty)
    table = drawn(Story((event, heard), clients=("ben", nasty, "chi"), notes=(nasty,)))
    assert table.tags <= TAGS
    assert set(table.attributes) <= ATTRIBUTES
    assert all(map(STYLE.fullmatch, table.attributes["style"]))


def test_the_text_of_the_picture_can_be_stored(nasty: str) -> None:
    story = Story((Event(0, Kind.EMIT, nasty, nasty, (nasty,)),), notes=(nasty,))
    story._repr_html_().encode("utf-8")


def test_the_worst_story_is_bounded() -> None:
    worst = "\U0001d518🎓" * 100
    names = [f"{n}{worst}" for n in range(99)]
    events = tuple(
        Event(n, Kind.DELIVER, name, worst, (worst,), worst, worst) for n, name in enumerate(names)
    )
    assert len(Story(events, clients=tuple(names))._repr_html_()) < 400_000
