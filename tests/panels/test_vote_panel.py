"""Votes and tallies on a real live server: what the panel says and does."""

from __future__ import annotations

import votekit

OPTIONS = ["python", "javascript"]
VOTE = {"type": "vote", "option": 0}


def test_a_vote_shows_in_every_panel(live):
    ana, ben = live.clients("ana", "ben")
    here, again, there = (votekit.VotePanel(client, OPTIONS) for client in (ana, ana, ben))
    assert repr(here) == "ana: connected\npython      ·\njavascript  ·\nno tally heard yet"
    here._receive(VOTE)
    live.settle()
    told = "python      1  100%{}\njavascript  0    0%\n1 vote"
    assert repr(here) == repr(again) == "ana: connected\n" + told.format("  ← your choice")
    assert repr(there) == "ben: connected\n" + told.format("")


def test_the_page_gets_the_state_without_being_asked(live, until):
    ana, ben = live.clients("ana", "ben")
    panel = votekit.VotePanel(ben, OPTIONS)
    ana.emit("vote", "javascript")
    until(lambda: [o["count"] for o in panel._state["options"]] == ["0", "1"])
    assert panel._state["options"][1] == {
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
    panel.observe(lambda change: seen.append(change["new"]["options"][0]["count"]), "_state")
    ana.emit("flood", 200)
    live.settle()
    until(lambda: panel._state["options"][0]["count"] == "200")
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


def test_a_vote_that_nobody_handles_or_that_fails_is_told(live):
    ana = live.client("ana")
    lost = votekit.VotePanel(ana, OPTIONS, event="vot")
    lost._receive(VOTE)
    live.settle()
    assert 'nobody handles "vot"; did you mean "vote"?' in repr(lost)
    wrong = votekit.VotePanel(ana, ["rust"])
    wrong._receive(VOTE)
    live.settle()
    assert "! after the last vote: error in on_vote, line " in repr(wrong)
