"""What a learner sees first: the lesson, with no pop-up and no question, and nothing from outside.

The browser's own requests are recorded here; the server's own are ruled out by its settings,
which `test_lab` and the names in this page's configuration hold.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest


@pytest.mark.browser
def test_the_lesson_is_open_with_a_kernel_and_nothing_leaves_this_machine(
    lab: Callable[..., Any], chromium: str
) -> None:
    api = pytest.importorskip("playwright.sync_api")
    running = lab("--", "--LabApp.expose_app_in_browser=True")
    url = running.url()
    hosts: set[str | None] = set()
    paths: set[str] = set()
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--no-first-run",
            ],
        )
        page = browser.new_page()

        def record(address: str) -> None:
            parts = urlsplit(address)
            if parts.scheme not in ("data", "blob"):
                hosts.add(parts.hostname)
                paths.add(parts.path)

        page.on("request", lambda request: record(request.url))
        page.on("websocket", lambda socket: record(socket.url))
        page.goto(url)
        page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=60_000)
        # The kernel's dot in the status line: it was started without asking which one.
        page.wait_for_selector("[data-status='idle']", state="attached", timeout=60_000)
        # The announcements extension waits for this before it asks about news.
        page.evaluate("window.jupyterapp.restored.then(() => null)")
        dialogs = page.locator(".jp-Dialog").all_inner_texts()
        notices = page.locator(".Toastify__toast").all_inner_texts()
        announces = page.evaluate(
            "window.jupyterapp.isPluginActivated('@jupyterlab/apputils-extension:announcements')"
        )
        if sys.platform != "win32":
            # While the browser still asks: half-done requests must not hold it up.
            assert running.stop(signal.SIGTERM)[0] == 0
        browser.close()
    assert dialogs == []
    assert notices == []
    assert not announces
    assert hosts == {"127.0.0.1"}
    assert not [path for path in paths if path.startswith(("/lab/api/news", "/lab/api/update"))]
