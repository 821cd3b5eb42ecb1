"""What a judgement ends in: findings, and one of four verdicts. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flakebot.model import Sha


class Severity(StrEnum):
    """How much a finding weighs."""

    NOTE = "note"
    """Worth saying; stops nothing."""
    WAIT = "wait"
    """Nothing is wrong, but it is too early."""
    HOLD = "hold"
    """Perhaps legitimate: a person decides."""
    REFUSE = "refuse"
    """Something is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one rule has to say: about which input (its path from the root, or empty), and what to do."""

    rule: str
    severity: Severity
    message: str
    advice: str
    input: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve:
    """Every rule was content with exactly this commit."""

    sha: Sha
    notes: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Nothing is wrong, but something has not happened yet: each reason is a sentence, those of findings first.

    ``missing`` names the required checks that nobody reported, which may never come by themselves.
    """

    sha: Sha
    reasons: tuple[str, ...]
    notes: tuple[Finding, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A person has to decide."""

    sha: Sha
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """Something is wrong with exactly this commit."""

    sha: Sha
    findings: tuple[Finding, ...]


Verdict = Approve | Wait | Hold | Refuse
