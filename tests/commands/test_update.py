"""The update command: what it makes of one lock, and what of one in which something breaks."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from flakebot.errors import ExitCode, MisuseError, UnavailableError
from flakebot.lock.compose import compose
from flakebot.model import CheckOutcome, CheckStage
from flakebot.settings.groups import Group
from tests.commands.updating import LASTING, Rule, Workplace, breaking, new_lock, old_lock, tree_of

SIXTEEN = tuple("abcdefghijklmnop")


def place(scratch: Path, *inputs: str, rule: Rule = breaking(), is_deep: bool = False) -> Workplace:  # noqa: B008
    return Workplace(scratch=scratch, flakes={".": inputs}, rules={".": rule}, is_deep=is_deep)


def test_an_update_that_fails_leaves_no_earlier_one_to_be_proposed(tmp_path: Path) -> None:
    workplace = place(tmp_path, "a", "b")
    assert workplace.update().names == ("",)
    workplace.broken = {".": UnavailableError("the registry does not answer")}
    with pytest.raises(UnavailableError, match="the registry does not answer"):
        workplace.update()
    assert workplace.shelf.update is None


def test_what_did_not_move_is_no_candidate(tmp_path: Path) -> None:
    ended = Workplace(scratch=tmp_path, flakes={".": ("a",)}, kept=("a",)).update()
    assert (ended.report.outcome, ended.report.exit_code, ended.names) == ("unchanged", ExitCode.DONE, ())
    assert ended.update.paths == ("flake.lock",)
    assert ended.nix.checked == []


def test_what_passes_goes_whole_and_the_tree_is_the_one_that_was_checked(tmp_path: Path) -> None:
    ended = place(tmp_path, "a", "b").update()
    (candidate,) = ended.update.candidates
    assert (ended.report.outcome, ended.report.facts["checks"]) == ("changed", 1)
    assert (candidate.name, candidate.held, candidate.check.is_exact) == ("", "", True)
    assert candidate.locks[0].new == new_lock("a", "b")
    assert candidate.tree == tree_of({".": new_lock("a", "b")})
    assert {choice.input for choice in candidate.locks[0].choices} == {"a", "b"}


def test_no_log_shows_where_the_flake_was_checked(tmp_path: Path) -> None:
    ended = place(tmp_path, "a", "b", rule=breaking("a")).update()
    for candidate in ended.update.candidates:
        assert str(tmp_path) not in candidate.check.log + candidate.update_log


def test_one_culprit_among_sixteen_is_held_and_the_others_go_on_after_seven_checks_at_most(tmp_path: Path) -> None:
    for culprit in SIXTEEN:
        ended = place(tmp_path, *SIXTEEN, rule=breaking(culprit)).update()
        assert ended.names == ("", f"held-{culprit}")
        assert ended.moved("") == set(SIXTEEN) - {culprit}
        assert ended.moved(f"held-{culprit}") == {culprit}
        assert ended.report.outcome == "changed"
        assert ended.report.exit_code is ExitCode.DONE
        assert len(ended.nix.checked) == ended.report.facts["checks"] == len(ended.update.attempts)
        assert len(ended.nix.checked) <= 7


def test_the_good_candidate_passed_its_check_on_exactly_its_bytes_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    ended = place(tmp_path, *SIXTEEN, rule=breaking("f", "c k")).update()
    good = ended.update.candidates[0]
    assert good.check.outcome is CheckOutcome.PASSED
    assert (".", ended.moved(""), True) in ended.nix.checked
    assert good.tree == tree_of({".": good.locks[0].new})
    assert {stayed.input for stayed in good.stayed} == set(SIXTEEN) - ended.moved("")
    assert next(stayed.held_by for stayed in good.stayed if stayed.input == "f") == "held-f"


def test_a_culprits_candidate_holds_its_lock_alone_with_the_evidence_of_the_check_that_failed(tmp_path: Path) -> None:
    ended = place(tmp_path, "a", "b", "c", "d", rule=breaking("d")).update()
    held = ended.update.candidates[1]
    assert held.locks[0].new == compose(old_lock("a", "b", "c", "d"), new_lock("a", "b", "c", "d"), {"d"})
    assert held.tree == tree_of({".": held.locks[0].new})
    assert held.check.outcome is CheckOutcome.FAILED
    assert held.check.failing == "checks.web"
    assert "d in ." in held.check.log


@pytest.mark.parametrize(
    ("culprit", "is_exact", "held"),
    [
        ("a", True, "a breaks the check by itself"),
        ("d", False, "d breaks the check; that was seen with 3 other inputs moved as well"),
    ],
)
def test_only_a_check_of_these_very_bytes_is_called_exact(
    culprit: str, is_exact: bool, held: str, tmp_path: Path
) -> None:
    ended = place(tmp_path, "a", "b", "c", "d", rule=breaking(culprit)).update()
    candidate = ended.update.candidates[1]
    assert (candidate.check.is_exact, candidate.held) == (is_exact, held)


def test_of_a_pair_that_breaks_only_together_one_goes_on(tmp_path: Path) -> None:
    ended = place(tmp_path, *SIXTEEN, rule=breaking("c k")).update()
    assert len(ended.moved("") & {"c", "k"}) == 1
    assert len(ended.update.candidates) == 2


def test_the_only_input_that_moved_is_held_when_it_breaks_the_check(tmp_path: Path) -> None:
    ended = place(tmp_path, "a", rule=breaking("a")).update()
    assert (ended.names, ended.report.outcome, ended.report.exit_code) == (("held-a",), "broken", ExitCode.REFUSED)
    assert ended.update.candidates[0].check.is_exact


def test_a_base_that_is_broken_blames_no_input_after_two_checks(tmp_path: Path) -> None:
    ended = place(tmp_path, *SIXTEEN, rule=breaking("")).update()
    (candidate,) = ended.update.candidates
    assert (ended.report.outcome, ended.report.exit_code, len(ended.nix.checked)) == ("broken", ExitCode.REFUSED, 2)
    assert (candidate.name, ended.moved("")) == ("", frozenset(SIXTEEN))
    assert candidate.held == "the check fails on the base already: no input is to blame"
    assert "no input is to blame" in ended.report.headline


def test_without_isolation_a_broken_update_stays_whole(tmp_path: Path) -> None:
    ended = place(tmp_path, "a", "b", rule=breaking("a")).update(isolate=False)
    assert (ended.names, ended.report.outcome, len(ended.nix.checked)) == (("",), "broken", 1)
    assert ended.update.candidates[0].held == ""


def test_a_search_without_an_end_holds_everything(tmp_path: Path) -> None:
    ended = place(tmp_path, *SIXTEEN, rule=breaking("h")).update(isolation_checks=2)
    assert (ended.names, ended.report.outcome, len(ended.nix.checked)) == (("",), "broken", 2)
    assert ended.update.candidates[0].held == "its check fails, and nothing was found within the budget that passes"


def test_what_was_learned_when_the_checks_are_used_up_is_used(tmp_path: Path) -> None:
    ended = place(tmp_path, *SIXTEEN, rule=breaking("p")).update(isolation_checks=3)
    assert ended.moved("") == set("abcdefgh")
    assert len(ended.nix.checked) == 3
    assert {stayed.why for stayed in ended.update.candidates[0].stayed} == {"not tried within the budget"}
    assert ended.names == ("",)


def test_the_time_ends_a_search_as_well(tmp_path: Path) -> None:
    ended = place(tmp_path, *SIXTEEN, rule=breaking("p")).update(isolation_limit=2 * LASTING)
    assert ended.moved("") == set("abcdefgh")
    assert len(ended.nix.checked) == 3
    assert place(tmp_path, *SIXTEEN, rule=breaking("p")).update(isolation_limit=timedelta(0)).names == ("",)


def test_a_check_that_the_end_of_the_time_cuts_off_proves_nothing(tmp_path: Path) -> None:
    """The third check passed, and the fourth is of the upper half, which holds the culprit: it had half its time."""
    ended = place(tmp_path, *SIXTEEN, rule=breaking("p")).update(isolation_limit=2.5 * LASTING)
    assert [attempt.outcome for attempt in ended.update.attempts][-2:] == [CheckOutcome.PASSED, CheckOutcome.CUT_OFF]
    assert ended.update.attempts[-1].duration == LASTING / 2
    assert (ended.names, ended.moved("")) == (("",), frozenset("abcdefgh"))
    assert {stayed.why for stayed in ended.update.candidates[0].stayed} == {"not tried within the budget"}


def test_nix_is_asked_once_more_for_the_failing_attribute_of_a_culprit_that_it_did_not_name(tmp_path: Path) -> None:
    world = Workplace(scratch=tmp_path, flakes={".": SIXTEEN}, rules={".": breaking("c")}, is_telling=False)
    ended = world.update(isolation_limit=10 * LASTING)
    assert [candidate.check.failing for candidate in ended.update.candidates] == ["", "checks.dns"]
    searched = LASTING * (len(ended.nix.checked) - 1)
    ((place, moved, limit),) = ended.nix.blamed
    assert (place, limit) == (".", 10 * LASTING - searched)
    assert (place, moved, True) in ended.nix.checked
    assert world.update(isolation_limit=timedelta(0)).nix.blamed == []


def test_nix_is_asked_nothing_more_where_it_named_the_attribute(tmp_path: Path) -> None:
    ended = place(tmp_path, *SIXTEEN, rule=breaking("c")).update()
    assert [candidate.check.failing for candidate in ended.update.candidates] == ["", "checks.web"]
    assert ended.nix.blamed == []


def test_a_check_that_takes_longer_than_any_check_may_has_failed(tmp_path: Path) -> None:
    ended = place(tmp_path, "a", "b").update(check_limit=LASTING / 2)
    assert {attempt.outcome for attempt in ended.update.attempts} == {CheckOutcome.TIMED_OUT}
    assert ended.update.candidates[0].held == "the check fails on the base already: no input is to blame"


def test_all_searches_of_a_run_have_one_end(tmp_path: Path) -> None:
    """The first search takes the time of both: of the second part only the check that it begins with is made."""
    groups = (Group(name="first", inputs=("a", "b")), Group(name="second", inputs=("c", "d")))
    ended = place(tmp_path, "a", "b", "c", "d", rule=breaking("b", "d")).update(
        group=groups, isolation_limit=2 * LASTING
    )
    assert [set(moved) for _, moved, _ in ended.nix.checked] == [{"a", "b"}, set(), {"a"}, {"c", "d"}]
    held = {candidate.name: candidate.held for candidate in ended.update.candidates}
    assert held["second"] == "its check fails, and nothing was found within the budget that passes"
    assert "breaks the check" in held["held-b"]


def test_the_last_of_the_time_goes_into_building_what_evaluates(tmp_path: Path) -> None:
    rule = breaking("p", stage=CheckStage.EVALUATION)
    ended = place(tmp_path, *SIXTEEN, rule=rule, is_deep=True).update(isolation_limit=3.5 * LASTING)
    assert [is_built for _, _, is_built in ended.nix.checked] == [True, False, False, False, True]
    assert ended.update.attempts[-1].outcome is CheckOutcome.CUT_OFF
    ended = place(tmp_path, *SIXTEEN, rule=rule, is_deep=True).update(isolation_limit=4 * LASTING)
    assert (ended.names, ended.moved("")) == (("",), frozenset("abcdefghijkl"))


def test_what_cannot_be_evaluated_is_searched_by_evaluation_and_what_is_good_was_built(tmp_path: Path) -> None:
    rule = breaking("g", stage=CheckStage.EVALUATION)
    ended = place(tmp_path, *SIXTEEN, rule=rule, is_deep=True).update()
    assert ended.names == ("", "held-g")
    assert [is_built for _, _, is_built in ended.nix.checked].count(True) == 2
    assert (".", ended.moved(""), True) in ended.nix.checked
    assert [attempt.is_built for attempt in ended.update.attempts].count(True) == 2


def test_where_evaluation_is_the_whole_check_nothing_is_searched_by_less(tmp_path: Path) -> None:
    rule = breaking("g", stage=CheckStage.EVALUATION)
    ended = place(tmp_path, *SIXTEEN, rule=rule).update()
    assert ended.names == ("", "held-g")
    assert {is_built for _, _, is_built in ended.nix.checked} == {True}


def test_no_set_is_checked_twice(tmp_path: Path) -> None:
    for rule in (breaking("a", "p"), breaking("c k", "e"), breaking("b c d")):
        ended = place(tmp_path, *SIXTEEN, rule=rule).update(strategy="separate")
        assert len(ended.nix.checked) == len(set(ended.nix.checked))


def test_a_check_that_nobody_wants_is_none(tmp_path: Path) -> None:
    ended = place(tmp_path, "a", rule=breaking("a")).update(check=False)
    assert (ended.report.outcome, ended.nix.checked, ended.report.facts["checks"]) == ("changed", [], 0)
    assert ended.update.candidates[0].check.outcome is CheckOutcome.SKIPPED


def test_a_first_lock_is_called_so_and_left_to_a_person(tmp_path: Path) -> None:
    ended = Workplace(scratch=tmp_path, flakes={".": ("a", "b")}, unlocked=(".",)).update()
    assert ended.said[-1] == "Checking the first lock"
    assert "it is held until a person merges it" in ended.report.headline
    assert "first lock" not in place(tmp_path, "a").update().report.headline


def test_a_first_lock_goes_whole_or_not_at_all(tmp_path: Path) -> None:
    for rule, outcome in ((breaking(), "changed"), (breaking("a"), "broken")):
        ended = Workplace(scratch=tmp_path, flakes={".": ("a", "b")}, unlocked=(".",), rules={".": rule}).update()
        assert (ended.report.outcome, ended.names, len(ended.nix.checked)) == (outcome, ("",), 1)
        assert ended.update.candidates[0].locks[0].old is None


def test_only_some_inputs_are_asked_for_and_then_the_update_says_nothing_of_the_others(tmp_path: Path) -> None:
    for options, asked_for, is_complete in (
        ({"inputs": ("b*",)}, ("b",), False),
        ({"exclude": ("b*",)}, ("a", "c"), True),
        ({"inputs": ("a", "b"), "exclude": ("b",)}, ("a",), False),
    ):
        ended = place(tmp_path, "a", "b", "c").update(**options)
        assert ended.nix.asked_for == [asked_for]
        assert ended.update.is_complete is is_complete


def test_nix_is_not_even_asked_when_no_input_is_meant(tmp_path: Path) -> None:
    ended = place(tmp_path, "a").update(exclude=("a",))
    assert (ended.report.outcome, ended.nix.asked_for) == ("unchanged", [])


def test_a_check_command_that_is_not_there_is_misuse_before_anything_is_updated(tmp_path: Path) -> None:
    never = UnavailableError("an update was tried")
    world = Workplace(scratch=tmp_path, flakes={".": ("a",)}, is_without_checker=True, broken={".": never})
    with pytest.raises(MisuseError, match="the check command is not there"):
        world.update()
    world.broken = {}
    assert world.update(check=False).report.outcome == "changed"


def test_each_step_says_how_far_the_search_is(tmp_path: Path) -> None:
    ended = place(tmp_path, *SIXTEEN, rule=breaking("d")).update()
    assert "Checking 16 inputs moved" in ended.said
    assert "Check 2 of at most 24: the base as it is" in ended.said
    assert "Check 3 of at most 24: 8 inputs moved" in ended.said


def test_the_summary_lists_every_check_that_was_made(tmp_path: Path) -> None:
    ended = place(tmp_path, *SIXTEEN, rule=breaking("d")).update()
    rows = [line for line in ended.report.summary.splitlines() if line.startswith("| ") and "seconds" not in line]
    assert len([row for row in rows if row[2].isdigit()]) == len(ended.nix.checked)
    assert "Left to a person" in ended.report.summary


def test_the_facts_hold_every_check_that_was_made(tmp_path: Path) -> None:
    ended = place(tmp_path, "a", "b", rule=breaking("b")).update()
    assert ended.report.facts["attempts"] == (
        fact("a", "b", outcome="failed"),
        fact(outcome="passed"),
        fact("a", outcome="passed"),
    )
    assert len(json.loads(json.dumps(ended.report.document()))["attempts"]) == ended.report.facts["checks"]


def fact(*inputs: str, outcome: str) -> dict[str, object]:
    return {"directory": ".", "inputs": inputs, "is_built": True, "outcome": outcome, "seconds": 600.0}


def test_a_folder_without_a_flake_is_misuse(tmp_path: Path) -> None:
    with pytest.raises(MisuseError, match=r"there is no elsewhere/flake\.nix"):
        place(tmp_path, "a").update(directory=("elsewhere",))
