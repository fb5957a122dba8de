"""Panels in the real JupyterLab: live, by mouse and by keyboard, dark and light, and safe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.browser

APP = """
import time
from flask import Flask
from flask_socketio import SocketIO, emit, join_room, leave_room
import votekit

app = Flask("panels")
socketio = SocketIO(app, async_mode="threading")
votes = {"python": 0, "javascript": 0, "a flood": 0}

@socketio.on("vote")
def on_vote(choice):
    votes[choice] += 1
    for count in range(1, 401) if choice == "a flood" else ():
        emit("voting bar", votes | {"a flood": count}, broadcast=True)
        socketio.sleep(0.005)
    if choice != "a flood":
        emit("voting bar", votes, broadcast=True)

@socketio.on("join")
def on_join(asked):
    join_room(asked["room"])

@socketio.on("leave")
def on_leave(asked):
    leave_room(asked["room"])

@socketio.on("say")
def on_say(said):
    emit("message", {"username": "ana"} | said, to=said["room"])

@socketio.on("cry")
def on_cry(said):
    emit("message", said, broadcast=True)

live = votekit.serve(app)
ana, ben, chi = live.clients("ana", "ben", "chi")
"""
VOTE = "votekit.VotePanel({}, ['python', 'javascript', 'a flood'])"
ROOM = "votekit.RoomPanel({}, ['red', 'blue'])"
HOSTILE = "<img src=x onerror=alert(1)><b>bold</b>"
HOSTILE_APP = f"""
from flask import Flask
from flask_socketio import SocketIO, emit, join_room
import votekit

HOSTILE = {HOSTILE!r}
app = Flask(HOSTILE)
socketio = SocketIO(app, async_mode="threading")
votes = {{HOSTILE: 0, "other": 0}}

@socketio.on("vote")
def on_vote(choice):
    votes[choice] += 1
    emit("voting bar", votes | {{HOSTILE + "!": 1}}, broadcast=True)

@socketio.on("join")
def on_join(asked):
    join_room(asked["room"])
    emit("message", {{"room": asked["room"], "username": HOSTILE, "text": HOSTILE}})
    emit("message", HOSTILE)

