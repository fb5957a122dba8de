"""What the server turns away before any handler: a row with the reason and the line that mends it.

The server itself says why on its logger only, and no client shows its answer.
"""

from __future__ import annotations

from importlib import import_module

import pytest
import requests
from flask import Flask
from flask_socketio import SocketIO
from socketio import exceptions

from votekit.trace import Kind
from votekit.trace.turned_away import why

WAYS = ["websocket", "polling"]
PAGE = "https://shiny-robot-7xq.github.dev"
ALLOW = f'cors_allowed_origins=["{PAGE}"]'


def ask(live, query: str, **options) -> int:
    address = f"{live.url}/socket.io/?{query}"
    return requests.get(address, timeout=50, **options).status_code


def upgraded(**headers: str) -> dict[str, str]:
    return {"Connection": "Upgrade", "Upgrade": "websocket", **headers}


def told(live) -> list[str]:
    lines = str(live.story).splitlines()
    return [" ".join(line.split()) for line in lines if "turned away" in line]


@pytest.mark.parametrize("listed", [None, ["https://else.where"], "https://else.where"])
def test_a_named_client_of_another_origin_is_told_the_line_that_lets_it_in(
    serve, transport, listed
):
    app = Flask("cors")
    SocketIO(app, async_mode="threading", cors_allowed_origins=listed)
    live = serve(app)
    with pytest.raises(exceptions.ConnectionError) as raised:
        live.client("ana", transports=transport, headers={"Origin": PAGE})
    assert ALLOW in str(raised.value)
    (row,) = told(live)
    assert row.startswith("ana ✗ server turned away: the origin")
    assert ALLOW in row
    assert str(live.settle()) == "nothing happened"  # it belongs to the client that was not made


def test_the_line_it_is_told_lets_it_in(serve, transport):
    app = Flask("cors")
    SocketIO(app, async_mode="threading", cors_allowed_origins=[PAGE])
    assert serve(app).client("ana", transports=transport, headers={"Origin": PAGE}).connected


def test_a_page_of_another_origin_is_somebody_with_one_row(live, transport):
    headers = upgraded(Origin=PAGE) if transport == "websocket" else {"Origin": PAGE}
    for _ in range(3):  # a page tries again and again
        assert ask(live, f"EIO=4&transport={transport}", headers=headers) == 400
    (row,) = told(live)
    assert row.startswith("somebody ✗ server")
    assert ALLOW in row


def test_an_app_that_refuses_its_own_pages_is_told_without_a_port(serve):
    app = Flask("cors")
    SocketIO(app, async_mode="threading", cors_allowed_origins=lambda _origin: False)
    live = serve(app)
    with pytest.raises(exceptions.ConnectionError, match="the function in cors_allowed_origins"):
        live.client("ana")
    assert str(live.port) not in str(live.story)


def test_the_picture_has_somebody_too(live):
    ask(live, "EIO=3&transport=polling")
    drawn = live.story._repr_html_()
    assert [name in drawn for name in (">somebody<", ">server<", "turned away")] == [True] * 3


def test_two_pages_of_different_origins_have_a_row_each(live):
    for page in ("http://localhost:3000", "http://localhost:5173"):
        ask(live, "EIO=4&transport=polling", headers={"Origin": page})
    assert ["3000" in row for row in told(live)] == [True, False]


@pytest.mark.parametrize("version", ["3", "2", "5"])
def test_another_version_of_the_protocol_is_told(live, transport, version):
    headers = upgraded() if transport == "websocket" else {}
    assert ask(live, f"EIO={version}&transport={transport}", headers=headers) == 400
    (row,) = told(live)
    assert f'it speaks version "{version}" of Engine.IO' in row
    assert "JavaScript client 4" in row


@pytest.mark.parametrize("transport, other", [WAYS, WAYS[::-1]])
def test_a_transport_that_the_app_does_not_allow_is_told(serve, transport, other):
    app = Flask("one_way")
    SocketIO(app, async_mode="threading", transports=[other])
    live = serve(app)
    assert ask(live, f"EIO=4&transport={transport}") == 400
    (row,) = told(live)
    assert row == (
        f'somebody ✗ server turned away: the server does not allow the transport "{transport}"; '
        f'write transports=["{other}"]'
    )


def test_a_named_client_that_begins_with_a_transport_that_is_not_allowed_is_told(serve):
    app = Flask("one_way")
    SocketIO(app, async_mode="threading", transports=["websocket"])
    live = serve(app)
    with pytest.raises(exceptions.ConnectionError, match='transports=\\["websocket"\\]'):
        live.client("ana", transports=("polling", "websocket"))
    assert len(told(live)) == 1


