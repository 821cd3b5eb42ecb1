"""Inputs that the settings name and that are not there: misuse where nothing else was asked for, else a warning."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from flakebot.commands.named import Names
from flakebot.errors import MisuseError, UnavailableError
from flakebot.lock.document import parse
from flakebot.settings.groups import Group
from tests.commands.updating import Options, Workplace
from tests.lock.samples import lock

DAY = timedelta(days=1)


def place(scratch: Path) -> Workplace:
    return Workplace(scratch=scratch, flakes={".": ("nixpkgs", "web")})


def test_inputs_of_which_there_is_none_are_misuse_and_the_nearest_is_named(tmp_path: Path) -> None:
    with pytest.raises(MisuseError) as caught:
        place(tmp_path).update(inputs=("nixpkgz",))
    assert str(caught.value) == '`inputs` names "nixpkgz", which matches no input of flake.nix'
    assert caught.value.advice == "Did you mean `nixpkgs`? There are, by the lock: nixpkgs, web."


def test_inputs_of_which_one_flake_has_some_are_updated_there(tmp_path: Path) -> None:
    world = Workplace(scratch=tmp_path, flakes={"a": ("nixpkgs",), "b": ("web",)})
    ended = world.update(inputs=("web",))
    assert (ended.report.outcome, ended.warned) == ("changed", ())
    with pytest.raises(MisuseError, match='names "x", "y", which match no input of any of the 2 flakes'):
        world.update(inputs=("x", "y"))


def test_inputs_of_which_some_are_there_are_updated_and_the_others_warned_of(tmp_path: Path) -> None:
    ended = place(tmp_path).update(inputs=("web", "nixpkgz"))
    assert ended.nix.asked_for == [("web",)]
    assert ended.warned == (
        '`inputs` names "nixpkgz", which matches no input of flake.nix and does nothing. Did you mean `nixpkgs`?',
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"exclude": ("bb",)}, '`exclude` names "bb", which matches no input of flake.nix and does nothing.'),
        (
            {"exclude": ("web", "web/*")},
            '`exclude` names "web/*", which matches no input of flake.nix and does nothing. Did you mean `web`?',
        ),
        (
            {"hold": ("home",)},
            '`hold` names "home", which matches no input of flake.nix, nor of its inputs, and does nothing.',
        ),
        (
            {"min_age": (("**", DAY), ("x", DAY))},
            '`min-age` names "x", which matches no input of flake.nix, nor of its inputs, and does nothing.',
        ),
        (
            {"group": (Group(name="desk", inputs=("hypr*", "web")),)},
            'the group desk names "hypr*", which matches no input of flake.nix and does nothing.',
        ),
    ],
)
def test_what_matches_nothing_is_warned_of_and_the_update_goes_on(options: Options, said: str, tmp_path: Path) -> None:
    ended = place(tmp_path).update(**options)
    assert ended.warned == (said,)
    assert ended.report.exit_code == 0


def test_what_matches_something_is_not_warned_of(tmp_path: Path) -> None:
    ended = place(tmp_path).update(
        exclude=("nix*",), hold=("**/web",), min_age=(("web", DAY),), group=(Group(name="rest", inputs=("*",)),)
    )
    assert ended.warned == ()


def test_an_input_that_only_the_update_brings_is_there(tmp_path: Path) -> None:
    world = Workplace(scratch=tmp_path, flakes={".": ("nixpkgs",)}, unlocked=(".",))
    assert world.update(hold=("nixpkgs",), inputs=("nixpkgs",)).warned == ()


def test_a_warning_comes_although_the_update_fails(tmp_path: Path) -> None:
    world, warned = place(tmp_path), list[str]()
    world.broken = {".": UnavailableError("web does not answer")}
    with pytest.raises(UnavailableError):
        world.update(warned=warned, exclude=("wep",))
    assert warned == [
        '`exclude` names "wep", which matches no input of flake.nix and does nothing. Did you mean `web`?'
    ]


def test_of_a_flake_whose_inputs_nobody_knows_nothing_is_said(tmp_path: Path) -> None:
    world, warned = place(tmp_path), list[str]()
    world.unlocked, world.broken = (".",), {".": UnavailableError("web does not answer")}
    with pytest.raises(UnavailableError):
        world.update(warned=warned, inputs=("wep",))
    assert warned == []


@pytest.mark.parametrize(
    ("glob", "is_there"),
    [("tool/lib", True), ("*/lib", True), ("lib", False), ("tool/nixpkgs", True), ("alias", True), ("tool/x", False)],
)
def test_a_path_is_there_by_any_way_that_leads_to_an_input(glob: str, *, is_there: bool) -> None:
    names = Names(locks=(parse(lock()),), flakes=("flake.nix",))
    assert names.has_path(glob) is is_there
