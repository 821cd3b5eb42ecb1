"""The folder of an update's candidates: whole or absent, and believed only as far as it fits together."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from flakebot.adapters.candidate import CandidateFolder
from flakebot.errors import MisuseError, UnavailableError
from flakebot.model import (
    Attempt,
    Candidate,
    CheckOutcome,
    CheckReport,
    CheckStage,
    Choice,
    LockUpdate,
    Sha,
    Stayed,
    Update,
)
from tests.adapters.workshop import git, new_checkout

ATTEMPT = {"directory": ".", "inputs": [], "is_built": True, "outcome": "passed", "seconds": 1e300}
CANDIDATE = Candidate(
    base=Sha("a" * 40),
    tree=Sha("b" * 40),
    locks=(
        LockUpdate(
            path="sub/flake.lock",
            old=b'{"old": 1}\n',
            new=b'{"new": 1}\r\n\xff',
            choices=(
                Choice(input="lib", ref=None, revision="c" * 40, seen_at=datetime(2026, 7, 18, tzinfo=UTC)),
                Choice(
                    input="sub/leaf",
                    ref="stable",
                    revision="sha256-",
                    seen_at=datetime(2026, 7, 18, tzinfo=UTC),
                    min_age=timedelta(days=7),
                ),
            ),
        ),
    ),
    nix_version="2.26.3",
    made_at=datetime(2026, 7, 18, 12, 0, 1, 5, tzinfo=UTC),
    update_log="warning: updating\n",
    check=CheckReport(
        outcome=CheckOutcome.FAILED,
        command=("nix", "flake", "check", ""),
        duration=timedelta(seconds=12.5),
        log="error: ümlaut\n",
        failed_in=CheckStage.BUILD,
        failing="checks.x86_64-linux.web",
        is_exact=False,
    ),
    stayed=(Stayed(input="shaky", why="breaks the check", held_by="held-shaky"),),
)
LOCK = CANDIDATE.locks[0]
HELD = replace(
    CANDIDATE,
    name="held-shaky",
    held="shaky breaks the check",
    locks=(LOCK, replace(LOCK, path="flake.lock", old=None)),
    stayed=(),
)
UPDATE = Update(
    base=CANDIDATE.base,
    paths=("sub/flake.lock", "flake.lock"),
    candidates=(CANDIDATE, HELD),
    attempts=(
        Attempt(
            directory="sub",
            inputs=("lib", "shaky"),
            is_built=False,
            outcome=CheckOutcome.FAILED,
            duration=timedelta(seconds=3.25),
        ),
    ),
)


def of(candidate: Candidate) -> Update:
    return replace(UPDATE, candidates=(candidate,))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "deep" / "candidate"
    CandidateFolder(path).write(UPDATE)
    return path


@pytest.mark.parametrize(
    "update",
    [
        UPDATE,
        replace(UPDATE, candidates=(), attempts=(), is_complete=False),
        of(replace(CANDIDATE, locks=(replace(LOCK, old=None),))),
        of(
            replace(
                CANDIDATE,
                locks=(replace(LOCK, new=b"", choices=()),),
                update_log="",
                check=replace(CANDIDATE.check, log="", command=()),
            )
        ),
        *(of(replace(CANDIDATE, check=replace(CANDIDATE.check, outcome=outcome))) for outcome in CheckOutcome),
    ],
    ids=["whole", "nothing to do", "first lock", "empty", *CheckOutcome],
)
def test_reads_back_what_it_wrote(tmp_path: Path, update: Update) -> None:
    CandidateFolder(tmp_path / "candidate").write(update)
    assert CandidateFolder(tmp_path / "candidate").read() == update


def test_an_update_that_could_not_be_read_back_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nix_version"):
        CandidateFolder(tmp_path / "candidate").write(of(replace(CANDIDATE, nix_version="")))
    assert list(tmp_path.iterdir()) == []


def test_of_a_long_reason_the_beginning_is_kept(tmp_path: Path) -> None:
    stayed = replace(CANDIDATE.stayed[0], why=f"the host says {'x' * 5000}")
    CandidateFolder(tmp_path / "candidate").write(of(replace(CANDIDATE, stayed=(stayed,))))
    (candidate,) = CandidateFolder(tmp_path / "candidate").read().candidates
    assert candidate.stayed[0].why == stayed.why[:4096]


def test_the_files_are_what_a_person_expects(folder: Path) -> None:
    assert {file.name for file in folder.iterdir()} == {".gitignore", "update.json", "1-everything", "2-held-shaky"}
    assert (folder / ".gitignore").read_text() == "*\n"
    files = {"candidate.json", "1.lock", "1.lock.old", "update.log", "check.log"}
    assert {file.name for file in (folder / "1-everything").iterdir()} == files
    assert {file.name for file in (folder / "2-held-shaky").iterdir()} == files | {"2.lock"}
    assert (folder / "1-everything" / "1.lock").read_bytes() == LOCK.new
    record = json.loads((folder / "1-everything" / "candidate.json").read_text())
    assert (record["base"], record["check"]["outcome"]) == ("a" * 40, "failed")
    assert json.loads((folder / "update.json").read_text())["schema"] == 2


def test_replaces_an_earlier_candidate_and_leaves_nothing_of_it(folder: Path) -> None:
    CandidateFolder(folder).write(of(replace(CANDIDATE, locks=(replace(LOCK, old=None),))))
    assert not (folder / "1-everything" / "1.lock.old").exists()
    assert not (folder / "2-held-shaky").exists()
    assert [file.name for file in folder.parent.iterdir()] == ["candidate"]


def test_git_sees_nothing_of_it(tmp_path: Path) -> None:
    checkout = new_checkout(tmp_path / "checkout")
    CandidateFolder(checkout / "flakebot-candidate").write(UPDATE)
    assert git(checkout, "status", "--porcelain") == ""


def test_is_read_without_the_hidden_file_that_an_artifact_leaves_out(folder: Path) -> None:
    (folder / ".gitignore").unlink()
    assert CandidateFolder(folder).read() == UPDATE
    CandidateFolder(folder).write(UPDATE)


@pytest.mark.parametrize("content", ["*.pyc\n", "*", "", "*\n*\n", None])
def test_an_ignore_file_of_somebody_else_is_left_as_it_is(folder: Path, content: str | None) -> None:
    place = folder / ".gitignore"
    place.unlink()
    place.symlink_to(folder / "update.json") if content is None else place.write_text(content)
    for act in (CandidateFolder(folder).clear, lambda: CandidateFolder(folder).write(UPDATE)):
        with pytest.raises(MisuseError, match="holds something else"):
            act()
    assert place.is_symlink() or place.read_text() == content


def test_an_empty_folder_is_as_good_as_none(tmp_path: Path) -> None:
    CandidateFolder(tmp_path).write(UPDATE)
    assert CandidateFolder(tmp_path).read() == UPDATE


def test_clearing_takes_an_earlier_update_away_and_nothing_else(folder: Path) -> None:
    (folder.parent / "thesis.tex").write_text("years of work")
    for _ in range(2):
        CandidateFolder(folder).clear()
        assert [file.name for file in folder.parent.iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize("name", ["thesis.tex", "1-everything/thesis.tex", "locks/1.lock"])
def test_a_folder_that_holds_something_else_is_left_as_it_is(tmp_path: Path, name: str) -> None:
    place = tmp_path / name
    place.parent.mkdir(exist_ok=True)
    place.write_text("years of work")
    with pytest.raises(MisuseError, match="holds something else"):
        CandidateFolder(tmp_path).write(UPDATE)
    with pytest.raises(MisuseError, match="holds something else"):
        CandidateFolder(tmp_path).clear()
    assert place.read_text() == "years of work"


@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_is_no_folder_is_left_as_it_is(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "candidate"
    path.write_text("x") if kind == "file" else path.symlink_to(tmp_path)
    with pytest.raises(MisuseError, match="is no folder"):
        CandidateFolder(path).write(UPDATE)
    assert path.is_symlink() or path.read_text() == "x"


def test_a_folder_that_cannot_be_made_is_misuse(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(MisuseError, match="could not be written") as caught:
        CandidateFolder(tmp_path / "file" / "candidate").write(UPDATE)
    assert "--candidate" in caught.value.advice


@pytest.mark.parametrize("place", ["file/candidate", "file/deep/candidate", "link/candidate"])
def test_that_a_folder_cannot_be_made_is_found_when_it_is_cleared(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(MisuseError, match="could not be written") as caught:
        CandidateFolder(tmp_path / place).clear()
    assert "--candidate" in caught.value.advice


def test_clearing_where_nothing_is_yet_makes_nothing(tmp_path: Path) -> None:
    CandidateFolder(tmp_path / "deep" / "candidate").clear()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="not even root may write to Linux' /sys")
def test_that_a_place_is_only_for_reading_is_found_when_it_is_cleared() -> None:
    with pytest.raises(MisuseError, match="could not be written to /sys/kernel/candidate"):
        CandidateFolder(Path("/sys/kernel/candidate")).clear()


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    """A file system of 64 kB, in a mount namespace that only this test's child sees."""
    place = tmp_path / "disk"
    place.mkdir()
    return place


