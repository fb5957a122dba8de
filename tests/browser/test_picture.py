"""The picture of a story, as it is drawn: trusted or not, dark or light, in Lab or on a page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert import HTMLExporter

from votekit.trace import Event, Kind, Story

pytestmark = pytest.mark.browser

TWO = ("ana", "ben")
TWELVE = ("ana", "نور الهدى", "日本の有権者", "👩\u200d🎓 zoë", *(f"voter {n}x" for n in range(8)))
MARKUP = "</td></table><script>alert(2)</script>"
HUGE = "x" * 1_000_000
SHOW = """
from pathlib import Path
from IPython.display import HTML
HTML(Path("{name}.html").read_text("utf-8"))
"""
THEME = """async (theme) => {
    await window.jupyterapp.commands.execute("apputils:change-theme", { theme });
}"""
DRAWN = """(table) => [...table.querySelectorAll("th, td, div, span, b, bdi")].map((each) => {
    const style = getComputedStyle(each);
    const box = each.getBoundingClientRect();
    return [
        each.localName, Math.round(box.width), Math.round(box.height), style.color,
        style.backgroundColor, style.backgroundImage, style.borderTopStyle,
        style.borderLeftStyle, style.borderLeftColor, style.borderBottomStyle,
        style.borderBottomColor, style.textAlign, style.position,
    ];
})"""
CROSSING = """(table) => [...table.querySelectorAll("td, th")]
    .filter((cell) => [...cell.querySelectorAll("div, span, b, bdi")].some((inside) => {
        const box = inside.getBoundingClientRect();
        const style = getComputedStyle(inside);
        const out = box.left < cell.getBoundingClientRect().left - 1
            || box.right > cell.getBoundingClientRect().right + 1
            || (style.display !== "inline" && inside.scrollWidth > inside.clientWidth + 1);
        return out && style.position !== "absolute";
    }))
    .map((cell) => cell.textContent)"""
"""Cells whose text leaves them, and so crosses a lifeline, or has lost its end."""
COLOURS = """(table) => [
    getComputedStyle(table.querySelector("td div")).color,
    getComputedStyle(table.parentElement).color,
    ...[...table.querySelectorAll("tr")].map((row) => getComputedStyle(row).backgroundColor),
]"""


def story(clients: tuple[str, ...]) -> Story:
    """Return a story in which everybody does something, and all kinds of rows are."""
    first, second = clients[:2]
    events: list[Event] = []

    def tell(kind: Kind, client: str | None = None, *rest: Any, **more: Any) -> None:
        events.append(Event(len(events), kind, client, *rest, **more))

    for name in clients:
        tell(Kind.EMIT, name, "vote", ("python", "تصويت", "投票 🎉"), detail={"asks": True})
        cause = len(events) - 1
        for hearer in clients:
            emit = {"emit": cause}
            tell(Kind.DELIVER, hearer, "voting bar", ({"python": 1},), cause=cause, detail=emit)
        tell(Kind.ACK, name, "vote", ("counted",), cause=cause, detail={"answers": cause})
    tell(Kind.EMIT, second, "picture", (b"12345", HUGE), namespace="/chat")
    tell(Kind.EMIT, first, "<img src=x onerror=alert(1)>", (MARKUP,))
    tell(Kind.JOIN, first, room=HUGE)
    tell(Kind.UNHANDLED, second, "a" * 500, detail={"nearest": "b" * 500})
    tell(Kind.ERROR, first, detail={"function": "f" * 500, "line": 1, "type": "E" * 500})
    tell(Kind.NOBODY, None, "tally", (1,), room="nosuch")
    tell(Kind.LOST, second, "tally", detail={"kind": "deliver"})
    tell(Kind.DISCONNECT, first, detail={"by": "transport"})
    return Story(tuple(events), clients=(*clients, "silent"), notes=("a long note; " * 20,))


STORIES = {"two": story(TWO), "twelve": story(TWELVE)}


@pytest.fixture
def stored(lab: Any) -> str:
    """Write a notebook that somebody else ran, with each story stored; return its name."""
    cells = []
    for name, told in STORIES.items():
        html = told._repr_html_()
        (lab.folder / f"{name}.html").write_text(html, encoding="utf-8")
        data = {"text/html": html, "text/plain": str(told)}
        output = nbformat.v4.new_output("execute_result", data, execution_count=1)
        source = SHOW.format(name=name)
        cells.append(nbformat.v4.new_code_cell(source, id=name, outputs=[output]))
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    content = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(content, lab.folder / "pictures.ipynb")
    return "pictures.ipynb"


def axe() -> Any:
    return pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe here").Axe()


def findings(page: Any) -> list[tuple[str, list[str]]]:
    found = axe().run(page, context=".jp-OutputArea-output table").response["violations"]
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]


def test_it_is_drawn_alike_trusted_or_not_in_dark_and_in_light(
    lab: Any, lab_page: Any, stored: str, shot: Callable[..., None]
) -> None:
    page = lab_page.page
    page.set_viewport_size({"width": 1500, "height": 2600})
    lab_page.open(lab.url_of(stored))
    untrusted = {name: lab_page.table(name).evaluate(DRAWN) for name in STORIES}
    shot(page, "picture-untrusted")

    lab_page.run_all()
    for name in STORIES:
        table = lab_page.table(name)
        assert table.evaluate(DRAWN) == untrusted[name]
        assert table.evaluate(CROSSING) == []
    for theme in ("Dark", "Light"):
        page.evaluate(THEME, f"JupyterLab {theme}")
        page.wait_for_function(
            f"document.body.dataset.jpThemeLight === '{theme == 'Light'}'.toLowerCase()"
        )
        for name in STORIES:
            own, around, *rows = lab_page.table(name).evaluate(COLOURS)
            assert own == around
            assert set(rows) == {"rgba(0, 0, 0, 0)"}
        shot(page, f"picture-{theme.lower()}")
        assert findings(page) == []
    assert lab_page.alerts == []
    assert lab_page.output("two").locator("img, script").count() == 0
    assert lab_page.hosts() == {"127.0.0.1"}


def test_it_is_drawn_on_a_page_without_a_network(
    lab: Any, lab_page: Any, stored: str, tmp_path: Path, shot: Callable[..., None]
) -> None:
    html, _ = HTMLExporter().from_filename(str(lab.folder / stored))
    exported = tmp_path / "pictures.html"
    exported.write_text(html, encoding="utf-8")
    page = lab_page.page
    page.goto(exported.as_uri(), wait_until="domcontentloaded")
    for number in range(len(STORIES)):
        table = page.locator("table").nth(number)
        assert table.evaluate(CROSSING) == []
    shot(page, "picture-exported")
    assert page.locator("table img, table script").count() == 0
    assert lab_page.alerts == []
