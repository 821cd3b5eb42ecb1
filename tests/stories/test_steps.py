"""The rehearsal plays what action.yml plays: the same steps in the same order, with the same secrets each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from msgspec import Struct

from flakebot.model import Fingerprint, Passphrase, SigningKey
from flakebot.rehearsal.people import Secrets
from flakebot.rehearsal.runner import read_outputs
from flakebot.rehearsal.signing_key import KeyPair
from flakebot.rehearsal.steps import STEPS
from flakebot.settings.secrets import SECRETS

KEY = KeyPair(
    fingerprint=Fingerprint("F" * 40), public="", private=SigningKey("key"), passphrase=Passphrase("passphrase")
)
GIVEN = Secrets(author_token="author", approver_token="approver", job_token="job", owner_token="owner", key=KEY)
INPUTS = {
    "approver-token": "approver",
    "author-token": "author",
    "gpg-passphrase": "passphrase",
    "gpg-private-key": "key",
    "job-token": "job",
}
"""The action's secret inputs, and what the rehearsal would put in."""

OUTPUTS = {
    "whoami": {"exit-code": "0", "login": "approve-bot"},
    "update": {"outcome": "changed"},
    "propose": {"outcome": "proposed", "pull-request-numbers": "1"},
    "approve": {"outcome": "approved", "head-shas": "a" * 40, "pull-request-numbers": "1"},
}
"""What the steps leave when all goes well."""


class ActionStep(Struct, frozen=True, kw_only=True):
    """A step of action.yml that plays a command: the variables that it is given, as they stand there."""

    command: str
    environment: dict[str, str]


def action_steps() -> list[ActionStep]:
    """Return the steps that ``command: run`` plays."""
    action = yaml.safe_load((Path(__file__).parents[2] / "action.yml").read_text())
    found = [(step, re.search(r"action-run\S* (\w+)$", step["run"])) for step in action["runs"]["steps"]]
    return [
        ActionStep(command=match[1], environment=step["env"])
        for step, match in found
        if match is not None and "'run'" in step["if"] and step["id"] != "author"
    ]


def test_the_steps_are_those_of_the_action() -> None:
    assert [step.command for step in action_steps()] == list(STEPS)


@pytest.mark.parametrize("step", action_steps(), ids=lambda step: step.command)
def test_a_step_is_given_the_secrets_that_the_action_gives_it(step: ActionStep) -> None:
    played = STEPS[step.command](OUTPUTS, GIVEN)
    assert played is not None
    secret = {name: text for name, text in step.environment.items() if name in SECRETS and name != "FLAKEBOT_NIX_TOKEN"}
    expected = {name: INPUTS[text.removeprefix("${{ inputs.").removesuffix(" }}")] for name, text in secret.items()}
    assert {name: text for name, text in played.items() if name in SECRETS} == expected
    assert played.keys() <= step.environment.keys()


@pytest.mark.parametrize("command", ["update", "propose", "approve", "merge"])
def test_a_step_is_skipped_when_what_it_builds_on_did_not_happen(command: str) -> None:
    assert STEPS[command]({}, GIVEN) is None
    assert STEPS[command](OUTPUTS, GIVEN) is not None


def test_a_broken_update_is_proposed_and_not_approved() -> None:
    assert STEPS["propose"]({**OUTPUTS, "update": {"outcome": "broken"}}, GIVEN) is not None
    broken = {"outcome": "broken", "pull-request-numbers": "", "pull-request-number": "1"}
    assert STEPS["approve"]({**OUTPUTS, "propose": broken}, GIVEN) is None


def test_only_what_was_approved_is_merged() -> None:
    for outcome in ("waiting", "refused", "held", "merged", "closed"):
        ended = {"outcome": outcome, "pull-request-numbers": "", "pull-request-number": "1"}
        assert STEPS["merge"]({**OUTPUTS, "approve": ended}, GIVEN) is None


def test_outputs_are_read_in_both_forms() -> None:
    text = "plain=a=b\nlong<<mark\none\ntwo\nmark\nempty<<m2\n\nm2\nlast=\n"
    assert read_outputs(text) == {"plain": "a=b", "long": "one\ntwo", "empty": "", "last": ""}
