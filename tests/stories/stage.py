"""Plays stories for tests: a world of their own each, real processes, everything removed afterwards."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from flakebot.rehearsal.folder import rehearsal_folder
from flakebot.rehearsal.playing import Audience, Performance, play, prepare
from flakebot.rehearsal.runner import StepEnd
from flakebot.rehearsal.seeding import seeded_world
from flakebot.rehearsal.stories import STORIES
from flakebot.rehearsal.world import World


@contextmanager
def world_of(name: str) -> Iterator[World]:
    """Open the world of a story, as it is before the first step."""
    with rehearsal_folder(None) as folder, seeded_world(folder, STORIES[name].estate) as world:
        prepare(STORIES[name], world)
        yield world


@contextmanager
def played(name: str, *, runs: int | None = None) -> Iterator[Performance]:
    """Play a story to its end and keep its world open."""
    with world_of(name) as world:
        yield play(STORIES[name], world, runs=runs, audience=Audience(say=_tell, quote=lambda _: None))


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")  # pytest shows it when the test fails


def said(end: StepEnd) -> str:
    """Return what a step printed, to stdout and stderr."""
    return "".join((end.logs / name).read_text() for name in ("stdout", "stderr"))
