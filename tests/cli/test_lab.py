"""``votekit lab`` really starts JupyterLab, and ends without a trace."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import websocket

from votekit.cli import copies, main, places
from votekit.cli import lab as command

Start = Callable[..., Any]
CHECKOUT = Path(__file__).resolve().parents[2]
needs_signals = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows cannot send Ctrl-C to one process alone"
)


def ask(url: str, path: str, content: dict[str, str] | None = None) -> Any:
    """Ask Jupyter's own interface, with the token that `votekit lab` printed."""
    parts = urlsplit(url)
    request = urllib.request.Request(  # noqa: S310 - the address is the kit's own
        f"{parts.scheme}://{parts.netloc}{path}",
        data=None if content is None else json.dumps(content).encode(),
        headers={"Authorization": f"token {parse_qs(parts.query)['token'][0]}"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the same
        return json.load(answer)


def start_kernel(url: str) -> None:
    """Start a kernel and wait until it has answered, so that it is past its imports."""
    kernel = ask(url, "/api/kernels", {"name": "python3"})["id"]
    parts = urlsplit(url)
    channel = websocket.create_connection(
        f"ws://{parts.netloc}/api/kernels/{kernel}/channels?{parts.query}", timeout=30
    )
    request = {
        "header": {"msg_id": "1", "msg_type": "kernel_info_request"},
        "parent_header": {},
        "metadata": {},
        "content": {},
        "channel": "shell",
    }
    channel.send(json.dumps(request))
    while json.loads(channel.recv())["msg_type"] != "kernel_info_reply":
        pass
    channel.close()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@needs_signals
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_it_with_its_kernels_and_without_a_word_too_many(
    lab: Start, number: signal.Signals
) -> None:
    running = lab()
    url = running.url()
    assert urlsplit(url).hostname == "127.0.0.1"
    assert ask(url, "/api/status")["kernels"] == 0
    start_kernel(url)
    children = subprocess.run(
        ["pgrep", "-P", str(running.process.pid)],  # noqa: S607 - macOS' ps has no --ppid
        capture_output=True,
        text=True,
        check=False,
    )
    kernels = [int(pid) for pid in children.stdout.split()]

    status, output = running.stop(number)

    assert kernels
    assert status == 0
    assert output.splitlines()[1:] == [f"JupyterLab: {url}", "Ctrl-C here stops it.", "Stopping."]
    assert not [pid for pid in kernels if alive(pid)]


@needs_signals
def test_a_request_that_a_page_still_waits_for_does_not_speak_at_the_stop(lab: Start) -> None:
    running = lab()
    url = running.url()
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port)) as page:
        # JupyterLab asks this when it opens; the first answer takes Jupyter a while.
        page.sendall(f"GET /api/nbconvert?{parts.query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        ask(url, "/api/status")
        status, output = running.stop(signal.SIGINT)
    assert status == 0
    assert output.splitlines()[3:] == ["Stopping."]


@needs_signals
def test_the_kernel_is_the_python_that_runs_the_command(lab: Start) -> None:
    running = lab()
    url = running.url()
    spec = ask(url, "/api/kernelspecs")
    assert spec["default"] == "python3"
    assert spec["kernelspecs"]["python3"]["spec"]["argv"][0] == sys.executable
    running.stop(signal.SIGINT)


@needs_signals
def test_the_users_own_jupyter_settings_are_not_written_nor_those_of_old_brought_over(
    lab: Start, tmp_path: Path
) -> None:
    old = tmp_path / "home" / ".ipython" / "nbextensions" / "theirs.js"
    old.parent.mkdir(parents=True)
    old.touch()
    running = lab()
    running.url()
    running.stop(signal.SIGINT)
    assert not running.config.exists()
    assert not list((tmp_path / "home" / "data").rglob("theirs.js"))


@needs_signals
def test_jupyters_wish_for_no_settings_does_not_hide_the_kits(
    lab: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_NO_CONFIG", "1")
    running = lab()
    url = running.url()
    assert set(places.lessons_in(places.shipped())) == {
        entry["name"] for entry in ask(url, "/api/contents/")["content"]
    }
    running.stop(signal.SIGINT)


@needs_signals
def test_it_serves_the_copies_and_opens_the_first_lesson(lab: Start) -> None:
    running = lab()
    url = running.url()
    assert urlsplit(url).path == "/lab/tree/00_start_here.ipynb"
    names = {entry["name"] for entry in ask(url, "/api/contents/")["content"]}
    assert names == set(places.lessons_in(places.shipped()))
    running.stop(signal.SIGINT)


@needs_signals
def test_here_serves_the_shipped_lessons_and_copies_nothing(lab: Start, tmp_path: Path) -> None:
    running = lab("--here")
    names = {entry["name"] for entry in ask(running.url(), "/api/contents/")["content"]}
    assert set(places.lessons_in(places.shipped())) <= names
    running.stop(signal.SIGINT)
    assert list((tmp_path / "my course").iterdir()) == []


def test_a_port_that_is_taken_is_said_and_no_other_is_used(lab: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        running = lab("--port", str(taken.getsockname()[1]))
        assert running.process.wait(60) == 1


def test_arguments_after_two_dashes_go_to_jupyterlab(lab: Start) -> None:
    running = lab("--", "--LabApp.expose_app_in_browser=True", "--IdentityProvider.token=abc")
    assert running.url().endswith("?token=abc")


def test_edits_that_a_newer_lesson_has_overtaken_are_said_in_one_line() -> None:
    brought = copies.Copies(
        Path("votekit-lessons"),
        {
            "00_start_here.ipynb": copies.Change.OUTDATED,
            "01_events.ipynb": copies.Change.NEW,
            "05_rooms.ipynb": copies.Change.OUTDATED,
        },
    )
    assert command.news(brought) == [
        "Lessons: votekit-lessons (1 new)",
        (
            "Newer than the ones you edited: 00_start_here, 05_rooms. "
            "`votekit lab --fresh 00` gets a new copy and keeps yours beside it."
        ),
    ]


def test_a_fresh_copy_says_where_the_edited_one_is() -> None:
    brought = copies.Copies(
        Path("votekit-lessons"),
        {"05_rooms.ipynb": copies.Change.FRESH},
        Path("votekit-lessons/05_rooms.mine-1.ipynb"),
    )
    assert command.news(brought) == [
        "Lessons: votekit-lessons",
        "05_rooms.ipynb is fresh; yours is kept as 05_rooms.mine-1.ipynb.",
    ]


def test_a_fresh_copy_of_an_untouched_lesson_is_said_as_well() -> None:
    brought = copies.Copies(Path("here"), {"05_rooms.ipynb": copies.Change.FRESH})
    assert command.news(brought) == ["Lessons: here", "05_rooms.ipynb is fresh."]


def test_what_is_no_notebook_any_more_is_said_with_the_line_for_its_folder() -> None:
    brought = copies.Copies(Path("here"), {"05_rooms.ipynb": copies.Change.BROKEN})
    assert command.news(brought, again="votekit lab stick") == [
        "Lessons: here",
        (
            "05_rooms.ipynb is no notebook any more. "
            "`votekit lab stick --fresh 05` gets a new copy and keeps yours beside it."
        ),
    ]


@pytest.mark.parametrize(
    "folder, line",
    [
        (Path("stick"), "stick"),
        (PureWindowsPath("E:\\"), "E:\\"),
        (PureWindowsPath("E:\\my course\\"), '"E:\\my course"'),
        (PurePosixPath("/home/ana/R&D (new)"), '"/home/ana/R&D (new)"'),
    ],
)
def test_a_folder_is_quoted_where_a_shell_needs_it_and_no_quote_follows_a_backslash(
    folder: PurePath, line: str
) -> None:
    assert command.typed(folder) == f"votekit lab {line}"


@pytest.mark.parametrize("module", ["ipykernel", "jupyterlab"])
def test_what_does_not_load_is_said_in_one_line(
    module: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for variable in ("JUPYTER_CONFIG_DIR", "JUPYTER_CONFIG_PATH", "JUPYTER_PATH"):
        monkeypatch.setenv(variable, str(tmp_path))
    for name in (module, "ipykernel.kernelspec", "jupyterlab.labapp"):
        if name.startswith(module):
            monkeypatch.setitem(sys.modules, name, None)
    assert main(["lab", "--no-browser"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert module in line
    assert line.endswith("Run: votekit doctor")
