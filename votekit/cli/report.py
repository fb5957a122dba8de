"""What `doctor` found, and how it reads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How a checked thing is; the value is the mark that a report shows."""

    OK = "ok"
    BAD = "!!"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked.

    Parameters
    ----------
    status : Status
        How it is.
    what : str
        Its name, in a few words.
    detail : str
        What was seen.
    fix : str
        The one line to type, or thing to do, that mends it; empty where nothing is to mend.
    """

    status: Status
    what: str
    detail: str
    fix: str = ""


@dataclass(frozen=True, repr=False)
class Report:
    """All findings of one run; its text is one screen, and what a notebook cell shows.

    Parameters
    ----------
    findings : tuple of Finding
        In the order in which they were made.
    """

    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether there is nothing to mend."""
        return not self.bad

    @property
    def bad(self) -> tuple[Finding, ...]:
        """The findings with something to mend."""
        return tuple(finding for finding in self.findings if finding.status is Status.BAD)

    def __repr__(self) -> str:
        width = max((len(finding.what) for finding in self.findings), default=0)
        lines = []
        for finding in self.findings:
            lines.append(f"{finding.status}  {finding.what:<{width}}  {finding.detail}".rstrip())
            if finding.fix:
                lines.append(f"{'':{width + 6}}fix: {finding.fix}")
        lines.append("")
        if self.ok:
            lines.append("All is well.")
        else:
            things = "thing" if len(self.bad) == 1 else "things"
            lines.append(f"{len(self.bad)} {things} to mend: the lines marked {Status.BAD}.")
        return "\n".join(lines)
