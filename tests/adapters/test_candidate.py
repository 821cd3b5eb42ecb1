"""The candidate's folder: whole or absent, and believed only as far as it fits together."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flakebot.adapters.candidate import CandidateFolder
from flakebot.errors import MisuseError, UnavailableError
from flakebot.model import Candidate, CheckOutcome, CheckReport, Choice, Sha

CANDIDATE = Candidate(
    base=Sha("a" * 40),
    tree=Sha("b" * 40),
    path="sub/flake.lock",
    old_lock=b'{"old": 1}\n',
    lock=b'{"new": 1}\r\n\xff',
    nix_version="2.26.3",
    made_at=datetime(2026, 7, 18, 12, 0, 1, 5, tzinfo=UTC),
    update_log="warning: updating\n",
    check=CheckReport(
        outcome=CheckOutcome.FAILED,
        command=("nix", "flake", "check", ""),
        duration=timedelta(seconds=12.5),
        log="error: ümlaut\n",
    ),
    choices=(
        Choice(input="lib", ref=None, revision="c" * 40, seen_at=datetime(2026, 7, 18, tzinfo=UTC)),
        Choice(input="sub/leaf", ref="stable", revision="sha256-", seen_at=datetime(2026, 7, 18, tzinfo=UTC)),
    ),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "deep" / "candidate"
    CandidateFolder(path).write(CANDIDATE)
    return path


@pytest.mark.parametrize(
    "candidate",
    [
        CANDIDATE,
        replace(CANDIDATE, old_lock=None),
        replace(CANDIDATE, lock=b"", update_log="", check=replace(CANDIDATE.check, log="", command=())),
        *(replace(CANDIDATE, check=replace(CANDIDATE.check, outcome=outcome)) for outcome in CheckOutcome),
    ],
    ids=["whole", "first lock", "empty", *CheckOutcome],
)
def test_reads_back_what_it_wrote(tmp_path: Path, candidate: Candidate) -> None:
    CandidateFolder(tmp_path / "candidate").write(candidate)
    assert CandidateFolder(tmp_path / "candidate").read() == candidate


def test_the_files_are_what_a_person_expects(folder: Path) -> None:
    assert {file.name for file in folder.iterdir()} == {
        *("candidate.json", "flake.lock", "flake.lock.old", "update.log", "check.log")
    }
    assert (folder / "flake.lock").read_bytes() == CANDIDATE.lock
    record = json.loads((folder / "candidate.json").read_text())
    assert (record["schema"], record["base"], record["check"]["outcome"]) == (1, "a" * 40, "failed")


def test_replaces_an_earlier_candidate_and_leaves_nothing_of_it(folder: Path) -> None:
    CandidateFolder(folder).write(replace(CANDIDATE, old_lock=None))
    assert not (folder / "flake.lock.old").exists()
    assert [file.name for file in folder.parent.iterdir()] == ["candidate"]


def test_an_empty_folder_is_as_good_as_none(tmp_path: Path) -> None:
    CandidateFolder(tmp_path).write(CANDIDATE)
    assert CandidateFolder(tmp_path).read() == CANDIDATE


def test_a_folder_that_holds_something_else_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(MisuseError, match="holds something else"):
        CandidateFolder(tmp_path).write(CANDIDATE)
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_is_no_folder_is_left_as_it_is(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "candidate"
    path.write_text("x") if kind == "file" else path.symlink_to(tmp_path)
    with pytest.raises(MisuseError, match="is no folder"):
        CandidateFolder(path).write(CANDIDATE)
    assert path.is_symlink() or path.read_text() == "x"


def test_a_folder_that_cannot_be_made_is_misuse(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(MisuseError, match="could not be written") as caught:
        CandidateFolder(tmp_path / "file" / "candidate").write(CANDIDATE)
    assert "--candidate" in caught.value.advice


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    """A file system of 64 kB, in a mount namespace that only this test's child sees."""
    place = tmp_path / "disk"
    place.mkdir()
    return place


