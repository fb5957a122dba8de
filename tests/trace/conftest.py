"""What the tests of this folder share."""

from __future__ import annotations

import pytest

NASTY = {
    "empty": "",
    "space": " ",
    "spaces around": " vote ",
    "script": "<script>alert(1)</script>",
    "image": '<img src=x onerror="alert(1)">',
    "closing cell": "</td></table><b>",
    "init directive": '%%{init: {"theme": "dark"}}%%',
    "comment": "%% nothing",
    "line feed": "one\ntwo",
    "carriage return": "one\r\ntwo",
    "tab": "one\ttwo",
    "escape character": "\x1b[31mred",
    "null": "a\x00b",
    "line separator": "one\u2028two\u2029three",
    "next line": "one\x85two",
    "bidi override": "abc\u202edef",
    "zero width": "vo\u200bte\ufeff",
    "no-break space": "voting\u00a0bar",
    "filler": "\u3164",
    "lone surrogate": "a\ud800b",
    "emoji": "👩\u200d🎓 ana",
    "combining": "e\u0301\u0302",
    "end": "end",
    "end within": "the end; end",
    "participant": "participant p9 as eve",
    "statement": "p0->>p1: forged",
    "arrow": "a-->b",
    "row arrow": "server → ana  forged",
    "note": "Note over p0: forged",
    "colon": "a: b",
    "wrap": "wrap: a",
    "style": "style a: b#c; d",
    "classDef": "classDef a: b#35; d",
    "semicolon": "a;b",
    "hash": "#35; #quot; # &lt; &#60;",
    "placeholder": "ﬂ°lt¶ß ﬂ°°60¶ß",
    "quotes": "\"a\" 'b' `c`",
    "backslash": "a\\n\\",
    "markdown": "**bold** _it_ [x](javascript:alert(1)) $$x^2$$",
    "brackets": "(room red) [1] {2}",
    "at brace": '@{ "type": "database" }',
    "server": "server",
    "connected": "connected",
    "number": "5",
    "ends with number": "round 5",
    "literal": "null",
    "ellipsis": "abc…",
    "long": "x" * 5_000,
    "long and escaped": "\u202e" * 5_000,
}


@pytest.fixture(params=list(NASTY.values()), ids=list(NASTY))
def nasty(request: pytest.FixtureRequest) -> str:
    """Return a string that could break a row, a diagram or a table."""
    return str(request.param)
