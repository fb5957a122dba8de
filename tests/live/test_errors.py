"""Errors: a row in the story, in `live.errors`, and raised where the learner asked."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

import pytest
from flask import Flask
from flask_socketio import Namespace, SocketIO, emit
from socketio import exceptions

import votekit
from votekit.trace import Kind

KNOWN = "The wire carried no answer; votekit knows because the server runs in this kernel: "


@pytest.fixture
def faulty(serve):
    """Serve an app that goes wrong in every way."""
    app = Flask("faulty")
    server = SocketIO(app, async_mode="threading")

    @server.on("vote")
    def on_vote(choice):
        raise KeyError(choice)  # the line that is named

    @server.on("bad data")
    def bad_data():
        server.emit("set", {1, 2})

    @server.on("bad answer")
    def bad_answer():
        return {1, 2}

    @server.on("connect", namespace="/type")
    def connect_type(auth):
        raise TypeError("inside")  # hidden by the library's second call

    @server.on("connect", namespace="/key")
    def connect_key():
        raise KeyError("inside")

    @server.on("disconnect", namespace="/bye")
    def bye(reason):
        raise TypeError("at the end")

    @app.route("/route")
    def route():
        raise ValueError("in a route")

    class Chat(Namespace):
        def on_say(self, text):
            return text

    server.on_namespace(Chat("/chat"))
    return serve(app)


def line_of(text: str) -> int:
    lines = Path(__file__).read_text(encoding="utf-8").splitlines()
    return next(n for n, line in enumerate(lines, 1) if text in line)


def test_a_failed_handler_is_a_row_and_settle_does_not_raise(faulty):
    faulty.client("ana").emit("vote", "cobol")
    line = line_of("the line that is " + "named")
    assert str(faulty.settle()).splitlines()[1].endswith(f"error in on_vote, line {line}: KeyError")
    (error,) = faulty.errors
    assert (error.kind, error.client, error.name) == (Kind.ERROR, "ana", "vote")
    assert error.detail["message"] == "'cobol'"
    assert error.detail["file"] == __file__


def test_call_raises_it_at_once_with_the_learners_line(faulty):
    with pytest.raises(votekit.HandlerError) as raised:
        faulty.client("ana").call("vote", "cobol")
    line = line_of("the line that is " + "named")
    assert str(raised.value).startswith(f"{KNOWN}on_vote, line {line}, raised KeyError: 'cobol'")
    assert "raise KeyError(choice)" in str(raised.value)


def test_a_wrong_number_of_arguments_names_the_handler(faulty):
    with pytest.raises(votekit.HandlerError, match=r"on_vote, line \d+, raised TypeError"):
        faulty.client("ana").call("vote", ("a", "b"))
    assert faulty.errors[0].detail["line"] == line_of("def on_" + "vote")


def test_nobody_handles_it_and_did_you_mean(faulty):
    ana = faulty.client("ana")
    with pytest.raises(votekit.NotHandled, match=r"nobody handles 'vot'.*did you mean 'vote'"):
        ana.call("vot", "python")
    with pytest.raises(votekit.NotHandled, match="handlers for: bad answer, bad data, vote"):
        ana.call("zzz")
    assert "did you mean" in str(faulty.settle())
    assert faulty.errors == ()


def test_the_message_says_how_votekit_knows(faulty):
    with pytest.raises(votekit.HandlerError, match=r"^The wire carried no answer; votekit knows"):
        faulty.client("ana").call("nothing like it")


def test_a_class_based_namespace_acknowledges_what_it_does_not_handle(faulty):
    ana = faulty.client("ana", namespaces=["/chat"])
    assert ana.call("say", "hi", namespace="/chat") == "hi"
    assert ana.call("sya", "hi", namespace="/chat") is None
    assert "did you mean" in str(faulty.settle())


@pytest.mark.parametrize("event", ["bad data", "bad answer"])
def test_what_cannot_be_sent_is_an_error_of_its_handler(faulty, event):
    with pytest.raises(votekit.HandlerError, match="not JSON serializable"):
        faulty.client("ana").call(event)
    assert faulty.errors[0].detail["function"] == event.replace(" ", "_")


@pytest.mark.parametrize("namespace", ["/type", "/key"])
def test_an_error_in_connect_is_raised_where_the_client_is_made(faulty, namespace):
    with pytest.raises(votekit.HandlerError, match=f"connect_{namespace[1:]}, line .*inside"):
        faulty.client("ana", namespaces=[namespace])
    assert [e.name for e in faulty.errors] == ["connect"]


def test_an_error_in_disconnect_names_the_real_line(faulty):
    ana = faulty.client("ana", namespaces=["/bye"])
    ana.disconnect()
    faulty.settle()
    (error,) = faulty.errors
    assert (error.name, error.detail["function"]) == ("disconnect", "bye")
    assert error.detail["message"] == "at the end"


def test_an_error_in_a_clients_handler_is_a_row(live):
    ana = live.client("ana")

    @ana.on("voting bar")
    def show(bar):
        raise RuntimeError(bar)

    ana.emit("vote", "python")
    assert "error in show" in str(live.settle())
    (error,) = live.errors
    assert (error.client, error.detail["where"]) == ("ana", "client")


def test_an_answer_of_a_clients_handler_that_cannot_be_sent_is_an_error_of_it(live, socketio):
    socketio.on("ask")(lambda: emit("which?", callback=print))
    ana = live.client("ana")

    @ana.on("which?")
    def which():
        return {1, 2}

    ana.emit("ask")
    line = line_of("def which():")
    assert f"error in which, line {line}: TypeError" in str(live.settle())


def test_a_line_of_a_library_is_not_told(live):
    ana = live.client("ana")
    ana.emit("vote", "python", callback="no function")
    assert "error in _handle_ack: TypeError" in str(live.settle())


def test_an_error_in_a_route_is_a_row_and_says_nothing_on_stderr(faulty, capfd):
    with pytest.raises(urllib.error.HTTPError, match="500"):
        urllib.request.urlopen(f"{faulty.url}/route", timeout=50)  # noqa: S310
    assert [(e.detail["where"], e.detail["function"]) for e in faulty.errors] == [("http", "route")]
    assert capfd.readouterr().err == ""


def test_no_error_writes_a_stray_traceback(faulty, capfd):
    ana = faulty.client("ana")
    for event in ("vote", "bad data", "bad answer", "nobody"):
        ana.emit(event, "x")
    faulty.settle()
    faulty.stop()
    assert len(faulty.errors) == 3
    out = capfd.readouterr()
    assert (out.out, out.err) == ("", "")


def test_call_without_an_answer_in_time_names_what_runs(live, socketio, gate):
    socketio.on("hang")(lambda: gate.wait(60) and None)
    ana = live.client("ana")
    with pytest.raises(exceptions.TimeoutError, match="handler of 'hang' from ana"):
        ana.call("hang", timeout=0.05)
    gate.set()
    live.settle()


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, BaseExceptionGroup])
def test_what_is_no_exception_is_told_as_well(live, socketio, capfd, error):
    @socketio.on("leave")
    def leave():
        raise error("x", [KeyError()]) if error is BaseExceptionGroup else error

    ana = live.client("ana")
    with pytest.raises(votekit.HandlerError, match="leave, line"):
        ana.call("leave")
    assert capfd.readouterr().err == ""


def test_one_exception_raised_twice_is_told_twice(live, socketio):
    constant = KeyError("constant")

    @socketio.on("again")
    def again():
        raise constant

    ana = live.client("ana")
    for _ in range(2):
        with pytest.raises(votekit.HandlerError):
            ana.call("again")
    assert len(live.errors) == 2


def test_an_exception_that_cannot_be_shown_is_told(live, socketio):
    class Bad(Exception):
        def __str__(self):
            raise RuntimeError

    @socketio.on("bad")
    def bad():
        raise Bad

    with pytest.raises(votekit.HandlerError, match=r"bad, line .*cannot be shown"):
        live.client("ana").call("bad")


def test_handlers_of_another_server_are_no_cause_here(serve, app, live):
    ana = live.client("ana")
    other = Flask("other")
    SocketIO(other, async_mode="threading").on("relay")(lambda: ana.emit("vote", "python"))
    serve(other).client("ben").call("relay")
    first = next(iter(live.settle()))
    assert (first.name, first.cause) == ("vote", None)


def test_an_error_in_a_callback_names_the_callback(live, socketio):
    def confirmed(reply):
        """Take one argument; a client without a handler acknowledges with none."""

    @socketio.on("ask")
    def ask():
        emit("confirm", callback=confirmed)

    live.client("ana").emit("ask")
    assert f"error in confirmed, line {line_of('def confirmed' + '(')}" in str(live.settle())


def test_an_error_handler_of_the_wrong_shape_is_named(live, socketio):
    @socketio.on_error()
    def on_error():
        """Take no argument, where Flask-SocketIO gives one."""

    with pytest.raises(votekit.HandlerError, match=r"kernel: on_error, line"):
        live.client("ana").call("vote", "cobol")


def test_a_built_in_callback_is_named(live):
    answers = []
    live.client("ana").emit("join", "red", callback=answers.append)
    assert "error in append: TypeError" in str(live.settle())


def test_an_error_reads_as_one(live):
    live.client("ana").emit("vote", "cobol")
    live.settle()
    line = live.errors[0].detail["line"]
    assert repr(live.errors) == f"(<error in on_vote, line {line}: KeyError (vote from ana)>,)"


def test_several_values_without_a_tuple_are_told_apart_from_a_namespace(live):
    with pytest.raises(TypeError, match="tuple"):
        live.client("ana").emit("vote", "python", 2)


def test_a_client_that_left_says_how_to_come_back(live):
    ana = live.client("ana")
    ana.disconnect()
    with pytest.raises(exceptions.BadNamespaceError, match=r"ana\.connect"):
        ana.emit("vote", "python")


def test_the_story_of_a_stopped_server_says_so(live):
    live.stop()
    live.settle()
    assert "this server was stopped" in str(live.settle())
