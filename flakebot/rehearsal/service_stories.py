"""The stories of updates that go in parts: what breaks is left out, and what belongs together goes together."""

from __future__ import annotations

from flakebot.rehearsal import service_releases as releases
from flakebot.rehearsal.services import SERVICES, ServiceFlake, service_estate
from flakebot.rehearsal.story import Story

_ALL = {".": ServiceFlake(services=SERVICES)}
_SIX = {".": ServiceFlake(services=SERVICES[:6])}
_FOUR = {".": ServiceFlake(services=("blog", "chat", "mail", "notes"))}
_THREE_FLAKES = {
    "hosts/db": ServiceFlake(services=("notes", "vault")),
    "hosts/web": ServiceFlake(services=("blog", "photos")),
    ".": ServiceFlake(services=("alerts", "backup"), parts=("hosts/web",)),
}

_GROUPS = """\
[[group]]
name = "safety"
inputs = ["alerts", "backup"]
labels = ["dependencies", "safety"]

[[group]]
name = "plans"
inputs = ["ca*"]
"""

SERVICE_STORIES = (
    Story(
        name="one-bad-input",
        about="one of sixteen inputs breaks the check; the others are merged, and it is held with the evidence",
        estate=service_estate(_ALL),
        before=(releases.services_move, releases.chat_renames_its_port),
    ),
    Story(
        name="two-bad-inputs",
        about="one of sixteen inputs cannot be evaluated and another not be built; each of them is held",
        estate=service_estate(_ALL),
        before=(releases.services_move, releases.chat_renames_its_port, releases.photos_does_not_start),
    ),
    Story(
        name="bad-together",
        about="two of sixteen inputs break the check only as a pair; one of them is held",
        estate=service_estate(_ALL),
        before=(releases.services_move, releases.mail_and_media_take_one_port),
    ),
    Story(
        name="base-broken",
        about="the check fails without the update already; no input is blamed",
        estate=service_estate(_ALL),
        before=(releases.services_move, releases.something_else_takes_a_port),
    ),
    Story(
        name="groups",
        about="two groups and the other inputs have a pull request each; a run merges one and composes the others anew",
        estate=service_estate(_SIX, options=_GROUPS),
        before=(releases.services_move,),
        runs=3,
    ),
    Story(
        name="separate",
        about="each of four inputs has a pull request of its own; a run merges one and composes the others anew",
        estate=service_estate(_FOUR, options='strategy = "separate"\n'),
        before=(releases.services_move,),
        runs=4,
    ),
    Story(
        name="three-flakes",
        about="a repository holds three flakes; an input that breaks one of them leaves the others alone",
        estate=service_estate(_THREE_FLAKES, options='directory = ["hosts/*", "."]\n'),
        before=(releases.services_move, releases.vault_does_not_start),
        runs=3,
    ),
    Story(
        name="flakes-together",
        about="the same three flakes have one pull request; one of them takes another's new lock over",
        estate=service_estate(_THREE_FLAKES, options='directory = ["hosts/*", "."]\nflakes = "together"\n'),
        before=(releases.services_move, releases.vault_does_not_start),
    ),
    Story(
        name="min-age",
        about="the newest revision of an input is too young; the one before it is old enough and taken",
        estate=service_estate(_FOUR, options='min-age = "7d"\n'),
        before=(releases.services_moved_more_than_a_week_ago, releases.notes_is_released_again),
    ),
    Story(
        name="culprit-recovers",
        about="an input that was held is mended upstream; the next run merges it and closes its held pull request",
        estate=service_estate(_FOUR),
        before=(releases.services_move, releases.chat_renames_its_port),
        runs=2,
        between={1: releases.chat_is_mended},
    ),
)
