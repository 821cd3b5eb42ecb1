"""An estate for attacks: upstream flakes of every kind at fixed dates, and the real Nix that locks them.

The dates are fixed and the stand-in derives everything from git, so that the same revisions and hashes come out
every time: what is stored in ``locks/`` fits what stands here, and real Nix evaluates it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import Struct, field

from flakebot.model import Sha
from flakebot.rehearsal.github import SeededRepository, StandIn, TokenKind
from flakebot.rehearsal.private_nix import PrivateNix
from flakebot.rehearsal.tool import run_tool

Files = Mapping[str, str]

DAY_ONE = datetime(2026, 1, 1, tzinfo=UTC)
_REGISTRY = {
    "version": 2,
    "flakes": [
        {
            "from": {"type": "indirect", "id": "known"},
            "to": {"type": "github", "owner": "nixlab", "repo": "known"},
        }
    ],
}


def flake(inputs: str = "", *, said: str) -> Files:
    """Return a flake with these inputs that says something; what its inputs say comes after it."""
    return {"flake.nix": f'{{\n  inputs = {{ {inputs} }};\n  outputs = inputs: {{ said = "{said}"; }};\n}}\n'}


CONSUMER: Files = {
    "flake.nix": """\
{
  inputs = {
    lib.url = "github:nixlab/lib";
    tools.url = "github:toolsmith/tools/stable";
    home.url = "github:nixlab/home";
    home.inputs.lib.follows = "lib";
    art = { url = "github:nixlab/art"; flake = false; };
    mono.url = "github:nixlab/mono?dir=part";
    vcs.url = "git+https://github.com/nixlab/vcs";
    branch.url = "git+https://github.com/nixlab/vcs?ref=main";
    pack.url = "https://github.com/nixlab/pack/archive/main.tar.gz";
    list = { url = "https://github.com/nixlab/list/archive/main.tar.gz"; flake = false; };
    known = { };
    sub.url = "path:./sub";
    deep.follows = "home/base/core";
  };

  outputs =
    { self, lib, tools, home, mono, vcs, branch, pack, known, sub, deep, ... }:
    {
      said = builtins.concatStringsSep ", " (
        map (input: input.said) [ lib tools home mono vcs branch pack known sub deep ]
      );
    };
}
""",
    "sub/flake.nix": """\
{
  inputs.leaf.url = "github:nixlab/leaf";
  outputs = { self, leaf }: { said = "sub with ${leaf.said}"; };
}
""",
}


class Estate(Struct, frozen=True, kw_only=True):
    """The upstreams so far, and a Nix that can reach nothing else. ``day`` is how old the estate is.

    ``token`` spares Nix the limit of 60 calls an hour that GitHub sets to those whom it does not know.
    """

    folder: Path
    github: StandIn
    nix: PrivateNix
    token: str
    day: list[int] = field(default_factory=lambda: [0])

    def publish(self, name: str, files: Files, *, branch: str | None = None) -> Sha:
        """Release a repository: a commit of its own day."""
        self.day[0] += 1
        return self._repository(name).commit(files, f"Day {self.day[0]}", branch=branch, when=self.today)

    def register(self, name: str, *, owner: str, repo: str) -> None:
        """Let the registry say where a name leads."""
        file = self.folder / "registry.json"
        registry = json.loads(file.read_text())
        to = {"type": "github", "owner": owner, "repo": repo}
        registry["flakes"].append({"from": {"type": "indirect", "id": name}, "to": to})
        file.write_text(json.dumps(registry))

    @property
    def today(self) -> datetime:
        """The day of the latest release."""
        return DAY_ONE + timedelta(days=self.day[0])

    def publish_locked(self, name: str, files: Files) -> Sha:
        """Release a flake with the lock that Nix writes for it today."""
        return self.publish(name, {**files, "flake.lock": self.updated(files, None).decode()})

    def updated(self, files: Files, lock: bytes | None, *, command: str = "update") -> bytes:
        """Return what ``nix flake update``, or ``nix flake lock``, makes of a flake's lock."""
        folder = self.flake_folder(files, lock)
        run_tool("nix", "flake", command, cwd=folder, environment=self.environment())
        return (folder / "flake.lock").read_bytes()

    def flake_folder(self, files: Files, lock: bytes | None) -> Path:
        """Write a flake, and its lock if it has one, into a folder of its own."""
        folder = self.folder / f"flake-{sum(1 for _ in self.folder.glob('flake-*'))}"
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(content)
        if lock is not None:
            (folder / "flake.lock").write_bytes(lock)
        return folder

    def environment(self) -> dict[str, str]:
        """Return the environment of a machine whose only network is the stand-in."""
        own = {"HOME": str(self.folder), "LANG": "C.UTF-8", **self.github.environment(), **self.nix.environment()}
        more = f"""\
flake-registry = {self.folder / "registry.json"}
tarball-ttl = 0
access-tokens = github.com={self.token}
"""
        return own | {"NIX_CONFIG": own["NIX_CONFIG"] + more}

    def _repository(self, name: str) -> SeededRepository:
        try:
            return self.github.repository(name)
        except KeyError:
            return self.github.add_repository(name)


