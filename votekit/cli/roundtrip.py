"""One vote over each transport, on a live server of its own, to see that the kit works here."""

from __future__ import annotations

from time import perf_counter

from votekit.cli.report import Finding, Status

TRANSPORTS = ("websocket", "polling")
FIREWALL = "let Python connect to 127.0.0.1 in the firewall or security software"
RENEW = "python -m pip install --upgrade --upgrade-strategy eager -e .   (in the project's folder)"


def round_trip(fix: str = FIREWALL) -> list[Finding]:
    """Serve a small app, vote once over each transport, and see that everybody hears it.

    Parameters
    ----------
    fix : str
        What to advise where nothing gets through.

    Returns
    -------
    list of Finding
        One for each transport, with its time in milliseconds; or one that says what failed.
    """
    try:
        return _votes(fix)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what the doctor found
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        # python-socketio's own ConnectionError is no OSError.
        silent = isinstance(error, OSError) or type(error).__name__ == "ConnectionError"
        return [Finding(Status.BAD, "live vote", reason, fix if silent else RENEW)]


def _votes(fix: str) -> list[Finding]:
    from flask import Flask
    from flask_socketio import SocketIO, emit

    from votekit import serve

    app = Flask("votekit_doctor")
    socketio = SocketIO(app, async_mode="threading")

    @socketio.on("vote")
    def on_vote(choice: str) -> None:
        emit("tally", choice, broadcast=True)

    findings = []
    with serve(app) as live:
        voters = {way: live.client(way, transports=(way,)) for way in TRANSPORTS}
        for way, voter in voters.items():
            start = perf_counter()
            voter.emit("vote", way)
            live.settle()
            took = (perf_counter() - start) * 1000
            deaf = [name for name, each in voters.items() if (way,) not in each.heard("tally")]
            what = f"vote by {way}"
            if deaf:
                detail = f"not heard by {' and '.join(deaf)}"
                findings.append(Finding(Status.BAD, what, detail, fix))
            else:
                findings.append(Finding(Status.OK, what, f"heard by both in {took:.0f} ms"))
    return findings
