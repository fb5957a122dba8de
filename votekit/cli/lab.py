"""``votekit lab``: the learner's copies of the lessons, brought up to date and opened."""

from __future__ import annotations

import argparse
import re
from pathlib import Path, PurePath
from urllib.parse import quote

from votekit.cli import copies, files, jupyter, places, present
from votekit.cli.complaint import Complaint
from votekit.cli.furnish import Launch

START = "00_start_here.ipynb"
RESET = f"{present.KEY} in the page resets a lesson: restarts its kernel and clears its outputs."


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
    parser.add_argument(
        "folder",
        nargs="?",
        metavar="FOLDER",
        help="open the lessons in this folder, such as one on a stick; the current one by default",
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
        "--present",
        action="store_true",
        help="for the lecture room: large type, no list of files, and one key that resets a lesson",
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
    if options.here and options.folder is not None:
        raise Complaint("--here opens the kit's own lessons, and takes no folder.")
    source = places.shipped()
    try:
        folder, kept = (source, None) if options.here else _bring(source, options)
        first = copies.pick(options.fresh, places.lessons_in(source)) if options.fresh else START
        launch = Launch(
            folder,
            quote(first) if (folder / first).exists() else "",
            kept,
            present=options.present,
            browser=options.browser,
            port=options.port,
        )
        if options.present:
            print(RESET)
        jupyter.serve(launch, options.passed_on)
    except ImportError as error:
        raise Complaint(f"JupyterLab does not load ({error}). Run: votekit doctor") from error
    return 0


def _bring(source: Path, options: argparse.Namespace) -> tuple[Path, Path]:
    """Bring the copies and say what is to be said; return their folder, and that for settings."""
    again = "votekit lab" if options.folder is None else typed(Path(options.folder))
    folder = places.home(_meant(options.folder), source)
    brought = copies.bring(source, folder, options.fresh)
    # A lecture room's settings are of no use at one's desk, nor the other way round.
    kept = folder / places.KEPT / ("present" if options.present else "settings")
    files.own(kept)
    for line in news(brought, places.elsewhere(folder), again):
        print(line)
    return folder, kept


def _meant(folder: str | None) -> Path:
    if folder is None:
        return Path.cwd()
    path = Path(folder).expanduser().absolute()
    if not path.is_dir():
        raise Complaint(
            f"there is no folder {path}. Make it first, or look for it by another name."
        )
    return path


def news(
    brought: copies.Copies, elsewhere: Path | None = None, again: str = "votekit lab"
) -> list[str]:
    """Say in a few lines what became of the learner's copies.

    Parameters
    ----------
    brought : Copies
        What became of them.
    elsewhere : Path or None
        Another folder that has work of the learner's in it.
    again : str
        How to start the command again in this folder.
    """
    counts = [
        f"{len(names)} {change}"
        for change in (copies.Change.NEW, copies.Change.UPDATED)
        if (names := brought.named(change))
    ]
    counted = f" ({', '.join(counts)})" if counts else ""
    lines = [f"Lessons: {brought.folder}{counted}"]
    for fresh in brought.named(copies.Change.FRESH):
        kept = f"; yours is kept as {brought.aside.name}" if brought.aside else ""
        lines.append(f"{fresh} is fresh{kept}.")
    lines += [
        f"{name} is no notebook any more. {_offer(again, name)}"
        for name in brought.named(copies.Change.BROKEN)
    ]
    if outdated := brought.named(copies.Change.OUTDATED):
        stems = ", ".join(Path(name).stem for name in outdated)
        lines.append(f"Newer than the ones you edited: {stems}. {_offer(again, outdated[0])}")
    if elsewhere is not None:
        lines.append(f"You also worked in another folder. To open it: {typed(elsewhere)}")
    return lines


def typed(folder: PurePath) -> str:
    """Return the line that opens the lessons in a folder, as a terminal takes it.

    Parameters
    ----------
    folder : PurePath
        It is quoted only where that is needed: on Windows, the backslash of a drive alone would
        keep the quotes from ending.
    """
    plain = re.fullmatch(r"[\w./\\:~-]+", str(folder))
    return f"votekit lab {folder}" if plain else f'votekit lab "{folder}"'


def _offer(again: str, name: str) -> str:
    number = Path(name).stem.split("_", maxsplit=1)[0]
    return f"`{again} --fresh {number}` gets a new copy and keeps yours beside it."


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 1 << 16:
        raise argparse.ArgumentTypeError(f"{text} is no port: 1 to 65535")
    return int(text)
