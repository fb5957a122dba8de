"""An event that the server emits under another name than its clients listen for."""

from __future__ import annotations

import pytest
import socketio as library

NOTE = 'note: ana has no handler of "voting bar", and one of "voting_bar": did you mean that?'


def test_a_handler_of_a_name_that_is_nearly_right_is_told(live, transport):
    ana = live.client("ana", transports=transport)
    ana.on("voting_bar")(lambda _votes: None)
    ana.emit("vote", "python")
    assert str(live.settle()).endswith(NOTE)
    assert str(live.story).count(NOTE) == 1
    assert "note" not in str(live.settle())


def test_a_class_of_handlers_is_looked_at_too(live):
    ana = live.client("ana")
    on_bar = {"on_voting_bar": lambda _self, _votes: None}
    ana.register_namespace(type("Bars", (library.ClientNamespace,), on_bar)("/"))
    ana.emit("vote", "python")
    assert str(live.settle()).endswith(NOTE)


@pytest.mark.parametrize(
    "listens", [[], ["voting bar"], ["voting bar", "voting_bar"], ["unlike"], ["*"], ["connect"]]
)
def test_who_listens_for_it_or_for_nothing_like_it_has_no_note(live, listens):
    ana = live.client("ana")
    for event in listens:
        ana.on(event)(lambda *_args: None)
    ana.emit("vote", "python")
    assert "note" not in str(live.settle())


def test_two_events_of_like_names_are_two_events(live, socketio):
    ana = live.client("ana")
    ana.on("voting_bar")(lambda _votes: None)
    socketio.emit("voting_bar", 1)
    ana.emit("vote", "python")
    assert "note" not in str(live.settle())


def test_only_who_listens_is_told(live):
    ana, ben = live.clients("ana", "ben")
    ben.on("votingbar")(lambda _votes: None)
    ana.emit("vote", "python")
    assert "note: ben has no handler" in (story := str(live.settle()))
    assert "note: ana" not in story
