"""What a judgement ends in: findings, and one of four verdicts. Values only."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

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


class Finding(Struct, frozen=True, kw_only=True):
    """What one rule has to say: about which input (its path from the root, or empty), and what to do."""

    rule: str
    severity: Severity
    message: str
    advice: str
    input: str = ""


class Approve(Struct, frozen=True, kw_only=True):
    """Every rule was content with exactly this commit."""

    sha: Sha
    notes: tuple[Finding, ...] = ()


class Wait(Struct, frozen=True, kw_only=True):
    """Nothing is wrong, but something has not happened yet: each reason is a sentence, those of findings first.

    ``missing`` names the required checks that nobody reported, which may never come by themselves.
    """

    sha: Sha
    reasons: tuple[str, ...]
    notes: tuple[Finding, ...] = ()
    missing: tuple[str, ...] = ()


class Hold(Struct, frozen=True, kw_only=True):
    """A person has to decide."""

    sha: Sha
    findings: tuple[Finding, ...]


class Refuse(Struct, frozen=True, kw_only=True):
    """Something is wrong with exactly this commit."""

    sha: Sha
    findings: tuple[Finding, ...]


Verdict = Approve | Wait | Hold | Refuse
