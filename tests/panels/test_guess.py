"""Guesses of a number: said in the panel or in code, and scored."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest

import votekit
from votekit.panels.guess_score import GuessScore
from votekit.panels.number import number_of, same, typed

AGAIN = {"type": "again"}


@pytest.fixture
def guess():
    made = votekit.Guess("How many ballots?")
    yield made
    made.close()


def say(text):
    return {"type": "say", "text": text}


def test_nothing_is_guessed_beforehand_and_that_is_no_attempt(guess):
    assert guess.said is None
    assert guess._state["said"] == ""
    assert repr(guess) == "How many ballots?\n[  ]\nguess a number; then run the next cell"
    scored = guess.score(5)
    assert (scored.status, scored.right, scored.said) == ("not attempted", False, None)
    assert repr(scored) == "no guess was made; it is 5"
    assert repr(guess) == "How many ballots?\nno guess was made; it is 5"


@pytest.mark.parametrize(
    "said, truth, status, words",
    [
        (5, 5, "correct", "✓ you said 5, and it is 5"),
        (4, 5, "not yet", "✗ you said 4, but it is 5"),
        (0, 0, "correct", "✓ you said 0, and it is 0"),
        (5.0, 5, "correct", "✓ you said 5, and it is 5"),
        (0.3, 0.1 + 0.2, "correct", "✓ you said 0.3, and it is 0.3"),
        (1000, 12345, "not yet", "✗ you said 1,000, but it is 12,345"),
    ],
)
def test_a_score_says_both_numbers(guess, said, truth, status, words):
    guess.say(said)
    scored = guess.score(truth)
    assert (scored.status, scored.right) == (status, status == "correct")
    assert repr(scored) == str(scored) == words
    assert scored._repr_html_() == f"<p>{words}</p>"
    assert repr(guess) == f"How many ballots?\n{words}"
    with pytest.raises(dataclasses.FrozenInstanceError):
        scored.said = truth


def test_the_page_gets_the_score_and_begins_anew(guess, until):
    guess._receive(say(" 4 "))
    assert guess.said == 4
    assert repr(guess).endswith("[ 4 ]\nyou said 4; now run the next cell")
    guess.score(5)
    until(lambda: guess._state["scored"])
    assert guess._state["mark"] == "✗"
    assert guess._state["because"] == "you said 4, but it is 5"
    guess._receive(say("5"))
    assert guess.said == 4
    assert "! this guess is scored already; choose “guess again” first" in repr(guess)
    guess._receive(AGAIN)
    assert guess.said is None
    assert repr(guess) == "How many ballots?\n[  ]\nguess a number; then run the next cell"


def test_what_is_said_in_code_begins_anew_and_ends_a_complaint(guess):
    guess._receive(say("four"))
    guess.score(5)
    assert "!" not in repr(guess)
    guess.say(5)
    assert "[ 5 ]" in repr(guess)
    assert guess.score(5).right


@pytest.mark.parametrize(
    "text, words",
    [
        ("", "write a number first"),
        (" \n", "write a number first"),
        ("four", "“four” does not read as a number; write it like 1000 or 4.5"),
        ("nan", "“nan” does not read as a number"),
        ("inf", "“inf” does not read as a number"),
        ("4,5", "“4,5” does not read as a number"),
        ("1_000", "“1_000” does not read as a number"),
        ("0x10", "“0x10” does not read as a number"),
        ("1e999", "that is too large a number; write one up to 1,000,000,000,000,000"),
        ("9" * 100, "that is too large a number"),
        ("-1", "-1 is too little; it is 0 at least"),
        ("11", "11 is too much; it is 10 at most"),
    ],
)
def test_what_makes_no_sense_is_answered_in_words_and_loses_nothing(text, words):
    guess = votekit.Guess("How many of ten?", most=10)
    guess.say(3)
    guess._receive(say(text))
    assert f"! {words}" in repr(guess)
    assert guess.said == 3
    guess._receive(say("4"))
    assert "!" not in repr(guess)
    assert guess.said == 4


@pytest.mark.parametrize(
    "message",
    [
        {"type": "say"},
        {"type": "say", "text": None},
        {"type": "say", "text": 4},
        {"type": "say", "text": ["4"]},
        {"type": "say", "text": "9" * 101},
        {"type": "say", "number": 4},
    ],
    ids=repr,
)
def test_what_no_page_sends_is_no_guess(guess, message):
    guess._receive(message)
    assert "does not understand" in repr(guess)
    assert guess.said is None


@pytest.mark.parametrize(
    "text, number",
    [
        ("4", 4),
        ("+4", 4),
        ("4.50", 4.5),
        (".5", 0.5),
        ("5.", 5),
        ("1e3", 1000),
        ("\N{MINUS SIGN}2", -2),
        ("1,234,567", 1234567),
        ("999999999999999", 999999999999999),
    ],
)
def test_numbers_are_read_as_they_are_written(text, number):
    read = typed(text)
    assert (read, type(read)) == (number, type(number))


@pytest.mark.parametrize("value", ["4", None, True, [4], 4j], ids=repr)
def test_what_is_no_number_is_refused_in_code(guess, value):
    for take in (guess.say, guess.score):
        with pytest.raises(TypeError, match="a number, not"):
            take(value)
    assert repr(guess).endswith("guess a number; then run the next cell")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**5000, -(10**16)], ids=type)
def test_what_is_not_finite_or_too_large_is_refused_in_code(guess, value):
    for take in (guess.say, guess.score):
        with pytest.raises(ValueError, match=r"not a number|too large"):
            take(value)
    assert guess.said is None


def test_a_negative_number_needs_a_question_of_one():
    with pytest.raises(ValueError, match="-1 is too little"):
        votekit.Guess("How many?").say(-1)
    guess = votekit.Guess("How many degrees?", least=None)
    guess.say(-1)
    assert guess.score(-1).right


def test_numbers_of_other_kinds_are_numbers():
    assert number_of(Fraction(9, 2)) == 4.5
    assert same(2, 2.0)
    assert not same(2, 3)
    assert not same(10**15, 10**15 - 1)


@pytest.mark.parametrize(
    "made, error",
    [
        (lambda: votekit.Guess(5), TypeError),  # type: ignore[arg-type]
        (lambda: votekit.Guess(" "), ValueError),
        (lambda: votekit.Guess("How many?", least="0"), TypeError),  # type: ignore[arg-type]
        (lambda: votekit.Guess("How many?", least=2, most=1), ValueError),
    ],
)
def test_what_asks_for_nothing_is_refused(made, error):
    with pytest.raises(error):
        made()


def test_what_is_stored_is_text_and_html_in_which_nothing_is_markup():
    guess = votekit.Guess("<img src=x>\nHow many?")
    for truth in (None, 5):
        if truth is not None:
            guess.score(truth)
        data, _ = guess._repr_mimebundle_()
        assert data["text/plain"] == repr(guess)
        assert data["text/plain"].splitlines()[0] == "<img src=x>\\nHow many?"
        assert "&lt;img" in data["text/html"]
        assert "<img" not in data["text/html"]
        assert "application/vnd.jupyter.widget-view+json" in data


def test_an_act_of_the_page_is_done_once_and_answered(guess, monkeypatch, until):
    sent = []
    monkeypatch.setattr(guess, "send", sent.append)
    guess._receive(say("4") | {"view": "one", "act": 1})
    guess._receive(say("four") | {"view": "one", "act": 2})
    until(lambda: [1 for each in sent for _ in each["answers"]] == [1, 1])
    answers = [(a["act"], a["done"]) for each in sent for a in each["answers"]]
    assert answers == [(1, True), (2, False)]
    assert guess.said == 4


def test_a_score_stands_by_itself():
    assert repr(GuessScore(4, 5)) == "✗ you said 4, but it is 5"
