"""Panels in the real JupyterLab, as they are used: live, by mouse, by keyboard, and to the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser

WATCH = """() => {
    const count = document.querySelectorAll(".votekit-options")[1]
        .querySelectorAll(".votekit-count")[2];
    window.seen = { paints: 0, gap: 0 };
    new MutationObserver(() => { window.seen.paints += 1; })
        .observe(count, { childList: true, characterData: true, subtree: true });
    let before = performance.now();
    const frame = (now) => {
        window.seen.gap = Math.max(window.seen.gap, now - before);
        before = now;
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
}"""
RESTART = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
UNHEARD = """() => [...document.querySelectorAll(".votekit [role=status], .votekit [aria-live]")]
    .filter((region) => getComputedStyle(region).display === "none")
    .map((region) => region.className)"""


def values(found: Any) -> list[str]:
    """Read the counts of a vote panel."""
    return found.locator(".votekit-count").all_inner_texts()


def test_a_click_moves_the_bars_of_another_client_within_a_second(
    panels: Callable[..., Any], shot: Callable[..., None]
) -> None:
    from playwright.sync_api import expect

    page = panels("votes", ana="vote(ana)", ben="vote(ben)", chi="vote(chi)")
    here, there = page.panel("ana"), page.panel("chi")
    assert values(there) == ["·", "·", "·"]
    here.get_by_role("button", name="python").click()
    bar = there.get_by_role("meter", name="votes for python")
    expect(bar).to_have_attribute("aria-valuenow", "100", timeout=1000)
    expect(there.locator(".votekit-summary")).to_have_text("1 vote")
    expect(here.get_by_role("button", pressed=True)).to_have_text("◆python")
    expect(here.locator(".votekit-choice")).to_have_text("◆ your choice: python")
    expect(there.get_by_role("button", pressed=True)).to_have_count(0)
    shot(page.page, "votes")


def test_two_hundred_tallies_a_second_leave_the_page_responsive_and_the_last_one_shown(
    panels: Callable[..., Any],
) -> None:
    from playwright.sync_api import expect

    page = panels("flood", ana="vote(ana)", ben="vote(ben)")
    here, there = page.panel("ana"), page.panel("ben")
    page.page.evaluate(WATCH)
    started = page.page.evaluate("performance.now()")
    here.get_by_role("button", name="a flood").click()
    expect(there.locator(".votekit-count").nth(2)).to_have_text("400")
    seconds = (page.page.evaluate("performance.now()") - started) / 1000
    seen = page.page.evaluate("window.seen")
    assert 2 <= seen["paints"] <= 20 * seconds + 2
    assert seen["gap"] < 500
    assert values(here) == values(there) == ["0", "0", "400"]


def test_what_is_said_in_a_room_shows_in_its_members_panels_only(
    panels: Callable[..., Any], shot: Callable[..., None]
) -> None:
    from playwright.sync_api import expect

    page = panels("rooms", ana="room(ana)", ben="room(ben)", chi="room(chi)")
    ana, ben, chi = (page.panel(name) for name in ("ana", "ben", "chi"))
    ana.get_by_role("button", name="Join red").click()
    ben.get_by_role("button", name="Join red").click()
    chi.get_by_role("button", name="Join blue").click()
    red = ana.get_by_role("group", name="Room red")
    expect(red.locator(".votekit-members")).to_have_text("In the room: ana, ben")
    red.get_by_role("textbox").fill("hello red")
    red.get_by_role("button", name="Send").click()
    for there in (ana, ben):
        messages = there.get_by_role("log", name="Messages in red")
        expect(messages.get_by_role("listitem")).to_have_text(["ana: hello red"])
    expect(chi.get_by_role("group", name="Room blue")).to_contain_text("In the room: chi")
    expect(chi.locator(".votekit-messages li")).to_have_count(0)
    shot(page.page, "rooms")
    ben.get_by_role("button", name="Leave red").click()
    expect(red.locator(".votekit-members")).to_have_text("In the room: ana")


def test_everything_can_be_done_by_keyboard(panels: Callable[..., Any]) -> None:
    from playwright.sync_api import expect

    page = panels("keys", vote="vote(ana)", room="room(ana)", predict="votekit.Predict(live)")
    keys = page.page.keyboard
    vote = page.panel("vote")
    vote.get_by_role("button").first.focus()
    keys.press("Enter")
    expect(vote.locator(".votekit-count").first).to_have_text("1")
    expect(vote.get_by_role("button").first).to_have_css("outline-offset", "2px")
    keys.press("Tab")
    keys.press("Space")
    expect(vote.get_by_role("button", pressed=True)).to_have_text("◆javascript")
    expect(vote.get_by_role("button", pressed=True)).to_be_focused()

    room = page.panel("room")
    room.get_by_role("button").first.focus()
    keys.press("Enter")
    expect(room.get_by_role("button", name="Leave red")).to_be_focused()
    keys.press("Tab")
    expect(room.get_by_role("log").first).to_be_focused()
    keys.press("Tab")
    expect(room.get_by_role("textbox").first).to_be_focused()
    keys.type("abb dd")
    keys.press("Enter")
    expect(room.get_by_role("log").first).to_have_text("ana: abb dd")

    predict = page.panel("predict")
    predict.get_by_role("checkbox").first.focus()
    keys.press("Space")
    expect(predict.locator(".votekit-summary")).to_contain_text(
        "run the next cell, and see who heard it"
    )
    expect(predict.get_by_role("checkbox", checked=True)).to_be_focused()
    assert len(page.cells()) == 4


def test_a_panel_may_be_shown_twice_and_its_cell_run_again(panels: Callable[..., Any]) -> None:
    from playwright.sync_api import expect

    page = panels("again", ana="panel = vote(ana)\npanel", twice="panel")
    for _ in range(2):
        here, there = page.panel("ana"), page.panel("twice")
        expect(there.get_by_role("status").first).to_have_text("●connected")
        there.get_by_role("button", name="python").click()
        for shown in (here, there):
            expect(shown.locator(".votekit-choice")).to_have_text("◆ your choice: python")
            expect(shown.locator(".votekit-summary")).to_have_text("1 vote")
        page.run_all()


def test_what_is_read_out_is_there_before_there_is_anything_to_read(
    panels: Callable[..., Any],
) -> None:
    from playwright.sync_api import expect

    page = panels("aloud", room="room(ana)", predict="votekit.Predict(live)")
    page.panel("predict")
    room = page.panel("room")
    expect(room.locator(".votekit-notice")).to_be_hidden()
    assert page.page.evaluate(UNHEARD) == []
    room.get_by_role("button", name="Send to red").click()
    expect(room.locator(".votekit-notice")).to_have_text("⚠ there is nothing to say yet")


def test_a_kernel_that_is_gone_is_told(panels: Callable[..., Any]) -> None:
    from playwright.sync_api import expect

    page = panels("gone", ana="vote(ana)")
    found = page.panel("ana").locator(".votekit-gone")
    expect(found).to_be_hidden()
    page.page.evaluate(RESTART)
    expect(found).to_be_visible()
    expect(found).to_have_role("status")


def test_what_went_offline_or_stopped_says_so(panels: Callable[..., Any]) -> None:
    from playwright.sync_api import expect

    page = panels(
        "ends",
        ana="vote(ana)",
        ben="vote(ben)",
        traffic="votekit.TrafficPanel(live)",
        off="ana.disconnect(); live.settle(); None",
        end="live.stop()",
    )
    ana, ben = page.panel("ana"), page.panel("ben")
    for there in (ana, ben):
        expect(there.get_by_role("status").first).to_contain_text("its server was stopped")
    expect(page.panel("traffic").get_by_role("status").first).to_contain_text("server stopped")
    ben.get_by_role("button", name="python").click()
    expect(ben.locator(".votekit-notice")).to_contain_text("its server was stopped")
