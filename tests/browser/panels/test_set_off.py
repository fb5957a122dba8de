"""What a click in a panel sets off, in the real JupyterLab: it is shown, and keys stay inside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser

TALKS = """
@socketio.on("talk")
def on_talk(what):
    print("the server heard", what)
    emit("talked", what)

@ana.on("talked")
def talked(what):
    print("ana heard", what)
    raise ValueError("<b>no</b> such word")

talk = votekit.VotePanel(ana, ["words"], event="talk")
talk
"""
OBSERVED = """
observed = vote(ben)

@observed.observe
def each(change):
    print("seen")
    return 1 / 0 if change.name == "_state" else None

observed
"""
AGAIN = """(id) => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = notebook.widgets.findIndex((cell) => cell.model.id === id);
    return window.jupyterapp.commands.execute("notebook:run-cell").then(() => null);
}"""


def test_what_handlers_print_and_raise_is_shown_in_the_panel_that_set_it_off(
    panels: Callable[..., Any], shot: Callable[..., None]
) -> None:
    from playwright.sync_api import expect

    page = panels("talks", talk=TALKS, vote="vote(ben)")
    talk = page.panel("talk")
    printed = talk.get_by_role("log", name="Printed by handlers")
    expect(printed).to_be_hidden()
    talk.get_by_role("button", name="words").click()
    expect(printed).to_have_text("the server heard words\nana heard words\n")
    expect(talk.locator(".votekit-notice")).to_have_text(
        '⚠ ana\'s own handler of "talked": error in talked, line 9: ValueError: '
        "<b>no</b> such word",
        use_inner_text=True,
    )
    expect(page.panel("vote").get_by_role("log")).to_have_count(0)
    shot(page.page, "printed")


def test_a_callback_of_observe_that_raises_is_told(panels: Callable[..., Any]) -> None:
    from playwright.sync_api import expect

    page = panels("observed", observed=OBSERVED)
    observed = page.panel("observed")
    observed.get_by_role("button", name="python").click()
    expect(observed.locator(".votekit-summary")).to_have_text("1 vote")
    expect(observed.locator(".votekit-notice")).to_contain_text("a callback of observe() failed")
    expect(observed.locator(".votekit-notice")).to_contain_text("ZeroDivisionError")


def test_keys_stay_in_the_panel(panels: Callable[..., Any]) -> None:
    from playwright.sync_api import expect

    page = panels("inside", vote="vote(ana)", room="room(ana)", predict="votekit.Predict(live)")
    cells = [cell["id"] for cell in page.cells()]
    counts = [cell["count"] for cell in page.cells()]
    for name, role in (("vote", "button"), ("room", "log"), ("predict", "checkbox")):
        inside = page.panel(name).get_by_role(role).first
        inside.focus()
        for key in ("x", "a", "b", "d", "d", "z", "m", "ArrowDown", "ArrowUp", "j", "Shift+Enter"):
            inside.press(key)
            expect(inside).to_be_focused()
        assert [cell["id"] for cell in page.cells()] == cells
    inside.press("Enter")
    assert [cell["count"] for cell in page.cells()] == counts


def test_the_panel_of_a_cell_that_is_run_again_follows_no_longer(
    panels: Callable[..., Any],
) -> None:
    from playwright.sync_api import expect

    page = panels("old", vote="vote(ana)", count="print(len(live.log._subscribers))")
    for _ in range(5):
        expect(page.panel("vote").locator(".votekit-status")).to_have_text("●connected")
        page.page.evaluate(AGAIN, "vote")
    vote = page.panel("vote")
    vote.get_by_role("button", name="python").click()
    expect(vote.locator(".votekit-summary")).to_have_text("1 vote")
    page.page.evaluate(AGAIN, "count")
    assert page.text("count").strip() == "1"
