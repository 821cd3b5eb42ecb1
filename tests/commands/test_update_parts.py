"""The update command in parts: groups, inputs by themselves, what is held, and several flakes."""

from __future__ import annotations

import json
import re
import signal
from pathlib import Path
from threading import Condition, Event, get_ident
from time import sleep

import pytest

from flakebot.commands.sequence import sequence
from flakebot.errors import ExitCode, MisuseError, RefusedError, UnavailableError
from flakebot.model import CheckOutcome, CheckStage
from flakebot.settings.groups import Group
from tests.commands.updating import Rule, Workplace, breaking, new_lock, old_lock, tree_of

SIX = ("a1", "a2", "b1", "b2", "c1", "c2")
A, B = Group(name="ays", inputs=("a*",)), Group(name="bees", inputs=("b*", "a1"))


def place(scratch: Path, rule: Rule = breaking()) -> Workplace:  # noqa: B008
    return Workplace(scratch=scratch, flakes={".": SIX}, rules={".": rule})


def test_each_group_has_a_candidate_of_its_own_checked_on_its_own(tmp_path: Path) -> None:
    ended = place(tmp_path).update(group=(B, A))
    assert ended.names == ("bees", "ays", "")
    assert [ended.moved(name) for name in ended.names] == [{"a1", "b1", "b2"}, {"a2"}, {"c1", "c2"}]
    assert [moved for _, moved, _ in ended.nix.checked] == [ended.moved(name) for name in ended.names]


def test_a_group_is_searched_within_itself(tmp_path: Path) -> None:
    ended = place(tmp_path, breaking("b2", "c1 a1")).update(group=(A, Group(name="rest", inputs=("*",))))
    assert ended.names == ("ays", "rest", "held-b2")
    assert ended.moved("rest") == {"b1", "c1", "c2"}


def test_a_group_that_did_not_move_is_no_candidate(tmp_path: Path) -> None:
    world = Workplace(scratch=tmp_path, flakes={".": SIX}, kept=("a1", "a2"))
    assert world.update(group=(A,)).names == ("",)


def test_a_group_that_is_held_waits_for_a_person_even_when_it_passes(tmp_path: Path) -> None:
    ended = place(tmp_path).update(group=(Group(name="ays", inputs=("a*",), hold=True),))
    assert ended.names == ("", "ays")
    held = ended.update.candidates[1]
    assert (held.check.outcome, held.held) == (
        CheckOutcome.PASSED,
        "its group ays is held: only a person moves it",
    )


def test_separate_inputs_have_a_candidate_each_and_a_broken_one_is_held(tmp_path: Path) -> None:
    ended = place(tmp_path, breaking("b1")).update(strategy="separate", group=(A,))
    assert ended.names == ("ays", "b2", "c1", "c2", "held-b1")
    assert ended.report.outcome == "changed"


def test_a_broken_base_is_checked_once_for_all_parts(tmp_path: Path) -> None:
    ended = place(tmp_path, breaking("")).update(strategy="separate")
    assert len(ended.nix.checked) == len(SIX) + 1
    assert ended.report.outcome == "broken"


def test_an_input_that_is_listed_in_hold_moves_by_itself_and_checked(tmp_path: Path) -> None:
    ended = place(tmp_path).update(hold=("a1",), group=(A,))
    assert ended.names == ("ays", "", "held-a1")
    held = ended.update.candidates[-1]
    assert held.held == "listed in `hold`: only a person moves it"
    assert held.check.outcome is CheckOutcome.PASSED
    assert ended.moved("held-a1") == {"a1"}
    assert "a1" not in ended.moved("") | ended.moved("ays")


def test_what_is_held_and_broken_is_not_searched(tmp_path: Path) -> None:
    ended = place(tmp_path, breaking("a1")).update(hold=("a1",))
    assert ended.names == ("", "held-a1")
    assert len(ended.nix.checked) == 2


