"""action.yml offers what the settings offer, and hands each step what its command uses and nothing else."""

from pathlib import Path

import yaml

from flakebot.settings.calls import Section
from flakebot.settings.commands import COMMANDS
from flakebot.settings.file import file_keys
from flakebot.settings.secrets import SECRETS
from tests.action.manifest import INPUT, STEP_OUTPUT, Manifest

SECRET_INPUTS = {"author-token", "approver-token", "job-token", "gpg-private-key", "gpg-passphrase", "nix-token"}

# Who may see which secret. This table is the security model of the one-machine form; SECURITY.md explains it.
SEEN = {
    "install": {},
    "approver": {"FLAKEBOT_TOKEN": "approver-token"},
    "author": {"FLAKEBOT_TOKEN": "author-token"},
    "update": {"FLAKEBOT_NIX_TOKEN": "nix-token"},
    "propose": {
        "FLAKEBOT_TOKEN": "author-token",
        "FLAKEBOT_JOB_TOKEN": "job-token",
        "FLAKEBOT_GPG_PRIVATE_KEY": "gpg-private-key",
        "FLAKEBOT_GPG_PASSPHRASE": "gpg-passphrase",
    },
    "verify": {"FLAKEBOT_TOKEN": "job-token", "FLAKEBOT_JOB_TOKEN": "job-token", "FLAKEBOT_NIX_TOKEN": "nix-token"},
    "approve": {
        "FLAKEBOT_TOKEN": "approver-token",
        "FLAKEBOT_JOB_TOKEN": "job-token",
        "FLAKEBOT_NIX_TOKEN": "nix-token",
    },
    "merge": {"FLAKEBOT_TOKEN": "author-token"},
    "conclude": {},
}

# Fields that the action does not set: the runner does, or they are no business of a workflow.
NOT_SET = {"json_output", "repository", "api_url", "server_url", "base", "head", "public_key"}


def settings_by_option() -> dict[str, str]:
    """The description of every option of the configuration file."""
    return {
        name.replace("_", "-"): field.description or ""
        for settings in COMMANDS.values()
        for name, field in settings.model_fields.items()
        if name.replace("_", "-") in file_keys()
    }


def expected_environment(settings: type[Section]) -> set[str]:
    return {f"FLAKEBOT_{name.upper()}" for name in settings.model_fields if name not in NOT_SET}


def test_whoever_starts_the_workflow_by_hand_is_heard(root: Path) -> None:
    text = (root / ".github" / "workflows" / "update.yml").read_text()
    workflow = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  # makes texts only: "on" is no truth value
    asked = workflow["on"]["workflow_dispatch"]["inputs"].keys()
    (step,) = (step for step in workflow["jobs"]["update"]["steps"] if step.get("id") == "flakebot")
    handed = {name for name, value in step["with"].items() if value == f"${{{{ inputs.{name} }}}}"}
    conditions = " ".join(job.get("if", "") for job in workflow["jobs"].values())
    assert handed | {*INPUT.findall(conditions)} == asked
    assert handed == asked - {"again"}


def test_every_option_is_an_input_with_the_same_words(manifest: Manifest) -> None:
    options = settings_by_option()
    assert options.keys() == file_keys()
    assert {name: manifest.inputs[name].description for name in options if name in manifest.inputs} == options


def test_an_option_has_no_default_of_its_own_so_that_the_file_counts(manifest: Manifest) -> None:
    assert {name: manifest.inputs[name].default for name in file_keys()} == dict.fromkeys(file_keys(), "")


def test_each_secret_reaches_its_owners_only(manifest: Manifest) -> None:
    seen = {
        step.id: {
            name: found for name, value in step.env.items() for found in INPUT.findall(value) if found in SECRET_INPUTS
        }
        for step in manifest.runs.steps
    }
    assert seen == SEEN


def test_a_secret_is_handed_over_whole_or_not_at_all(manifest: Manifest) -> None:
    for step, secrets in SEEN.items():
        for name, secret in secrets.items():
            assert manifest.steps[step].env[name] == f"${{{{ inputs.{secret} }}}}"


def test_no_step_sees_a_whole_context_or_the_job_token_by_another_name(manifest: Manifest) -> None:
    for step in manifest.runs.steps:
        for value in step.env.values():
            assert "github.token" not in value
            assert "toJSON" not in value
            assert "secrets" not in value


def test_each_step_is_given_what_its_command_takes(manifest: Manifest) -> None:
    commands = [step for step in manifest.runs.steps if step.command]
    assert {step.command for step in commands} == COMMANDS.keys() - {"diff"}
    for step in commands:
        given = {name for name in step.env if name.startswith("FLAKEBOT_")} - set(SECRETS)
        assert given == expected_environment(COMMANDS[step.command]), step.id


def test_an_option_is_handed_over_under_its_own_name(manifest: Manifest) -> None:
    for step in manifest.runs.steps:
        for name, value in step.env.items():
            option = name.removeprefix("FLAKEBOT_").lower().replace("_", "-")
            if option in file_keys() | {"verbose", "dry-run", "base-branch", "candidate"}:
                assert INPUT.findall(value) == [option], f"{step.id}: {name}"


def test_inputs_reach_scripts_by_the_environment_only(manifest: Manifest) -> None:
    assert [step.run for step in manifest.runs.steps if "${{" in step.run] == []
    assert {step.shell for step in manifest.runs.steps} == {"bash"}


def test_no_input_is_without_effect(manifest: Manifest) -> None:
    used = {
        name
        for step in manifest.runs.steps
        for text in (step.condition, *step.env.values())
        for name in INPUT.findall(text)
    }
    assert used == manifest.inputs.keys()


def test_expressions_name_outputs_of_earlier_steps(manifest: Manifest) -> None:
    earlier: set[str] = set()
    for step in manifest.runs.steps:
        named = {name for text in (step.condition, *step.env.values()) for name, _ in STEP_OUTPUT.findall(text)}
        assert named <= earlier, step.id
        earlier.add(step.id)
    for name, output in manifest.outputs.items():
        found = {step for step, _ in STEP_OUTPUT.findall(output.value)}
        assert found, name
        assert found <= earlier, name


def test_the_last_step_asks_every_command_for_its_exit_code(manifest: Manifest) -> None:
    last = manifest.runs.steps[-1]
    assert last.condition == "always()"
    asked = [step for step, output in STEP_OUTPUT.findall(last.env["ACTION_EXIT_CODES"]) if output == "exit-code"]
    assert asked == [step.id for step in manifest.runs.steps if step.command]


def test_the_outcome_is_that_of_the_last_command(manifest: Manifest) -> None:
    asked = [step for step, output in STEP_OUTPUT.findall(manifest.outputs["outcome"].value) if output == "outcome"]
    assert asked == [step.id for step in reversed(manifest.runs.steps) if step.command]
