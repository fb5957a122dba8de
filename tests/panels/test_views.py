"""Who looks at a panel: pages come, go, and vanish without a word."""

from __future__ import annotations

import pytest

import votekit
from votekit.panels.views import MOST_VIEWS


class Pages:
    """Pages that show a panel, as `panel.js` does."""

    def __init__(self, panel, monkeypatch):
        self.panel, self.there, self.asked = panel, [], 0
        monkeypatch.setattr(panel, "send", self._ask)

    def _ask(self, message):
        assert message == {"type": "who looks?"}
        self.asked += 1
        for view in self.there:
            self._say("here", view)

    def _say(self, kind, view):
        self.panel._receive({"type": kind, "view": view})

    def show(self, view):
        self.there.append(view)
        self._say("shown", view)

    def go(self, view):
        self.there.remove(view)
        self._say("gone", view)

    def vanish(self):
        self.there.clear()


@pytest.fixture
def panel(live):
    return votekit.VotePanel(live.client("ana"), ["python"])


@pytest.fixture
def pages(panel, monkeypatch):
    return Pages(panel, monkeypatch)


def test_a_page_that_vanished_leaves_no_view(panel, pages):
    for n in range(1000):
        pages.show(f"view {n}")
        pages.vanish()
    assert panel._views.there == {"view 999"}


def test_all_that_are_there_stay(panel, pages):
    for n in range(5):
        pages.show(f"view {n}")
    assert panel._views.there == {f"view {n}" for n in range(5)}
    for n in range(5):
        pages.go(f"view {n}")
    assert panel._views.there == set()


def test_a_reload_beside_another_window_forgets_the_old_page_alone(panel, pages):
    pages.show("window")
    pages.show("page")
    pages.there.remove("page")
    pages.show("page, reloaded")
    assert panel._views.there == {"window", "page, reloaded"}
    pages.go("page, reloaded")
    assert panel._views.there == {"window"}


def test_a_panel_that_one_page_shows_asks_nobody(pages):
    pages.show("one")
    pages.go("one")
    pages.show("two")
    assert pages.asked == 0


def test_a_panel_is_not_painted_for_a_page_that_vanished(panel, pages, live):
    pages.show("old")
    pages.vanish()
    pages.show("new")
    pages.go("new")
    live._clients.by_name["ana"].emit("vote", "python")
    live.settle()
    assert panel._paint() is False


def test_whatever_a_page_sends_its_views_are_bounded(panel):
    for n in range(10 * MOST_VIEWS):
        panel._receive({"type": "here", "view": f"view {n}"})
    assert len(panel._views.there) == MOST_VIEWS


def test_a_page_that_slept_when_all_were_asked_is_there_once_it_asks_for_anything(
    panel, pages, until
):
    pages.show("sleeper")
    pages.vanish()
    pages.show("other")
    pages.go("other")
    panel._receive({"type": "vote", "option": 0, "view": "sleeper"})
    until(lambda: panel._state["summary"].startswith("1 vote"))