def three(scratch: Path, **rules: Rule) -> Workplace:
    flakes = {"hosts/db": ("a", "b"), "hosts/web": ("a", "c"), ".": ("d",)}
    return Workplace(scratch=scratch, flakes=flakes, rules={name.replace("_", "/"): rules[name] for name in rules})


def test_several_flakes_have_a_candidate_each_named_by_folder(tmp_path: Path) -> None:
    ended = three(tmp_path, hosts_db=breaking("b")).update()
    assert set(ended.names) == {"hosts-db", "hosts-web", "root", "held-hosts-db-b"}
    assert ended.names[-1] == "held-hosts-db-b"
    assert ended.moved("hosts-db", "hosts/db/flake.lock") == {"a"}
    assert ended.moved("root") == {"d"}
    assert ended.update.paths == ("hosts/db/flake.lock", "hosts/web/flake.lock", "flake.lock")
    assert [stayed.input for stayed in ended.update.candidates[0].stayed] == ["hosts/db#b"]


def test_what_nix_prints_of_one_of_several_flakes_names_its_folder(tmp_path: Path) -> None:
    folders = ("hosts/db", "hosts/web", ".")
    heard = three(tmp_path).update().heard
    assert sorted(heard) == sorted(f"{folder}: {word}" for folder in folders for word in ("updated", "checked"))
    assert place(tmp_path).update().heard == ("updated", "checked")


def test_a_flakes_candidate_changes_its_own_lock_alone(tmp_path: Path) -> None:
    ended = three(tmp_path).update()
    web = next(candidate for candidate in ended.update.candidates if candidate.name == "hosts-web")
    others = {"hosts/db": old_lock("a", "b"), ".": old_lock("d")}
    assert web.tree == tree_of({"hosts/web": new_lock("a", "c")} | others)


def test_groups_of_several_flakes_are_named_by_folder_and_group(tmp_path: Path) -> None:
    ended = three(tmp_path).update(group=(Group(name="as", inputs=("a",)),))
    assert set(ended.names) == {"hosts-db-as", "hosts-db", "hosts-web-as", "hosts-web", "root"}


def test_flakes_together_are_one_candidate_and_each_was_checked_on_exactly_that_tree(tmp_path: Path) -> None:
    ended = three(tmp_path).update(flakes="together")
    (candidate,) = ended.update.candidates
    assert [lock.path for lock in candidate.locks] == ["hosts/db/flake.lock", "hosts/web/flake.lock", "flake.lock"]
    assert {name for name, _, _ in ended.nix.checked} == {"hosts/db", "hosts/web", "."}
    whole = {"hosts/db": new_lock("a", "b"), "hosts/web": new_lock("a", "c"), ".": new_lock("d")}
    assert candidate.tree == tree_of(whole)


def test_the_check_of_one_flake_leaves_nothing_for_the_check_of_another(tmp_path: Path) -> None:
    litter = {"a/flake.lock": old_lock("x"), "b/flake.lock": old_lock("y")}
    world = Workplace(scratch=tmp_path, flakes={"a": ("x",), "b": ("y",)}, litter=litter)
    ended = world.update(flakes="together")
    assert [(name, moved) for name, moved, _ in ended.nix.checked] == [
        ("a", frozenset({"x"})),
        ("b", frozenset({"y"})),
    ]


