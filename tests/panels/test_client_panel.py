"""Panels of a client that has a namesake, goes offline, or has a strange name."""

from __future__ import annotations

import votekit

OPTIONS = ["python", "javascript"]
VOTE = {"type": "vote", "option": 0}


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


def test_offline_stopped_and_replaced_are_told(live, app):
    ana, ben = live.clients("ana", "ben")
    off, stays = votekit.VotePanel(ana, OPTIONS), votekit.RoomPanel(ben, ["red"])
    traffic, predict = votekit.TrafficPanel(live), votekit.Predict(live)
    ana.disconnect()
    live.settle()
    assert repr(off).startswith("ana: disconnected\n")
    off._receive(VOTE)
    assert repr(off).endswith("! not connected, so nothing was sent")
    with votekit.serve(app):
        assert "ana: its server was replaced by a newer serve()" in repr(off)
        assert "ben: its server was replaced by a newer serve()" in repr(stays)
        assert "then run this panel's cell again" in repr(stays)
        assert repr(traffic).startswith("hall: replaced: run this cell again\n")
        assert repr(predict).startswith("Who will hear it? (replaced: run this cell again)\n")
        stays._receive({"type": "join", "room": 0})
        assert "! ben: its server was replaced" in repr(stays)


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
        assert sid not in str(panel._state)


def test_a_complaint_ends_when_the_client_is_back(live):
    ana = live.client("ana")
    panel = votekit.VotePanel(ana, OPTIONS)
    ana.disconnect()
    panel._receive(VOTE)
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
    panel._receive(VOTE)
    panel._paint()
    for told in (scored._repr_html_(), panel._state["notice"], panel._state["standing"]["words"]):
        assert told.encode()
        assert "\n" not in told


def test_what_the_clients_own_handler_raises_is_told_until_it_acts_again(live):
    ana, ben = live.clients("ana", "ben")

    @ana.on("voting bar")
    def on_bar(votes):
        raise KeyError(votes["rust"])

    vote, room, other = (
        votekit.VotePanel(ana, OPTIONS),
        votekit.RoomPanel(ana, ["red"]),
        votekit.VotePanel(ben, OPTIONS),
    )
    ben.emit("vote", "python")
    live.settle()
    told = '! ana\'s own handler of "voting bar": error in on_bar, line '
    for panel in (vote, room):
        assert told in repr(panel)
        assert repr(panel).endswith(": KeyError")
        assert panel._content()["notice"].endswith(": KeyError: 'rust'")
    assert "!" not in repr(other)
    room._receive({"type": "join", "room": 0})
    live.settle()
    assert "!" not in repr(room)
