"""Guesses of a number in the real JupyterLab: said by keyboard and by click, scored, begun anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser

APP = """
import votekit

guess = votekit.Guess("How many ballots are in the box?", most=100)
right, missed = votekit.Guess("How many rooms?"), votekit.Guess("How many packets?")
"""
RUN = """(id) => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = notebook.widgets.findIndex((cell) => cell.model.id === id);
    return window.jupyterapp.commands.execute("notebook:run-cell").then(() => null);
}"""
THEME = "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"
OVERFLOWING = """() => [...document.querySelectorAll(".votekit")]
    .filter((panel) => panel.scrollWidth > panel.clientWidth + 1)
    .map((panel) => panel.ariaLabel)"""
LATER = "if later:\n    guess.score(5)\nlater = True"


def parts(panel: Any) -> tuple[Any, Any, Any]:
    field = panel.get_by_role("textbox", name="How many ballots are in the box?")
    return field, panel.locator(".votekit-summary"), panel.locator(".votekit-notice")


def test_a_guess_is_said_scored_and_begun_anew_by_keyboard(
    panels: Callable[..., Any],
) -> None:
    from playwright.sync_api import expect

    page = panels("guess", APP + "later = False", guess="guess", score=LATER)
    keys, panel = page.page.keyboard, page.panel("guess")
    field, summary, notice = parts(panel)
    expect(field).to_have_value("")
    expect(panel.get_by_role("button", name="Guess again")).to_be_hidden()
    field.focus()
    keys.type("four")
    expect(summary).to_have_text("not said yet: press Enter, or “Guess”")
    keys.press("Enter")
    expect(notice).to_contain_text("“four” does not read as a number; write it like 1000 or 4.5")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("four")
    expect(field).to_be_focused()
    field.press("ControlOrMeta+a")
    for text, words in (("1e999", "too large"), ("-3", "too little"), ("101", "100 at most")):
        keys.type(text)
        expect(field).not_to_have_attribute("aria-invalid", "true")
        keys.press("Enter")
        expect(notice).to_contain_text(words)
        expect(field).to_have_value(text)
        field.press("ControlOrMeta+a")
    keys.press("Delete")
    keys.press("Enter")
    expect(notice).to_have_text("⚠ write a number first")
    keys.type("4.0")
    keys.press("Tab")
    expect(panel.get_by_role("button", name="Guess")).to_be_focused()
    keys.press("Space")
    expect(summary).to_contain_text("you said 4; now run the next cell")
    expect(notice).to_be_hidden()
    expect(field).to_have_value("4")

    page.page.evaluate(RUN, "score")
    result = panel.locator(".votekit-result")
    expect(result).to_have_text("✗ wrong you said 4, but it is 5")
    expect(field).to_have_value("4")
    expect(field).not_to_be_editable()
    expect(panel.get_by_role("button", name="Guess", exact=True)).to_be_hidden()
    panel.get_by_role("button", name="Guess again").focus()
    keys.press("Enter")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    expect(result).to_have_text("")
    keys.type("5")
    keys.press("Enter")
    expect(summary).to_contain_text("you said 5")
    page.page.evaluate(RUN, "score")
    expect(result).to_have_text("✓ right you said 5, and it is 5")
    assert len(page.cells()) == 3


def test_what_is_typed_and_not_said_is_kept_and_is_no_attempt(panels: Callable[..., Any]) -> None:
    from playwright.sync_api import expect

    page = panels("typed", APP + "later = False", guess="guess", score=LATER)
    field, summary, _ = parts(page.panel("guess"))
    field.press_sequentially("4")
    page.page.evaluate("window.jupyterapp.commands.execute('docmanager:save').then(() => null)")
    page.open(page.page.url)
    field, summary, _ = parts(page.panel("guess"))
    expect(field).to_have_value("4")
    expect(summary).to_have_text("not said yet: press Enter, or “Guess”")
    page.page.evaluate(RUN, "score")
    expect(page.panel("guess").locator(".votekit-result")).to_have_text(
        "no guess was made; it is 5"
    )
    expect(field).to_have_value("")


def test_a_guess_is_shown_in_every_view(panels: Callable[..., Any]) -> None:
    from playwright.sync_api import expect

    page = panels("views", APP, one="guess", other="guess", say="guess")
    one, other = parts(page.panel("one")), parts(page.panel("other"))
    other[0].press_sequentially("7")  # and on to another view
    one[0].fill("3")
    page.panel("one").get_by_role("button", name="Guess").click()
    expect(one[1]).to_contain_text("you said 3")
    expect(parts(page.panel("say"))[0]).to_have_value("3")
    expect(other[0]).to_have_value("3")


def test_whoever_clicks_on_has_guessed(panels: Callable[..., Any]) -> None:
    from playwright.sync_api import expect

    page = panels("onward", APP + "later = False", guess="guess", score=LATER)
    field, summary, _ = parts(page.panel("guess"))
    field.press_sequentially("5")
    page.page.locator(".jp-Cell[data-windowed-list-index='2'] .cm-content").click()
    expect(summary).to_contain_text("you said 5")


def test_dark_light_and_narrow_and_without_a_finding_of_axe(
    panels: Callable[..., Any], shot: Callable[..., None]
) -> None:
    from playwright.sync_api import expect

    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe here").Axe()
    cells = {
        "before": 'votekit.Guess("How many ballots are counted once ana has voted twice?")',
        "said": "said = votekit.Guess('How many rooms?'); said.say(3); said",
        "wrong": "guess.say(1234); guess.score(12); guess",
        "right": "right.say(2); right.score(2); right",
        "missed": "missed.score(12); missed",
        "bad": "bad = votekit.Guess('How many?'); bad",
    }
    page = panels("guesses", APP.replace(", most=100", ""), **cells)
    page.page.set_viewport_size({"width": 1000, "height": 2000})
    bad = page.panel("bad")
    bad.get_by_role("textbox").fill("about 4")
    bad.get_by_role("textbox").press("Enter")
    expect(bad.locator(".votekit-notice")).to_contain_text("does not read as a number")
    for theme, width in (("Light", 1000), ("Dark", 1000), ("Light", 600), ("Dark", 600)):
        page.page.set_viewport_size({"width": width, "height": 2000})
        page.page.evaluate(THEME, f"JupyterLab {theme}")
        page.page.wait_for_function(
            f"document.body.dataset.jpThemeLight === '{str(theme == 'Light').lower()}'"
        )
        for cell in reversed(cells):
            page.panel(cell)
        shot(page.page, f"guess-{theme.lower()}-{width}")
        # An empty line between the parts, or a gap before the words, would be for nothing.
        boxes = [
            page.panel("missed").locator(each).bounding_box()
            for each in (".votekit-field", ".votekit-because")
        ]
        assert boxes[0]["x"] == pytest.approx(boxes[1]["x"], abs=1)
        form = page.panel("said").locator("form").bounding_box()
        below = page.panel("said").locator(".votekit-summary").bounding_box()
        assert below["y"] - form["y"] - form["height"] <= 16
        # What is of nothing live leaves no room for a standing that it has not.
        head = page.panel("said").locator(".votekit-status").bounding_box()
        assert head is None or head["height"] == 0
        found = axe.run(page.page, context=".votekit").response["violations"]
        assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []
        assert page.page.evaluate(OVERFLOWING) == []
