"""Which pages may connect to an app that lists its origins: its own, and the live server's."""

from __future__ import annotations

import socket
import sys

import pytest
import requests
from flask import Flask
from flask_socketio import SocketIO

from tests.live.strangers import Stranger, upgrade

ALLOWED = ["http://localhost:{}", "http://127.0.0.1:{}", "http://[::1]:{}", "https://vote.example"]
OTHERS = [
    "http://evil.example:{}",
    "https://localhost:{}",
    "http://localhost:1",
    "http://localhost",
    "http://127.0.0.2:{}",
    "null",
]


@pytest.fixture(params=["https://vote.example", ["https://vote.example"]], ids=["one", "a list"])
def listing(serve, request):
    """Serve an app that lists its origins."""
    app = Flask("listing")
    SocketIO(app, async_mode="threading", cors_allowed_origins=request.param)
    return serve(app)


def ask(live, origin, host):
    headers = {"Origin": origin.format(live.port), "Host": host.format(live.port)}
    address = f"{live.url}/socket.io/?EIO=4&transport=polling"
    return requests.get(address, headers=headers, timeout=50).status_code


@pytest.mark.parametrize("origin", ALLOWED)
@pytest.mark.parametrize("host", ["localhost:{}", "evil.example"])
def test_its_own_addresses_may_connect(listing, origin, host):
    assert ask(listing, origin, host) == 200


@pytest.mark.parametrize("origin", OTHERS)
def test_no_other_page_may_connect_whatever_host_it_names(listing, origin):
    host = origin.partition("//")[2] or "evil.example"
    assert ask(listing, origin, host) == 400


@pytest.mark.parametrize("origin", ["http://localhost:{}", "http://evil.example"])
def test_the_same_goes_for_websockets(listing, origin):
    asked = upgrade().replace(
        b"Host: x", f"Host: evil.example\r\nOrigin: {origin.format(listing.port)}".encode()
    )
    with Stranger(listing.url) as stranger:
        stranger.say(asked)
        answer = stranger.until(b"\r\n")
    assert (b" 101 " in answer) is ("localhost" in origin)


@pytest.mark.skipif(sys.platform != "linux", reason="has 127.0.0.2")
def test_a_page_at_an_address_that_it_listens_on_may_connect(serve):
    app = Flask("open")
    SocketIO(app, async_mode="threading", cors_allowed_origins=["https://vote.example"])
    live = serve(app, host="0.0.0.0")  # noqa: S104
    with socket.create_connection(("127.0.0.2", live.port), 50):  # this machine's, too, on Linux
        pass
    address = f"http://127.0.0.2:{live.port}"
    answer = requests.get(
        f"{address}/socket.io/?EIO=4&transport=polling", headers={"Origin": address}, timeout=50
    )
    assert answer.status_code == 200
