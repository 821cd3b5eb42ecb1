"""What can happen in a world, before the first step of a story or between two. Each is a function of the world."""

from __future__ import annotations

import tempfile
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from flakebot.rehearsal.github import Conclusion, Workflow
from flakebot.rehearsal.laboratory import RULES
from flakebot.rehearsal.people import AUTHOR, CONSUMER, OWNER
from flakebot.rehearsal.seeding import BUILD
from flakebot.rehearsal.tool import run_tool
from flakebot.rehearsal.upstreams import release_art, release_home, release_lib, release_tools
from flakebot.rehearsal.world import BOT_BRANCH, World


def inputs_move(world: World) -> None:
    """Release everything that the consumer depends on."""
    release_lib(world, release="24.11")
    release_tools(world, version="1.1")
    release_art(world, motif="sun over the bay")
    release_home(world, version="2")


def lib_drops_an_option(world: World) -> None:
    """Release a `lib` with which the consumer's check fails."""
    release_lib(world, release="25.05", options="web.port web.threads")


def nobody_looks_for_culprits(world: World) -> None:
    """Let the consumer have all of an update or nothing."""
    rules = world.consumer.read(RULES) + b"\nisolate = false\n"
    world.consumer.commit({RULES: rules}, "Leave culprits to people", author=world.account(OWNER))


def build_never_reports(world: World) -> None:
    """Rename the job that the rules require: they wait for a name that nobody reports any more."""
    world.consumer.state.workflow = Workflow(jobs={BUILD: Conclusion.NEVER, f"{BUILD} (renamed)": Conclusion.SUCCESS})


def one_account_holds_both_roles(world: World) -> None:
    """Store the author's token as the approver's."""
    world.secrets = replace(world.secrets, approver_token=world.secrets.author_token)


def somebody_changes_flake_nix(world: World) -> None:
    """Push with the author's token, which was stolen, a commit that lets the flake do something else."""
    flake = world.consumer.read("flake.nix").replace(b"The machines of", b"The machines, once, of")
    push_with_the_authors_token(world, {"flake.nix": flake}, "Tidy up")


def somebody_pushes_another_commit(world: World) -> None:
    """Push with the author's token a commit that changes no flake at all."""
    push_with_the_authors_token(world, {"README.md": b"# Moved\n"}, "Mention the move")


def push_with_the_authors_token(world: World, files: Mapping[str, bytes], message: str) -> None:
    """Add an unsigned commit to the bot's branch by a real push, as anybody who holds the token can."""
    with tempfile.TemporaryDirectory(prefix="push-", dir=world.folder) as folder:
        clone = Path(folder)
        address = f"https://github.com/{CONSUMER}.git"
        _git(world, clone, "clone", "--quiet", "--depth=1", f"--branch={BOT_BRANCH}", address, ".")
        for path, content in files.items():
            (clone / path).write_bytes(content)
        _git(world, clone, "add", "--", *files)
        _git(world, clone, "commit", "--quiet", f"--message={message}")
        _git(world, clone, "push", "--quiet", "origin", f"HEAD:refs/heads/{BOT_BRANCH}")


def _git(world: World, folder: Path, *arguments: str) -> None:
    credentials = b64encode(f"x-access-token:{world.secrets.author_token}".encode()).decode()
    settings = {
        "http.https://github.com/.extraheader": f"Authorization: Basic {credentials}",
        "user.name": AUTHOR,
        "user.email": world.account(AUTHOR).public_email,
    }
    run_tool("git", *arguments, cwd=folder, environment=world.environment() | _configured(settings))


def _configured(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that hand settings to git without writing them to a file or an argument."""
    numbered = {
        variable: text
        for number, (name, value) in enumerate(settings.items())
        for variable, text in ((f"GIT_CONFIG_KEY_{number}", name), (f"GIT_CONFIG_VALUE_{number}", value))
    }
    return {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_COUNT": str(len(settings)), **numbered}