def test_a_full_disk_leaves_the_earlier_candidate_and_nothing_half_done(small_disk: Path) -> None:
    script = f"""
from dataclasses import replace
from pathlib import Path
from flakebot.adapters.candidate import CandidateFolder
from flakebot.errors import UnavailableError
from tests.adapters.test_candidate import CANDIDATE
folder = Path({str(small_disk)!r}) / "candidate"
CandidateFolder(folder).write(CANDIDATE)
try:
    CandidateFolder(folder).write(replace(CANDIDATE, lock=b"x" * 1_000_000))
except UnavailableError as error:
    print(error)
assert [file.name for file in folder.parent.iterdir()] == ["candidate"]
assert CandidateFolder(folder).read() == CANDIDATE
"""
    mount = f"mount -t tmpfs -o size=64k none {small_disk}"
    isolated = ["unshare", "--mount", *(() if os.geteuid() == 0 else ("--map-root-user",))]
    if subprocess.run([*isolated, "sh", "-c", mount], capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine lets nobody mount a small disk")
    ended = subprocess.run(
        [*isolated, "sh", "-c", f'{mount} && exec "$0" -c "$1"', sys.executable, script],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr
    assert "No space left on device" in ended.stdout


def rewritten(name: str, change: Callable[[dict[str, object]], object]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        record = json.loads((folder / name).read_text())
        change(record)
        (folder / name).write_text(json.dumps(record))

    return apply


def linked(folder: Path) -> None:
    (folder / "flake.lock").rename(folder.parent / "elsewhere")
    (folder / "flake.lock").symlink_to(folder.parent / "elsewhere")


def piped(folder: Path) -> None:
    (folder / "flake.lock").unlink()
    os.mkfifo(folder / "flake.lock")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda folder: (folder / "candidate.json").unlink(), "candidate.json is missing"),
        (lambda folder: (folder / "flake.lock").unlink(), "flake.lock is missing"),
        (lambda folder: (folder / "check.log").unlink(), "check.log is missing"),
        (lambda folder: (folder / "flake.lock").write_bytes(b"other"), "flake.lock was changed after it was checked"),
        (lambda folder: (folder / "flake.lock.old").unlink(), "flake.lock.old was changed, added or removed"),
        (lambda folder: (folder / "flake.lock.old").write_bytes(b""), "flake.lock.old was changed, added or removed"),
        (lambda folder: (folder / "candidate.json").write_text("{"), "candidate.json: Invalid JSON"),
        (lambda folder: (folder / "candidate.json").write_text(" " * 70_000), "larger than 65536 bytes"),
        (lambda folder: (folder / "update.log").write_text("x" * 5_000_000), "larger than"),
        (rewritten("candidate.json", lambda record: record.update(extra=1)), "extra"),
        (rewritten("candidate.json", lambda record: record.update(schema=2)), "schema"),
        (rewritten("candidate.json", lambda record: record.pop("tree")), "tree: Field required"),
        (rewritten("candidate.json", lambda record: record.update(base="HEAD")), "base"),
        (rewritten("candidate.json", lambda record: record.update(made_at="2026-01-01T00:00:00")), "made_at"),
        (rewritten("candidate.json", lambda record: record.update(check={"outcome": "fine"})), "check.outcome"),
        (linked, "flake.lock cannot be read"),
        (piped, "it is no plain file"),
    ],
)
def test_a_damaged_candidate_is_not_believed(folder: Path, damage: Callable[[Path], object], said: str) -> None:
    damage(folder)
    with pytest.raises(MisuseError, match="holds no candidate that can be proposed") as caught:
        CandidateFolder(folder).read()
    assert said in str(caught.value)
    assert "flakebot update" in caught.value.advice


def test_no_candidate_at_all_is_misuse(tmp_path: Path) -> None:
    with pytest.raises(MisuseError, match=r"candidate\.json is missing"):
        CandidateFolder(tmp_path / "none").read()


def test_what_is_refused_is_not_shown(folder: Path) -> None:
    rewritten("candidate.json", lambda record: record.update(base="ghp_verysecret"))(folder)
    with pytest.raises(MisuseError) as caught:
        CandidateFolder(folder).read()
    assert "verysecret" not in str(caught.value)
    assert not isinstance(caught.value, UnavailableError)
