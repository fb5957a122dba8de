"""What Windows does otherwise, simulated: ports that are not shared, ports that are reserved."""

from __future__ import annotations

import errno
import socket

import pytest

from votekit.live.wires import http_server, network

BUSY, RESERVED = errno.EADDRINUSE, errno.EACCES


def refusing(monkeypatch, code, times):
    """Let the next attempts to listen fail; return the list of them."""
    tries, bind = [], socket.socket.bind

    def refuse(listener, address):
        if len(tries) < times:
            tries.append(address)
            raise OSError(code, "refused")
        bind(listener, address)

    monkeypatch.setattr(socket.socket, "bind", refuse)
    return tries


def test_a_port_that_is_still_closing_is_waited_for(serve, app, live, monkeypatch):
    monkeypatch.setattr(network, "LINGERS", True)
    tries = refusing(monkeypatch, BUSY, 3)
    live.stop()
    assert serve(app, port=live.port).port == live.port
    assert len(tries) == 3


@pytest.mark.parametrize("code", [RESERVED, BUSY], ids=errno.errorcode.get)
def test_a_port_that_will_not_be_free_is_not(live, serve, app, monkeypatch, code):
    monkeypatch.setattr(network, "LINGERS", code == RESERVED)
    tries = refusing(monkeypatch, code, 3)
    live.stop()
    with pytest.raises(OSError, match="leave port out"):
        serve(app, port=live.port)
    assert len(tries) == 1


@pytest.mark.parametrize("port", [80, 5000])
def test_a_reserved_port_is_told_as_one(monkeypatch, port):
    refusing(monkeypatch, RESERVED, 1)
    with pytest.raises(OSError, match=f"port {port}: refused; the system keeps this port") as told:
        http_server.listen("127.0.0.1", port)
    assert told.value.errno == RESERVED
