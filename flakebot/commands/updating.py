"""Let Nix update the locks of some flakes together, in one export of the base. Checks nothing, holds no secret."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from flakebot.commands.choosing import Choosing, Chosen
from flakebot.commands.flakes import flake_of
from flakebot.commands.parts import FlakeUpdate
from flakebot.commands.sequence import sequence
from flakebot.commands.tools import Tools
from flakebot.errors import FlakebotError, MisuseError, RefusedError
from flakebot.lock.document import LockError, parse
from flakebot.model import Sha
from flakebot.policy.globs import matches
from flakebot.ports import Repository
from flakebot.settings.commands import UpdateSettings


class Failure(Struct, frozen=True, kw_only=True):
    """A flake that could not be updated or checked, and why."""

    path: str
    error: FlakebotError


def updated(
    paths: tuple[str, ...], base: Sha, settings: UpdateSettings, tools: Tools
) -> tuple[FlakeUpdate | Failure, ...]:
    """Update locks in one export, in their `sequence`: a flake that has another of them as an input sees its new lock.

    They come back in the order of their paths here; one that fails leaves the others alone.
    """
    with tools.exporting:
        locks = {path: tools.repository.content(base, path) for path in paths} if len(paths) > 1 else {}
    with tools.exported(base) as folder:
        ordered = sequence(locks) or paths
        found = {path: _attempted(path, base, folder, settings, tools) for path in ordered}
    return tuple(found[path] for path in paths)


def _attempted(path: str, base: Sha, folder: Path, settings: UpdateSettings, tools: Tools) -> FlakeUpdate | Failure:
    try:
        return _one(path, base, folder, settings, tools)
    except FlakebotError as error:
        return Failure(path=path, error=error)


def _one(path: str, base: Sha, folder: Path, settings: UpdateSettings, tools: Tools) -> FlakeUpdate:
    with tools.exporting:
        old = _current_lock(tools.repository, base, path)
    inputs = _narrowed(old, settings)
    if inputs == ():
        return FlakeUpdate(path=path, old=old, new=old or b"", log="", seen_at=tools.clock.now())
    if settings.check:
        tools.nix.require_checker(folder / path.removesuffix("flake.lock"))
    version = tools.nix.version()
    tools.say(f"Updating {path} with Nix {version}")
    run = tools.nix.update(
        folder / path.removesuffix("flake.lock"),
        inputs=inputs or (),
        limit=settings.update_limit,
        progress=tools.echo,
    )
    if run.lock is None:
        return FlakeUpdate(path=path, old=None, new=b"", log=run.log, seen_at=tools.clock.now())
    _require_readable(run.lock, version)
    chosen = _chosen(folder / path, old, run.lock, settings, tools)
    tools.repository.record(folder, (path,))
    return FlakeUpdate(
        path=path,
        old=old,
        new=chosen.lock,
        log=run.log.replace(str(folder), "."),
        seen_at=tools.clock.now(),
        tips=chosen.tips,
        stayed=chosen.stayed,
    )


def _chosen(file: Path, old: bytes | None, new: bytes, settings: UpdateSettings, tools: Tools) -> Chosen:
    """Choose revisions that are old enough, and leave their lock in place of the newest one's."""
    choosing = Choosing(
        min_age=settings.all_min_age,
        tips=tools.tips,
        nix=tools.nix,
        now=tools.clock.now(),
        limit=settings.update_limit,
        echo=tools.echo,
    )
    chosen = choosing.choose(file.parent, old, new)
    for name, tip in chosen.tips.items():
        tools.say(f"{name} moves to {tip.rev[:7]}, its newest revision that is old enough")
    for stayed in chosen.stayed:
        tools.say(f"{stayed.input} stays: {stayed.why}")
    if chosen.lock != new or chosen.tips:
        file.write_bytes(chosen.lock)
    return chosen


def _narrowed(old: bytes | None, settings: UpdateSettings) -> tuple[str, ...] | None:
    """Return the only root inputs that may move; None where all of them may, as in a flake without a lock."""
    if old is None or not (settings.inputs or settings.exclude):
        return None
    return tuple(_allowed(old, settings))


def _allowed(old: bytes, settings: UpdateSettings) -> Iterator[str]:
    document = parse(old)
    for name in document.nodes[document.root].inputs:
        is_asked_for = not settings.inputs or matches((name,), settings.inputs)
        if is_asked_for and not matches((name,), settings.exclude):
            yield name


def _current_lock(repository: Repository, base: Sha, path: str) -> bytes | None:
    nix_file = flake_of(path)
    if repository.entry(base, nix_file) is None:
        raise MisuseError(
            f"there is no {nix_file} in commit {base[:7]}",
            advice="Set `directory` to the folder of the flake, and commit its flake.nix.",
        )
    old = repository.content(base, path)
    if old is not None:
        try:
            parse(old)
        except LockError as error:
            raise MisuseError(
                f"{path} of commit {base[:7]} is not a lock that can be updated: {error}",
                advice="Mend it on the base branch, for instance with `nix flake lock`.",
            ) from error
    return old


def _require_readable(lock: bytes, version: str) -> None:
    try:
        parse(lock)
    except LockError as error:
        raise RefusedError(
            f"Nix {version} wrote a lock that flakebot does not understand: {error}",
            advice="No candidate was written. Is this Nix newer than this flakebot?",
        ) from error
