"""The steps of action.yml's ``run``, in its order and under its conditions. Each is given its own secrets only.

A step that returns None is skipped, as its ``if`` in action.yml skips it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flakebot.rehearsal.people import CONSUMER, Secrets

Outputs = Mapping[str, Mapping[str, str]]
"""What the steps so far left in GITHUB_OUTPUT, by command, and their ``exit-code``. A skipped step is missing."""

Environment = dict[str, str]
Step = Callable[[Outputs, Secrets], Environment | None]


def whoami(_outputs: Outputs, secrets: Secrets) -> Environment | None:
    """Ask first, before anything is written, whether the approver's token is the approver's."""
    return {"FLAKEBOT_TOKEN": secrets.approver_token, "FLAKEBOT_ROLE": "approver"}


def update(outputs: Outputs, _secrets: Secrets) -> Environment | None:
    """Give nothing to the command that evaluates and builds code from the internet."""
    return {} if _output(outputs, "whoami", "exit-code") == "0" else None


def propose(outputs: Outputs, secrets: Secrets) -> Environment | None:
    """Propose also an update that fails its check, and close what became moot."""
    if _output(outputs, "update", "outcome") not in {"changed", "unchanged", "broken"}:
        return None
    return {
        "FLAKEBOT_TOKEN": secrets.author_token,
        "FLAKEBOT_JOB_TOKEN": secrets.job_token,
        "FLAKEBOT_GPG_PRIVATE_KEY": secrets.key.private.reveal(),
        "FLAKEBOT_GPG_PASSPHRASE": secrets.key.passphrase.reveal(),
        "FLAKEBOT_RUN_URL": f"https://github.com/{CONSUMER}/actions/runs/1",
        "FLAKEBOT_APPROVER": _output(outputs, "whoami", "login"),
    }


def approve(outputs: Outputs, secrets: Secrets) -> Environment | None:
    """Name the pull requests, and nothing else that the step before said."""
    numbers = _output(outputs, "propose", "pull-request-numbers")
    if not numbers:
        return None
    return {
        "FLAKEBOT_TOKEN": secrets.approver_token,
        "FLAKEBOT_JOB_TOKEN": secrets.job_token,
        "FLAKEBOT_PR": numbers,
    }


def merge(outputs: Outputs, secrets: Secrets) -> Environment | None:
    """Merge the commits that the step before approved."""
    numbers = _output(outputs, "approve", "pull-request-numbers")
    if not numbers:
        return None
    return {
        "FLAKEBOT_TOKEN": secrets.author_token,
        "FLAKEBOT_PR": numbers,
        "FLAKEBOT_SHA": _output(outputs, "approve", "head-shas"),
        "FLAKEBOT_APPROVER": _output(outputs, "whoami", "login"),
    }


STEPS: dict[str, Step] = {step.__name__: step for step in (whoami, update, propose, approve, merge)}
"""The steps by the command that each runs."""


def _output(outputs: Outputs, step: str, name: str) -> str:
    return outputs.get(step, {}).get(name, "")
