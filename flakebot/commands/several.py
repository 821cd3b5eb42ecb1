"""Do one thing for several pull requests, each for itself, and make one report of theirs. Judges nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from msgspec.structs import replace

from flakebot.commands.report import Fact, Report, failed
from flakebot.errors import ExitCode, FlakebotError
from flakebot.policy.verdict import Finding

_BEST_FIRST = (ExitCode.DONE, ExitCode.UNAVAILABLE, ExitCode.REFUSED, ExitCode.MISUSE, ExitCode.BUG)


def attempted(command: str, number: int, act: Callable[[], Report], *, is_alone: bool) -> Report:
    """Return the report about one pull request; an error is one too, unless there is no other to go on with."""
    try:
        return act()
    except FlakebotError as error:
        if is_alone:
            raise
        report = failed(command, error)
        return replace(report, headline=f"#{number}: {report.headline}", facts={"pull_request_number": number})


def combined(parts: tuple[Report, ...], *, goal: str, ranking: tuple[str, ...]) -> Report:
    """Return one report: its outcome is the first of the ranking that a part has, its exit code the worst of theirs.

    ``goal`` is the outcome of those that may go on: their numbers and heads are listed, and the first one leads.
    """
    done = tuple(part for part in parts if part.outcome == goal)
    leading = (*done, *parts)[0]
    return Report(
        command=leading.command,
        outcome=min((part.outcome for part in parts), key=ranking.index),
        headline=" ".join(part.headline for part in parts),
        exit_code=max((part.exit_code for part in parts), key=_BEST_FIRST.index),
        facts={
            **leading.facts,
            "pull_request_numbers": listed(done, "pull_request_number"),
            "head_shas": listed(done, "head_sha"),
            "pull_requests": tuple(map(_facts, parts)),
        },
        findings=leading.findings if len(parts) == 1 else tuple(chain.from_iterable(map(_findings, parts))),
        summary="\n".join(part.summary or f"{part.headline}\n" for part in parts),
    )


def listed(parts: tuple[Report, ...], fact: str) -> str:
    """Return one fact of several reports, as the next command takes it: separated by commas."""
    return ",".join(str(part.facts[fact]) for part in parts)


def _findings(part: Report) -> Iterator[Finding]:
    """Yield the findings, each with the pull request that it is about."""
    for finding in part.findings:
        yield replace(finding, message=f"#{part.facts['pull_request_number']}: {finding.message}")


def _facts(part: Report) -> Mapping[str, Fact]:
    facts = part.facts
    return {
        "number": facts["pull_request_number"],
        "url": facts.get("pull_request_url"),
        "head_sha": facts.get("head_sha"),
        "outcome": part.outcome,
    }
