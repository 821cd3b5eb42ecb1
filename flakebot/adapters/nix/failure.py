"""Tell from what Nix printed where a check failed. Pure, and only a hint: a flake can print the same words.

Nix 2.8 names no attribute. 2.26 names those that it cannot evaluate and says which derivation each of the others is;
2.34 names them all, and says "errors were encountered during the evaluation" also when only a build failed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from flakebot.model import CheckStage

_LONGEST = 200
"""Characters of an attribute's name that are kept."""

_UNEVALUATED = re.compile(r"^error \(ignored\):|^\s+… while checking (?:the [\w ]+|flake output) '", re.MULTILINE)
_BUILDING = re.compile(
    r"^running (?:\d+ )?flake checks\.\.\.$|^error: (?:builder for|Cannot build|build of|failed to build|\d+ depend)",
    re.MULTILINE,
)
_ERROR = re.compile(r"^error:", re.MULTILINE)
_NAMED = re.compile(
    r"^\s+… while checking (?:the [\w ]+|flake output) '([^'\n]+)'"
    r"|^error(?: \(ignored\))?: (?:error: )?flake (?:output )?attribute '([^'\n]+)'"
    r"|^error: failed to build attribute '([^'\n]+)'",
    re.MULTILINE,
)
_CHECKING = re.compile(r"^checking derivation (\S+)\.\.\.$|^derivation evaluated to (\S+\.drv)$", re.MULTILINE)
_UNBUILT = re.compile(r"^error: .*?'([^'\n]+\.drv)'", re.MULTILINE)


def failed_stage(log: str) -> CheckStage | None:
    """Return where the check failed: in the evaluation if evaluating alone would fail too. None when nothing tells."""
    if _UNEVALUATED.search(log):
        return CheckStage.EVALUATION
    if _BUILDING.search(log):
        return CheckStage.BUILD
    return CheckStage.EVALUATION if _ERROR.search(log) else None


def failing_attribute(log: str) -> str:
    """Return the first attribute that failed, as ``checks.x86_64-linux.web``; empty when Nix names none."""
    named = _NAMED.search(log)
    if named is not None:
        return (named[1] or named[2] or named[3])[:_LONGEST]
    unbuilt = set(_UNBUILT.findall(log))
    return next((name for name, derivation in _evaluated(log) if derivation in unbuilt), "")[:_LONGEST]


def _evaluated(log: str) -> Iterator[tuple[str, str]]:
    """Yield each attribute with the derivation that it is, as Nix 2.26 prints them: a line each."""
    name = ""
    for found in _CHECKING.finditer(log):
        if found[1]:
            name = found[1]
        elif name:
            yield name, found[2]
            name = ""
