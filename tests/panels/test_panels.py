"""Panels on a real live server, without a page: what they say, do and leave behind."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import Any

import ipywidgets
import pytest

import votekit
from votekit.panels.painter import painter

OPTIONS = ["python", "javascript"]
HOSTILE = "<img src=x onerror=alert(1)>"
VOTE = {"type": "vote", "option": 0}


def settled(live):
    live.settle()
    return live


def test_a_vote_shows_in_every_panel(live):
    ana, ben = live.clients("ana", "ben")
    here, again, there = (votekit.VotePanel(client, OPTIONS) for client in (ana, ana, ben))
    assert repr(here) == "ana: connected\npython      ·\njavascript  ·\nno tally heard yet"
    here.receive(VOTE)
    live.settle()
    told = "python      1  100%{}\njavascript  0    0%\n1 vote"
    assert repr(here) == repr(again) == "ana: connected\n" + told.format("  ← your choice")
    assert repr(there) == "ben: connected\n" + told.format("")


def test_the_page_gets_the_state_without_being_asked(live, until):
    ana, ben = live.clients("ana", "ben")
    panel = votekit.VotePanel(ben, OPTIONS)
    ana.emit("vote", "javascript")
    until(lambda: [o["count"] for o in panel.state["options"]] == ["0", "1"])
    assert panel.state["options"][1] == {
        "name": "javascript",
        "mine": False,
        "count": "1",
        "percent": "100%",
        "share": 1.0,
    }


def test_a_burst_is_coalesced_and_its_last_value_shown(live, until):
    ana = live.client("ana")
    panel = votekit.VotePanel(ana, OPTIONS)
    seen = []
    panel.observe(lambda change: seen.append(change["new"]["options"][0]["count"]), "state")
    ana.emit("flood", 200)
    live.settle()
    until(lambda: panel.state["options"][0]["count"] == "200")
    assert seen[-1] == "200"
    assert len(seen) < 100
    assert repr(panel).splitlines()[1] == "python      200  100%"


def test_a_tuple_that_the_server_emits_is_read(live):
    ana = live.client("ana")
    panel = votekit.VotePanel(ana, OPTIONS, tally="result")
    ana.emit("tell", ("result", 3, 1))
    live.settle()
    assert "python      3  75%" in repr(panel)


def test_a_tally_that_cannot_be_read_is_not_told_as_none(live):
    ana = live.client("ana")
    panel = votekit.VotePanel(ana, OPTIONS)
    ana.emit("tell", ("voting bar", {"python": "<b>3</b>"}))
    live.settle()
    assert repr(panel).splitlines()[3:] == [
        "no tally understood yet",
        '! a tally came that this panel cannot read: "<b>3</b>" is no number of votes',
    ]


def test_large_counts_and_small_shares_are_told(live):
    ana = live.client("ana")
    panel = votekit.VotePanel(ana, OPTIONS)
    ana.emit("tell", ("voting bar", {"python": 10_000, "javascript": 7}))
    live.settle()
    assert repr(panel).splitlines()[1:] == [
        "python      10,000  >99%",
        "javascript       7   <1%",
        "10,007 votes",
    ]
    assert "&lt;1%" in panel._repr_mimebundle_()[0]["text/html"]


def test_a_late_panel_knows_what_its_client_heard_and_a_late_client_nothing(live):
    ana = live.client("ana")
    ana.emit("vote", "python")
    live.settle()
    assert "1 vote" in repr(votekit.VotePanel(ana, OPTIONS))
    ben = live.client("ben")
    assert "no tally heard yet" in repr(votekit.VotePanel(ben, OPTIONS))


def test_a_namesake_is_another_client(live):
    old = live.client("ana")
    panel = votekit.VotePanel(old, OPTIONS)
    old.emit("vote", "python")
    live.settle()
    new = live.client("ana")
    new.emit("vote", "javascript")
    live.settle()
    assert "a newer client is called 'ana'" in repr(panel)
    assert "python      1  100%  ← your choice" in repr(panel)
    assert "javascript  1  50%  ← your choice" in repr(votekit.VotePanel(new, OPTIONS))


def test_a_vote_that_nobody_handles_or_that_fails_is_told(live):
    ana = live.client("ana")
    lost = votekit.VotePanel(ana, OPTIONS, event="vot")
    lost.receive(VOTE)
    live.settle()
    assert 'nobody handles "vot"; did you mean "vote"?' in repr(lost)
    wrong = votekit.VotePanel(ana, ["rust"])
    wrong.receive(VOTE)
    live.settle()
    assert "! after the last vote: error in on_vote, line " in repr(wrong)


def test_offline_stopped_and_replaced_are_told(live, app):
    ana, ben = live.clients("ana", "ben")
    off, stays = votekit.VotePanel(ana, OPTIONS), votekit.RoomPanel(ben, ["red"])
    traffic = votekit.TrafficPanel(live)
    ana.disconnect()
    live.settle()
    assert repr(off).startswith("ana: disconnected\n")
    off.receive(VOTE)
    assert repr(off).endswith("! not connected, so nothing was sent")
    with votekit.serve(app):
        assert "ana: its server was replaced by a newer serve()" in repr(off)
        assert "ben: its server was replaced by a newer serve()" in repr(stays)
        assert "then run this panel's cell again" in repr(stays)
        assert "hall: server stopped" in repr(traffic)
        stays.receive({"type": "join", "room": 0})
        assert "! ben: its server was replaced" in repr(stays)


def test_a_stop_is_painted_although_nothing_happened_on_the_wire(live, until):
    ana = live.client("ana")
    ana.disconnect()
    live.settle()
    panel, predict = votekit.VotePanel(ana, OPTIONS), votekit.Predict(live)
    live.stop()
    until(lambda: panel.state["standing"]["shape"] == "ended")
    until(lambda: predict.state["standing"]["shape"] == "ended")
    until(lambda: not live.log._subscribers)


def test_rooms_are_joined_left_closed_and_talked_in(live):
    ana, ben = live.clients("ana", "ben")
    here, there = (votekit.RoomPanel(client, ["red", "blue"]) for client in (ana, ben))
    here.receive({"type": "join", "room": 0})
    there.receive({"type": "join", "room": 1})
    live.settle()
    here.receive({"type": "say", "room": 0, "text": "hello"})
    live.settle()
    rooms = "room red: ana{}\nroom blue: ben"
    assert repr(here) == "ana: connected\n" + rooms.format("\n    teacher: hello")
    assert repr(there) == "ben: connected\n" + rooms.format("")
    there.receive({"type": "leave", "room": 1})
    ana.emit("close", "red")
    live.settle()
    assert "room red: nobody" in repr(there)
    assert "room blue: nobody" in repr(here)


def test_joining_sends_who_and_where(live):
    ana = live.client("ana")
    panel = votekit.RoomPanel(ana, ["red"], join="enter")
    panel.receive({"type": "join", "room": 0})
    assert 'enter {"username": "ana", "room": "red"}' in str(live.settle())
    assert '! after the last enter: nobody handles "enter"' in repr(panel)
    panel.receive({"type": "say", "room": 0, "text": "hello"})
    live.settle()
    assert "!" not in repr(panel)


def test_a_message_without_a_room_says_so(live):
    ana = live.client("ana")
    panel = votekit.RoomPanel(ana, ["red"])
    ana.emit("tell", ("message", "fire"))
    ana.emit("tell", ("message", {"room": "green", "username": "ben", "text": "two\nlines"}))
    live.settle()
    assert sorted(repr(panel).splitlines()[2:]) == [
        "(room green) ben: two\\nlines",
        "(room not stated) fire",
    ]


def test_the_traffic_panel_has_the_rows_of_the_story(live):
    panel = votekit.TrafficPanel(live)
    ana, _ = live.clients("ana", "ben")
    ana.emit("vote", "python")
    live.settle()
    ana.disconnect()
    live.settle()
    assert panel.state["label"] == "Traffic of hall"
    text = repr(panel)
    assert text == f"hall: server running\n{live.story}\n\n{panel._traffic.matrix!r}"
    panel.paint()
    assert panel.state["rows"] == str(live.story).splitlines()
    assert panel._traffic.matrix.counts == live.story.matrix.counts
    assert repr(votekit.TrafficPanel(live)) == text


def test_the_traffic_panel_keeps_the_newest_rows(live):
    panel = votekit.TrafficPanel(live, rows=3)
    live.client("ana").emit("vote", "python")
    live.settle()
    assert repr(panel).splitlines()[1:5] == [
        "1 earlier row is in live.story",
        "server → ana     connected",
        'ana    → server  vote "python"',
        'server → ana     voting bar {"python": 1, "javascript": 0}',
    ]


MADE = {
    "vote": lambda live: votekit.VotePanel(live.client("ana"), OPTIONS),
    "room": lambda live: votekit.RoomPanel(live.client("ana"), ["red"]),
    "traffic": votekit.TrafficPanel,
    "predict": votekit.Predict,
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
    panel.receive(message)
    assert "! the page sent something that this panel does not understand" in repr(panel)
    assert live.log.next_seq == before


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001], ids=["empty", "blank", "too long"])
def test_what_cannot_be_said_is_not_sent(live, text):
    panel = votekit.RoomPanel(live.client("ana"), ["red"])
    panel.receive({"type": "say", "room": 0, "text": text})
    assert len(live.settle()) == 0
    assert panel._complaint
    told = panel._state()["rooms"][0]
    assert (told["answered"], told["accepted"]) == (1, 0)
    panel.receive({"type": "say", "room": 0, "text": "hello"})
    told = panel._state()["rooms"][0]
    assert (told["answered"], told["accepted"]) == (2, 1)


def test_a_message_from_the_page_arrives(live):
    ana = live.client("ana")
    panel = votekit.VotePanel(ana, OPTIONS)
    panel._handle_custom_msg(VOTE, [])
    assert 'vote "python"' in str(live.settle())


@pytest.mark.parametrize(
    "options, error, why",
    [
        ([], ValueError, "at least one option"),
        (["a", "b", "a"], ValueError, "more than one of 'a'"),
        (["a", 1], TypeError, "1 is of type int"),
        (["a", " "], ValueError, "can be seen"),
        ([str(n) for n in range(13)], ValueError, "room for 12 options; these are 13"),
        ("python", TypeError, "a list of strings"),
        ({"python": 1}, TypeError, "a list of strings"),
        (3, TypeError, "a list of strings"),
    ],
)
def test_bad_options_are_refused_with_the_reason(live, options, error, why):
    ana = live.client("ana")
    with pytest.raises(error, match=why):
        votekit.VotePanel(ana, options)
    with pytest.raises(error, match=why.replace("option", "room")):
        votekit.RoomPanel(ana, options)


def test_what_is_no_client_or_no_server_is_refused(live):
    with pytest.raises(TypeError, match=r"of a client, as live\.client\(\.\.\.\) returns it"):
        votekit.VotePanel("ana", OPTIONS)  # type: ignore[arg-type]
    kinds: tuple[Any, ...] = (votekit.TrafficPanel, votekit.Predict)
    for kind in kinds:
        with pytest.raises(TypeError, match=r"of a server, as votekit\.serve\(\) returns it"):
            kind("live")
    with pytest.raises(ValueError, match="from 1 to 1000"):
        votekit.TrafficPanel(live, rows=0)


def test_a_reader_without_a_kernel_gets_text_and_html_in_which_nothing_is_markup(live):
    ana = live.client(HOSTILE)
    panels = [
        votekit.VotePanel(ana, [HOSTILE, "python"], event="tell"),
        votekit.RoomPanel(ana, [HOSTILE]),
        votekit.TrafficPanel(live),
        votekit.Predict(live),
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
        for panel in panels:
            data, _ = panel._repr_mimebundle_()
            assert data["text/plain"] == repr(panel)
            assert "application/vnd.jupyter.widget-view+json" in data
            assert "<img" not in data["text/html"]
            assert "&lt;img" in data["text/html"]
            assert panel.model_id not in data["text/plain"] + data["text/html"]


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
    assert "python ✓ your choice</th>" in page


def test_lone_surrogates_do_not_break_the_page(live):
    ana = live.client("ana")
    panel = votekit.RoomPanel(ana, ["\ud800"])
    ana.emit("tell", ("message", "\udfff"))
    live.settle()
    panel.paint()
    assert str(panel.state).encode()
    assert panel.state["elsewhere"][0]["text"] == "�"


def test_a_closed_panel_follows_no_longer(live):
    ana = live.client("ana")
    panel = votekit.VotePanel(ana, OPTIONS)
    assert len(live.log._subscribers) == len(live.log._endings) == 1
    panel.close()
    assert len(live.log._subscribers) == len(live.log._endings) == 0
    ana.emit("vote", "python")
    live.settle()
    assert "no tally heard yet" in repr(panel)


def test_a_panel_that_nobody_holds_follows_no_longer(live):
    panel = votekit.VotePanel(live.client("ana"), OPTIONS)
    seen = weakref.ref(panel)
    ipywidgets.widgets.widget._instances.pop(panel.model_id)
    panel.comm.close()
    panel.comm = None
    del panel
    gc.collect()
    assert seen() is None
    assert len(live.log._subscribers) == 0


def test_a_panel_is_painted_only_while_somebody_looks(live, until):
    ana = live.client("ana")
    panel, other = votekit.VotePanel(ana, OPTIONS), votekit.VotePanel(ana, OPTIONS)
    panel.receive({"type": "shown", "view": "one"})
    panel.receive({"type": "gone", "view": "one"})
    ana.emit("vote", "python")
    until(lambda: other.state["summary"] == "1 vote")
    panel.paint()
    assert panel.state["summary"] == "no tally heard yet"
    panel.receive({"type": "shown", "view": "two"})
    until(lambda: panel.state["summary"] == "1 vote")


def test_no_thread_is_left_after_a_stop(app):
    before = set(threading.enumerate())
    live = votekit.serve(app)
    ana = live.client("ana")
    panel = votekit.VotePanel(ana, OPTIONS)
    ana.emit("flood", 50)
    live.stop()
    for thread in set(threading.enumerate()) - before:
        assert thread.name == "votekit's painter"
        thread.join(30)
    assert painter._thread is None
    assert panel.state["standing"]["shape"] == "ended"
    panel.close()


def test_the_kit_names_its_panels_and_nothing_else():
    assert votekit.Predict.__name__ == "Predict"
    assert {"VotePanel", "RoomPanel", "TrafficPanel", "Predict"} <= set(dir(votekit))
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        votekit.Nonsense  # noqa: B018


def test_a_session_id_is_shown_by_the_name_of_its_client(live):
    ana = live.client("ana")
    sid = ana.get_sid()
    vote, room = votekit.VotePanel(ana, OPTIONS), votekit.RoomPanel(ana, ["red"])
    ana.emit("vote", sid)
    ana.emit("tell", ("voting bar", {"python": 1, sid: 2}))
    ana.emit("tell", ("message", {"room": "red", "username": sid, "text": sid}))
    ana.emit("tell", ("message", {"room": sid, "text": [sid]}))
    live.settle()
    assert "other options included: <sid of ana> 2\nsent <sid of ana>, which is no" in repr(vote)
    assert "    <sid of ana>: <sid of ana>\n(room <sid of ana>) [<sid of ana>]" in repr(room)
    for panel in (vote, room):
        assert sid not in repr(panel)
        assert sid not in panel._repr_mimebundle_()[0]["text/html"]
        assert sid not in str(panel.state)


def test_a_complaint_ends_when_the_client_is_back(live):
    ana = live.client("ana")
    panel = votekit.VotePanel(ana, OPTIONS)
    ana.disconnect()
    panel.receive(VOTE)
    live.settle()
    assert "! not connected" in repr(panel)
    ana.connect(live.url)
    live.settle()
    assert "!" not in repr(panel)


def test_no_name_breaks_a_notice_a_standing_or_a_score(live):
    name = "a\n! fake\ud800"
    old = live.client(name)
    predict = votekit.Predict(live)
    predict.tick(name)
    old.emit("vote", "python")
    scored = predict.score(live.settle())
    panel = votekit.VotePanel(old, OPTIONS)
    live.client(name)
    panel.receive(VOTE)
    panel.paint()
    for told in (scored._repr_html_(), panel.state["notice"], panel.state["standing"]["words"]):
        assert told.encode()
        assert "\n" not in told
