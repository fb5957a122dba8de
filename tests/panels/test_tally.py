"""Tallies as servers send them, and what a client's vote and hearing come to."""

from __future__ import annotations

import pytest

from votekit.panels.tally import Ballot, NotATally, Tally, tally_of
from votekit.trace import Kind, Log

OPTIONS = ("python", "javascript")


@pytest.mark.parametrize(
    "args",
    [
        ({"python": 3, "javascript": 1},),
        ({"javascript": 1, "python": 3},),
        ([3, 1],),
        (3, 1),
    ],
    ids=["by name", "by name in another order", "a list", "one argument per option"],
)
def test_every_form_of_a_tally_is_read(args):
    assert tally_of(args, OPTIONS) == Tally((3, 1))


def test_an_option_that_nobody_voted_for_may_be_missing():
    assert tally_of(({"python": 3},), OPTIONS).counts == (3, 0)
    assert tally_of(({},), OPTIONS).counts == (0, 0)


def test_one_option_takes_one_number_or_a_list_of_one():
    assert tally_of((3,), ["yes"]) == tally_of(([3],), ["yes"]) == Tally((3,))


def test_shares_are_of_all_votes_those_for_others_included():
    tally = tally_of(({"python": 2, "javascript": 1, "rust": 1, "closed": True},), OPTIONS)
    assert tally.others == (("rust", 1),)
    assert tally.shares == (0.5, 0.25)
    assert tally_of((0, 0), OPTIONS).shares == (0.0, 0.0)


@pytest.mark.parametrize(
    "args, why",
    [
        ((1, 2, 3), "3 values for 2 options"),
        ((), "0 values for 2 options"),
        (([1],), "1 value for 2 options"),
        (({"rust": 1},), "none of the options"),
        (("12",), "1 value for 2 options"),
        ((1, "many"), '"many" is no number'),
        ((1, True), "true is no number"),
        ((1, None), "null is no number"),
        ((1, -1), "-1 is no number"),
        ((1, 10**400), "integer of 1329 bits"),
        ((1, float("nan")), "NaN is no number"),
        ((1, float("inf")), "Infinity is no number"),
        (({"python": [1]},), "is no number"),
    ],
)
def test_what_is_no_tally_is_refused_with_the_reason(args, why):
    with pytest.raises(NotATally, match=why):
        tally_of(args, OPTIONS)


@pytest.fixture
def log():
    return Log()


@pytest.fixture
def ballot(log):
    made = Ballot("ana", OPTIONS, "vote", "voting bar")
    log.subscribe(made.add)
    return made


def test_the_newest_tally_that_the_client_was_sent_counts(log, ballot):
    assert ballot.tally is None
    log.append(Kind.DELIVER, "ana", "voting bar", args=(1, 0))
    log.append(Kind.DELIVER, "ben", "voting bar", args=(9, 9))
    log.append(Kind.DELIVER, "ana", "another", args=(8, 8))
    log.append(Kind.DELIVER, "ana", "voting bar", args=(7, 7), namespace="/other")
    assert ballot.tally == Tally((1, 0))


def test_a_tally_that_was_never_read_is_taken_back(log, ballot):
    log.append(Kind.DELIVER, "ana", "voting bar", args=(1, 0))
    lost = log.append(Kind.DELIVER, "ana", "voting bar", args=(2, 0))
    log.append(Kind.LOST, "ana", "voting bar", detail={"of": lost.seq, "kind": "deliver"})
    assert ballot.tally == Tally((1, 0))


def test_a_tally_that_cannot_be_read_is_named_and_the_last_one_stays(log, ballot):
    log.append(Kind.DELIVER, "ana", "voting bar", args=(1, 0))
    log.append(Kind.DELIVER, "ana", "voting bar", args=("rubbish",))
    assert ballot.tally == Tally((1, 0))
    assert ballot.trouble.words.startswith(
        "a tally came that this panel cannot read: it has 1 value "
    )
    log.append(Kind.DELIVER, "ana", "voting bar", args=(2, 0))
    assert not ballot.trouble


def test_the_choice_is_the_last_vote_however_it_was_sent(log, ballot):
    assert not ballot.voted
    log.append(Kind.EMIT, "ana", "vote", args=("python",))
    log.append(Kind.EMIT, "ben", "vote", args=("javascript",))
    assert (ballot.voted, ballot.choice) == (True, "python")


def test_what_became_of_the_last_vote_is_told(log, ballot):
    vote = log.append(Kind.EMIT, "ana", "vote", args=("python",))
    log.append(Kind.UNHANDLED, "ana", "vote", cause=vote.seq, detail={"nearest": "votes"})
    assert (
        ballot.trouble.words == 'after the last vote: nobody handles "vote"; did you mean "votes"?'
    )
    vote = log.append(Kind.EMIT, "ana", "vote", args=("python",))
    assert not ballot.trouble
    log.append(
        Kind.ERROR,
        None,
        "vote",
        cause=vote.seq,
        detail={"where": "server", "function": "on_vote", "line": 3, "type": "KeyError"},
    )
    assert ballot.trouble.words == "after the last vote: error in on_vote, line 3: KeyError"


def test_a_vote_that_was_lost_is_told(log, ballot):
    vote = log.append(Kind.EMIT, "ana", "vote", args=("python",))
    log.append(Kind.LOST, "ana", "vote", detail={"of": vote.seq, "kind": "emit"})
    assert ballot.trouble.words == "after the last vote: it was lost on its way to the server"
