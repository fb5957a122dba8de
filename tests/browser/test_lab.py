"""A lesson in the real JupyterLab: it runs, it is drawn, it stays on this machine, it is safe."""

from __future__ import annotations

import json
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.browser

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    '%%{init: {"securityLevel":"loose"}}%%',
    "one\nend\nloop",
    "end",
    "\"quotes\", 'quotes' and `ticks`; </svg><script>alert(2)</script>",
)
"""What a client may call itself, an event or its vote: markup, and words of drawing languages."""
READ = ("<img src=x on", '%%{init: {\\"s', "one\\nend\\nloop", "end", '\\"quotes\\", \'qu')
"""How each of them begins where it is shown, escaped and on one line; long ones are shortened."""
APP = f"""
from flask import Flask
from flask_socketio import SocketIO, emit
import votekit

HOSTILE = {HOSTILE!r}
app = Flask("hostile")
socketio = SocketIO(app, async_mode="threading")

for event in HOSTILE:
    socketio.on_event(event, lambda said, event=event: emit(event, said, broadcast=True))

live = votekit.serve(app)
clients = live.clients(*HOSTILE)
for client, event, said in zip(clients, HOSTILE, HOSTILE[::-1]):
    client.emit(event, said)
    live.settle()
"""
ANNOUNCES = "window.jupyterapp.isPluginActivated('@jupyterlab/apputils-extension:announcements')"
ASK_ON = """() => {
    const again = () => fetch("/api/contents/").then(again, () => null);
    for (let each = 0; each < 6; each += 1) again();
}"""
"""Has as many requests on their way, at any time, as a browser sends at once."""


def test_the_first_lesson_runs_in_the_lab_and_asks_nothing_of_another_host(
    lab: Any, lab_page: Any, said: Callable[..., Any], shot: Callable[..., None]
) -> None:
    stored = json.loads((NOTEBOOKS / "00_start_here.ipynb").read_text(encoding="utf-8"))
    lab_page.open(lab.url)
    assert lab_page.pop_ups() == []
    assert not lab_page.page.evaluate(ANNOUNCES)
    lab_page.run_all()
    assert lab_page.troubles() == []
    # Unlike nbval, the page would also show what comes after its cell has ended.
    assert said(lab_page.cells()) == said(stored["cells"])

    drawn = lab_page.diagram("vote")
    shot(lab_page.page, "first-vote")
    assert drawn.caption == "Who sent what to whom"
    assert {"server", "ana", "ben", "chi", 'to the server: vote "python"'} <= set(drawn.cells)
    tally = 'from the server: voting bar {"python": 1, "javascript": 0}'
    assert drawn.cells.count(tally) == 3
    table = " ".join(lab_page.text("heard").split())
    assert table == "Who heard what client voting bar ana ● ben ● chi ●"
    assert '✗ nobody handles "vot"; did you mean "vote"?' in lab_page.diagram("told").cells

    assert lab_page.pop_ups() == []
    assert lab_page.alerts == []
    assert lab_page.failures == []
    assert lab_page.hosts() == {"127.0.0.1"}
    # The record has what the page asks for; at these two the server would ask another host.
    paths = [urlsplit(address).path for address in lab_page.requested]
    assert [path for path in paths if path.startswith(("/lab/api/news", "/lab/api/update"))] == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without asking it")
def test_a_page_that_still_asks_does_not_hold_up_the_stop(
    start_lab: Callable[..., Any], lab_page: Any, tmp_path: Path
) -> None:
    running = start_lab(tmp_path, tmp_path, "--", "--LabApp.expose_app_in_browser=True")
    try:
        lab_page.open(running.url())
        lab_page.page.evaluate(ASK_ON)
        assert running.stop(signal.SIGTERM)[0] == 0
    finally:
        running.end()


def test_what_comes_from_the_wire_is_shown_and_never_obeyed(
    lab: Any, lab_page: Any, notebook: Callable[..., str], shot: Callable[..., None]
) -> None:
    name = notebook(
        "hostile.ipynb",
        app=APP,
        text="print(live.story)",
        table="live.story.matrix",
        picture="live.story",
    )
    lab_page.open(lab.url_of(name))
    lab_page.run_all()
    assert lab_page.troubles() == []

    drawn = lab_page.diagram("picture")
    shot(lab_page.page, "hostile")
    assert drawn.caption == "Who sent what to whom"
    for name in READ:
        assert any(name in text for text in drawn.cells), name
    for event, said in zip(READ, READ[::-1], strict=True):
        message = re.compile(f"{re.escape(event)}.*{re.escape(said)}")
        assert sum(bool(message.search(text)) for text in drawn.cells) == 1 + len(HOSTILE), event
    assert not {"img", "script"} & set(drawn.elements)
    for cell in ("text", "table"):
        shown = lab_page.text(cell)
        assert [part for part in READ if part not in shown] == []
        assert lab_page.output(cell).locator("img, script").count() == 0

    assert lab_page.page.locator("img[src='x']").count() == 0
    assert lab_page.alerts == []
    assert lab_page.pop_ups() == []
    assert lab_page.hosts() == {"127.0.0.1"}


def test_the_record_would_show_another_host_and_an_alert(lab_page: Any) -> None:
    page = lab_page.page
    for ask in (
        "() => { new WebSocket('ws://socket.invalid/'); }",
        "fetch('http://page.invalid/').catch(() => null)",
    ):
        # The browser complains that there is no such host.
        with page.expect_console_message():
            page.evaluate(ask)
    page.evaluate("alert('seen')")
    assert lab_page.hosts() == {"socket.invalid", "page.invalid"}
    assert lab_page.alerts == ["seen"]
