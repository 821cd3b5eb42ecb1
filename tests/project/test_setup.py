"""scripts/setup brings what is missing, once, and says what it cannot bring."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

TOOLS = ("bash", "cat", "cmp", "dirname", "grep", "sed")
EVERYTHING = (*TOOLS, "git", "gpg", "gpgconf", "nix")
NOBODY = 65534


@pytest.fixture
def path() -> Iterator[Path]:
    """A folder that everybody may read, to be the whole PATH of a setup."""
    with tempfile.TemporaryDirectory(prefix="flakebot-path-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def link(path: Path, *names: str) -> None:
    for name in names:
        tool = shutil.which(name)
        assert tool is not None
        (path / name).symlink_to(tool)


def setup(checkout: Path, path: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        (path / "bash", checkout / "scripts" / "setup", *arguments),
        env={"PATH": str(path), "LC_ALL": "C"},
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("absent", "named"),
    [
        ({"git"}, "git"),
        ({"gpg"}, "GnuPG"),
        ({"gpgconf"}, "GnuPG"),
        ({"nix"}, "Nix 2.8 or newer"),
        ({"git", "nix"}, "Nix 2.8 or newer"),
    ],
)
def test_names_what_it_cannot_bring(checkout: Path, path: Path, absent: set[str], named: str) -> None:
    link(path, *(name for name in EVERYTHING if name not in absent))
    result = setup(checkout, path)
    assert result.returncode == 2
    assert f"  - {named}" in result.stderr
    assert "run this again" in result.stderr
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize(
    ("version", "is_enough"),
    [
        ("nix (Nix) 1.11.16", False),
        ("nix (Nix) 2.3.16", False),
        ("nix (Nix) 2.7.0", False),
        ("nix (Nix) 2.8.0", True),
        ("nix (Nix) 2.18.1", True),
        ("nix (Nix) 2.19pre20231013_1f3fc08", True),
        ("nix (Lix, like Nix) 2.93.3", True),
        ("nix (Nix) 3.0.0", True),
        ("nix: something else", False),
    ],
)
def test_an_old_nix_counts_as_missing(checkout: Path, path: Path, version: str, is_enough: bool) -> None:
    link(path, *TOOLS)  # without git, so that nothing is ever installed
    nix = path / "nix"
    nix.write_text(f"#!{path}/bash\necho '{version}'\n")
    nix.chmod(0o755)
    result = setup(checkout, path)
    assert result.returncode == 2
    assert ("Nix 2.8 or newer" not in result.stderr) is is_enough


@pytest.mark.skipif(not shutil.which("apt-get"), reason="says what to ask apt for, where there is apt")
def test_a_user_without_sudo_is_told_what_to_ask_for(root: Path, path: Path) -> None:
    link(path, *TOOLS, "git", "gpg", "gpgconf", "apt-get")
    shutil.copytree(root / "scripts", path / "checkout" / "scripts")
    result = subprocess.run(
        (path / "bash", path / "checkout" / "scripts" / "setup"),
        env={"PATH": str(path)},
        user=NOBODY if os.geteuid() == 0 else None,
        group=NOBODY if os.geteuid() == 0 else None,
        extra_groups=[] if os.geteuid() == 0 else None,
        check=False,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 2
    assert "That needs root: apt-get install nix-bin" in result.stderr


@pytest.mark.parametrize("arguments", [("--devel",), ("--development", "--more"), ("",)])
def test_an_unknown_argument_is_misuse(checkout: Path, arguments: tuple[str, ...]) -> None:
    result = subprocess.run(
        (checkout / "scripts" / "setup", *arguments), check=False, capture_output=True, text=True, timeout=60
    )
    assert result.returncode == 2
    assert "usage: scripts/setup" in result.stderr
    assert not (checkout / ".venv").exists()


def run(checkout: Path, *arguments: str) -> str:
    """Setup as an adverse machine would run it: no terminal, no locale, nothing for others to read, another folder."""
    result = subprocess.run(
        (checkout / "scripts" / "setup", *arguments),
        cwd="/",
        env={**os.environ, "LC_ALL": "C"},
        umask=0o077,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return result.stdout


@pytest.mark.slow
def test_a_second_run_installs_nothing(checkout: Path) -> None:
    first, second = run(checkout), run(checkout)
    assert "about to make .venv" in first
    assert second == "setup: nothing to install, .venv has requirements/rehearsal.txt\n"
    flakebot = checkout / ".venv" / "bin" / "flakebot"
    wanted = subprocess.run((flakebot, "rehearse", "--help"), check=True, capture_output=True, text=True)
    rehearse = subprocess.run(
        (checkout / "scripts" / "rehearse", "--help"), check=True, cwd="/", capture_output=True, text=True
    )
    assert (rehearse.stdout, rehearse.stderr) == (wanted.stdout, second)


def may_mount() -> bool:
    return os.geteuid() == 0 and subprocess.run(("unshare", "--mount", "true"), check=False).returncode == 0


@pytest.mark.slow
@pytest.mark.skipif(not may_mount(), reason="takes the pseudo-terminals away in a mount namespace of its own")
def test_a_root_without_pseudo_terminals_gets_them(checkout: Path) -> None:
    without = 'mount -t tmpfs none /dev/pts && ! (: <>/dev/ptmx) 2>/dev/null && "$0" && : <>/dev/ptmx'
    result = subprocess.run(
        ("unshare", "--mount", "bash", "-c", without, checkout / "scripts" / "setup"),
        check=True,
        capture_output=True,
        text=True,
    )
    assert "about to mount devpts on /dev/pts" in result.stdout


@pytest.mark.slow
def test_the_smaller_set_keeps_the_larger(checkout: Path) -> None:
    requirements = checkout / "requirements"
    shutil.copy(requirements / "rehearsal.txt", requirements / "development.txt")  # quicker, and the claim is the same
    run(checkout, "--development")
    assert "nothing to install, .venv has requirements/development.txt" in run(checkout)
    with (requirements / "development.txt").open("a") as file:
        file.write("# another pin\n")
    assert "of requirements/development.txt" in run(checkout)


@pytest.mark.slow
def test_a_killed_run_is_mended_by_the_next(checkout: Path) -> None:
    killed = subprocess.Popen((checkout / "scripts" / "setup",), start_new_session=True, stdout=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not list(checkout.glob(".venv/lib/python*/site-packages/[!p]*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    assert "about to make .venv" in run(checkout)
    subprocess.run((checkout / ".venv" / "bin" / "flakebot", "--version"), check=True, capture_output=True)
