"""What Nix printed, as tables."""

from __future__ import annotations

import pytest

from flakebot.adapters.nix.log import is_denied, is_unreachable, plain_line, plain_text, reason


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("\x1b[1;31merror:\x1b[0m x", "error: x"),
        ("\x1b]8;;https://evil.example\x07link\x1b]8;;\x07", "link"),
        ("\x1b]0;title\x1b\\x", "x"),
        ("\x1b(B\x1b[mx\x1b[2K", "x"),
        ("10%\r20%\r\ndone\n", "10%\n20%\ndone\n"),
        ("a\x00b\x08c\x9bd\te\n", "abcd\te\n"),
        ("ümlaut ☃\n", "ümlaut ☃\n"),
    ],
)
def test_a_log_is_plain_text(printed: str, plain: str) -> None:
    assert plain_text(printed) == plain


def test_a_line_stays_one_line() -> None:
    assert plain_line("one\rtwo") == "one two"


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ("error: unable to download 'https://api.github.com/x': HTTP error 429 ('')", True),
        ("error: unable to download 'x': Couldn't resolve host name (6)", True),
        ("error: unable to download 'x': Timeout was reached (28)", True),
        ("error: API rate limit exceeded for 1.2.3.4", True),
        ("error: attribute 'x' missing", False),
        ("error: unable to download 'https://github.com/o/r': HTTP error 404 ('Not Found')", False),
        ("", False),
    ],
)
def test_tells_what_may_be_tried_again_from_what_may_not(log: str, expected: bool) -> None:
    assert is_unreachable(log) is expected


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ("error: unable to download 'https://api.github.com/repos/a/b': HTTP error 404 ('Not Found')", True),
        ("error: unable to download 'https://api.github.com/repos/a/b': HTTP error 401", True),
        ("error: unable to download 'https://example.org/a': HTTP error 410", False),
        ("error: attribute '404' missing", False),
    ],
)
def test_what_a_server_does_not_show_may_be_private(log: str, *, expected: bool) -> None:
    assert is_denied(log) is expected


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ("warning: a\nerror: first\nerror:\n   … while x\n\n   error: last\n", "error: last"),
        ("one\ntwo\n", "two"),
        ("", "it said nothing"),
        ("error: " + "x" * 1000, ("error: " + "x" * 1000)[:600]),
    ],
)
def test_the_reason_is_nixs_last_error(log: str, expected: str) -> None:
    assert reason(log) == expected
