"""HTML in which whatever came over the wire is only ever text."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from votekit.trace.html import html_lines, html_pre, html_table, html_text


class Parts(HTMLParser):
    """Collects tags and texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_a_table_has_heads_for_its_columns_and_its_rows() -> None:
    table = html_table("rooms", ("room", "members"), [("red", "<b>ana</b>")])
    assert Parts(table).texts == ["rooms", "room", "members", "red", "ana"]
    assert table.count('scope="col"') == 2
    assert table.count('scope="row"') == 1


def test_captions_heads_and_the_names_of_rows_are_only_ever_text(nasty: str) -> None:
    tags = ["table", "caption", "thead", "tr", "th", "tbody", "tr", "th"]
    assert Parts(html_table(nasty, [nasty], [[nasty]])).tags == tags


def test_lines_and_preformatted_text_are_only_ever_text(nasty: str) -> None:
    assert Parts(html_pre(nasty)).tags == ["pre"]
    assert set(Parts(html_lines([nasty, ""])).tags) <= {"p"}


@pytest.mark.parametrize("sign", ["🇩🇪", "👍🏽", "☂\ufe0f", "e\u0301", "हि"])
def test_a_long_word_may_be_broken_but_no_sign_in_it(sign: str) -> None:
    for before in ("", "x"):
        assert html_text(before + sign * 12).replace(sign, "").replace("<wbr>", "") == before


@pytest.mark.parametrize("sign", ["x", "я", "ع", "○", "—", "\U0001d518"])
def test_whatever_has_no_end_may_be_broken(sign: str) -> None:
    assert max(map(len, Parts(html_text(sign * 70)).texts)) == len("x" * 12)
