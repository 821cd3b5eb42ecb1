"""propose, with several candidates and with others at work: each has its own end, and what is newer stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from flakebot.errors import ExitCode, HeadMovedError, UnavailableError
from flakebot.model import Branch, Candidate, CheckOutcome, Login, Sha, SignatureState, Update
from tests.commands.fakes import LATER, FakeGitHub, FakeRepository
from tests.commands.test_propose import BRANCH, BROKEN, MOOT, UP_TO_DATE, UPDATE, World, whole
from tests.lock.samples import lock, moved
from tests.policy import evidence as good

HELD_BRANCH = Branch("flakebot/update-held-tool")
HELD = replace(
    good.candidate(good.OLD, lock(moved("tool", 91))),
    name="held-tool",
    held="tool breaks the check by itself",
    check=replace(BROKEN.check, is_exact=False),
)
SPOILED = replace(
    UPDATE, name="spoiled", locks=(replace(UPDATE.locks[0], new=good.NEW.replace(b'"version": 7', b'"version": 7 ')),)
)
OTHER_TREE = Sha("9" * 40)


def update(*candidates: Candidate, is_complete: bool = True) -> Update:
    return Update(base=good.BASE, paths=("flake.lock",), candidates=candidates, is_complete=is_complete)


def other(world: World) -> Candidate:
    """Return a candidate that would be another commit, which the repository builds from now on."""
    world.repository.tree = OTHER_TREE
    return replace(UPDATE, tree=OTHER_TREE)


def test_what_is_good_goes_on_beside_what_is_held() -> None:
    world = World()
    assert world.propose(update(UPDATE, HELD)) == ("proposed", ExitCode.DONE)
    facts = world.report.facts
    assert (facts["pull_request_numbers"], facts["held_pull_request_numbers"]) == ("8", "9")
    assert (facts["pull_request_number"], facts["head_sha"]) == (8, world.github.heads[BRANCH])
    assert facts["head_shas"] == world.github.heads[BRANCH]
    assert world.deeds[4:] == [
        f"pushed {HELD_BRANCH}",
        f"opened {HELD_BRANCH}",
        "status flakebot/flake-check False on 00",
        "labels +dependencies,flakebot: broken,flakebot: held -",
    ]


def test_each_pull_request_is_reported() -> None:
    world = World()
    world.propose(update(UPDATE, HELD))
    rows = world.report.facts["pull_requests"]
    assert isinstance(rows, tuple)
    keys = ("number", "branch", "outcome", "held", "check")
    assert [tuple(row[key] for key in keys) for row in rows if isinstance(row, dict)] == [
        (8, BRANCH, "proposed", False, "passed"),
        (9, HELD_BRANCH, "held", True, "failed"),
    ]


def test_what_is_only_held_is_left_to_a_person() -> None:
    world = World()
    assert world.propose(update(HELD)) == ("held", ExitCode.REFUSED)
    assert world.report.facts["pull_request_numbers"] == ""
    assert world.report.facts["head_sha"] == world.github.heads[HELD_BRANCH]
    assert "a person decides: tool breaks the check by itself." in world.report.headline


def test_a_refused_candidate_stops_no_other_and_closes_nothing() -> None:
    world = World()
    world.propose(update(HELD))
    world.forget()
    assert world.propose(update(SPOILED, UPDATE)) == ("refused", ExitCode.REFUSED)
    assert world.report.facts["pull_request_numbers"] == "9"
    assert not any(deed.startswith("closed") for deed in world.deeds)


def test_a_group_has_its_labels() -> None:
    world = World()
    world.propose(update(UPDATE), group=({"name": "core", "inputs": "nixpkgs", "labels": "core"},))
    assert "labels +core -" in world.deeds


def test_a_held_update_that_passes_now_is_closed_as_part_of_the_whole() -> None:
    world = World()
    world.propose(update(HELD))
    world.forget()
    both = good.candidate(good.OLD, lock(moved("nixpkgs", 90) | moved("tool", 91)))
    world.repository.contents[(world.github.heads[HELD_BRANCH], "flake.lock")] = HELD.locks[0].new
    assert world.propose(update(both)) == ("proposed", ExitCode.DONE)
    assert "closed: This passes its check now, as part of #9." in world.deeds
    assert world.deeds[-1].startswith(f"deleted {HELD_BRANCH}")


@pytest.mark.parametrize(
    ("candidate", "sentence"),
    [
        (UPDATE, "The configuration no longer proposes this by itself."),
        (replace(HELD, name="held-tool-again"), "What this moves goes on in #9."),
    ],
)
def test_what_is_proposed_no_more_is_closed_with_the_reason(candidate: Candidate, sentence: str) -> None:
    world = World()
    world.propose(update(HELD))
    world.repository.contents[(world.github.heads[HELD_BRANCH], "flake.lock")] = HELD.locks[0].new
    world.propose(update(candidate))
    assert f"closed: {sentence}" in world.deeds


def test_a_branch_that_moves_while_its_pull_request_is_closed_stays() -> None:
    world = World()
    world.propose()

    def refuse(_: FakeRepository) -> None:
        raise HeadMovedError("it moved")

    world.repository.on_push = refuse
    assert world.propose(MOOT) == ("closed", ExitCode.DONE)
    assert "Its branch moved meanwhile and stays." in world.report.headline


def test_an_update_of_some_inputs_says_nothing_about_other_proposals() -> None:
    world = World()
    world.propose(update(HELD))
    world.forget()
    world.propose(update(UPDATE, is_complete=False))
    assert not any(deed.startswith(("closed", "deleted")) for deed in world.deeds)


def test_an_update_of_one_flake_says_nothing_about_another_flakes_proposals() -> None:
    world = World()
    world.propose(update(HELD))
    world.forget()
    world.propose(update(UPDATE), directory=(".", "web"))
    assert not any(deed.startswith(("closed", "deleted")) for deed in world.deeds)


def test_only_what_the_bot_signed_is_closed() -> None:
    world = World()
    world.propose()
    world.signer.found = replace(good.SIGNED, state=SignatureState.UNKNOWN_KEY)
    world.forget()
    assert world.propose(MOOT) == ("unchanged", ExitCode.DONE)
    assert "is not the bot's own: it is left open" in world.report.headline
    assert world.deeds == ["fetched"]


@pytest.mark.parametrize("changed", [{"author": Login("mallory")}, {"head_branch": Branch("flakebot/updates")}])
def test_other_peoples_pull_requests_and_branches_are_let_be(changed: dict[str, object]) -> None:
    world = World()
    world.propose()
    world.github.others[8] = replace(world.github.others[8], **changed)
    world.forget()
    assert world.propose(MOOT) == ("unchanged", ExitCode.DONE)
    assert world.deeds == []


def test_what_the_base_branch_holds_by_now_is_closed_even_by_an_old_candidate() -> None:
    world = World()
    world.propose()
    world.forget()
    world.base_tip = LATER
    assert world.propose(update(UPDATE, is_complete=False)) == ("closed", ExitCode.DONE)
    assert world.deeds == ["fetched", f"closed: {UP_TO_DATE}", f"deleted {BRANCH} at 00"]


def test_what_a_person_closed_is_not_opened_again() -> None:
    world = World()
    world.propose()
    world.github.others[8] = replace(world.github.others[8], is_open=False)
    world.forget()
    assert world.propose() == ("declined", ExitCode.DONE)
    assert "was closed by a person with this very update in it" in world.report.headline
    assert world.deeds == []
    (warning,) = world.report.warnings
    assert warning.startswith(world.report.headline)
    assert "It is not proposed again until there is another" in warning


def test_what_goes_on_stands_for_all_beside_what_a_person_closed_which_is_warned_of() -> None:
    world = World()
    world.propose(update(UPDATE, HELD))
    world.github.others[9] = replace(world.github.others[9], is_open=False)
    assert world.propose(update(UPDATE, HELD)) == ("unchanged", ExitCode.DONE)
    assert len(world.report.warnings) == 1
    rows = world.report.facts["pull_requests"]
    assert isinstance(rows, tuple)
    assert [row["outcome"] for row in rows if isinstance(row, dict)] == ["unchanged", "declined"]


def test_another_update_than_the_one_that_a_person_closed_is_opened() -> None:
    world = World()
    world.propose()
    world.github.others[8] = replace(world.github.others[8], is_open=False)
    assert world.propose(other(world)) == ("proposed", ExitCode.DONE)


def test_what_the_bot_closed_itself_may_be_opened_again() -> None:
    world = World()
    world.propose()
    world.propose(MOOT)
    assert world.propose() == ("proposed", ExitCode.DONE)


def test_an_older_candidate_leaves_a_newer_proposal_on_the_same_base() -> None:
    world = World()
    world.propose()
    world.forget()
    older = replace(other(world), made_at=UPDATE.made_at - timedelta(minutes=1))
    assert world.propose(older) == ("unchanged", ExitCode.DONE)
    assert "holds a newer proposal than this one" in world.report.headline
    assert world.deeds == ["fetched"]
    assert world.report.facts["pull_request_numbers"] == ""


def test_a_newer_candidate_replaces_an_older_proposal_on_the_same_base() -> None:
    world = World()
    world.propose(replace(UPDATE, made_at=UPDATE.made_at - timedelta(minutes=1)))
    assert world.propose(other(world)) == ("refreshed", ExitCode.DONE)


def test_a_candidate_on_an_older_base_leaves_the_proposal_on_the_newer_one() -> None:
    world = World()
    world.base_tip = LATER
    world.repository.bases.add(LATER)
    world.propose(replace(whole(UPDATE), base=LATER, candidates=(replace(UPDATE, base=LATER),)))
    world.forget()
    assert world.propose(replace(UPDATE, made_at=UPDATE.made_at + timedelta(hours=1))) == ("unchanged", ExitCode.DONE)
    assert world.deeds == ["fetched"]


def test_no_commit_is_dated_in_the_future() -> None:
    world = World()
    world.propose(replace(UPDATE, made_at=UPDATE.made_at + timedelta(days=9)))
    assert world.repository.dates[world.github.heads[BRANCH]] == UPDATE.made_at


def test_the_second_of_two_at_once_finds_that_the_first_proposed_the_same() -> None:
    world = World()

    def be_faster(repository: FakeRepository) -> None:
        repository.on_push = lambda _: None
        rival = World()
        rival.repository, rival.github = repository, world.github
        assert rival.propose() == ("proposed", ExitCode.DONE)

    world.repository.on_push = be_faster
    assert world.propose() == ("unchanged", ExitCode.DONE)
    assert len(world.github.open_pull_requests(Branch("main"))) == 1


def test_a_rival_that_proposes_something_else_is_told_of_and_the_next_run_looks_again() -> None:
    world = World()
    world.github.on_open = lambda hub: hub.others.update({8: replace(good.PULL_REQUEST, number=8, head_sha=LATER)})
    with pytest.raises(UnavailableError, match="another run proposes something else"):
        world.propose()


def test_a_branch_that_never_rests_is_given_up_for_now() -> None:
    world = World()

    def refuse(_: FakeRepository) -> None:
        raise HeadMovedError("it moved")

    world.repository.on_push = refuse
    with pytest.raises(UnavailableError, match="moved 3 times"):
        world.propose()


def test_a_text_that_somebody_else_opened_it_with_is_replaced() -> None:
    world = World()

    def open_first(hub: FakeGitHub) -> None:
        hub.others[8] = replace(good.PULL_REQUEST, number=8, body="mine", head_sha=hub.heads[BRANCH])

    world.github.on_open = open_first
    assert world.propose()[1] is ExitCode.DONE
    assert "edited" in world.deeds


def test_an_update_that_timed_out_is_broken() -> None:
    late = replace(UPDATE, check=replace(UPDATE.check, outcome=CheckOutcome.TIMED_OUT))
    assert World().propose(late) == ("broken", ExitCode.REFUSED)
