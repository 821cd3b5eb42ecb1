"""Tell from what Nix printed where a check failed. Pure, and only a hint: a flake can print the same words.

Nix 2.8 names no attribute, but with ``--show-trace`` those that it cannot evaluate. 2.26 names these and says which
derivation each of the others is; 2.34 names them all. Told to keep going, Nix builds although an evaluation failed, and
2.34 says "errors were encountered during the evaluation" also when only a build did.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from flakebot.model import CheckStage

LONGEST = 200
"""Characters of an attribute's name that are kept."""

_EVALUATING = re.compile(r"^evaluating flake\.\.\.$", re.MULTILINE)
_RUNNING = re.compile(r"^running (?:\d+ )?flake checks\.\.\.$", re.MULTILINE)
_UNEVALUATED = re.compile(r"^error \(ignored\):|^\s+… while checking (?:the [\w ]+|flake output) '", re.MULTILINE)
_UNBUILDABLE = re.compile(r"^error: (?:builder for|Cannot build|build of|failed to build|\d+ depend)", re.MULTILINE)
_ERROR = re.compile(r"^error:", re.MULTILINE)
_NAMED = re.compile(
    r"^\s+… while checking (?:the [\w ]+|flake output) '([^'\n]+)'"
    r"|^error(?: \(ignored\))?: (?:error: )?flake (?:output )?attribute '([^'\n]+)'"
    r"|^error: failed to build attribute '([^'\n]+)'",
    re.MULTILINE,
)
_CHECKING = re.compile(r"^checking derivation (\S+)\.\.\.$|^derivation evaluated to (\S+\.drv)$", re.MULTILINE)
_UNBUILT = re.compile(r"^error: (?!build of ).*?'([^'\n]+\.drv)'", re.MULTILINE)
"""What failed by itself. What a ``build of`` failed for names what was not begun as well."""


def failed_stage(log: str) -> CheckStage | None:
    """Return where the check failed: in the evaluation if evaluating alone would fail too. None when nothing tells."""
    if _UNEVALUATED.search(log):
        return CheckStage.EVALUATION
    if _RUNNING.search(log):
        return CheckStage.BUILD
    if _EVALUATING.search(log) is None and _UNBUILDABLE.search(log):  # only the end of the log is left
        return CheckStage.BUILD
    return CheckStage.EVALUATION if _ERROR.search(log) else None


def failing_attribute(log: str) -> str:
    """Return the first attribute that failed, as ``checks.x86_64-linux.web``; empty when Nix names none.

    A trace names the whole output as well, before or behind the attribute in it.
    """
    named = [found[1] or found[2] or found[3] for found in _NAMED.finditer(log)]
    if named:
        return max(named, key=lambda name: name.count("."))[:LONGEST]
    failed = unbuilt(log)
    return next((name for name, derivation in _evaluated(log) if derivation in failed), "")[:LONGEST]


def unbuilt(log: str) -> frozenset[str]:
    """Return the derivations that failed to build, by their paths in the store: what failed and what needed it."""
    return frozenset(_UNBUILT.findall(log))


def _evaluated(log: str) -> Iterator[tuple[str, str]]:
    """Yield each attribute with the derivation that it is, as Nix 2.26 prints them: a line each."""
    name = ""
    for found in _CHECKING.finditer(log):
        if found[1]:
            name = found[1]
        elif name:
            yield name, found[2]
            name = ""