def test_a_full_disk_leaves_the_earlier_candidate_and_nothing_half_done(small_disk: Path) -> None:
    script = f"""
from msgspec.structs import replace
from pathlib import Path
from flakebot.adapters.candidate import CandidateFolder
from flakebot.errors import UnavailableError
from tests.adapters.test_candidate import CANDIDATE, LOCK, UPDATE, of
folder = Path({str(small_disk)!r}) / "candidate"
CandidateFolder(folder).write(UPDATE)
try:
    CandidateFolder(folder).write(of(replace(CANDIDATE, locks=(replace(LOCK, new=b"x" * 1_000_000),))))
except UnavailableError as error:
    print(error)
assert [file.name for file in folder.parent.iterdir()] == ["candidate"]
assert CandidateFolder(folder).read() == UPDATE
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


FIRST = "1-everything"
RECORD = f"{FIRST}/candidate.json"


def rewritten(name: str, change: Callable[[dict[str, object]], object]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        record = json.loads((folder / name).read_text())
        change(record)
        (folder / name).write_text(json.dumps(record))

    return apply


def linked(folder: Path) -> None:
    (folder / FIRST / "1.lock").rename(folder.parent / "elsewhere")
    (folder / FIRST / "1.lock").symlink_to(folder.parent / "elsewhere")


def piped(folder: Path) -> None:
    (folder / FIRST / "1.lock").unlink()
    os.mkfifo(folder / FIRST / "1.lock")


def with_another_field(record: Any, *, place: tuple[str | int, ...]) -> None:  # noqa: ANN401  # whatever JSON holds
    for step in place:
        record = record[step]
    record["another"] = 1


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda folder: (folder / "update.json").unlink(), "update.json is missing"),
        (lambda folder: (folder / RECORD).unlink(), "1-everything/candidate.json is missing"),
        (lambda folder: (folder / FIRST / "1.lock").unlink(), "1.lock is missing"),
        (lambda folder: (folder / FIRST / "check.log").unlink(), "check.log is missing"),
        (lambda folder: (folder / FIRST / "1.lock").write_bytes(b"other"), "1.lock was changed after it was checked"),
        (lambda folder: (folder / FIRST / "1.lock.old").unlink(), "1.lock.old was changed, added or removed"),
        (lambda folder: (folder / FIRST / "1.lock.old").write_bytes(b""), "1.lock.old was changed, added or removed"),
        (lambda folder: (folder / RECORD).write_text("{"), "candidate.json: Input data was truncated"),
        (lambda folder: (folder / "update.json").write_text(" " * 2_000_000), "larger than 1048576 bytes"),
        (lambda folder: (folder / FIRST / "update.log").write_text("x" * 5_000_000), "larger than"),
        (lambda folder: (folder / RECORD).write_bytes(b'"\xff"'), "candidate.json: "),
        (rewritten(RECORD, lambda record: record.update(extra=1)), "Object contains unknown field `extra`"),
        (rewritten("update.json", lambda record: record.update(attempts=[ATTEMPT])), "attempts[0].seconds"),
        (rewritten("update.json", lambda record: record.update(schema=1)), "schema"),
        (
            rewritten("update.json", lambda record: record.update(candidates=["../1-everything"])),
            "update.json: candidates[0]: ",
        ),
        (rewritten("update.json", lambda record: record.update(candidates=["1-everything"] * 2)), "have one name"),
        (rewritten("update.json", lambda record: record.update(base="e" * 40)), "another base"),
        (rewritten("update.json", lambda record: record.update(paths=["flake.lock"])), "other locks"),
        (rewritten(RECORD, lambda record: record.pop("tree")), "candidate.json: Object missing required field `tree`"),
        (rewritten(RECORD, lambda record: record.update(locks=[])), "locks"),
        (rewritten(RECORD, lambda record: record.update(name="x/../y")), "name"),
        (rewritten(RECORD, lambda record: record.update(name="shaky\n")), "candidate.json: name: "),
        (rewritten(RECORD, lambda record: record.update(base="HEAD")), "candidate.json: base: "),
        (rewritten(RECORD, lambda record: record.update(base="a" * 40 + "\n")), "candidate.json: base: "),
        (rewritten(RECORD, lambda record: record.update(held="x" * 5000)), "candidate.json: held: "),
        *(
            (rewritten(name, partial(with_another_field, place=place)), "Object contains unknown field `another`")
            for name, place in (
                (RECORD, ("check",)),
                (RECORD, ("locks", 0)),
                (RECORD, ("locks", 0, "choices", 0)),
                (RECORD, ("stayed", 0)),
                ("update.json", ("attempts", 0)),
                ("update.json", ()),
            )
        ),
        (rewritten(RECORD, lambda record: record.update(made_at="2026-01-01T00:00:00")), "made_at"),
        (rewritten(RECORD, lambda record: record.update(check={"outcome": "fine"})), "check.outcome"),
        (linked, "1.lock cannot be read"),
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
    with pytest.raises(MisuseError, match=r"update\.json is missing"):
        CandidateFolder(tmp_path / "none").read()


def test_what_is_refused_is_not_shown(folder: Path) -> None:
    rewritten(RECORD, lambda record: record.update(base="ghp_verysecret"))(folder)
    with pytest.raises(MisuseError) as caught:
        CandidateFolder(folder).read()
    assert "verysecret" not in str(caught.value)
    assert not isinstance(caught.value, UnavailableError)