def test_an_input_that_breaks_one_of_several_flakes_together_stays_in_that_flake_only(tmp_path: Path) -> None:
    ended = three(tmp_path, hosts_web=breaking("a")).update(flakes="together")
    assert ended.names == ("", "held-hosts-web-a")
    assert ended.moved("", "hosts/db/flake.lock") == {"a", "b"}
    assert ended.moved("", "hosts/web/flake.lock") == {"c"}


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [(UnavailableError("no network"), ExitCode.UNAVAILABLE), (RefusedError("no lock"), ExitCode.REFUSED)],
)
@pytest.mark.parametrize("flakes", ["separate", "together"])
def test_a_flake_that_cannot_be_updated_leaves_the_others_alone_and_the_end_tells(
    flakes: str, error: UnavailableError | RefusedError, exit_code: ExitCode, tmp_path: Path
) -> None:
    world = three(tmp_path)
    world.broken = {"hosts/web": error}
    ended = world.update(flakes=flakes)
    assert (ended.report.outcome, ended.report.exit_code) == ("changed", exit_code)
    assert f"hosts/web/flake.lock: {error}" in ended.report.headline
    assert str(error) in ended.report.summary
    assert ended.update.paths == ("hosts/db/flake.lock", "flake.lock")
    assert not ended.update.is_complete
    assert {lock.path for candidate in ended.update.candidates for lock in candidate.locks} == {*ended.update.paths}


def test_a_flake_without_inputs_has_no_lock_and_is_no_failure(tmp_path: Path) -> None:
    ended = Workplace(scratch=tmp_path, flakes={"lib": (), ".": ("d",)}).update()
    assert (ended.report.outcome, ended.report.exit_code, ended.names) == ("changed", ExitCode.DONE, ("root",))


def test_where_no_flake_has_inputs_there_could_never_be_an_update(tmp_path: Path) -> None:
    with pytest.raises(MisuseError, match="the flake has no inputs"):
        Workplace(scratch=tmp_path, flakes={"lib": ()}).update()


def test_when_every_flake_fails_the_first_error_is_the_calls(tmp_path: Path) -> None:
    world = three(tmp_path)
    world.broken = dict.fromkeys(world.flakes, UnavailableError("no network"))
    with pytest.raises(UnavailableError, match="no network"):
        world.update()


@pytest.mark.parametrize("parallel", [1, 3])
def test_how_many_flakes_are_checked_side_by_side_changes_nothing_else(parallel: int, tmp_path: Path) -> None:
    ended = three(tmp_path, hosts_db=breaking("b")).update(parallel=parallel)
    assert ended.names == ("hosts-db", "hosts-web", "root", "held-hosts-db-b")


class Crowd:
    """Checks of which each waits until so many are there at once, or were, and how many there were at most."""

    def __init__(self, awaited: int) -> None:
        self._awaited, self._present, self.most, self._counting = awaited, 0, 0, Condition()

    def __call__(self, moved: frozenset[str]) -> None:
        with self._counting:
            self._present += 1
            self.most = max(self.most, self._present)
            self._counting.notify_all()
            assert self._counting.wait_for(lambda: self.most >= self._awaited, timeout=20)
        sleep(0.05)  # in which one more might come
        with self._counting:
            self._present -= 1


@pytest.mark.parametrize("parallel", [2, 3])
def test_flakes_are_checked_side_by_side_and_never_more_than_are_allowed(parallel: int, tmp_path: Path) -> None:
    crowd, flakes = Crowd(parallel), tuple(f"hosts/{number}" for number in range(7))
    world = Workplace(scratch=tmp_path, flakes=dict.fromkeys(flakes, ("a",)), rules=dict.fromkeys(flakes, crowd))
    assert len(world.update(parallel=parallel).nix.checked) == len(flakes)
    assert crowd.most == parallel


def test_of_flakes_together_the_deepest_is_updated_first(tmp_path: Path) -> None:
    world = Workplace(scratch=tmp_path, flakes={".": ("a",), "hosts": ("a",), "hosts/web/part": ("a",), "lib": ("a",)})
    assert world.update(flakes="together").nix.updated == ["hosts/web/part", "hosts", "lib", "."]


