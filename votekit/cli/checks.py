"""What `doctor` can see without running anything: versions, kernel, lessons, pages, settings."""

from __future__ import annotations

import os
import platform
import sys
import urllib.request
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path

from votekit import frontend
from votekit.cli import places
from votekit.cli.complaint import Complaint
from votekit.cli.report import Finding, Status

DISTRIBUTION = "votekit-live"
NAMESAKE = "votekit"
INSTALL = "python -m pip install -e .   (in the project's folder)"
AFRESH = "python -m pip install -e .   (in a fresh copy of the project)"
VersionOf = Callable[[str], str]


def python(requires: str | None) -> Finding:
    """Compare the running Python with what the distribution asks for.

    Parameters
    ----------
    requires : str or None
        Such as ``>=3.11``; None if the distribution does not say.
    """
    from packaging.specifiers import SpecifierSet

    version = platform.python_version()
    detail = f"{version} on {platform.system()} {platform.machine()}"
    if SpecifierSet(requires or "").contains(version, prereleases=True):
        return Finding(Status.OK, "Python", detail)
    return Finding(
        Status.BAD,
        "Python",
        f"{detail} (needs {requires})",
        f"make a virtual environment with a Python {requires} and install {DISTRIBUTION} there",
    )


def distribution(version_of: VersionOf = metadata.version) -> Finding:
    """Say which version of the kit is installed."""
    try:
        return Finding(Status.OK, DISTRIBUTION, version_of(DISTRIBUTION))
    except metadata.PackageNotFoundError:
        return Finding(Status.BAD, DISTRIBUTION, "not installed in this Python", INSTALL)


def dependencies(
    requirements: Sequence[str], version_of: VersionOf = metadata.version
) -> list[Finding]:
    """Compare every dependency with its tested range.

    Parameters
    ----------
    requirements : sequence of str
        Requirements as a distribution's metadata holds them; extras are passed over.
    version_of : callable
        Gives the installed version of a distribution.
    """
    from packaging.requirements import Requirement

    findings = []
    for requirement in map(Requirement, requirements):
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        requirement.marker = None
        tested = f"(tested: {requirement.specifier})"
        fix = f'python -m pip install "{requirement}"'
        try:
            version = version_of(requirement.name)
        except metadata.PackageNotFoundError:
            findings.append(Finding(Status.BAD, requirement.name, f"missing {tested}", fix))
            continue
        if requirement.specifier.contains(version, prereleases=True):
            findings.append(Finding(Status.OK, requirement.name, f"{version} {tested}"))
        else:
            findings.append(Finding(Status.BAD, requirement.name, f"{version} {tested}", fix))
    return findings


def namesake(version_of: VersionOf = metadata.version) -> list[Finding]:
    """Find the unrelated distribution whose import name is `votekit` too."""
    try:
        version = version_of(NAMESAKE)
    except metadata.PackageNotFoundError:
        return []
    return [
        Finding(
            Status.BAD,
            "name clash",
            f"{NAMESAKE} {version} is another project, and its files shadow this one's",
            f"python -m pip uninstall {NAMESAKE}   (then install {DISTRIBUTION} again)",
        )
    ]


def kernel() -> Finding:
    """Say whether the kernel that the lessons name, python3, is this very environment's."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    what = "Jupyter kernel"
    where = "--sys-prefix" if sys.prefix != sys.base_prefix else "--user"
    fix = f"python -m ipykernel install {where}"
    try:
        program = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except (NoSuchKernel, OSError, ValueError, IndexError) as error:
        return Finding(Status.BAD, what, f"no usable python3 ({error})", fix)
    if runs_here(program):
        return Finding(Status.OK, what, "python3 is this environment's")
    return Finding(Status.BAD, what, f"python3 is another environment's: {program}", fix)


def runs_here(program: str) -> bool:
    """Say whether a kernel's program is the Python that runs this.

    Parameters
    ----------
    program : str
        The first word of the kernel's command. Jupyter replaces a bare ``python`` by its own
        interpreter. Links are not followed: environments link to one Python.
    """
    if program in ("python", "python3", f"python3.{sys.version_info.minor}"):
        return True
    return os.path.normcase(Path(program).parent) == os.path.normcase(Path(sys.executable).parent)


def proxy(
    proxies: Callable[[], dict[str, str]] = urllib.request.getproxies,
    bypasses: Callable[[str], object] = urllib.request.proxy_bypass,
) -> list[Finding]:
    """Find a proxy that would be asked for this very machine's pages."""
    asked = proxies()
    address = asked.get("http") or asked.get("all")
    if not address or bypasses("127.0.0.1"):
        return []
    command = "$env:NO_PROXY = " if os.name == "nt" else "export NO_PROXY="
    return [
        Finding(
            Status.BAD,
            "proxy",
            f"{_without_password(address)} is asked even for 127.0.0.1, where the server is",
            f'{command}"127.0.0.1,localhost"   (then start votekit or Jupyter again)',
        )
    ]


def lessons() -> Finding:
    """Count the lessons that came with the package."""
    try:
        folder = places.shipped()
    except Complaint:
        return Finding(Status.BAD, "lessons", "missing", AFRESH)
    return Finding(Status.OK, "lessons", f"{len(places.lessons_in(folder))} found")


def front_end() -> Finding:
    """Say whether the browser pages' script was built: pip does not show that it was not."""
    if frontend.built():
        return Finding(Status.OK, "front end", "built")
    detail = "not built, since npm's registry was out of reach; only browser pages need it"
    return Finding(Status.BAD, "front end", detail, frontend.mend())


def _without_password(address: str) -> str:
    scheme, found, rest = address.rpartition("://")
    return f"{scheme}{found}{rest.rpartition('@')[2]}"
