"""What a person reads of an update in parts: what waits and why, what stayed, what was tried."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from flakebot.model import Attempt, Candidate, CheckOutcome, Choice, Stayed, Update
from flakebot.text.attempts import MOST_ROWS, attempt_rows
from flakebot.text.pull_request import BODY_LIMIT, pull_request_body
from flakebot.text.update import update_lines, update_summary, where_it_is
from tests.text.candidates import candidate, lock

STAYED = (Stayed(input="chat", why="breaks the check", held_by="held-chat"),)


def made(outcome: CheckOutcome = CheckOutcome.PASSED, *, held: str = "", stayed: tuple[Stayed, ...] = ()) -> Candidate:
    found = candidate(lock({"lib": "1"}), lock({"lib": "2"}, days=1), outcome=outcome, log="error: boom")
    return replace(found, held=held, stayed=stayed)


def attempt(*inputs: str, outcome: CheckOutcome = CheckOutcome.FAILED, directory: str = ".") -> Attempt:
    return Attempt(directory=directory, inputs=inputs, is_built=True, outcome=outcome, duration=timedelta(seconds=90))


def body(found: Candidate, *attempts: Attempt) -> str:
    return pull_request_body(
        found, server="https://github.com", run="", branch_of="flakebot/update-{}".format, attempts=attempts
    )


def test_what_is_held_says_why_and_what_to_do() -> None:
    text = body(made(CheckOutcome.FAILED, held="chat breaks the check by itself"))
    assert "This waits for a person: chat breaks the check by itself." in text
    assert "The next run tries again" in text
    assert "Read what changed and merge by hand" in body(made(held="listed in `hold`"))
    assert "waits for a person" not in body(made())


def test_the_body_says_whether_the_check_ran_on_these_very_bytes() -> None:
    found = made(CheckOutcome.FAILED, held="chat breaks the check")
    assert "on exactly the tree of this commit" in body(found)
    other = replace(found, check=replace(found.check, is_exact=False, failing="checks.x86_64-linux.web"))
    assert "on exactly the tree" not in body(other)
    assert "on a tree in which more inputs had moved than in this commit" in body(other)
    assert "It failed in `checks.x86_64-linux.web`." in body(other)


def test_the_command_is_shown_as_a_shell_would_take_it() -> None:
    found = made()
    quoted = replace(found, check=replace(found.check, command=("sh", "-c", "a b; c")))
    assert "`sh -c 'a b; c'`" in body(quoted)


def test_what_stayed_is_listed_with_its_reason() -> None:
    held = "- `chat`: breaks the check; `flakebot/update-held-chat` holds it with the evidence\n"
    assert held in body(made(stayed=STAYED))
    assert "- `dns`: not tried\n" in body(made(stayed=(*STAYED, Stayed(input="dns", why="not tried"))))
    assert "What stayed" not in body(made())


def test_an_older_revision_than_the_newest_says_since_when_it_was_the_tip_and_why() -> None:
    day = datetime(2026, 1, 2, 3, tzinfo=UTC)
    taken = Choice(input="lib", ref="stable", revision="2" * 40, seen_at=day, min_age=timedelta(days=7))
    newest = replace(taken, input="new", min_age=None)
    found = made()
    (only,) = found.locks
    chosen = replace(only, choices=(taken, replace(taken, input="lab", ref=None), newest))
    text = body(replace(found, locks=(chosen,)))
    assert "- `lib`: tip of `stable` since 2026-01-02, `min-age` 7 days\n" in text
    assert "- `lab`: tip of the default branch since 2026-01-02, `min-age` 7 days\n" in text
    assert "`new`" not in text
    assert "Not the newest" not in body(found)
    several = replace(found, locks=(chosen, replace(only, path="hosts/web/flake.lock")))
    assert "- `.#lib`: tip of `stable`" in body(several)


@pytest.mark.parametrize(("flakes", "drawn"), [(1, 1), (3, 3), (5, 3)])
def test_the_inputs_of_up_to_three_locks_are_drawn_with_what_moved_marked(flakes: int, drawn: int) -> None:
    found = candidate(lock({"lib": "1", "chat": "1"}), lock({"lib": "2", "chat": "1"}))
    (only,) = found.locks
    locks = tuple(replace(only, path=f"hosts/{number}/flake.lock") for number in range(flakes))
    text = body(replace(found, locks=locks))
    assert text.count("```mermaid\ngraph LR\n") == drawn
    assert text.count('["lib"]:::moved\n') == drawn
    assert text.count('["chat"]\n') == drawn
    assert [f"The inputs of <code>hosts/{number}</code>" in text for number in range(drawn)] == [flakes > 1] * drawn


def test_a_search_is_listed_where_something_is_left_out_and_only_that_of_the_same_flake() -> None:
    attempts = (attempt("lib", "chat"), attempt(outcome=CheckOutcome.PASSED), attempt("web", directory="hosts/web"))
    text = body(made(stayed=STAYED), *attempts)
    assert "| 1 | `.` | `lib, chat` | whole | failed | 1 minute |" in text
    assert "| 2 | `.` | `nothing: the base as it is` | whole | passed | 1 minute |" in text
    assert "hosts/web" not in text
    assert "What was tried" not in body(made(), *attempts)


def test_a_single_check_is_no_search_and_a_long_one_is_cut() -> None:
    assert attempt_rows((attempt("a"),)) == ()
    assert len(attempt_rows((attempt(*"abcdefgh"),) * 500)) == MOST_ROWS
    assert attempt_rows((attempt(*"abcdefgh"),) * 2)[0][1] == "a, b, c, d, e, f and 2 more"


@pytest.mark.parametrize("size", [10, 3000])
def test_neither_lists_nor_names_nor_reasons_make_the_body_too_long(size: int) -> None:
    stayed = tuple(Stayed(input=f"{number}{'n' * size}", why="@w" * size) for number in range(100))
    found = made(CheckOutcome.FAILED, held="@h " * size, stayed=stayed)
    assert len(body(found, *(attempt(*("i" * size,) * 9),) * 300)) <= BODY_LIMIT


def test_the_summary_names_what_failed_and_what_waits() -> None:
    update = Update(
        base=made().base,
        paths=("flake.lock",),
        candidates=(made(stayed=STAYED), replace(made(held="chat breaks the check"), name="held-chat")),
        attempts=(attempt("lib"), attempt()),
    )
    text = update_summary(update, failures=("hosts/web/flake.lock: no network",))
    for words in (
        "> hosts/web/flake.lock: no network",
        "Left to a person: chat breaks the check.",
        "- `chat`: breaks the check; `held-chat` holds it with the evidence\n",
        "| 2 | `.` | `nothing: the base as it is` |",
    ):
        assert words in text


def of(*candidates: Candidate) -> Update:
    return Update(base=candidates[0].base, paths=("flake.lock",), candidates=candidates)


def test_a_terminal_shows_what_moved_what_stayed_and_why_the_check_failed() -> None:
    good, bad = made(stayed=STAYED), replace(made(CheckOutcome.FAILED, held="chat breaks it"), name="held-chat")
    assert update_lines(of(good, bad)) == (
        "flake.lock:",
        f"  lib  {'1' * 7} → {'2' * 7}  (1 day newer)",
        "  chat stays: breaks the check",
        "flake.lock (held-chat):",
        f"  lib  {'1' * 7} → {'2' * 7}  (1 day newer)",
        "  left to a person: chat breaks it",
        "  its check failed; the end of what it printed:",
        "    error: boom",
    )
    assert update_lines(of(candidate(None, lock({"lib": "1"})))) == ("flake.lock:", "  its first lock")


def test_a_terminal_says_where_the_candidates_are_and_what_is_not_in_them() -> None:
    said = where_it_is(of(made()), "there")
    assert said.startswith("The candidate is in there; `flakebot propose` takes it. ")
    assert "commit aaaaaaa: what is not committed is not part of it. Your checkout is unchanged." in said
    assert where_it_is(of(made(), made()), "there").startswith(
        "The candidates are in there; `flakebot propose` takes them"
    )
    assert where_it_is(replace(of(made()), candidates=()), "there") == ""
