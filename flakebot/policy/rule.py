"""What a rule is: a name, a sentence, and a pure function from a case to objections. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from msgspec import Struct

from flakebot.policy.verdict import Finding, Severity

Case = TypeVar("Case")


class Objection(Struct, frozen=True, kw_only=True):
    """What a rule has to say, before it is signed with the rule's name."""

    severity: Severity
    message: str
    advice: str
    input: str = ""


class Rule(Struct, Generic[Case], frozen=True, kw_only=True):
    """One rule. ``purpose`` is a sentence for people; ``objections`` sees one case and nothing else."""

    name: str
    purpose: str
    objections: Callable[[Case], Iterable[Objection]]

    def findings(self, case: Case) -> tuple[Finding, ...]:
        """Return what the rule has to say about the case; nothing when it passes."""
        return tuple(
            Finding(
                rule=self.name,
                severity=objection.severity,
                message=objection.message,
                advice=objection.advice,
                input=objection.input,
            )
            for objection in self.objections(case)
        )


def refuse(message: str, advice: str, *, about: str = "") -> Objection:
    """Say that something is wrong, with the input (by its path) that it is about."""
    return Objection(severity=Severity.REFUSE, message=message, advice=advice, input=about)


def hold(message: str, advice: str, *, about: str = "") -> Objection:
    """Say that a person has to decide."""
    return Objection(severity=Severity.HOLD, message=message, advice=advice, input=about)


def wait(message: str, advice: str, *, about: str = "") -> Objection:
    """Say that it is too early."""
    return Objection(severity=Severity.WAIT, message=message, advice=advice, input=about)


def note(message: str, advice: str, *, about: str = "") -> Objection:
    """Say something that stops nothing."""
    return Objection(severity=Severity.NOTE, message=message, advice=advice, input=about)
