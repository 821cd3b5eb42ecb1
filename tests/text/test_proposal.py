"""The commit message and the pull request's body: what they say, and what they never do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from flakebot.model import CheckOutcome, Sha
from flakebot.text.commit_message import commit_message, headline
from flakebot.text.moves import moves_of
from flakebot.text.pull_request import BODY_LIMIT, is_same_proposal, pull_request_body
from tests.text.candidates import candidate, lock

SERVER = "https://github.com"


def body(old: bytes | None, new: bytes, **kwargs: str) -> str:
    return pull_request_body(candidate(old, new, **kwargs), server=SERVER, run="", branch_of=str)  # type: ignore[arg-type]


def test_the_message_says_what_moved_from_where_to_where_and_how_far() -> None:
    update = candidate(lock({"nixpkgs": "1"}), lock({"nixpkgs": "2"}, days=3))
    assert commit_message(update) == "flake.lock: update nixpkgs\n\n- nixpkgs 1111111 → 2222222 (3 days)\n"


def test_a_title_that_would_be_too_long_counts_instead() -> None:
    names = [f"a-rather-long-name-{number}" for number in range(9)]
    update = candidate(lock(dict.fromkeys(names, "1")), lock(dict.fromkeys(names, "2"), days=1))
    assert headline(update) == "flake.lock: update 9 inputs"


def test_a_first_lock_says_so() -> None:
    assert headline(candidate(None, lock({"nixpkgs": "1"}))) == "flake.lock: lock the inputs"


def test_an_input_that_is_named_like_a_person_pings_nobody() -> None:
    update = candidate(lock({"@octocat": "1", "#12": "1"}), lock({"@octocat": "2", "#12": "2"}, days=1))
    for text in (commit_message(update), headline(update)):
        assert "@octocat" not in text
        assert "#12" not in text


def test_the_body_links_the_comparison_on_the_forge() -> None:
    text = body(lock({"nixpkgs": "1"}), lock({"nixpkgs": "2"}, days=1))
    assert (
        f"| `nixpkgs` | `1111111` | `2222222` | 1 day | [compare]({SERVER}/nixos/nixpkgs/compare/{'1' * 40}..." in text
    )


def test_there_is_no_comparison_between_two_repositories() -> None:
    moves = moves_of(lock({"nixpkgs": "1"}), lock({"nixpkgs": "2"}, days=1, owner="else"))
    assert [move.link for move in moves] == [""]


@pytest.mark.parametrize("outcome", [CheckOutcome.FAILED, CheckOutcome.TIMED_OUT])
def test_a_broken_update_shows_the_end_of_the_log(outcome: CheckOutcome) -> None:
    text = body(lock({"n": "1"}), lock({"n": "2"}, days=1), outcome=outcome, log="a line\nerror: boom\n")
    assert "[!WARNING]" in text
    assert "error: boom" in text


def test_a_passing_update_shows_no_log() -> None:
    text = body(lock({"n": "1"}), lock({"n": "2"}, days=1), log="secret of the builder")
    assert "[!WARNING]" not in text
    assert "secret of the builder" not in text


@given(st.text(alphabet="`@#<\n\x1bé\U0001f600", max_size=200), st.integers(min_value=1, max_value=4000))
def test_the_body_is_never_longer_than_github_allows(piece: str, times: int) -> None:
    text = body(
        lock({"n": "1"}),
        lock({"n": "2"}, days=1),
        outcome=CheckOutcome.FAILED,
        log=piece * times,
        update_log=piece * times,
    )
    assert len(text) <= BODY_LIMIT
    assert is_same_proposal(text, text)


def test_many_inputs_are_counted_when_they_do_not_fit() -> None:
    names = [f"{'x' * 150}-{number}" for number in range(400)]
    text = body(lock(dict.fromkeys(names, "1")), lock(dict.fromkeys(names, "2"), days=1))
    assert len(text) <= BODY_LIMIT
    assert "more." in text


def test_two_bodies_are_the_same_proposal_only_for_the_same_bytes_base_and_result() -> None:
    update = candidate(lock({"n": "1"}), lock({"n": "2"}, days=1))
    first = pull_request_body(update, server=SERVER, run="https://example.invalid/1", branch_of=str)
    assert is_same_proposal(
        first, pull_request_body(update, server=SERVER, run="https://example.invalid/2", branch_of=str)
    )
    for other in (
        replace(update, base=Sha("c" * 40)),
        replace(update, tree=Sha("c" * 40)),
        replace(update, locks=(replace(update.locks[0], new=lock({"n": "3"}, days=1)),)),
        replace(update, held="n breaks the check"),
        replace(update, check=replace(update.check, outcome=CheckOutcome.FAILED)),
    ):
        assert not is_same_proposal(first, pull_request_body(other, server=SERVER, run="", branch_of=str))
    assert not is_same_proposal("somebody wrote this", first)


def test_an_input_that_is_named_like_the_marker_makes_no_two_updates_the_same() -> None:
    name = f"<!-- flakebot:proposal {'0' * 64} -->"
    first, second = (body(lock({name: "1"}), lock({name: digit}, days=1)) for digit in "23")
    assert not is_same_proposal(first, second)


def test_an_input_that_is_named_to_skip_workflows_skips_none() -> None:
    update = candidate(lock({"[skip ci]": "1"}), lock({"[skip ci]": "2"}, days=1))
    assert "[skip ci]" not in commit_message(update)


def test_a_date_beyond_reason_is_no_span() -> None:
    moves = moves_of(lock({"n": "1"}), lock({"n": "2"}, days=10**12))
    assert [move.age for move in moves] == [""]


def test_the_body_says_by_which_nix_from_which_commit_and_in_which_run_it_was_made() -> None:
    update = candidate(lock({"n": "1"}), lock({"n": "2"}, days=1), update_log="• Updated input 'n'\n")
    text = pull_request_body(update, server=SERVER, run="https://example.invalid/runs/7", branch_of=str)
    assert f"`nix flake update` by Nix `2.26.3`, on a clean export of {'a' * 40}." in text
    assert f"The tree is `{'b' * 40}`, the SHA-256 of `flake.lock` is `" in text
    assert " [The run](https://example.invalid/runs/7)." in text
    said = "<details><summary>What Nix said</summary>\n\n```text\n• Updated input 'n'\n```\n\n</details>"
    assert said in text


def test_outside_a_workflow_there_is_no_run_to_link() -> None:
    assert "The run" not in body(lock({"n": "1"}), lock({"n": "2"}, days=1))
