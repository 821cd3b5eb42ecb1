"""What a story is: a world, how it differs, and what happens between the steps and the runs. A value."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from flakebot.rehearsal import happenings
from flakebot.rehearsal.laboratory import LABORATORY
from flakebot.rehearsal.world import Estate, Happening


class Story(Struct, frozen=True, kw_only=True):
    """One story, which takes so many ``runs`` to come to its end.

    ``before`` happens to the seeded world, ``after`` once, when the step of that name has ended, and ``between`` when
    the run of that number has.
    """

    name: str
    about: str
    estate: Estate = LABORATORY
    before: tuple[Happening, ...] = (happenings.inputs_move,)
    after: Mapping[str, Happening] = field(default_factory=dict)
    runs: int = 1
    between: Mapping[int, Happening] = field(default_factory=dict)
