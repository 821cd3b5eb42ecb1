"""Updates of graphs that hypothesis draws, with every manner in which an input can be referred to: never refused.

Each decision of a world is hypothesis's own. It is told to draw the same worlds each time and to keep no database.
What the stand-in does not serve is not here: GitLab, and links whose server names a lasting address (``Link``).
"""

from __future__ import annotations

import shutil
from itertools import islice
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from flakebot.rehearsal.folder import rehearsal_folder
from tests.attacks.estate import open_estate
from tests.legitimate.grove import MANNERS, updates
from tests.legitimate.test_updates import assert_legitimate
from tests.legitimate.traced import traced

EACH = 4
"""Updates of each world."""
ROOT = Path(__file__).parents[2]
FEW, MANY = 1, 8
"""Worlds, quickly and in earnest."""
NIXES = ("nix", *(str(ROOT / ".nix" / suite / "bin" / "nix") for suite in ("trixie", "sid")))


@pytest.mark.parametrize(
    ("nix", "worlds"), [("nix", FEW), *(pytest.param(nix, MANY, marks=pytest.mark.slow) for nix in NIXES)]
)
def test_an_update_of_a_drawn_graph(nix: str, worlds: int) -> None:
    if shutil.which(nix) is None:
        pytest.skip("scripts/nix-versions puts it there")

    @settings(
        max_examples=worlds,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate,),  # an example takes half a minute: none is made smaller
        suppress_health_check=tuple(HealthCheck),
    )
    @given(chance=st.randoms(use_true_random=False))
    def hold(chance: Random) -> None:
        assert_world(nix, chance)

    hold()


def assert_world(nix: str, chance: Random) -> None:
    with (
        pytest.MonkeyPatch.context() as patch,
        rehearsal_folder(None) as folder,
        open_estate(folder, nix=nix) as estate,
    ):
        for name, value in estate.environment().items():
            patch.setenv(name, value)
        steps = islice(updates(estate, chance, flakes=4, consumers=4, manners=MANNERS), EACH)
        assert_legitimate(tuple(map(traced, steps)), count=EACH)
