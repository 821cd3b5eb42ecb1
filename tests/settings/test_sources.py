"""Settings: which source wins, what is refused, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TypeVar

import pytest

from flakebot.errors import MisuseError
from flakebot.settings.calls import Section
from flakebot.settings.commands import COMMANDS, ApproveSettings, ProposeSettings, UpdateSettings, VerifySettings
from flakebot.settings.file import file_keys, read_configuration
from flakebot.settings.sources import Given

SectionT = TypeVar("SectionT", bound=Section)


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FLAKEBOT_BRANCH", "FLAKEBOT_WAIT", "FLAKEBOT_HOLD", "FLAKEBOT_LABELS"):
        monkeypatch.delenv(name, raising=False)


def made(
    kind: type[SectionT], *arguments: str, runner: Mapping[str, str] | None = None, file: str | None = None
) -> SectionT:
    return Given(
        kind,
        command=next(name for name, known in COMMANDS.items() if known is kind),
        description="",
        arguments=arguments,
        environment={"GITHUB_REPOSITORY": "homelab/config"} if runner is None else runner,
    ).settings(read_configuration(None if file is None else file.encode()))


def test_what_was_given_is_asked_again_with_each_file() -> None:
    given = Given(UpdateSettings, command="update", description="", arguments=("--base", "dev"), environment={})
    found = [given.settings(file) for file in ({}, {"parallel": 3, "merge": "off"}, {"parallel": 4}, {})]
    assert [(one.parallel, one.base) for one in found] == [(2, "dev"), (3, "dev"), (4, "dev"), (2, "dev")]


def test_the_command_line_beats_the_environment_beats_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    file = 'branch = "from/file"'
    assert made(ProposeSettings).branch == "flakebot/update"
    assert made(ProposeSettings, file=file).branch == "from/file"
    monkeypatch.setenv("FLAKEBOT_BRANCH", "from/environment")
    assert made(ProposeSettings, file=file).branch == "from/environment"
    assert made(ProposeSettings, "--branch", "from/argv", file=file).branch == "from/argv"


def test_an_empty_input_of_the_action_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAKEBOT_WAIT", "")
    assert made(ApproveSettings, "--pr", "1", file='wait = "5m"').wait == timedelta(minutes=5)


@pytest.mark.parametrize(
    ("written", "expected"),
    [("a, b", ("a", "b")), ("a\nb\n", ("a", "b")), ("home/*", ("home/*",)), (" , ", ())],
)
def test_a_list_is_split_at_commas_and_lines(
    written: str, expected: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLAKEBOT_HOLD", written)
    assert made(ProposeSettings).hold == expected


def test_a_size_is_a_number_with_a_unit() -> None:
    settings = made(UpdateSettings, "--check-memory", "512M", file='check-disk = "20G"')
    assert (settings.check_memory, settings.check_disk) == (512 * 1024**2, 20 * 1024**3)
    assert made(UpdateSettings, "--check-disk", "1T").check_disk == 1024**4
    assert made(UpdateSettings).check_memory is None


def test_which_nix_is_said_once_for_all_that_use_it() -> None:
    file = 'nix = "/opt/nix/bin/nix"\nnix-arguments = ["--option", "cores", "2"]\n'
    for settings in (made(UpdateSettings, file=file), made(ApproveSettings, "--pr", "1", file=file)):
        assert (settings.nix, settings.nix_arguments) == ("/opt/nix/bin/nix", ("--option", "cores", "2"))


def test_arguments_are_split_as_a_shell_splits_them() -> None:
    assert made(UpdateSettings, "--check-arguments", "--system 'x y'").check_arguments == ("--system", "x y")
    assert made(UpdateSettings, file='check-arguments = ["--all-systems"]').check_arguments == ("--all-systems",)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ('brnch = "x"', "unknown key `brnch`"),
        ("repository = 'a/b'", "unknown key `repository`"),
        ("token = 'x'", "unknown key `token`"),
        ("= 3", "is not TOML"),
    ],
)
def test_refuses_a_configuration_file(file: str, sentence: str) -> None:
    with pytest.raises(MisuseError, match=sentence):
        read_configuration(file.encode())


def test_an_unknown_key_names_the_nearest_known_one() -> None:
    with pytest.raises(MisuseError) as caught:
        read_configuration(b"lables = ['x']")
    assert caught.value.advice == "Did you mean `labels`?"


def test_every_file_key_is_an_option_of_a_command() -> None:
    options = {name.replace("_", "-") for kind in COMMANDS.values() for name in kind.model_fields}
    assert file_keys()
    assert file_keys() <= options


@pytest.mark.parametrize(
    ("kind", "arguments", "sentence"),
    [
        (ProposeSettings, ("--branch", "a..b"), "branch: expected a branch's name"),
        (ProposeSettings, ("--branch", "x.lock"), "branch: expected a branch's name"),
        (ProposeSettings, ("--directory", "../x"), "directory: expected a folder inside"),
        (ProposeSettings, ("--directory", "/etc"), "directory: expected a folder inside"),
        (ProposeSettings, ("--gpg-fingerprint", "DEADBEEF"), "gpg-fingerprint: expected a full OpenPGP"),
        (ProposeSettings, ("--author", "@x"), "author: expected a GitHub account"),
        (ProposeSettings, ("--author", "Bot", "--approver", "bot"), "same account"),
        (ProposeSettings, ("--api-url", "http://api.github.com"), "api-url: expected an https"),
        (ProposeSettings, ("--repository", "nope"), "repository: expected a repository's full name"),
        (ApproveSettings, (), "pr: is missing; give --pr"),
        (ApproveSettings, ("--pr", "0"), "pr: expected more than 0"),
        (ApproveSettings, ("--pr", "1", "--wait", "3"), "wait: expected a whole number and a unit"),
        (ApproveSettings, ("--pr", "1", "--poll", "0s"), "poll: expected more than 0 seconds"),
        (VerifySettings, (), "either --pr NUMBER, or both"),
        (VerifySettings, ("--base", "main"), "either --pr NUMBER, or both"),
        (VerifySettings, ("--pr", "1", "--base", "a", "--head", "b"), "either --pr NUMBER, or both"),
        (UpdateSettings, ("--no-chek",), "unrecognized arguments: --no-chek"),
        (UpdateSettings, ("--nix", "./nix"), "nix: expected a program's name, as on PATH, or its whole path"),
        (VerifySettings, ("--pr", "1", "--nix", "bin/nix"), "nix: expected a program's name"),
        (UpdateSettings, ("--check-memory", "8"), "check-memory: expected a whole number and a unit, as 512M"),
        (UpdateSettings, ("--check-disk", "8 GB"), "check-disk: expected a whole number and a unit"),
        (UpdateSettings, ("--check-command", "x", "--check-arguments", "y"), "check-command replaces nix flake check"),
        (UpdateSettings, ("--check-command", "x", "--all-systems"), "check-command replaces nix flake check"),
        (UpdateSettings, ("--check-command", "x", "--evaluate-only"), "check-command replaces nix flake check"),
        (UpdateSettings, ("--check-limit", "soon"), "check-limit: expected a whole number"),
    ],
)
def test_refuses_a_command_line(kind: type[Section], arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(MisuseError) as caught:
        made(kind, *arguments)
    assert sentence in str(caught.value)
    assert caught.value.advice


def test_a_missing_repository_is_named_with_its_variable() -> None:
    with pytest.raises(MisuseError, match="repository: is missing; give --repository or FLAKEBOT_REPOSITORY"):
        made(ProposeSettings, runner={})


def test_the_value_of_a_bad_setting_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAKEBOT_WAIT", "ghp_pasted_in_the_wrong_place")
    with pytest.raises(MisuseError) as caught:
        made(ApproveSettings, "--pr", "1")
    assert "ghp_" not in f"{caught.value} {caught.value.advice}"


@pytest.mark.parametrize("kind", COMMANDS.values(), ids=COMMANDS)
def test_every_setting_says_what_it_is(kind: type[Section]) -> None:
    silent = [name for name, field in kind.model_fields.items() if not field.description]
    assert kind.model_fields
    assert silent == []
