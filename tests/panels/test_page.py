"""What a page sends and gets, and what is shown where there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import votekit

OPTIONS = ["python", "javascript"]
HOSTILE = "<img src=x onerror=alert(1)>"
PICTURE = "A picture of the panel: run this cell for the live one."
VOTE = {"type": "vote", "option": 0}


MADE: dict[str, Callable[..., Any]] = {
    "vote": lambda live: votekit.VotePanel(live.client("ana"), OPTIONS),
    "room": lambda live: votekit.RoomPanel(live.client("ana"), ["red"]),
    "traffic": votekit.TrafficPanel,
    "predict": votekit.Predict,
    "guess": lambda _live: votekit.Guess("How many ballots?"),
}


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize(
    "message",
    [
        None,
        "vote",
        {},
        {"type": "vote"},
        {"type": "vote", "option": 2},
        {"type": "vote", "option": -1},
        {"type": "vote", "option": True},
        {"type": "join", "room": False},
        {"type": "tick", "client": False, "on": True},
        {"type": []},
        {"type": {}},
        {"type": ["shown"], "view": "one"},
        {"type": "vote", "option": "python"},
        {"type": "join", "room": 9},
        {"type": "say", "room": 0, "text": 7},
        {"type": "tick", "client": 99, "on": True},
        {"type": "tick", "client": 0, "on": "yes"},
        {"type": "shown", "view": 3},
        {"type": "nonsense"},
    ],
    ids=repr,
)
def test_rubbish_from_the_page_is_answered_in_words(live, kind, message):
    panel = MADE[kind](live)
    before = live.log.next_seq
    panel._receive(message)
    assert "! the page sent something that this panel does not understand" in repr(panel)
    assert live.log.next_seq == before


def test_a_message_from_the_page_arrives(live):
    ana = live.client("ana")
    panel = votekit.VotePanel(ana, OPTIONS)
    panel._handle_custom_msg(VOTE, [])
    assert 'vote "python"' in str(live.settle())


def test_a_panel_is_painted_only_while_somebody_looks(live, until):
    ana = live.client("ana")
    panel, other = votekit.VotePanel(ana, OPTIONS), votekit.VotePanel(ana, OPTIONS)
    panel._receive({"type": "shown", "view": "one"})
    panel._receive({"type": "gone", "view": "one"})
    ana.emit("vote", "python")
    until(lambda: other._state["summary"] == "1 vote")
    panel._paint()
    assert panel._state["summary"] == "no tally heard yet"
    panel._receive({"type": "shown", "view": "two"})
    until(lambda: panel._state["summary"] == "1 vote")


def test_lone_surrogates_do_not_break_the_page(live):
    ana = live.client("ana")
    panel = votekit.RoomPanel(ana, ["\ud800"])
    ana.emit("tell", ("message", "\udfff"))
    live.settle()
    panel._paint()
    assert str(panel._state).encode()
    assert panel._state["elsewhere"][0]["text"] == "�"


def test_a_reader_without_a_kernel_gets_text_and_html_in_which_nothing_is_markup(live):
    ana = live.client(HOSTILE)
    panels: list[Any] = [
        votekit.VotePanel(ana, [HOSTILE, "python"], event="tell"),
        votekit.RoomPanel(ana, [HOSTILE]),
        votekit.TrafficPanel(live),
        votekit.Predict(live),
        votekit.Guess(HOSTILE),
    ]
    ana.emit("join", {"room": HOSTILE})
    ana.emit("tell", ("message", {"room": HOSTILE, "username": HOSTILE, "text": HOSTILE}))
    ana.emit("tell", ("message", HOSTILE))
    ana.emit("tell", ("voting bar", {HOSTILE: 1, HOSTILE + "2": 1}))
    story = live.settle()
    panels[3].tick(HOSTILE)
    for scored in (False, True):
        if scored:
            panels[3].score(story)
            panels[4].score(5)
        for panel in panels:
            data, _ = panel._repr_mimebundle_()
            assert data["text/plain"] == repr(panel)
            assert "application/vnd.jupyter.widget-view+json" in data
            assert "<img" not in data["text/html"]
            assert "&lt;img" in data["text/html"]
            assert panel.model_id not in data["text/plain"] + data["text/html"]
            assert data["text/html"].endswith(f"<p><small>{PICTURE}</small></p>")
            assert PICTURE not in data["text/plain"]


def test_an_export_without_widget_state_shows_the_html(live):
    from nbconvert import HTMLExporter
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    ana = live.client("ana")
    panel = votekit.VotePanel(ana, OPTIONS)
    ana.emit("vote", "python")
    live.settle()
    data, metadata = panel._repr_mimebundle_()
    output = new_output("display_data", data, metadata=metadata)
    notebook = new_notebook(cells=[new_code_cell("panel", outputs=[output])])
    page, _ = HTMLExporter().from_notebook_node(notebook)
    assert "python ← your choice</th>" in page
    assert PICTURE in page
