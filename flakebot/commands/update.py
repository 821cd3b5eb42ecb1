"""Update the lock and check exactly that update. Holds no secret and writes nothing but the candidate."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Protocol

from flakebot.commands.flakes import lock_paths
from flakebot.commands.report import Report
from flakebot.errors import ExitCode, MisuseError, RefusedError
from flakebot.lock.document import LockError, parse
from flakebot.model import Candidate, CheckOutcome, CheckReport, LockUpdate, Sha, Update
from flakebot.policy.provenance.choices import choices
from flakebot.ports import Clock, Nix, Progress, Repository
from flakebot.settings.commands import UpdateSettings
from flakebot.text.update import update_summary

CHECKED = {CheckOutcome.PASSED, CheckOutcome.SKIPPED}


class Candidates(Protocol):
    """Where an update is kept until it is proposed."""

    def write(self, update: Update) -> None:
        """Write all of it, or nothing."""


def update(
    settings: UpdateSettings,
    *,
    repository: Repository,
    nix: Nix,
    candidates: Candidates,
    clock: Clock,
    scratch: Path,
    say: Progress,
    echo: Progress,
) -> Report:
    """Make the update of ``settings.base``. ``scratch`` is an empty folder that Nix may litter.

    ``say`` takes what happens next, ``echo`` what Nix prints meanwhile.
    """
    base = repository.resolve(settings.base)
    (path,) = lock_paths(repository, base, settings.directory)
    old = _current_lock(repository, base, path)
    version = nix.version()

    say(f"Exporting {base[:7]}")
    repository.export(base, scratch)
    flake = scratch / path.removesuffix("flake.lock")
    say(f"Updating {path} with Nix {version}")
    run = nix.update(flake, limit=settings.update_limit, progress=echo)
    _require_readable(run.lock, version)
    seen_at = clock.now()
    if run.lock == old:
        made = Update(base=base, paths=(path,), candidates=())
        candidates.write(made)
        return _report(made, settings, version)
    tree = repository.record(scratch, (path,))
    candidate = Candidate(
        base=base,
        tree=tree,
        locks=(LockUpdate(path=path, old=old, new=run.lock, choices=choices(old, run.lock, seen_at=seen_at)),),
        nix_version=version,
        made_at=seen_at,
        update_log=run.log.replace(str(scratch), "."),
        check=_checked(settings, nix, flake, say=say, echo=echo),
    )
    made = Update(base=base, paths=(path,), candidates=(candidate,))
    candidates.write(made)
    return _report(made, settings, version)


def _current_lock(repository: Repository, base: Sha, path: str) -> bytes | None:
    nix_file = path.removesuffix("flake.lock") + "flake.nix"
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


def _checked(settings: UpdateSettings, nix: Nix, flake: Path, *, say: Progress, echo: Progress) -> CheckReport:
    if not settings.check:
        return CheckReport(outcome=CheckOutcome.SKIPPED, command=(), duration=timedelta(0), log="")
    say("Checking the update")
    return nix.check(flake, limit=settings.check_limit, progress=echo)


def _report(update: Update, settings: UpdateSettings, version: str) -> Report:
    candidate = update.candidates[0] if update.candidates else None
    outcome, exit_code, headline = _conclusion(candidate, update.paths[0])
    return Report(
        command="update",
        outcome=outcome,
        headline=headline,
        exit_code=exit_code,
        facts={
            "changed": candidate is not None,
            "base_sha": update.base,
            "tree_sha": candidate.tree if candidate else "",
            "check": candidate.check.outcome.value if candidate else CheckOutcome.SKIPPED.value,
            "candidate": str(settings.candidate),
            "nix_version": version,
        },
        summary=update_summary(update),
    )


def _conclusion(candidate: Candidate | None, path: str) -> tuple[str, ExitCode, str]:
    if candidate is None:
        return "unchanged", ExitCode.DONE, f"{path} is up to date already; there is nothing to do."
    check = candidate.check
    if check.outcome in CHECKED:
        said = "passed its check" if check.outcome is CheckOutcome.PASSED else "was not checked, as asked"
        return "changed", ExitCode.DONE, f"{path} has an update, and it {said}."
    return "broken", ExitCode.REFUSED, f"{path} has an update, but its check {check.outcome.value}."
