"""What is typed reaches the command that it names, and what is wrong with it is said."""

from __future__ import annotations

import sys

import pytest

from votekit.cli import COMMANDS, main


def refused(*words: str) -> int | str | None:
    """Type what argparse answers by itself; return the exit status."""
    with pytest.raises(SystemExit) as exited:
        main(words)
    return exited.value.code


def test_without_a_command_it_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    shown = capsys.readouterr().err
    assert "copy the lessons" in shown
    assert "check this installation" in shown


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_describes_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(command, "--help") == 0
    usage, description = capsys.readouterr().out.split("\n\n")[:2]
    assert usage.startswith(f"usage: votekit {command} ")
    assert description.endswith(".")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_works_where_the_others_do_not_load(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for other in COMMANDS.keys() - {command}:
        monkeypatch.setitem(sys.modules, f"votekit.cli.{other}", None)
    assert refused(command, "--help") == 0


def test_a_command_that_does_not_exist_is_answered_with_those_that_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert refused("vote") == 2
    shown = capsys.readouterr().err
    assert all(command in shown for command in COMMANDS)


def test_a_command_that_passes_nothing_on_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert refused("doctor", "--", "--collaborative") == 2
    assert "`votekit doctor` takes no arguments after --" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["0", "70000", "-1", "x", "8e3"])
def test_what_is_no_port_is_said(capsys: pytest.CaptureFixture[str], port: str) -> None:
    assert refused("lab", f"--port={port}") == 2
    assert f"{port} is no port: 1 to 65535" in capsys.readouterr().err


def test_ctrl_c_ends_a_command_without_a_complaint(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("votekit.cli.doctor.doctor", interrupt)
    assert main(["doctor"]) == 0
    assert capsys.readouterr().err == ""
