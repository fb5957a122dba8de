"""Panels in the real JupyterLab whose kernel is busy, asleep, cut off, ended or never there."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import urlopen

import pytest

pytestmark = pytest.mark.browser

WHERE = "import os\nprint(os.getpid(), live.url)"
BUSY = """
import threading
begun, go = threading.Event(), threading.Event()

@app.get("/begun")
def has_begun():
    return str(begun.wait(30))

@app.get("/go")
def end():
    go.set()
    return "gone"

later = False
"""
RUNS = """
if later:
    ana.emit("vote", "javascript")
    live.settle()
    begun.set()
    go.wait(60)
later = True
"""
RUN = """(id) => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = notebook.widgets.findIndex((cell) => cell.model.id === id);
    window.jupyterapp.commands.execute("notebook:run-cell");
}"""
THEME = "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"
KERNEL = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
SAVE_STATE = """async () => {
    const { commands } = window.jupyterapp;
    await commands.execute("@jupyter-widgets/jupyterlab-manager:saveWidgetState");
    await commands.execute("docmanager:save");
}"""
SUBSHELL = f"""() => {{
    window.subshell = null;
    {KERNEL}.anyMessage.connect((_, {{ direction, msg }}) => {{
        const said = direction === "send" && msg.header.msg_type === "comm_msg";
        if (said) window.subshell = msg.header.subshell_id ?? null;
    }});
}}"""
WAITING = "waiting for the kernel…"
ADVICE = "run the notebook again from the top."


def where(page: Any) -> tuple[int, str]:
    pid, url = page.text("where").split()
    return int(pid), url


@contextmanager
def asleep(page: Any) -> Iterator[None]:
    """Stop the kernel's process, as a sleep of the machine does, and let it go on."""
    pid, _ = where(page)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def status(panel: Any) -> Any:
    return panel.locator(".votekit-status")


