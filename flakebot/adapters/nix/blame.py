"""Ask Nix once more which attribute it was that failed, where its check did not say. Builds nothing, judges nothing."""

from __future__ import annotations

import json

from flakebot.adapters.nix.argv import derivations_argv, tracing_argv
from flakebot.adapters.nix.failure import LONGEST, failing_attribute, unbuilt
from flakebot.adapters.nix.features import NixVersion
from flakebot.adapters.nix.log import plain_text
from flakebot.adapters.nix.plan import CheckPlan, Program
from flakebot.adapters.nix.start import Start
from flakebot.adapters.process import Completed
from flakebot.model import CheckReport, CheckStage


def blamed(start: Start, program: Program, plan: CheckPlan, version: NixVersion, report: CheckReport) -> str:
    """Return the attribute that failed in a check, empty where Nix does not tell that either."""
    if report.failed_in is CheckStage.EVALUATION:
        traced = start(tracing_argv(program, plan, version), memory=plan.memory)
        return failing_attribute(plain_text(traced.stderr))
    evaluated = start(derivations_argv(program, plan), memory=plan.memory)
    said = evaluated.stdout if isinstance(evaluated, Completed) and evaluated.code == 0 else b""
    return attribute_of(unbuilt(report.log), said)


def attribute_of(derivations: frozenset[str], said: bytes) -> str:
    """Return the first attribute that is one of these derivations, by what Nix printed of all checks: a JSON object."""
    try:
        systems = json.loads(said)
    except ValueError:  # nothing was printed, or something else
        return ""
    for system, checks in sorted(systems.items()) if isinstance(systems, dict) else ():
        for name, derivation in sorted(checks.items()) if isinstance(checks, dict) else ():
            if derivation in derivations:
                return f"checks.{system}.{name}"[:LONGEST]
    return ""
