"""Panels in the real JupyterLab, as they look: whole, aligned, dark and light."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser

THEME = "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"
LARGE = """
@socketio.on("count")
def on_count():
    emit("voting bar", {"python": 1234567, "javascript": 1, "a flood": 10000}, broadcast=True)

ana.emit("count")
live.settle()
"""
LONG_ROOM = "a room whose name takes more than one line"
HEIGHTS = "(found) => found.map((each) => Math.round(each.getBoundingClientRect().height))"
WIDTHS = HEIGHTS.replace("height", "width")
BOTTOMS = HEIGHTS.replace("height", "bottom")
OVERFLOWING = """() => [...document.querySelectorAll(".votekit")]
    .filter((panel) => panel.scrollWidth > panel.clientWidth + 1)
    .map((panel) => panel.ariaLabel)"""


def test_long_names_and_large_counts_stay_whole_also_in_a_narrow_page(
    panels: Callable[..., Any], shot: Callable[..., None]
) -> None:
    from playwright.sync_api import expect

    rooms = f"votekit.RoomPanel(ana, ['red', {LONG_ROOM!r}])"
    page = panels("narrow", large=LARGE, vote="vote(ana)", room=rooms)
    room = page.panel("room")
    toggles = room.locator(".votekit-room-head .votekit-button")
    one, other = toggles.evaluate_all(HEIGHTS)
    assert one == other
    room.get_by_role("button", name="Join red").click()
    expect(room.locator(".votekit-members").first).to_have_text("In the room: ana")
    one, other = room.locator("form").evaluate_all(BOTTOMS)
    assert one == other
    vote = page.panel("vote")
    expect(vote.locator(".votekit-count")).to_have_text(["1,234,567", "1", "10,000"])
    for width in (1280, 640):
        page.page.set_viewport_size({"width": width, "height": 1000})
        vote = page.panel("vote")
        assert len(set(vote.locator(".votekit-bar").evaluate_all(WIDTHS))) == 1
        assert len(set(vote.get_by_role("button").evaluate_all(HEIGHTS))) == 1
        assert len(set(vote.locator(".votekit-count").evaluate_all(HEIGHTS))) == 1
        assert page.page.evaluate(OVERFLOWING) == []
    shot(page.page, "narrow")


def test_panels_in_a_box_share_its_width(panels: Callable[..., Any]) -> None:
    three = ", ".join(f"vote({name})" for name in ("ana", "ben", "chi"))
    page = panels("boxes", box=f"import ipywidgets\nipywidgets.HBox([{three}])")
    area = page.output("box")
    found = area.locator(".votekit")
    found.last.wait_for()
    widths = found.evaluate_all(WIDTHS)
    assert max(widths) - min(widths) <= 1
    assert 0.9 < sum(widths) / area.bounding_box()["width"] <= 1
    assert page.page.evaluate(OVERFLOWING) == []


def test_dark_light_and_large_and_without_a_finding_of_axe(
    panels: Callable[..., Any], shot: Callable[..., None]
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe here").Axe()
    cells = {
        "vote": "panel = vote(ana)\nben.emit('vote', 'javascript')\n"
        "live.settle(); ana.emit('vote', 'python'); live.settle()\n"
        "chi.emit('vote', 'python'); story = live.settle(); panel",
        "room": "for client in (ana, ben):\n    client.emit('join', {'room': 'red'})\n"
        "live.settle()\nben.emit('say', {'room': 'red', 'text': 'hello', 'username': 'ben'})\n"
        "ben.emit('cry', 'fire!'); live.settle()\nroom(ana)",
        "traffic": "votekit.TrafficPanel(live)",
        "predict": "predict = votekit.Predict(live)\npredict.tick('ana')\n"
        "predict.score(story)\npredict",
        "asks": "ben.disconnect(); asks = votekit.Predict(live); asks",
        "gone": "vote(ben)",
    }
    page = panels("looks", **cells)
    page.page.set_viewport_size({"width": 1000, "height": 2600})
    for theme in ("Light", "Dark"):
        page.page.evaluate(THEME, f"JupyterLab {theme}")
        page.page.wait_for_function(
            f"document.body.dataset.jpThemeLight === '{str(theme == 'Light').lower()}'"
        )
        for cell in reversed(cells):
            page.panel(cell)
        shot(page.page, f"panels-{theme.lower()}")
        found = axe.run(page.page, context=".votekit").response["violations"]
        assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []
    # Who has left since is news to a prediction that is yet to come.
    assert "(not connected)" in page.panel("asks").inner_text()
    assert "(not connected)" not in page.panel("predict").inner_text()
    page.page.set_viewport_size({"width": 640, "height": 2600})
    for cell in reversed(cells):
        page.panel(cell)
    shot(page.page, "panels-large")
    assert page.page.evaluate(OVERFLOWING) == []