def looks(page: Any, shot: Callable[..., None]) -> None:
    """See that what is told is well told: dark, light, and in a narrow page."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe here").Axe()
    for theme, width in (("Dark", 1000), ("Light", 640)):
        page.set_viewport_size({"width": width, "height": 1500})
        page.evaluate(THEME, f"JupyterLab {theme}")
        light = str(theme == "Light").lower()
        page.wait_for_function(f"document.body.dataset.jpThemeLight === '{light}'")
        found = axe.run(page, context=".votekit").response["violations"]
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
        shot(page, f"silent-{theme.lower()}")


posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows stops no process")


@posix
def test_what_a_kernel_asleep_does_not_answer_is_told_and_done_once_when_it_wakes(
    panels: Callable[..., Any], shot: Callable[..., None]
) -> None:
    from playwright.sync_api import expect

    page = panels(
        "asleep",
        where=WHERE,
        vote="vote(ana)",
        room="room(ana)",
        predict="votekit.Predict(live)",
    )
    vote, room, predict = (page.panel(name) for name in ("vote", "room", "predict"))
    room.get_by_role("button", name="Join red").click()
    expect(room.get_by_role("button", name="Leave red")).to_be_visible()
    with asleep(page):
        python, box = vote.get_by_role("button").first, predict.get_by_role("checkbox").first
        field = room.get_by_role("textbox").first
        python.click()
        box.click()
        field.fill("good night")
        field.press("Enter")
        for panel in (vote, room, predict):
            expect(status(panel)).to_contain_text(WAITING, timeout=5000)
        expect(box).to_be_checked()
        python.click()  # out of impatience
        field.press("Enter")
        for panel in (vote, room):
            expect(status(panel)).to_contain_text(WAITING)
        shot(page.page, "waiting")
        for panel in (vote, room, predict):
            expect(panel.locator(".votekit-gone")).to_contain_text(ADVICE, timeout=20_000)
        for panel, what in (
            (vote, "your vote for python."),
            (room, "your message to red"),
            (predict, "the tick of ana."),
        ):
            expect(panel.locator(".votekit-gone")).to_contain_text(f"Not sent so far: {what}")
        expect(box).not_to_be_checked()
        expect(field).to_have_value("good night")
        for control in (python, box, room.get_by_role("button", name="Leave red")):
            expect(control).to_be_disabled()
        box.click(force=True)
        python.click(force=True)
        expect(box).not_to_be_checked()
        field.press("Enter")
        shot(page.page, "silent")
        looks(page.page, shot)
    for panel in (vote, room, predict):
        expect(status(panel)).to_have_text("●connected" if panel != predict else "●server running")
        expect(panel.locator(".votekit-gone")).to_be_hidden()
    expect(box).to_be_checked()
    expect(field).to_have_value("")
    expect(room.get_by_role("log").first).to_have_text("ana: good night")
    expect(vote.locator(".votekit-summary")).to_have_text("1 vote")
    vote.get_by_role("button", name="javascript").click()
    expect(vote.locator(".votekit-summary")).to_have_text("2 votes")


@posix
def test_a_guess_that_a_kernel_asleep_does_not_answer_is_kept_and_made_when_it_wakes(
    panels: Callable[..., Any],
) -> None:
    from playwright.sync_api import expect

    page = panels("guesses-asleep", where=WHERE, guess="votekit.Guess('How many ballots?')")
    panel = page.panel("guess")
    field = panel.get_by_role("textbox")
    expect(status(panel)).to_have_text("")
    with asleep(page):
        field.fill("4")
        field.press("Enter")
        expect(status(panel)).to_contain_text(WAITING, timeout=5000)
        expect(panel.locator(".votekit-gone")).to_contain_text(ADVICE, timeout=20_000)
        expect(panel.locator(".votekit-gone")).to_contain_text("Not sent so far: your guess")
        expect(field).to_have_value("4")
    expect(panel.locator(".votekit-summary")).to_contain_text("you said 4")
    expect(panel.locator(".votekit-gone")).to_be_hidden()
    expect(status(panel)).to_have_text("")


def test_a_click_while_a_cell_runs_goes_out_at_once_or_says_that_it_waits(
    panels: Callable[..., Any], shot: Callable[..., None]
) -> None:
    from playwright.sync_api import expect

    page = panels("busy", where=WHERE, busy=BUSY, vote="vote(ana)", runs=RUNS)
    _, url = where(page)
    vote = page.panel("vote")
    votes = vote.locator(".votekit-count").first
    page.page.evaluate(SUBSHELL)
    # A front end with subshells has one for what panels say, soon after it has the first panel.
    apart = page.page.evaluate(f"Boolean({KERNEL}.supportsSubshells)")
    for count in range(1, 100):
        vote.get_by_role("button", name="python").click()
        expect(votes).to_have_text(str(count))
        if page.page.evaluate("window.subshell !== null") or not apart:
            break
    page.page.evaluate(RUN, "runs")
    assert urlopen(f"{url}/begun").read() == b"True"  # noqa: S310  (it is ours)
    expect(vote.locator(".votekit-count").nth(1)).to_have_text("1")  # told while the cell runs
    vote.get_by_role("button", name="python").click()
    if apart:  # it is free, whatever the cell did
        expect(votes).to_have_text(str(count + 1))
    else:
        expect(status(vote)).to_contain_text(WAITING)
        expect(votes).to_have_text(str(count))
        vote.get_by_role("button", name="python").click()
    shot(page.page, "busy")
    urlopen(f"{url}/go").close()  # noqa: S310
    expect(status(vote)).to_have_text("●connected")
    expect(votes).to_have_text(str(count + 1))


def test_a_kernel_that_was_shut_down_is_told(
    panels: Callable[..., Any], shot: Callable[..., None]
) -> None:
    from playwright.sync_api import expect

    page = panels("down", vote="vote(ana)", room="room(ana)")
    vote, room = page.panel("vote"), page.panel("room")
    expect(status(vote)).to_have_text("●connected")
    page.page.evaluate(f"{KERNEL}.shutdown().then(() => null)")
    for panel in (vote, room):
        panel.get_by_role("button").first.click()
        expect(panel.locator(".votekit-gone")).to_contain_text(ADVICE, timeout=20_000)
        expect(panel.get_by_role("button").first).to_be_disabled()
        expect(status(panel)).to_have_text("✕no kernel")
    expect(room.locator(".votekit-gone")).to_contain_text("Not sent: “Join red”.")
    expect(room.get_by_role("button", name="Send to red")).to_be_disabled()
    shot(page.page, "down")


def test_a_panel_of_saved_widget_state_says_that_nobody_answers(
    panels: Callable[..., Any], shot: Callable[..., None]
) -> None:
    from playwright.sync_api import expect

    page = panels("saved", vote="vote(ana)", room="room(ana)")
    expect(status(page.panel("room"))).to_have_text("●connected")
    page.panel("room").get_by_role("textbox").first.press_sequentially("a draft")
    page.page.evaluate(SAVE_STATE)
    page.page.evaluate(f"{KERNEL}.shutdown().then(() => null)")
    page.open(page.page.url)
    vote = page.panel("vote")
    expect(vote.locator(".votekit-gone")).to_contain_text(ADVICE, timeout=20_000)
    expect(status(vote)).not_to_contain_text("connected")
    expect(vote.get_by_role("button").first).to_be_disabled()
    expect(page.panel("room").get_by_role("textbox").first).to_have_value("a draft")
    shot(page.page, "saved")
    page.page.evaluate(SAVE_STATE)  # no more


def test_a_clean_cut_and_return_loses_nothing_and_a_draft_survives_a_reload(
    panels: Callable[..., Any],
) -> None:
    from playwright.sync_api import expect

    page = panels("cut", vote="vote(ana)", room="room(ana)")
    vote = page.panel("vote")
    page.page.evaluate(f"{KERNEL}.disconnect?.()")
    vote.get_by_role("button", name="python").click()
    page.page.evaluate(f"{KERNEL}.reconnect().then(() => null)")
    expect(vote.locator(".votekit-summary")).to_have_text("1 vote")
    expect(status(vote)).to_have_text("●connected")

    page.panel("room").get_by_role("textbox").first.press_sequentially("not yet se")
    page.page.evaluate("window.jupyterapp.commands.execute('docmanager:save').then(() => null)")
    page.open(page.page.url)
    expect(page.panel("room").get_by_role("textbox").first).to_have_value("not yet se")
    page.panel("vote").get_by_role("button", name="python").click()
    expect(page.panel("vote").locator(".votekit-summary")).to_have_text("2 votes")
