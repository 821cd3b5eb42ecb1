"""What git is started with, and what its answers mean: tables of a row a sentence."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest

from flakebot.adapters.git.answers import push_failure, remote_failure
from flakebot.adapters.git.commands import local_failure
from flakebot.adapters.git.environment import Remote, git_environment, remote_settings
from flakebot.errors import FlakebotError, HeadMovedError, MisuseError, RefusedError, UnavailableError
from flakebot.model import Branch, Token
from tests.adapters.workshop import git, new_checkout

URL = "https://github.com/me/x.git"
TOKEN = Token("ghp_verysecret")


def configured(folder: Path, environment: dict[str, str], *words: str) -> list[str]:
    """Return what git itself reads from an environment."""
    ended = subprocess.run(["git", "config", *words], cwd=folder, env=environment, capture_output=True, check=False)
    return ended.stdout.decode().splitlines()


def test_the_token_is_a_header_for_its_server_and_for_no_other(tmp_path: Path) -> None:
    environment = git_environment(*remote_settings(Remote(url=URL, token=TOKEN)))
    header = "Authorization: Basic " + base64.b64encode(b"x-access-token:ghp_verysecret").decode()
    assert configured(tmp_path, environment, "--get-urlmatch", "http.extraheader", URL) == [header]
    for other in ("https://github.com.evil.example/me/x.git", "http://github.com/me/x.git", "https://example.org/"):
        assert configured(tmp_path, environment, "--get-urlmatch", "http.extraheader", other) == []


def test_the_token_stands_in_one_variable_of_one_call_alone() -> None:
    with_token = git_environment(*remote_settings(Remote(url=URL, token=TOKEN)))
    encoded = base64.b64encode(b"x-access-token:ghp_verysecret").decode()
    (holder,) = (name for name, value in with_token.items() if encoded in value)
    assert holder.startswith("GIT_CONFIG_VALUE_")
    assert not [name for name, value in with_token.items() if "verysecret" in value]
    assert not [value for value in git_environment().values() if encoded in value]


def test_a_header_that_a_checkout_keeps_is_dropped_first(tmp_path: Path) -> None:
    checkout = new_checkout(tmp_path / "checkout")
    git(checkout, "config", "http.https://github.com/.extraheader", "Authorization: Basic old")
    environment = git_environment(*remote_settings(Remote(url=URL, token=TOKEN)))
    values = configured(checkout, environment, "--get-all", "http.https://github.com/.extraheader")
    assert values[0] == "Authorization: Basic old"
    assert values[1] == "", "an empty value empties the list that came before"
    assert len(values) == 3


def test_a_path_gets_no_token() -> None:
    assert remote_settings(Remote(url="/srv/x.git", token=TOKEN)) == (("protocol.file.allow", "always"),)


@pytest.mark.parametrize(
    ("url", "allowed", "forbidden"),
    [(URL, "https", "file"), ("/srv/x.git", "file", "https")],
    ids=["https", "path"],
)
def test_git_may_speak_the_protocol_of_its_remote_only(tmp_path: Path, url: str, allowed: str, forbidden: str) -> None:
    environment = git_environment(*remote_settings(Remote(url=url)))
    assert configured(tmp_path, environment, "--get", f"protocol.{allowed}.allow") == ["always"]
    assert configured(tmp_path, environment, "--get", f"protocol.{forbidden}.allow") == []
    assert configured(tmp_path, environment, "--get", "protocol.allow") == ["never"]


def test_the_users_configuration_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".gitconfig").write_text('[url "https://evil.example/"]\n  insteadOf = https://github.com/\n')
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert configured(tmp_path, git_environment(), "--get-regexp", "insteadof") == []


@pytest.mark.parametrize(
    ("key", "theirs", "ours"),
    [
        ("core.hooksPath", "/evil", "/dev/null"),
        ("core.fsmonitor", "/evil", "false"),
        ("core.attributesFile", "/evil", "/dev/null"),
        ("credential.helper", "!evil", ""),
        ("http.followRedirects", "true", "false"),
        ("gc.auto", "1", "0"),
    ],
)
def test_our_settings_stand_above_those_of_a_checkout(tmp_path: Path, key: str, theirs: str, ours: str) -> None:
    checkout = new_checkout(tmp_path / "checkout")
    git(checkout, "config", key, theirs)
    assert configured(checkout, git_environment(), "--get", key) == [ours]


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_SSH_COMMAND", "GIT_TRACE", "GIT_PROXY_COMMAND", "FLAKEBOT_TOKEN"])
def test_nothing_inherited_reaches_git(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "theirs")
    assert "theirs" not in git_environment().values()


DENIED = (
    "remote: Permission to me/x.git denied to bot.\n"
    "fatal: unable to access 'URL': The requested URL returned error: 403\n"
)
RULES = (
    "remote: error: GH013: Repository rule violations found for refs/heads/u.\nremote: \n"
    "remote: - Cannot update this protected ref.\nerror: failed to push some refs to 'URL'\n"
)

PROTECTED = (
    "remote: error: GH006: Protected branch update failed for refs/heads/u.\n"
    "remote: Changes must be made through a pull request.\nerror: failed to push some refs to 'URL'\n"
)


@pytest.mark.parametrize(
    ("stdout", "stderr", "kind", "said"),
    [
        ("!\tabc:refs/heads/u\t[rejected] (stale info)\n", "", HeadMovedError, "u is not where it was: stale info"),
        (
            "!\ta:refs/heads/u\t[remote rejected] (failed to update ref)\nDone\n",
            "remote: error: cannot lock ref 'refs/heads/u': reference already exists\n",
            HeadMovedError,
            "failed to update ref",
        ),
        (
            "!\ta:refs/heads/u\t[remote rejected] (cannot lock ref 'refs/heads/u': is at 1 but expected 2)\nDone\n",
            "",
            HeadMovedError,
            "cannot lock ref",
        ),
        ("!\tabc:refs/heads/u\t[remote rejected] (reference already exists)\n", "", HeadMovedError, "already exists"),
        (
            "!\tabc:refs/heads/u\t[remote rejected] (push declined due to repository rule violations)\n",
            RULES,
            RefusedError,
            "declined to move u: error: GH013: Repository rule violations found for refs/heads/u. - Cannot update this",
        ),
        (
            "!\tabc:refs/heads/u\t[remote rejected] (protected branch hook declined)\n",
            "",
            RefusedError,
            "github.com declined to move u: protected branch hook declined",
        ),
        (
            "!\tabc:refs/heads/u\t[remote rejected] (protected branch hook declined)\n",
            PROTECTED,
            RefusedError,
            "declined to move u: error: GH006: Protected branch update failed for refs/heads/u. Changes must be made",
        ),
        ("", DENIED, MisuseError, "Permission to me/x.git denied to bot."),
        (
            "!\tabc:refs/heads/u\t[remote failure] (remote failed to report status)\n",
            "error: failed to push some refs\n",
            UnavailableError,
            "failed to push",
        ),
        ("", "fatal: the remote end hung up unexpectedly\n", UnavailableError, "hung up"),
        ("", "", UnavailableError, "it said nothing"),
    ],
)
def test_a_failed_push_is_moved_refused_misused_or_unavailable(
    stdout: str, stderr: str, kind: type[FlakebotError], said: str
) -> None:
    failure = push_failure(Branch("u"), URL, stdout, stderr)
    assert type(failure) is kind
    assert said in str(failure)
    assert failure.advice


@pytest.mark.parametrize(
    ("stderr", "kind"),
    [
        (DENIED, MisuseError),
        ("remote: Repository not found.\nfatal: repository 'URL' not found\n", MisuseError),
        ("remote: Invalid username or password.\nfatal: Authentication failed for 'URL'\n", MisuseError),
        ("fatal: could not read Username for 'https://github.com': terminal prompts disabled\n", MisuseError),
        ("fatal: unable to access 'URL': The requested URL returned error: 401\n", MisuseError),
        ("fatal: remote error: upload-pack: not our ref 1111\n", MisuseError),
        ("fatal: couldn't find remote ref refs/heads/master\n", MisuseError),
        ("fatal: unable to access 'URL': The requested URL returned error: 502\n", UnavailableError),
        ("fatal: unable to access 'URL': Could not resolve host: github.com\n", UnavailableError),
        ("fatal: unable to access 'URL': server certificate verification failed.\n", UnavailableError),
        ("", UnavailableError),
    ],
)
def test_a_failed_conversation_is_misused_or_unavailable(stderr: str, kind: type[FlakebotError]) -> None:
    failure = remote_failure("fetch from", URL, stderr)
    assert type(failure) is kind
    assert str(failure).startswith(f"git could not fetch from {URL}: ")
    assert failure.advice


def test_a_base_branch_that_is_not_there_is_named_with_its_setting() -> None:
    failure = remote_failure("fetch from", URL, "fatal: couldn't find remote ref refs/heads/old/master\n")
    assert str(failure).endswith("there is no branch old/master")
    assert "Is `base-branch` right?" in failure.advice


@pytest.mark.parametrize(
    ("stderr", "kind"),
    [
        ("fatal: Not a valid object name 1111\n", MisuseError),
        ("fatal: bad object 1111\n", MisuseError),
        ("fatal: bad revision '1111'\n", MisuseError),
        ("fatal: failed to unpack tree object 1111\nfatal: not a tree object\n", MisuseError),
        ("error: unable to write file: No space left on device\n", UnavailableError),
        ("", UnavailableError),
    ],
)
def test_a_failed_command_is_misused_or_unavailable(stderr: str, kind: type[FlakebotError]) -> None:
    failure = local_failure("read-tree", stderr)
    assert type(failure) is kind
    assert str(failure).startswith("git read-tree ")
    assert failure.advice
