"""A seeded stand-in for whoever wants to look at it or play by hand: what to set, and what to try. Renders only."""

from __future__ import annotations

import json
import os
import shlex

from flakebot.rehearsal.people import APPROVER, AUTHOR, CONSUMER, OWNER
from flakebot.rehearsal.world import World

_HINTS = f"""\
The stand-in GitHub answers until this is interrupted; it holds {CONSUMER}. In another shell, with what stands on
stdout set there:

  gh pr list
  git clone https://github.com/{CONSUMER}.git && cd {CONSUMER.name}
  curl --header "Authorization: token $GH_TOKEN" https://api.github.com/repos/{CONSUMER}/pulls
  flakebot update && FLAKEBOT_TOKEN=$AUTHOR_TOKEN flakebot propose

GH_TOKEN is {OWNER}'s token, AUTHOR_TOKEN {AUTHOR}'s, APPROVER_TOKEN {APPROVER}'s; no other GitHub knows them."""


def hints() -> tuple[str, ...]:
    """Return what to try, line by line."""
    return tuple(_HINTS.splitlines())


def serving_environment(world: World) -> dict[str, str]:
    """Return the variables that lead git, gh, curl, Nix and flakebot to the stand-in, with everybody's secrets."""
    nix = world.nix.environment()
    secrets = world.secrets
    return {
        **world.github.environment(),
        **{name: value for name, value in nix.items() if name.startswith("NIX_")},
        "GITHUB_REPOSITORY": str(CONSUMER),
        "GH_REPO": str(CONSUMER),
        "GH_TOKEN": secrets.owner_token,
        "AUTHOR_TOKEN": secrets.author_token,
        "APPROVER_TOKEN": secrets.approver_token,
        "FLAKEBOT_JOB_TOKEN": secrets.job_token,
        "FLAKEBOT_GPG_PRIVATE_KEY": secrets.key.private.reveal(),
        "FLAKEBOT_GPG_PASSPHRASE": secrets.key.passphrase.reveal(),
    }


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
