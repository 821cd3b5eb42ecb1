"""Say how an update ended. Reads nothing and decides only what the end is called."""

from __future__ import annotations

from pathlib import Path

from flakebot.commands.isolate import BASE_IS_BROKEN, GOOD
from flakebot.commands.report import Fact, Report
from flakebot.commands.updating import Failure
from flakebot.errors import ExitCode
from flakebot.model import Attempt, Candidate, CheckOutcome, Update
from flakebot.text.update import update_lines, update_summary, where_it_is


def update_report(
    update: Update, failures: tuple[Failure, ...], *, young: tuple[str, ...], version: str, folder: Path
) -> Report:
    """Return the report: ``changed`` when something passed, ``broken`` when nothing did, else ``unchanged``.

    ``young`` are inputs that stay because they have no revision that is old enough.
    A flake that failed makes its exit code that of the call, whatever became of the others.
    """
    first = update.candidates[0] if update.candidates else None
    outcome, exit_code, headline = _conclusion(update, young)
    said = tuple(f"{failure.path}: {failure.error}. {failure.error.advice}".strip() for failure in failures)
    return Report(
        command="update",
        outcome=outcome,
        headline=" ".join((headline, *(f"Failed: {sentence}" for sentence in said))),
        exit_code=failures[0].error.exit_code if failures else exit_code,
        facts={
            "changed": first is not None,
            "base_sha": update.base,
            "tree_sha": first.tree if first else "",
            "check": first.check.outcome.value if first else CheckOutcome.SKIPPED.value,
            "checks": len(update.attempts),
            "attempts": tuple(map(_fact, update.attempts)),
            "held": sum(bool(candidate.held) for candidate in update.candidates),
            "candidate": str(folder),
            "nix_version": version,
        },
        summary=update_summary(update, failures=said),
        details=update_lines(update),
        hint=where_it_is(update, str(folder)),
    )


def _fact(attempt: Attempt) -> Fact:
    return {
        "directory": attempt.directory,
        "inputs": attempt.inputs,
        "is_built": attempt.is_built,
        "outcome": attempt.outcome.value,
        "seconds": round(attempt.duration.total_seconds(), 3),
    }


def _conclusion(update: Update, young: tuple[str, ...]) -> tuple[str, ExitCode, str]:
    candidates, paths = update.candidates, ", ".join(update.paths)
    if not candidates:
        said = "is up to date already" if len(update.paths) == 1 else "are up to date already"
        but = f", but for what is younger than `min-age`: {', '.join(young)}" if young else ""
        return "unchanged", ExitCode.DONE, f"{paths} {said}{but}; there is nothing to do."
    if not any(candidate.check.outcome in GOOD for candidate in candidates):
        return "broken", ExitCode.REFUSED, _broken(update)
    return "changed", ExitCode.DONE, " ".join(_passed(candidates))


def _broken(update: Update) -> str:
    first, paths = update.candidates[0], ", ".join(update.paths)
    if first.held == BASE_IS_BROKEN:
        return f"{paths} has an update, but {first.held}. Mend the base branch."
    why = "; ".join(candidate.held for candidate in update.candidates if candidate.held)
    return f"{paths} has an update, but its check {first.check.outcome.value}" + (f": {why}." if why else ".")


def _passed(candidates: tuple[Candidate, ...]) -> list[str]:
    good = [candidate for candidate in candidates if candidate.check.outcome in GOOD]
    paths = ", ".join(dict.fromkeys(lock.path for candidate in good for lock in candidate.locks))
    parts = "an update" if len(good) == 1 else f"{len(good)} updates"
    checked = {candidate.check.outcome for candidate in good} == {CheckOutcome.PASSED}
    pronoun = "it" if len(good) == 1 else "each"
    said = [f"{paths} has {parts}, and {pronoun} {'passed its check' if checked else 'was not checked, as asked'}."]
    if any(lock.old is None for candidate in good for lock in candidate.locks):
        said.append("A first lock can be compared with nothing, so it is held until a person merges it.")
    held = [candidate.held for candidate in candidates if candidate.held]
    return [*said, f"Left to a person: {'; '.join(held)}."] if held else said
