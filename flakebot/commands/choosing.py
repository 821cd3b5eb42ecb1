"""Let each input move to its newest revision that is old enough, and to no other. Holds no secret, never goes back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from flakebot.choosing.aging import Aging, MinAges, aging_inputs, least_age
from flakebot.choosing.decision import NO_REFS, decide
from flakebot.choosing.outcome import Outcome, Stay, Take
from flakebot.choosing.pinning import PinError, address_at, pinned
from flakebot.errors import RefusedError
from flakebot.lock.compose import compose, moved, units
from flakebot.lock.document import parse
from flakebot.model import Choice, Stayed
from flakebot.model.tips import Tip
from flakebot.policy.provenance.choices import choices
from flakebot.ports import Nix, Progress, Tips


class Chosen(Struct, frozen=True, kw_only=True):
    """The lock in which every input is old enough, or as before; older ``tips`` that were taken; and what stayed."""

    lock: bytes
    tips: Mapping[str, Tip] = field(default_factory=dict)
    stayed: tuple[Stayed, ...] = ()


class Choosing(Struct, frozen=True, kw_only=True):
    """What it takes to choose: the ages, whom to ask, Nix to lock with, and for how long and how loudly."""

    min_age: MinAges
    tips: Tips
    nix: Nix
    now: datetime
    limit: timedelta
    echo: Progress

    def choose(self, flake: Path, old: bytes | None, new: bytes) -> Chosen:
        """Return what an update may make of a lock; ``new`` is what it made, in the folder ``flake``.

        That folder's lock may be another one afterwards. Raises as Nix does, and `RefusedError` when Nix locks
        something else than it is told.
        """
        outcomes = self._outcomes(old, new)
        taken = {aging.name: outcome.tip for aging, outcome in outcomes if isinstance(outcome, Take)}
        lock = self._locked(flake, new, taken) if taken else new
        staying = {aging.name: outcome.why for aging, outcome in outcomes if isinstance(outcome, Stay)}
        if old is None or not staying:
            return Chosen(lock=lock, tips=taken)
        lock, stayed = _without(old, lock, staying)
        return Chosen(lock=lock, tips=taken, stayed=stayed)

    def _outcomes(self, old: bytes | None, new: bytes) -> tuple[tuple[Aging, Outcome], ...]:
        found = tuple(aging_inputs(None if old is None else parse(old), parse(new), self.min_age))
        questions = tuple(aging.question(self.now) for aging in found)
        answers = self.tips.past(tuple(question for question in questions if question is not None))
        return tuple(
            (aging, decide(aging, NO_REFS if question is None else answers[question], now=self.now))
            for aging, question in zip(found, questions, strict=True)
        )

    def _locked(self, flake: Path, new: bytes, taken: Mapping[str, Tip]) -> bytes:
        document = parse(new)
        addresses = {name: address_at(document.target(document.root, name), tip.rev) for name, tip in taken.items()}
        made = self.nix.lock_at(flake, addresses, limit=self.limit, progress=self.echo)
        try:
            return pinned(made, new, {name: tip.rev for name, tip in taken.items()})
        except PinError as error:
            raise RefusedError(
                f"Nix did not lock the revision that it was told: {error}",
                advice="No candidate was written. Take the input out of `min-age`, or update it by hand.",
            ) from error


def choices_with(
    tips: Mapping[str, Tip], old: bytes | None, new: bytes, *, seen_at: datetime, min_age: MinAges
) -> tuple[Choice, ...]:
    """Return why each input is at its revision in a lock for which older tips were taken: seen when it was the tip."""
    return tuple(
        replace(choice, seen_at=tip.when, min_age=least_age(choice.input, min_age))
        if (tip := tips.get(choice.input)) is not None and tip.rev == choice.revision
        else choice
        for choice in choices(old, new, seen_at=seen_at)
    )


def _without(old: bytes, new: bytes, staying: Mapping[str, str]) -> tuple[bytes, tuple[Stayed, ...]]:
    """Return the lock in which these inputs stay, and with each what moves with it or not at all."""
    why = dict(staying)
    for unit in units(old, new):
        if stuck := sorted(staying.keys() & set(unit)):
            why |= {name: f"it moves only together with {stuck[0]}" for name in unit if name not in staying}
    found = moved(old, new)
    lock = compose(old, new, [name for name in found if name not in why])
    left = set(found) - set(moved(old, lock))
    return lock, tuple(Stayed(input=name, why=why[name]) for name in sorted(left))