def test_a_transport_that_there_is_not_is_told(live):
    ask(live, "EIO=4&transport=carrier-pigeon")
    (row,) = told(live)
    assert '"carrier-pigeon"; write transports=["polling", "websocket"]' in row


def test_a_websocket_whose_upgrade_a_proxy_took_away_is_told(live):
    assert ask(live, "EIO=4&transport=websocket") == 400
    (row,) = told(live)
    assert "Upgrade" in row


@pytest.mark.parametrize(
    "query",
    ["", "transport=polling", "EIO=&transport=polling", "EIO=4&transport=polling&sid=nobodys"],
)
def test_what_is_no_client_has_no_row(live, query):
    assert ask(live, query) == 400
    assert str(live.story) == "nothing happened"


def test_a_flood_of_strangers_has_few_rows(live):
    for n in range(70):
        ask(live, "EIO=4&transport=polling", headers={"Origin": f"http://localhost:{n}"})
    assert len(told(live)) == 50


@pytest.mark.parametrize("origin", ["http://x" + "y" * 9000, '"><script>', "a\tb"])
def test_a_nasty_origin_is_one_short_row(live, origin):
    ask(live, "EIO=4&transport=polling", headers={"Origin": origin})
    (row,) = told(live)
    assert row.isprintable()
    assert len(row) < 400


def test_no_handler_sees_how_a_client_is_known(live, socketio):
    seen = []
    flask = import_module("flask")

    @socketio.on("connect")
    def connect():
        seen.extend(name for name, _ in flask.request.headers)

    live.client("ana", headers={"X-Own": "1"})
    live.client("ben", transports="polling")
    assert "X-Own" in seen
    assert not [name for name in seen if "votekit" in name.lower()]


@pytest.mark.parametrize("data", ["x" * 1_200_000, b"x" * 1_200_000, ["x"] * 300_000])
def test_a_message_over_the_limit_is_told_with_the_line_that_lets_it_in(live, transport, data):
    ana = live.client("ana", transports=transport)
    ana.emit("up", data)
    story = live.settle(timeout=50)
    kinds = [event.kind for event in story]
    assert kinds == [Kind.EMIT, Kind.TURNED_AWAY, Kind.LOST, Kind.DISCONNECT]
    (row,) = told(live)
    assert row.startswith("ana ✗ server turned away: a message over max_http_buffer_size=1000000")
    assert "SocketIO(app, max_http_buffer_size=2000000)" in row


def test_the_limit_it_is_told_lets_the_message_in(serve, transport):
    app = Flask("upload")
    socketio = SocketIO(app, async_mode="threading", max_http_buffer_size=2_000_000)
    socketio.on("up")(len)
    assert serve(app).client("ana", transports=transport).call("up", "x" * 1_200_000) == 1_200_000


def test_a_call_over_the_limit_says_why_there_is_no_answer(live, transport):
    ana = live.client("ana", transports=transport)
    with pytest.raises(exceptions.DisconnectedError, match="max_http_buffer_size=2000000"):
        ana.call("up", "x" * 1_200_000, timeout=50)


def test_auth_over_the_limit_is_told_where_the_client_is_made(live, transport):
    with pytest.raises(exceptions.ConnectionError, match="max_http_buffer_size=2000000"):
        live.client("ana", transports=transport, auth={"photo": "x" * 1_200_000})
    assert str(live.settle(timeout=50)) == "nothing happened"


def test_a_guest_whose_message_is_over_the_limit_is_told_by_its_name(plain_client, live, transport):
    guest = plain_client(reconnection=False)
    guest.connect(live.url, transports=[transport], wait_timeout=50)
    live.settle()
    guest.emit("up", "x" * 1_200_000)
    turns = live._ledger.turns
    assert turns.wait_for(lambda: told(live), 50)
    (row,) = told(live)
    assert row.startswith("guest 1 ✗ server turned away: a message over")


def test_nothing_of_it_is_on_stderr(live, capfd):
    ask(live, "EIO=3&transport=polling")
    ask(live, "EIO=4&transport=polling", headers={"Origin": PAGE})
    assert capfd.readouterr().err == ""


def test_the_row_and_the_error_say_the_same(live):
    with pytest.raises(exceptions.ConnectionError) as raised:
        live.client("ana", headers={"Origin": PAGE})
    (event,) = live.story
    assert str(raised.value) == f"ana was turned away: {why(event)}"
