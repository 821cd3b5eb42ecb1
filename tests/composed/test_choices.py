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
EACH = 40
"""Choices that are drawn for each update; some of few inputs come twice and count once."""
AT_LEAST = 200
"""Choices for each version of Nix; no two of one update are the same."""


def test_the_nix_of_this_machine() -> None:
    assert taken("nix", SEEDS[1], seasons=1, each=16) >= 5


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("suite", ["system", "trixie", "sid"])
def test_each_nix_takes_every_one_of_two_hundred_choices(suite: str) -> None:
    nix = "nix" if suite == "system" else str(Path(__file__).parents[2] / ".nix" / suite / "bin" / "nix")
    if shutil.which(nix) is None:
        pytest.skip("scripts/nix-versions puts it there")
    assert sum(taken(nix, seed, seasons=SEASONS, each=EACH) for seed in SEEDS) >= AT_LEAST


def taken(nix: str, seed: int, *, seasons: int, each: int) -> int:
    """Return how many choices Nix took in a world; that it did not take one is an error."""
    with rehearsal_folder(None) as folder, open_estate(folder, nix=nix) as estate:
        found = updates(estate, seed, seasons=seasons)
        return sum(assert_composes(update, Random(seed), each=each) for update in found)  # noqa: S311


def assert_composes(update: Update, chance: Random, *, each: int) -> int:
    """Try some choices of whole units, and return how many."""
    old, new = update.old, update.new
    assert [canonical(renumbered(parse(lock))) for lock in (old, new)] == [old, new]
    together = units(old, new)
    choices = {tuple(chain.from_iterable(unit for unit in together if chance.random() < 0.5)) for _ in range(each)}
    for choice in choices:
        lock = compose(old, new, choice)
        assert moved(old, lock) == tuple(sorted(choice))
        assert update.complaint(lock) is None, (choice, update.files["flake.nix"])
    return len(choices)
