"""Real Nix takes what was composed, whichever inputs were chosen of ten, and has nothing to add."""

from __future__ import annotations

import shutil
from itertools import chain
from pathlib import Path
from random import Random

import pytest

from flakebot.lock.canonical import canonical
from flakebot.lock.compose import compose, moved, units
from flakebot.lock.document import parse
from flakebot.lock.numbering import renumbered
from flakebot.rehearsal.folder import rehearsal_folder
from tests.attacks.estate import open_estate
from tests.composed.orchard import Update, updates

SEEDS = range(4)
SEASONS = 3
EACH = 16
"""Choices that are drawn for each update; some of few inputs come twice and count once."""
AT_LEAST = 18
"""Choices in each world; with four worlds for each of three versions of Nix, more than two hundred."""


def test_the_nix_of_this_machine() -> None:
    assert_taken("nix", SEEDS[1], seasons=1, at_least=5)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_the_nix_of_this_machine_in_more_worlds(seed: int) -> None:
    assert_taken("nix", seed, seasons=SEASONS, at_least=AT_LEAST)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("suite", ["trixie", "sid"])
def test_the_nix_of_other_releases(suite: str, seed: int) -> None:
    nix = Path(__file__).parents[2] / ".nix" / suite / "bin" / "nix"
    if shutil.which(nix) is None:
        pytest.skip("scripts/nix-versions puts it there")
    assert_taken(str(nix), seed, seasons=SEASONS, at_least=AT_LEAST)


def assert_taken(nix: str, seed: int, *, seasons: int, at_least: int) -> None:
    with rehearsal_folder(None) as folder, open_estate(folder, nix=nix) as estate:
        taken = [assert_composes(update, Random(seed)) for update in updates(estate, seed, seasons=seasons)]  # noqa: S311
    assert sum(taken) >= at_least, taken


def assert_composes(update: Update, chance: Random) -> int:
    """Try some choices of whole units, and return how many."""
    old, new = update.old, update.new
    assert [canonical(renumbered(parse(lock))) for lock in (old, new)] == [old, new]
    together = units(old, new)
    choices = {tuple(chain.from_iterable(unit for unit in together if chance.random() < 0.5)) for _ in range(EACH)}
    for choice in choices:
        lock = compose(old, new, choice)
        assert moved(old, lock) == tuple(sorted(choice))
        assert update.complaint(lock) is None, (choice, update.files["flake.nix"])
    return len(choices)
