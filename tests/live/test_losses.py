"""A connection that was lost, and the one that is made right after."""

from __future__ import annotations

import threading

import pytest
from socketio import exceptions


def too_big(live, ana):
    ana.emit("vote", "x" * 1_200_000)


def cut_by_the_server(live, ana):
    eio = live._probe.eio
    eio.sockets[ana.eio.sid].close(wait=False, abort=True)


def kicked(live, ana):
    server = live._probe.server
    server.disconnect(ana.get_sid())


def left(live, ana):
    ana.disconnect()


@pytest.mark.parametrize("lose", [too_big, cut_by_the_server, kicked, left])
@pytest.mark.parametrize("settled", [True, False])
def test_connecting_right_after_a_loss_works(  # noqa: PLR0917 - fixtures and parameters
    live, capfd, repeat, transport, lose, settled
):
    for _ in repeat(5):
        ana = live.client("ana", transports=transport)
        lose(live, ana)
        if settled:
            live.settle(timeout=50)
        else:
            connection = ana._end.connection
            assert live._ledger.turns.wait_for(lambda: not connection.is_open, 50)  # noqa: B023
        ana.connect()
        live.settle(timeout=50)
        assert ana.call("vote", "python", timeout=50) == "counted"
    assert capfd.readouterr() == ("", "")


def test_connecting_twice_is_still_the_librarys_error(live, transport):
    ana = live.client("ana", transports=transport)
    with pytest.raises(exceptions.ConnectionError, match="Already connected"):
        ana.connect()
    assert ana.call("vote", "python") == "counted"


def test_a_handler_of_ones_own_that_holds_up_the_end_is_named(live, monkeypatch, transport):
    monkeypatch.setattr("votekit.live.probe.wire_client.LEAVING", 0.05)
    ana, go_on = live.client("ana", transports=transport), threading.Event()
    ana.on("disconnect")(lambda *_reason: go_on.wait(50))
    cut_by_the_server(live, ana)
    turns, connection = live._ledger.turns, ana._end.connection
    assert turns.wait_for(lambda: not connection.is_open, 50)
    with pytest.raises(exceptions.ConnectionError, match="'disconnect', has not ended"):
        ana.connect()
    go_on.set()
    live.settle(timeout=50)
    monkeypatch.undo()
    ana.connect()
    assert ana.call("vote", "python") == "counted"
