"""Predictions in the real JupyterLab: ticked by keyboard, scored, and begun anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser

RUN = """(id) => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = notebook.widgets.findIndex((cell) => cell.model.id === id);
    return window.jupyterapp.commands.execute("notebook:run-cell").then(() => null);
}"""
EVERYBODY = "it went to everybody"


def test_a_prediction_is_ticked_scored_and_begun_anew_by_keyboard(
    panels: Callable[..., Any],
) -> None:
    from playwright.sync_api import expect

    page = panels(
        "predict",
        predict="predict = votekit.Predict(live)\npredict",
        traffic="votekit.TrafficPanel(live)",
        vote="ana.emit('vote', 'python'); predict.score(live.settle())",
    )
    keys, panel = page.page.keyboard, page.panel("predict")
    # All cells have run, and nobody has ticked anything.
    summary, because = panel.locator(".votekit-summary"), panel.locator(".votekit-because")
    expect(summary).to_have_text("no prediction was made; heard by ana, ben, chi")
    expect(panel.get_by_role("checkbox", checked=True)).to_have_count(0)
    expect(because.nth(1)).to_have_text(f"it heard, because {EVERYBODY}")
    expect(panel.locator(".votekit-mark").nth(1)).to_have_text("")

    panel.get_by_role("button", name="Predict again").focus()
    keys.press("Enter")
    expect(panel.get_by_role("checkbox", name="ana")).to_be_focused()
    keys.press("Space")
    keys.press("Tab")
    keys.press("Space")
    expect(panel.get_by_role("checkbox", checked=True)).to_have_count(2)
    expect(summary).to_contain_text("run the next cell, and see who heard it")
    page.page.evaluate(RUN, "vote")
    expect(summary).to_have_text("2 of 3 right")
    expect(panel.locator(".votekit-mark")).to_have_text(["✓ right", "✓ right", "✗ wrong", ""])
    expect(because.nth(2)).to_have_text(f"you said no, but it heard, because {EVERYBODY}")
    expect(panel.get_by_role("checkbox").first).to_be_disabled()
    # What was heard has a mark of its own.
    heard = page.panel("traffic").locator(".votekit-heard")
    expect(heard).to_have_text(["● 2", "● 2", "● 2"])


def test_what_is_stored_says_that_it_is_a_picture_and_what_is_live_does_not(
    panels: Callable[..., Any],
) -> None:
    from playwright.sync_api import expect

    picture = "A picture of the panel: run this cell for the live one."
    stored = "panel = votekit.Predict(live)\nhtml = panel._repr_mimebundle_()[0]['text/html']"
    page = panels(
        "picture",
        live="votekit.Predict(live)",
        stored=f"{stored}\nfrom IPython.display import HTML\nHTML(html)",
    )
    expect(page.panel("live")).to_be_visible()
    expect(page.output("live").get_by_text(picture)).to_have_count(0)
    expect(page.output("stored").get_by_text(picture)).to_be_visible()
    bundle = next(cell for cell in page.cells() if cell["id"] == "live")["outputs"][0]["data"]
    assert picture in "".join(bundle["text/html"])