@pytest.mark.parametrize(
    ("inputs", "order"),
    [
        ({"a": ("../b",)}, ["c/d", "b", "a"]),
        ({"a": ("../b", "/b"), "b": ("../c/d", "../nowhere")}, ["c/d", "b", "a"]),
        ({"c/d": ("../../b",)}, ["b", "c/d", "a"]),
        ({"a": ("../b",), "b": ("../a",)}, ["c/d", "b", "a"]),
        ({"c/d": None}, ["c/d", "a", "b"]),
    ],
    ids=["a sibling", "a chain", "one further up", "a circle", "a lock that cannot be read"],
)
def test_what_a_flake_takes_by_a_relative_path_is_updated_before_it(
    inputs: dict[str, tuple[str, ...] | None], order: list[str]
) -> None:
    locks = {f"{name}/flake.lock": taking(*inputs.get(name, ()) or ()) for name in ("a", "b", "c/d")}
    locks |= {f"{name}/flake.lock": b"no lock" for name, paths in inputs.items() if paths is None}
    expected = [f"{name}/flake.lock" for name in order]
    assert sorted(sequence(locks)) == sorted(expected)
    assert list(sequence(locks)) == expected


def taking(*paths: str) -> bytes:
    """Return the lock of a flake with inputs by these paths, as Nix 2.26 writes it."""
    place = [{"path": path, "type": "path"} for path in paths]
    nodes = {f"i{at}": {"locked": one, "original": one, "parent": []} for at, one in enumerate(place)}
    root = {"inputs": {name: name for name in nodes}} if nodes else {}
    return json.dumps({"nodes": nodes | {"root": root}, "root": "root", "version": 7}).encode()


@pytest.mark.parametrize(
    ("flakes", "group", "both"),
    [
        ({"a/b": ("x",), "a-b": ("x",)}, (), "a/b#x and a-b#x"),
        ({".": ("web", "db")}, (Group(name="web", inputs=("db",)),), "db and web"),
    ],
)
def test_two_candidates_of_one_name_are_misuse_before_anything_is_checked(
    flakes: dict[str, tuple[str, ...]], group: tuple[Group, ...], both: str, tmp_path: Path
) -> None:
    world = Workplace(scratch=tmp_path, flakes=flakes)
    with pytest.raises(MisuseError, match="two pull requests would have one branch") as error:
        world.update(group=group, strategy="separate")
    assert both in str(error.value)


def test_globs_of_folders_mean_every_flake_there(tmp_path: Path) -> None:
    assert set(three(tmp_path).update(directory=("hosts/*",)).names) == {"hosts-db", "hosts-web"}


def test_when_one_flake_ends_the_call_the_others_begin_nothing_more(tmp_path: Path) -> None:
    has_ended = Event()

    def ending(moved: frozenset[str]) -> None:
        has_ended.set()
        raise KeyboardInterrupt

    def failing(moved: frozenset[str]) -> CheckStage:
        assert has_ended.wait(10)
        sleep(0.5)
        checks.append(moved)
        return CheckStage.BUILD

    checks: list[frozenset[str]] = []
    with pytest.raises(KeyboardInterrupt):
        three(tmp_path, hosts_db=failing, hosts_web=ending).update()
    sleep(1.5)
    assert checks == [{"a", "b"}]


def test_a_signal_that_does_not_end_the_wait_for_the_flakes_ends_the_call_all_the_same(tmp_path: Path) -> None:
    has_ended, is_waited_for = Event(), Event()

    def lasting(moved: frozenset[str]) -> None:
        signal.pthread_kill(get_ident(), signal.SIGINT)  # reaches the process, and wakes no other thread
        if not has_ended.wait(10):
            is_waited_for.set()

    with pytest.raises(KeyboardInterrupt):
        three(tmp_path, hosts_db=lasting).update()
    has_ended.set()
    assert not is_waited_for.is_set()


def test_a_name_that_is_too_long_stays_a_name_of_its_own(tmp_path: Path) -> None:
    long = "n" * 80
    world = Workplace(scratch=tmp_path, flakes={f"hosts/{long}1": (long, "x"), f"hosts/{long}2": (long, "x")})
    names = world.update(strategy="separate", hold=(long,)).names
    assert len(set(names)) == 4
    assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}", name) for name in names)