@contextmanager
def open_estate(folder: Path, *, nix: str | None = None) -> Iterator[Estate]:
    """Open an empty estate below an empty folder; its servers end with the block, its files stay."""
    (folder / "github").mkdir()
    (folder / "registry.json").write_text(json.dumps(_REGISTRY))
    with StandIn(root=folder / "github") as github:
        token = github.issue_token(github.add_account("tenant"), kind=TokenKind.CLASSIC)
        yield Estate(folder=folder, github=github, nix=PrivateNix.create(folder / "nix", nix=nix), token=token)


def release_leaves(estate: Estate, version: str) -> None:
    """Release everything that has no inputs."""
    for name in ("lib", "known", "leaf"):
        estate.publish(f"nixlab/{name}", flake(said=f"{name} {version}"))
    tools = estate.publish("toolsmith/tools", flake(said=f"tools {version}"))
    estate.github.repository("toolsmith/tools").set_branch("stable", tools, when=estate.today)
    estate.publish("nixlab/art", {"art.txt": f"art {version}\n"})
    estate.publish("nixlab/mono", {"part/flake.nix": flake(said=f"mono {version}")["flake.nix"]})
    vcs = estate.publish("nixlab/vcs", flake(said=f"vcs {version}"))
    estate.github.repository("nixlab/vcs").set_branch(
        "master", vcs, when=estate.today
    )  # which Nix 2.8 asks for where none is named
    estate.publish("nixlab/pack", flake(said=f"pack {version}"))
    estate.publish("nixlab/list", {"list.txt": f"list {version}\n"})


def release_parents(estate: Estate, version: str) -> None:
    """Release what has inputs of its own, each with its own lock: three levels, and a follows within them."""
    estate.publish("nixlab/core", flake(said=f"core {version}"))
    estate.publish_locked(
        "nixlab/base", flake('core.url = "github:nixlab/core";', said=f"base {version} on ${{inputs.core.said}}")
    )
    inputs = (
        'lib.url = "github:nixlab/lib"; tools.url = "github:toolsmith/tools"; base.url = "github:nixlab/base"; '
        'same.follows = "base/core";'
    )
    said = f"home {version} with ${{inputs.lib.said}}, ${{inputs.tools.said}}, ${{inputs.base.said}}"
    estate.publish_locked("nixlab/home", flake(inputs, said=said))


def rebuild_home(estate: Estate, version: str) -> None:
    """Release a home that has changed its inputs: one added, one dropped, one pinned, one from elsewhere."""
    pinned = estate.publish("toolsmith/tools", flake(said=f"tools {version}"))
    estate.publish("newlab/base", flake('core.url = "github:nixlab/core";', said=f"new base {version}"))
    inputs = (
        f'lib.url = "github:nixlab/lib"; tools.url = "github:toolsmith/tools/{pinned}"; '
        'base.url = "github:newlab/base"; leaf.url = "github:nixlab/leaf";'
    )
    said = f"home {version} with ${{inputs.base.said}} and ${{inputs.leaf.said}}"
    estate.publish_locked("nixlab/home", flake(inputs, said=said))


def lock_history(estate: Estate) -> Iterator[tuple[str, bytes]]:
    """Let the estate grow, and yield the consumer's lock after each season, by the season's name."""
    release_leaves(estate, "1")
    release_parents(estate, "1")
    lock = estate.updated(CONSUMER, None)
    yield "old", lock
    release_leaves(estate, "2")
    lock = estate.updated(CONSUMER, lock)
    yield "leaves", lock
    release_parents(estate, "2")
    lock = estate.updated(CONSUMER, lock)
    yield "parents", lock
    rebuild_home(estate, "3")
    yield "graph", estate.updated(CONSUMER, lock)
