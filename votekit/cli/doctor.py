"""``votekit doctor``: whether all that the lessons need is here, and a vote gets through."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from importlib import metadata

from votekit.cli import checks
from votekit.cli.report import Finding, Report, Status
from votekit.cli.roundtrip import FIREWALL, round_trip

__all__ = ["configure", "doctor", "run"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command, which takes no arguments.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        The command's own.
    """
    parser.description = "Checks this installation and prints one line to type for each problem."


def run(_options: argparse.Namespace) -> int:
    """Print what `doctor` found.

    Returns
    -------
    int
        The exit status: 0 if all is well, else 1.
    """
    report = doctor()
    print(report)
    return 0 if report.ok else 1


def doctor() -> Report:
    """Check this installation.

    The tested ranges are those of the installed distribution's metadata, so that
    ``pyproject.toml`` is the only place that holds them.

    Returns
    -------
    Report
        Its text is one screen: a line for each thing checked, and under each that needs mending
        the one line to type. ``report.ok`` says whether all is well.
    """
    try:
        python = metadata.metadata(checks.DISTRIBUTION)["Requires-Python"]
        ranges = metadata.requires(checks.DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        python, ranges = None, []
    installed: list[Finding] = []
    parts: tuple[Callable[[], Iterable[Finding]], ...] = (
        lambda: [checks.python(python)],
        lambda: [checks.distribution()],
        checks.namesake,
        lambda: checks.dependencies(ranges),
        lambda: [checks.kernel()],
    )
    for check in parts:
        try:
            installed += check()
        except ImportError as error:
            # packaging or jupyter_client, which these checks themselves stand on.
            missing = Finding(Status.BAD, "dependencies", str(error), checks.INSTALL)
            if missing not in installed:
                installed.append(missing)
    proxy = checks.proxy()
    vote = round_trip(f"mend the {proxy[0].what} first" if proxy else FIREWALL)
    return Report((*installed, checks.lessons(), checks.front_end(), *proxy, *vote))
