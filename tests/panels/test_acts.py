"""Every act of a page is done once and answered; what is answered is in the state before."""

from __future__ import annotations

import contextvars

import pytest

import votekit
from votekit.panels.acts import MOST_ACTS, MOST_VIEWS, Acts, act_of

OPTIONS = ["python", "javascript"]
VOTE = {"type": "vote", "option": 0, "view": "one"}


@pytest.fixture
def panel(live, monkeypatch):
    """Give a panel that notes what it sends to its page."""
    panel = votekit.VotePanel(live.client("ana"), OPTIONS)
    panel.sent = []
    monkeypatch.setattr(panel, "send", panel.sent.append)
    panel.observe(lambda change: panel.sent.append(change["new"]["notice"]), "_state")
    return panel


def answers(panel):
    return [
        (answer["view"], answer["act"], answer["done"])
        for sent in panel.sent
        if isinstance(sent, dict)
        for answer in sent["answers"]
    ]


def votes(live):
    return sum(event.name == "vote" for event in live.settle().events if event.kind == "emit")


def test_every_act_is_answered_and_so_is_that_a_view_is_shown(live, panel, until):
    panel._receive({"type": "shown", "view": "one", "act": 1})
    panel._receive(VOTE | {"act": 2})
    panel._receive({"type": "vote", "option": 9, "view": "one", "act": 3})
    until(lambda: len(answers(panel)) == 3)
    assert answers(panel) == [("one", 1, True), ("one", 2, True), ("one", 3, False)]


def test_an_act_that_comes_again_is_answered_again_and_not_done_again(live, panel, until):
    for _ in range(3):
        panel._receive(VOTE | {"act": 1})
        panel._receive(VOTE | {"act": 1, "view": "two"})
    assert votes(live) == 2
    panel._paint()
    panel._receive(VOTE | {"act": 1})
    until(lambda: answers(panel)[-1:] == [("one", 1, True)])
    assert votes(live) == 0


def test_the_state_that_came_of_an_act_is_sent_before_its_answer(live, panel, until):
    panel._receive({"type": "vote", "option": 9, "view": "one", "act": 1})
    until(lambda: answers(panel))
    assert panel.sent[-2] == "the page sent something that this panel does not understand"


def test_an_act_that_an_interrupt_ends_is_answered(live, panel, monkeypatch, until):
    def emit(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(panel.client, "emit", emit)
    with pytest.raises(KeyboardInterrupt):
        panel._receive(VOTE | {"act": 1})
    until(lambda: answers(panel) == [("one", 1, False)])


def test_a_view_that_left_is_still_answered(live, panel, until):
    panel._receive({"type": "shown", "view": "one"})
    panel._receive({"type": "gone", "view": "one", "act": 1})
    until(lambda: answers(panel) == [("one", 1, True)])


def test_an_act_under_way_is_answered_once_it_has_ended():
    acts = Acts()
    assert acts.begin(("one", 1))
    assert not acts.begin(("one", 1))
    assert acts.take() == []
    acts.end(("one", 1), done=True)
    assert acts.take() == [{"view": "one", "act": 1, "done": True}]
    assert acts.take() == []


@pytest.mark.parametrize(
    "message",
    [
        None,
        {},
        {"view": "one"},
        {"view": "one", "act": "1"},
        {"view": "one", "act": True},
        {"view": 1, "act": 1},
        {"view": "x" * 101, "act": 1},
        {"view": "\ud800", "act": 1},
        {"view": "one", "act": 1.0},
        {"view": "one", "act": -1},
        {"view": "one", "act": 10**400},
    ],
    ids=lambda message: repr(message)[:50],
)
def test_what_has_no_number_is_no_act(message):
    assert act_of(message) is None


def test_whatever_a_page_sends_its_acts_are_bounded():
    acts = Acts()
    for number in range(2 * MOST_ACTS):
        for act in (("one", number), (f"view {number}", 1)):
            assert acts.begin(act)
            acts.end(act, done=True)
    assert len(acts._views) <= MOST_VIEWS
    assert max(map(len, acts._views.values())) <= MOST_ACTS
    assert len(acts.take()) <= MOST_ACTS


def test_a_callback_of_observe_that_raises_is_told_once(live, until):
    panel = votekit.VotePanel(live.client("ana"), OPTIONS)
    seen = []

    def fails(change):
        seen.append(change)
        raise ValueError(f"for the {len(seen)}th time")

    panel.observe(fails, "_state")
    panel._receive(VOTE)
    until(lambda: "a callback of observe() failed: error in fails, line " in repr(panel))
    until(lambda: panel._state["notice"].endswith("time"))
    assert "ValueError" in repr(panel)
    assert "time" not in repr(panel)
    panel.unobserve(fails, "_state")
    panel._receive(VOTE)
    assert "!" not in repr(panel)
    data, _ = panel._repr_mimebundle_()
    assert data["text/plain"] == repr(panel)


def test_a_callback_that_fails_otherwise_each_time_is_not_called_for_ever(live, until):
    panel = votekit.VotePanel(live.client("ana"), OPTIONS)
    seen = []

    def fails(change):
        seen.append(change)
        raise (ValueError, KeyError)[len(seen) % 2]

    panel.observe(fails, "_state")
    panel._receive(VOTE)
    live.settle()
    until(lambda: "observe()" in panel._state["notice"])
    before = len(seen)
    for _ in range(10):
        panel._paint()
    assert len(seen) == before


@pytest.mark.parametrize("end", [SystemExit, KeyboardInterrupt])
def test_a_callback_that_exits_ends_no_panel(live, panel, until, end):
    other = votekit.VotePanel(live.client("ben"), OPTIONS)

    def ends(_change):
        raise end

    panel.observe(ends, "_state")
    panel._receive(VOTE | {"act": 1})
    until(lambda: answers(panel) == [("one", 1, True)])
    live.settle()
    until(lambda: other._state["summary"] == "1 vote")
    until(lambda: end is KeyboardInterrupt or "SystemExit" in panel._state["notice"])


def test_all_that_is_sent_answers_what_the_page_said_last(live, until):
    who, told = contextvars.ContextVar("who", default="nobody"), []
    panel = votekit.VotePanel(live.client("ana"), OPTIONS)
    panel.comm.publish_msg = lambda *_args, **_more: told.append(who.get())

    def click():
        who.set("the page")
        panel._receive(VOTE | {"act": 1})

    contextvars.copy_context().run(click)
    until(lambda: len(told) >= 2)
    assert set(told) == {"the page"}
