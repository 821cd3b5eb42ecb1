"""What the services upstream release, good and bad. Each is a function of the world, for a story to play."""

from __future__ import annotations

from datetime import timedelta

from flakebot.rehearsal.people import OWNER
from flakebot.rehearsal.services import release_service, services_of
from flakebot.rehearsal.world import World

WEEK = timedelta(days=7)
"""How old a revision has to be in the story of the minimum age."""


def services_move(world: World) -> None:
    """Release every service anew."""
    for name in services_of(world):
        release_service(world, name, version="2")


def services_moved_more_than_a_week_ago(world: World) -> None:
    """Release every service anew, long enough ago for whoever waits a week."""
    for name in services_of(world):
        release_service(world, name, version="2", age=WEEK + timedelta(days=2))


def notes_is_released_again(world: World) -> None:
    """Release `notes` once more, too lately for whoever waits a week."""
    release_service(world, "notes", version="3", age=timedelta(days=2))


def chat_renames_its_port(world: World) -> None:
    """Release a `chat` with which nothing can be evaluated."""
    release_service(world, "chat", version="3", setting="socket")


def chat_is_mended(world: World) -> None:
    """Release a `chat` that is as it was."""
    release_service(world, "chat", version="4", age=timedelta(days=1))


def photos_does_not_start(world: World) -> None:
    """Release a `photos` with which nothing can be built."""
    release_service(world, "photos", version="3", start="echo photos 3 cannot read the library of photos 2; exit 1")


def vault_does_not_start(world: World) -> None:
    """Release a `vault` with which nothing can be built."""
    release_service(world, "vault", version="3", start="echo vault 3 cannot unlock what vault 2 locked; exit 1")


def mail_and_media_take_one_port(world: World) -> None:
    """Release a `mail` and a `media` that cannot run on one machine; each works without the other."""
    for name in ("mail", "media"):
        release_service(world, name, version="3", port=8100)


def something_else_takes_a_port(world: World) -> None:
    """Let the consumer's own machines listen where one of its services does: nothing upstream is to blame."""
    flake = world.consumer.read("flake.nix").replace(b"taken = [ 22 ]", b"taken = [ 22 8008 ]")
    world.consumer.commit({"flake.nix": flake}, "Let the machines tell their load", author=world.account(OWNER))
