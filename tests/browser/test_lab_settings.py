"""What is set in the running Lab stays with the lessons; the user's own Jupyter is left alone."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without asking it"),
]

THEMES = Path("@jupyterlab/apputils-extension/themes.jupyterlab-settings")
TOGGLE = "() => window.jupyterapp.commands.execute('statusbar:toggle').then(() => null)"
CHOOSE = """(theme) => window.jupyterapp.commands
    .execute("apputils:change-theme", { theme }).then(() => null)"""
SAVE = "() => window.jupyterapp.commands.execute('docmanager:save').then(() => null)"
THEIRS = {
    "lab/user-settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings": {
        "theme": "JupyterLab Dark High Contrast"
    },
    "jupyter_server_config.json": {"ServerApp": {"base_url": "/theirs/"}},
    "labconfig/page_config.json": {"appName": "Theirs"},
    "labconfig/default_setting_overrides.json": {
        "@jupyterlab/statusbar-extension:plugin": {"visible": False}
    },
}
"""Settings of the user's own that would be seen in the page or in its address."""


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def dark(page: Any) -> bool:
    page.wait_for_function("document.body.dataset.jpThemeLight")
    return page.evaluate("document.body.dataset.jpThemeLight") == "false"


def test_settings_stay_with_the_lessons_and_the_users_own_are_neither_read_nor_written(
    start_lab: Callable[..., Any], lab_page: Any, tmp_path: Path
) -> None:
    home, folder = tmp_path / "home", tmp_path / "course"
    folder.mkdir()
    for name, content in THEIRS.items():
        for config in (home / "config", home / ".jupyter"):
            (config / name).parent.mkdir(parents=True, exist_ok=True)
            (config / name).write_text(json.dumps(content))
    theirs = contents(home)
    kept = folder / "votekit-lessons" / ".votekit" / "settings" / THEMES
    page = lab_page.page
    for again in (False, True):
        running = start_lab(home, folder, "--", "--LabApp.expose_app_in_browser=True")
        try:
            url = running.url()
            assert "/theirs/" not in url
            lab_page.open(url)
            assert page.title() != "Theirs"
            assert dark(page) is again
            # It is hidden since the first time, and not since theirs hides it.
            assert page.locator("#jp-main-statusbar").is_visible() is not again
            if not again:
                page.evaluate(CHOOSE, "JupyterLab Dark")
                page.evaluate(TOGGLE)
                page.wait_for_function("document.body.dataset.jpThemeLight === 'false'")
                page.wait_for_selector("#jp-main-statusbar", state="hidden")
            # A page with something to save asks whether it may be left.
            page.evaluate(SAVE)
            page.goto("about:blank")
            assert running.stop(signal.SIGTERM)[0] == 0
        finally:
            running.end()
    assert b"JupyterLab Dark" in kept.read_bytes()
    # What Jupyter itself keeps of a run that is no setting, such as which notebooks are trusted.
    own = {home / "data", home / "runtime", home / ".ipython", home / ".cache"}
    changed = {path for path, content in contents(home).items() if theirs.get(path) != content}
    assert [path for path in changed if not own & set(path.parents)] == []
