"""``flakebot rehearse``: play a story, list them, or serve their world. Reaches no network but its own."""

from __future__ import annotations

import math
import time
from typing import Never

from flakebot.commands.report import Report
from flakebot.errors import MisuseError, StoppedError
from flakebot.interrupts import pause
from flakebot.ports import Progress
from flakebot.rehearsal.folder import rehearsal_folder
from flakebot.rehearsal.playing import Audience, play, prepare
from flakebot.rehearsal.report import rehearsal_report
from flakebot.rehearsal.seeding import seeded_world
from flakebot.rehearsal.serving import announcement, hints
from flakebot.rehearsal.settings import RehearseSettings
from flakebot.rehearsal.stories import STORIES
from flakebot.rehearsal.story import Story
from flakebot.rehearsal.tool import require_tools
from flakebot.rehearsal.world import World
from flakebot.settings.parser import nearest


def rehearse(settings: RehearseSettings, *, audience: Audience, show: Progress) -> Report:
    """Do what the settings ask for. ``show`` takes what belongs on stdout while it still runs."""
    if settings.list:
        return _list(show=None if settings.json_output else show)
    story = _story(settings.scenario)
    require_tools()
    started = time.monotonic()
    audience.say(f"Seeding a world for “{story.name}”: {story.about}")
    with rehearsal_folder(settings.keep) as folder, seeded_world(folder, story.estate) as world:
        prepare(story, world)
        if settings.serve:
            _serve(world, settings, tell=audience.tell, show=show)
        seeded = time.monotonic() - started
        performance = play(story, world, runs=settings.runs, audience=audience)
        return rehearsal_report(performance, seed_seconds=seeded)


def _serve(world: World, settings: RehearseSettings, *, tell: Progress, show: Progress) -> Never:
    """Let the world answer until it is interrupted. Raises `StoppedError`, which is read when the world is gone."""
    try:
        show(announcement(world, as_json=settings.json_output))
        for line in hints():
            tell(line)
        while True:
            pause(math.inf)
    except KeyboardInterrupt:
        raise StoppedError(
            "interrupted: the stand-in GitHub is gone, and what was done in it",
            advice="Serving again starts a new one; set its variables anew.",
        ) from None


def _story(name: str) -> Story:
    if name not in STORIES:
        advice = nearest(name, STORIES) or f"There are: {', '.join(STORIES)}."
        raise MisuseError(f"there is no scenario `{name}`", advice=advice)
    return STORIES[name]


def _list(show: Progress | None) -> Report:
    width = max(map(len, STORIES))
    for story in STORIES.values():
        if show is not None:
            show(f"{story.name:{width}}  {story.about}")
    return Report(
        command="rehearse",
        outcome="listed",
        headline=f"There are {len(STORIES)} scenarios.",
        facts={"scenarios": tuple({"name": story.name, "about": story.about} for story in STORIES.values())},
    )