live = votekit.serve(app)
ana, = live.clients(HOSTILE)
ana.emit("vote", HOSTILE)
ana.emit("join", {{"room": HOSTILE}})
story = live.settle()
predict = votekit.Predict(live)
predict.tick(HOSTILE)
predict.score(story)
"""
WATCH = """() => {
    const count = document.querySelectorAll(".votekit-options")[1]
        .querySelectorAll(".votekit-count")[2];
    window.seen = { paints: 0, gap: 0 };
    new MutationObserver(() => { window.seen.paints += 1; })
        .observe(count, { childList: true, characterData: true, subtree: true });
    let before = performance.now();
    const frame = (now) => {
        window.seen.gap = Math.max(window.seen.gap, now - before);
        before = now;
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
}"""
RESTART = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
THEME = "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"
LARGE = """
@socketio.on("count")
def on_count():
    emit("voting bar", {"python": 1234567, "javascript": 1, "a flood": 10000}, broadcast=True)

ana.emit("count")
live.settle()
"""
LONG_ROOM = "a room whose name takes more than one line"
HEIGHTS = "(found) => found.map((each) => Math.round(each.getBoundingClientRect().height))"
WIDTHS = HEIGHTS.replace("height", "width")
BOTTOMS = HEIGHTS.replace("height", "bottom")
UNHEARD = """() => [...document.querySelectorAll(".votekit [role=status], .votekit [aria-live]")]
    .filter((region) => getComputedStyle(region).display === "none")
    .map((region) => region.className)"""
OVERFLOWING = """() => [...document.querySelectorAll(".votekit")]
    .filter((panel) => panel.scrollWidth > panel.clientWidth + 1)
    .map((panel) => panel.ariaLabel)"""


@pytest.fixture
def panels(lab: Any, lab_page: Any, notebook: Callable[..., str]) -> Iterator[Callable[..., Any]]:
    """Open a notebook with these panels, a cell each, and run it."""

    def show(name: str, app: str = APP, **cells: str) -> Any:
        lab_page.open(lab.url_of(notebook(f"{name}.ipynb", app=app, **cells)))
        lab_page.run_all()
        assert lab_page.troubles() == []
        return lab_page

    yield show
    assert lab_page.alerts == []
    assert lab_page.failures == []
    assert lab_page.hosts() == {"127.0.0.1"}


def panel(page: Any, cell: str) -> Any:
    """Scroll to a panel, and wait for it."""
    found = page.output(cell).locator(".votekit")
    found.wait_for()
    return found


def values(found: Any) -> list[str]:
    """Read the counts of a vote panel."""
    return found.locator(".votekit-count").all_inner_texts()


def test_a_click_moves_the_bars_of_another_client_within_a_second(
    panels: Callable[..., Any], shot: Callable[..., None]
) -> None:
    from playwright.sync_api import expect

    page = panels("votes", ana=VOTE.format("ana"), ben=VOTE.format("ben"), chi=VOTE.format("chi"))
    here, there = panel(page, "ana"), panel(page, "chi")
    assert values(there) == ["·", "·", "·"]
    here.get_by_role("button", name="python").click()
    bar = there.get_by_role("meter", name="votes for python")
    expect(bar).to_have_attribute("aria-valuenow", "100", timeout=1000)
    expect(there.locator(".votekit-summary")).to_have_text("1 vote")
    expect(here.get_by_role("button", pressed=True)).to_have_text("✓python")
    expect(here.locator(".votekit-choice")).to_have_text("✓ your choice: python")
    expect(there.get_by_role("button", pressed=True)).to_have_count(0)
    shot(page.page, "votes")


def test_two_hundred_tallies_a_second_leave_the_page_responsive_and_the_last_one_shown(
    panels: Callable[..., Any],
) -> None:
    from playwright.sync_api import expect

    page = panels("flood", ana=VOTE.format("ana"), ben=VOTE.format("ben"))
    here, there = panel(page, "ana"), panel(page, "ben")
    page.page.evaluate(WATCH)
    started = page.page.evaluate("performance.now()")
    here.get_by_role("button", name="a flood").click()
    expect(there.locator(".votekit-count").nth(2)).to_have_text("400")
    seconds = (page.page.evaluate("performance.now()") - started) / 1000
    seen = page.page.evaluate("window.seen")
    assert 2 <= seen["paints"] <= 20 * seconds + 2
    assert seen["gap"] < 500
    assert values(here) == values(there) == ["0", "0", "400"]


def test_what_is_said_in_a_room_shows_in_its_members_panels_only(
    panels: Callable[..., Any], shot: Callable[..., None]
) -> None:
    from playwright.sync_api import expect

    page = panels("rooms", ana=ROOM.format("ana"), ben=ROOM.format("ben"), chi=ROOM.format("chi"))
    ana, ben, chi = (panel(page, name) for name in ("ana", "ben", "chi"))
    ana.get_by_role("button", name="Join red").click()
    ben.get_by_role("button", name="Join red").click()
    chi.get_by_role("button", name="Join blue").click()
    red = ana.get_by_role("group", name="Room red")
    expect(red.locator(".votekit-members")).to_have_text("In the room: ana, ben")
    red.get_by_role("textbox").fill("hello red")
    red.get_by_role("button", name="Send").click()
    for there in (ana, ben):
        messages = there.get_by_role("log", name="Messages in red")
        expect(messages.get_by_role("listitem")).to_have_text(["ana: hello red"])
    expect(chi.get_by_role("group", name="Room blue")).to_contain_text("In the room: chi")
    expect(chi.locator(".votekit-messages li")).to_have_count(0)
    shot(page.page, "rooms")
    ben.get_by_role("button", name="Leave red").click()
    expect(red.locator(".votekit-members")).to_have_text("In the room: ana")


def test_everything_can_be_done_by_keyboard(panels: Callable[..., Any]) -> None:
    from playwright.sync_api import expect

    page = panels(
        "keys", vote=VOTE.format("ana"), room=ROOM.format("ana"), predict="votekit.Predict(live)"
    )
    keys = page.page.keyboard
    vote = panel(page, "vote")
    vote.get_by_role("button").first.focus()
    keys.press("Enter")
    expect(vote.locator(".votekit-count").first).to_have_text("1")
    expect(vote.get_by_role("button").first).to_have_css("outline-offset", "2px")
    keys.press("Tab")
    keys.press("Space")
    expect(vote.get_by_role("button", pressed=True)).to_have_text("✓javascript")
    expect(vote.get_by_role("button", pressed=True)).to_be_focused()

    room = panel(page, "room")
    room.get_by_role("button").first.focus()
    keys.press("Enter")
    expect(room.get_by_role("button", name="Leave red")).to_be_focused()
    keys.press("Tab")
    expect(room.get_by_role("log").first).to_be_focused()
    keys.press("Tab")
    expect(room.get_by_role("textbox").first).to_be_focused()
    keys.type("abb dd")
    keys.press("Enter")
    expect(room.get_by_role("log").first).to_have_text("ana: abb dd")

    predict = panel(page, "predict")
    predict.get_by_role("checkbox").first.focus()
    keys.press("Space")
    expect(predict.locator(".votekit-summary")).to_contain_text("predict.score(story)")
    expect(predict.get_by_role("checkbox", checked=True)).to_be_focused()
    assert len(page.cells()) == 4


def test_a_panel_may_be_shown_twice_and_its_cell_run_again(panels: Callable[..., Any]) -> None:
    from playwright.sync_api import expect

    page = panels("again", ana=f"panel = {VOTE.format('ana')}\npanel", twice="panel")
    for _ in range(2):
        here, there = panel(page, "ana"), panel(page, "twice")
        expect(there.get_by_role("status").first).to_have_text("●connected")
        there.get_by_role("button", name="python").click()
        for shown in (here, there):
            expect(shown.locator(".votekit-choice")).to_have_text("✓ your choice: python")
            expect(shown.locator(".votekit-summary")).to_have_text("1 vote")
        page.run_all()


def test_long_names_and_large_counts_stay_whole_also_in_a_narrow_page(
    panels: Callable[..., Any], shot: Callable[..., None]
) -> None:
    from playwright.sync_api import expect

    rooms = f"votekit.RoomPanel(ana, ['red', {LONG_ROOM!r}])"
    page = panels("narrow", APP + LARGE, vote=VOTE.format("ana"), room=rooms)
    room = panel(page, "room")
    toggles = room.locator(".votekit-room-head .votekit-button")
    one, other = toggles.evaluate_all(HEIGHTS)
    assert one == other
    room.get_by_role("button", name="Join red").click()
    expect(room.locator(".votekit-members").first).to_have_text("In the room: ana")
    one, other = room.locator("form").evaluate_all(BOTTOMS)
    assert one == other
    vote = panel(page, "vote")
    assert values(vote) == ["1,234,567", "1", "10,000"]
    for width in (1280, 640):
        page.page.set_viewport_size({"width": width, "height": 1000})
        vote = panel(page, "vote")
        assert len(set(vote.locator(".votekit-bar").evaluate_all(WIDTHS))) == 1
        assert len(set(vote.get_by_role("button").evaluate_all(HEIGHTS))) == 1
        assert len(set(vote.locator(".votekit-count").evaluate_all(HEIGHTS))) == 1
        assert page.page.evaluate(OVERFLOWING) == []
    shot(page.page, "narrow")


def test_panels_in_a_box_share_its_width(panels: Callable[..., Any]) -> None:
    three = ", ".join(VOTE.format(name) for name in ("ana", "ben", "chi"))
    page = panels("boxes", box=f"import ipywidgets\nipywidgets.HBox([{three}])")
    area = page.output("box")
    found = area.locator(".votekit")
    found.last.wait_for()
    widths = found.evaluate_all(WIDTHS)
    assert max(widths) - min(widths) <= 1
    assert 0.9 < sum(widths) / area.bounding_box()["width"] <= 1
    assert page.page.evaluate(OVERFLOWING) == []


def test_what_is_read_out_is_there_before_there_is_anything_to_read(
    panels: Callable[..., Any],
) -> None:
    from playwright.sync_api import expect

    page = panels("aloud", room=ROOM.format("ana"), predict="votekit.Predict(live)")
    panel(page, "predict")
    room = panel(page, "room")
    expect(room.locator(".votekit-notice")).to_be_hidden()
    assert page.page.evaluate(UNHEARD) == []
    room.get_by_role("button", name="Send to red").click()
    expect(room.locator(".votekit-notice")).to_have_text("⚠ there is nothing to say yet")


def test_a_kernel_that_is_gone_is_told(panels: Callable[..., Any]) -> None:
    from playwright.sync_api import expect

    page = panels("gone", ana=VOTE.format("ana"))
    found = panel(page, "ana").locator(".votekit-gone")
    expect(found).to_be_hidden()
    page.page.evaluate(RESTART)
    expect(found).to_be_visible()
    expect(found).to_have_role("status")


def test_what_went_offline_or_stopped_says_so(panels: Callable[..., Any]) -> None:
    from playwright.sync_api import expect

    page = panels(
        "ends",
        ana=VOTE.format("ana"),
        ben=VOTE.format("ben"),
        traffic="votekit.TrafficPanel(live)",
        off="ana.disconnect(); live.settle(); None",
        end="live.stop()",
    )
    ana, ben = panel(page, "ana"), panel(page, "ben")
    for there in (ana, ben):
        expect(there.get_by_role("status").first).to_contain_text("its server was stopped")
    expect(panel(page, "traffic").get_by_role("status").first).to_contain_text("server stopped")
    ben.get_by_role("button", name="python").click()
    expect(ben.locator(".votekit-notice")).to_contain_text("its server was stopped")


def test_what_comes_from_the_wire_is_text(
    panels: Callable[..., Any], shot: Callable[..., None]
) -> None:
    page = panels(
        "markup",
        HOSTILE_APP,
        vote="votekit.VotePanel(ana, [HOSTILE, 'other'])",
        room="votekit.RoomPanel(ana, [HOSTILE])",
        traffic="votekit.TrafficPanel(live)",
        predict="predict",
    )
    for cell, places in {
        "vote": [".votekit-name", ".votekit-button"],
        "room": [".votekit-room-name", ".votekit-who >> nth=0", ".votekit-elsewhere li"],
        "traffic": [".votekit-name"],
        "predict": ["bdi >> nth=0"],
    }.items():
        found = panel(page, cell)
        for place in places:
            assert HOSTILE in found.locator(place).first.inner_text(), (cell, place)
        assert found.locator("img, b, script").count() == 0
    shot(page.page, "markup")
    assert page.page.locator("img[src='x']").count() == 0


def test_dark_light_and_large_and_without_a_finding_of_axe(
    panels: Callable[..., Any], shot: Callable[..., None]
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe here").Axe()
    cells = {
        "vote": "panel = " + VOTE.format("ana") + "\nben.emit('vote', 'javascript')\n"
        "live.settle(); ana.emit('vote', 'python'); live.settle()\n"
        "chi.emit('vote', 'python'); story = live.settle(); panel",
        "room": "for client in (ana, ben):\n    client.emit('join', {'room': 'red'})\n"
        "live.settle()\nben.emit('say', {'room': 'red', 'text': 'hello', 'username': 'ben'})\n"
        "ben.emit('cry', 'fire!'); live.settle()\n" + ROOM.format("ana"),
        "traffic": "votekit.TrafficPanel(live)",
        "predict": "predict = votekit.Predict(live)\npredict.tick('ana')\n"
        "predict.score(story)\npredict",
        "asks": "ben.disconnect(); asks = votekit.Predict(live); asks",
        "gone": VOTE.format("ben"),
    }
    page = panels("looks", **cells)
    page.page.set_viewport_size({"width": 1000, "height": 2600})
    for theme in ("Light", "Dark"):
        page.page.evaluate(THEME, f"JupyterLab {theme}")
        page.page.wait_for_function(
            f"document.body.dataset.jpThemeLight === '{str(theme == 'Light').lower()}'"
        )
        for cell in reversed(cells):
            panel(page, cell)
        shot(page.page, f"panels-{theme.lower()}")
        found = axe.run(page.page, context=".votekit").response["violations"]
        assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []
    # Who has left since is news to a prediction that is yet to come.
    assert "(not connected)" in panel(page, "asks").inner_text()
    assert "(not connected)" not in panel(page, "predict").inner_text()
    page.page.set_viewport_size({"width": 640, "height": 2600})
    for cell in reversed(cells):
        panel(page, cell)
    shot(page.page, "panels-large")
    assert page.page.evaluate(OVERFLOWING) == []
