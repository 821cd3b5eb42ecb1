"""What a command reports when it ends: for a person, for a program and for a workflow. Values only."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import asdict

from flakebot.errors import ExitCode, FlakebotError
from flakebot.policy.verdict import Finding

_FAILURES = {ExitCode.REFUSED: "refused", ExitCode.MISUSE: "misuse"}

Fact = str | int | float | bool | None | tuple["Fact", ...] | Mapping[str, "Fact"]
"""What a JSON document can hold."""


class Report(Struct, frozen=True, kw_only=True):
    """The end of a command.

    ``outcome`` is one word of the command's own vocabulary, ``headline`` the sentence for a person, ``facts``
    what a program may want to know, ``summary`` Markdown for the step summary, and ``warnings`` what fails nothing
    and yet should be seen. ``details`` are lines that come before the headline where no step summary is shown that
    says the same, and ``hint`` is the sentence after it: what to do next.
    """

    command: str
    outcome: str
    headline: str
    exit_code: ExitCode = ExitCode.DONE
    facts: Mapping[str, Fact] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    summary: str = ""
    warnings: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    hint: str = ""

    def document(self) -> dict[str, Fact]:
        """Return the JSON document: ``schema``, ``command``, ``outcome``, ``message``, the facts, the findings."""
        return {
            "schema": 1,
            "command": self.command,
            "outcome": self.outcome,
            "message": self.headline,
            **self.facts,
            "findings": tuple(asdict(finding) for finding in self.findings),
        }


def failed(command: str, error: FlakebotError) -> Report:
    """Return the report of an error."""
    return Report(
        command=command,
        outcome=_FAILURES.get(error.exit_code, "failed"),
        headline=f"{str(error).rstrip('.')}. {error.advice}".strip(),
        exit_code=error.exit_code,
    )
