"""A seeded stand-in for whoever wants to look at it or play by hand: what to set, and what to try. Renders only."""

from __future__ import annotations

import json
import os
import shlex
import sys
from pathlib import Path

from flakebot.rehearsal.people import APPROVER, AUTHOR, CONSUMER, OWNER
from flakebot.rehearsal.world import World

_HINTS = f"""\
The stand-in GitHub answers until this is interrupted; it holds {CONSUMER}. What stands on stdout leads another
shell there. In a file it is at hand (scripts/rehearse --serve >/tmp/stand-in.sh):

  . /tmp/stand-in.sh
  gh pr list
  git clone https://github.com/{CONSUMER}.git && cd {CONSUMER.name}
  curl --header "Authorization: token $GH_TOKEN" https://api.github.com/repos/{CONSUMER}/pulls
  flakebot update && FLAKEBOT_TOKEN=$AUTHOR_TOKEN flakebot propose

GH_TOKEN is {OWNER}'s token, AUTHOR_TOKEN {AUTHOR}'s, APPROVER_TOKEN {APPROVER}'s; no other GitHub knows them."""


def hints() -> tuple[str, ...]:
    """Return what to try, line by line."""
    return tuple(_HINTS.splitlines())


def serving_environment(world: World) -> dict[str, str]:
    """Return the variables that lead git, gh, curl, Nix and flakebot to the stand-in, with everybody's secrets.

    Nix's cache is the world's: the user's own would remember for the next stand-in what only this one has.
    """
    secrets = world.secrets
    return {
        **world.github.environment(),
        **world.nix.environment(),
        "PATH": _search_path(),
        "GITHUB_REPOSITORY": str(CONSUMER),
        "GH_REPO": str(CONSUMER),
        "GH_TOKEN": secrets.owner_token,
        "AUTHOR_TOKEN": secrets.author_token,
        "APPROVER_TOKEN": secrets.approver_token,
        "FLAKEBOT_JOB_TOKEN": secrets.job_token,
        "FLAKEBOT_GPG_PRIVATE_KEY": secrets.key.private.reveal(),
        "FLAKEBOT_GPG_PASSPHRASE": secrets.key.passphrase.reveal(),
    }


def _search_path() -> str:
    """Return a PATH on which the flakebot that serves is found, which need not be on anybody's."""
    places = dict.fromkeys(Path(program).parent.absolute() for program in (sys.argv[0], sys.executable))
    own = tuple(
        str(place) for place in places if os.access(place / "flakebot", os.X_OK) and (place / "flakebot").is_file()
    )
    return os.pathsep.join((*own[:1], os.environ.get("PATH", os.defpath)))


def announcement(world: World, *, as_json: bool) -> str:
    """Return what belongs on stdout: ``export`` lines for a shell, or one JSON document."""
    environment = serving_environment(world)
    if not as_json:
        return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in environment.items())
    return json.dumps(
        {
            "schema": 1,
            "command": "rehearse",
            "outcome": "serving",
            "pid": os.getpid(),
            "folder": str(world.folder),
            "environment": environment,
        }
    )
