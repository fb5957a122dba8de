"""Fetching a page of the app, as a browser would."""

from __future__ import annotations

import threading

import pytest
from flask import request

import votekit


@pytest.fixture
def live(serve, app):
    @app.route("/results")
    def results():
        return {"asked": request.args.get("of", "all"), "cookie": request.cookies.get("who")}

    @app.route("/broken")
    def broken():
        raise KeyError("votes")

    @app.route("/slow")
    def slow():
        app.asked.set()
        app.gate.wait(60)
        return "at last"

    app.gate, app.asked = threading.Event(), threading.Event()
    yield serve(app)
    app.gate.set()


def test_a_page_comes_with_what_was_asked(live):
    answer = live.get("/results", params={"of": "python"}, cookies={"who": "ana"})
    assert (answer.status_code, answer.json()) == (200, {"asked": "python", "cookie": "ana"})


def test_an_error_of_the_app_is_an_answer_and_a_row(live):
    assert live.get("/nowhere").status_code == 404
    assert live.get("/broken").status_code == 500
    assert [e.detail["function"] for e in live.errors] == ["broken"]


@pytest.mark.parametrize("path", ["results", "", None, "http://127.0.0.1/results"])
def test_what_is_no_path_is_refused(live, path):
    with pytest.raises(ValueError, match="takes a path of the app"):
        live.get(path)


def test_a_page_that_does_not_come_is_named(live):
    with pytest.raises(votekit.NotSettled, match=r"/slow was not answered within 0\.1 s"):
        live.get("/slow", timeout=0.1)


def test_a_proxy_of_the_users_is_not_asked(live, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert live.get("/results").ok


def test_a_stopped_server_says_so(live):
    live.stop()
    with pytest.raises(RuntimeError, match="this server was stopped"):
        live.get("/results")


def test_a_page_may_be_fetched_in_a_handler(live, socketio):
    socketio.on("ask")(lambda: live.get("/results").status_code)
    assert live.client("ana").call("ask") == 200


def test_waiting_for_a_page_ends_when_the_server_does(live, app):
    failed = []

    def fetch():
        with pytest.raises(Exception, match=r".") as raised:
            live.get("/slow", timeout=50)
        failed.append(raised.value)

    fetching = threading.Thread(target=fetch)
    fetching.start()
    assert app.asked.wait(50)
    live.stop()
    fetching.join(50)
    assert [type(error).__name__ for error in failed] == ["ServerStopped"]


def test_a_page_that_begins_and_never_ends_is_named(live, app):
    app.view_functions["results"] = lambda: (x for x in iter(lambda: app.gate.wait(60) or "x", 1))
    with pytest.raises(votekit.NotSettled, match=r"/results was not answered within 0\.1 s"):
        live.get("/results", timeout=0.1)
