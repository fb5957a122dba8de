"""``votekit lab``: the learner's copies of the lessons, brought up to date and opened."""

from __future__ import annotations

import argparse
from pathlib import Path
from urllib.parse import quote

from votekit.cli import copies, jupyter, places
from votekit.cli.complaint import Complaint

START = "00_start_here.ipynb"


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its arguments.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        The command's own.
    """
    parser.description = (
        "Copies the lessons to ./votekit-lessons, never over your edits, and opens JupyterLab "
        "there. Arguments after -- go to JupyterLab."
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--here",
        action="store_true",
        help="for authors: open the shipped lessons themselves and copy nothing",
    )
    which.add_argument(
        "--fresh",
        metavar="NN",
        help="get a fresh copy of lesson NN, such as 04; your edited one is kept beside it",
    )
    parser.add_argument(
        "--no-browser",
        dest="browser",
        action="store_false",
        help="print the address and open no browser",
    )
    parser.add_argument(
        "--port", type=_port, metavar="N", help="serve on this port only; a free one by default"
    )
    parser.set_defaults(passed_on=[])


def run(options: argparse.Namespace) -> int:
    """Bring the lessons and serve them in JupyterLab until Ctrl-C.

    Parameters
    ----------
    options : argparse.Namespace
        What `configure` asks for, and in ``passed_on`` the arguments for JupyterLab.

    Returns
    -------
    int
        The exit status.

    Raises
    ------
    Complaint
        If the lessons cannot be found, read or written, or JupyterLab does not load.
    """
    source = places.shipped()
    folder, first = source, START
    if not options.here:
        brought = copies.bring(source, places.home(Path.cwd(), source), options.fresh)
        for line in news(brought):
            print(line)
        folder = brought.folder
        if options.fresh is not None:
            first = copies.pick(options.fresh, places.lessons_in(source))
    page = f"/lab/tree/{quote(first)}" if (folder / first).exists() else "/lab"
    try:
        jupyter.serve(
            folder, page, browser=options.browser, port=options.port, arguments=options.passed_on
        )
    except ImportError as error:
        raise Complaint(f"JupyterLab does not load ({error}). Run: votekit doctor") from error
    return 0


def news(brought: copies.Copies) -> list[str]:
    """Say in a few lines what became of the learner's copies."""
    counts = [
        f"{len(names)} {change}"
        for change in (copies.Change.NEW, copies.Change.UPDATED)
        if (names := brought.named(change))
    ]
    counted = f" ({', '.join(counts)})" if counts else ""
    lines = [f"Lessons: {brought.folder}{counted}"]
    if brought.aside is not None:
        (fresh,) = brought.named(copies.Change.FRESH)
        lines.append(f"{fresh} is fresh; yours is kept as {brought.aside.name}.")
    if outdated := [Path(name).stem for name in brought.named(copies.Change.OUTDATED)]:
        example = outdated[0].split("_", maxsplit=1)[0]
        lines.append(
            f"Newer than the ones you edited: {', '.join(outdated)}. "
            f"`votekit lab --fresh {example}` gets a new copy and keeps yours beside it."
        )
    return lines


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 1 << 16:
        raise argparse.ArgumentTypeError(f"{text} is no port: 1 to 65535")
    return int(text)
