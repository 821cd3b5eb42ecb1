"""What Nix printed, as tables."""

from __future__ import annotations

import pytest

from flakebot.adapters.nix.log import failing_input, is_denied, is_unreachable, plain_line, plain_text, reason


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


_OLD_NIX = """\
warning: Git tree '/f' is dirty
fatal: '/nowhere' does not appear to be a git repository
fatal: Could not read from remote repository.

Please make sure you have the correct access rights
and the repository exists.
error: program 'git' failed with exit code 128
(use '--show-trace' to show detailed location information)
"""
_NEWER_NIX = """\
fatal: '/nowhere' does not appear to be a git repository
fatal: Could not read from remote repository.
warning: could not read HEAD ref from repo at 'file:///nowhere', using 'master'
warning: could not update cached head 'master' for 'file:///nowhere'
error:
       … while updating the lock file of flake 'git+file:///f'

       … while updating the flake input 'tools'

       … while updating the flake input 'tools/lib'

       error: Git reference 'master' not found
"""
_BY_SSH = """\
git@example.org: Permission denied (publickey).
fatal: Could not read from remote repository.
error: program 'git' failed with exit code 128
"""
_RECOVERED = """\
fatal: unable to access 'https://a.example/': The requested URL returned error: 503
warning: could not update local clone of Git repository 'https://a.example/'; continuing with the most recent version
fatal: couldn't find remote ref refs/heads/gone
error: program 'git' failed with exit code 128
"""


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        (
            _OLD_NIX,
            "error: program 'git' failed with exit code 128: fatal: '/nowhere' does not appear to be a git repository",
        ),
        (
            _NEWER_NIX,
            "error: Git reference 'master' not found: fatal: '/nowhere' does not appear to be a git repository",
        ),
        (
            _BY_SSH,
            "error: program 'git' failed with exit code 128: git@example.org: Permission denied (publickey).",
        ),
        (
            _RECOVERED,
            "error: program 'git' failed with exit code 128: fatal: couldn't find remote ref refs/heads/gone",
        ),
        ("fatal: of git's\nerror: attribute 'x' missing\n", "error: attribute 'x' missing"),
        ("error: getting status of '/x'\n(use '--show-trace' to show more)\n", "error: getting status of '/x'"),
    ],
)
def test_what_git_gave_as_the_cause_is_quoted_and_advice_for_a_terminal_is_not(log: str, expected: str) -> None:
    assert reason(log) == expected


@pytest.mark.parametrize(("log", "expected"), [(_NEWER_NIX, "tools/lib"), (_OLD_NIX, ""), ("", "")])
def test_the_input_is_named_where_nix_tells_it(log: str, expected: str) -> None:
    assert failing_input(log) == expected
