"""What a page makes of answers that come, come late or never, on a clock of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from votekit.panels.assets import PAGE

pytestmark = pytest.mark.browser

HARNESS = """
window.sent = [];
window.answered = [];
window.acts = actsOf((message) => {
    if (window.shut) throw new Error("closed");
    sent.push(message);
}, () => {});
window.vote = (option, more = {}) => acts.act({ type: "vote", option }, {
    subject: "vote", what: `vote ${option}`, then: (done) => answered.push([option, done]), ...more,
});
window.answer = (...numbers) =>
    acts.answered(numbers.map((act) => ({ view: "one", act, done: true })));
"""


class Acts:
    def __init__(self, page: Any) -> None:
        self.page = page

    def run(self, script: str) -> Any:
        return self.page.evaluate(script)

    def later(self, seconds: float) -> str:
        self.page.clock.run_for(int(seconds * 1000))
        return self.phase

    @property
    def phase(self) -> str:
        return self.run("acts.phase")

    @property
    def unsent(self) -> list[str]:
        return self.run("acts.unsent")

    def sent(self, kind: str) -> list[int]:
        return self.run(f"sent.filter((each) => each.type === '{kind}').map((each) => each.act)")


@pytest.fixture
def acts(browser: Any) -> Iterator[Acts]:
    context = browser.new_context()
    page = context.new_page()
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    page.add_script_tag(content=(PAGE / "acts.js").read_text(encoding="utf-8") + HARNESS)
    yield Acts(page)
    context.close()


@pytest.fixture
def live(acts: Acts) -> Acts:
    acts.run("acts.act({ type: 'shown' })")
    acts.run("answer(1)")
    acts.run("answer(2)")  # the question that follows the first answer
    assert acts.phase == "live"
    return acts


def test_nothing_is_known_before_the_first_answer(acts):
    acts.run("acts.act({ type: 'shown' })")
    assert acts.phase == "new"
    assert acts.later(0.9) == "new"
    assert acts.later(0.2) == "waiting"
    assert acts.later(8.5) == "waiting"
    assert acts.later(0.5) == "silent"
    acts.run("answer(1)")
    assert acts.phase == "live"


def test_every_act_has_a_number_and_quick_ones_one_each(live):
    live.run("vote(0), vote(0), vote(1)")
    assert live.sent("vote") == [3, 4, 5]
    live.run("answer(4, 3, 5)")
    assert live.run("answered") == [[0, True], [0, True], [1, True]]
    assert live.later(100) == "live"


def test_the_same_act_asked_for_while_it_waits_keeps_its_number_and_goes_on_waiting(live):
    live.run("vote(0)")
    assert live.later(2) == "waiting"
    live.run("vote(0)")
    assert live.phase == "waiting"
    live.run("vote(1), vote(0)")
    assert live.sent("vote") == [3, 3, 4, 5]
    live.run("vote(2, { subject: 'once', once: true }), vote(2, { subject: 'once', once: true })")
    assert live.sent("vote")[-2:] == [6, 6]


def test_a_silent_kernel_is_asked_more_and_more_rarely_and_a_late_answer_makes_all_live(live):
    live.run("vote(0)")
    assert live.later(11) == "silent"
    assert live.unsent == ["vote 0"]
    asked = len(live.sent("here"))
    live.later(600)
    assert 5 < len(live.sent("here")) - asked < 20
    live.run("answer(3)")
    assert (live.phase, live.unsent) == ("live", [])
    assert live.run("answered") == [[0, True]]


def test_an_act_that_was_lost_is_told_until_the_next_and_may_be_asked_for_again(live):
    live.run("vote(0)")
    live.later(11)
    live.run("answer(sent.at(-1).act)")
    assert (live.phase, live.unsent) == ("live", ["vote 0"])
    live.run("acts.act({ type: 'here' })")
    live.run("vote(0)")
    assert live.unsent == []
    assert live.sent("vote") == [3, 3]
    assert live.later(2) == "waiting"
    live.run("answer(3, sent.filter((each) => each.type === 'here').at(-1).act)")
    assert live.phase == "live"
    live.run("vote(0)")
    assert live.sent("vote")[-1] > 3


def test_a_late_answer_takes_back_that_an_act_was_not_sent(live):
    live.run("vote(0)")
    live.later(11)
    live.run("answer(sent.at(-1).act)")
    live.run("answer(3)")
    assert live.unsent == []


def test_after_a_sleep_it_is_asked_who_is_there(live):
    live.run("acts.ask()")
    assert live.phase == "live"
    assert live.later(1.1) == "waiting"


def test_a_comm_that_has_ended_is_the_end(live):
    live.run("vote(0)")
    live.run("window.shut = true")
    live.run("vote(1)")
    assert (live.phase, live.unsent) == ("gone", ["vote 0", "vote 1"])
    live.run("vote(2), acts.ask()")
    assert live.later(100) == "gone"
