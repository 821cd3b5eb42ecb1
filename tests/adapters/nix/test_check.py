"""Checking with real Nix in each version that is here: how deep, how wide, within which limits, by which command."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from flakebot.adapters.nix import CheckPlan, NixCommand, Program
from flakebot.adapters.nix.blame import attribute_of
from flakebot.errors import MisuseError, RefusedError, UnavailableError
from flakebot.model import CheckOutcome, CheckStage
from tests.adapters.nix.workplace import DERIVATION, MINUTE, SYSTEM, Workplace

MIB = 1024**2
FAILING = DERIVATION.format(system=SYSTEM, script='"echo because; exit 3"', more="")
BUILDING = DERIVATION.format(system=SYSTEM, script='"echo > $out"', more="")


def shell(script: str, *, memory: int | None = None) -> CheckPlan:
    return CheckPlan(command=("/bin/sh", "-c", script), memory=memory)


@contextmanager
def typed(text: bytes) -> Iterator[None]:
    """Give ourselves a stdin that holds something."""
    kept, (reading, writing) = os.dup(0), os.pipe()
    os.write(writing, text)
    os.close(writing)
    os.dup2(reading, 0)
    try:
        yield
    finally:
        os.dup2(kept, 0)
        for number in (kept, reading):
            os.close(number)


# Depth: what an evaluation alone finds


@pytest.mark.parametrize(
    ("output", "outcome"),
    [
        pytest.param(FAILING, CheckOutcome.PASSED, id="a build that fails"),
        pytest.param('throw "no"', CheckOutcome.FAILED, id="a check that cannot be evaluated"),
    ],
)
def test_evaluating_alone_builds_nothing(place: Workplace, output: str, outcome: CheckOutcome) -> None:
    place.prepare(output)
    report = place.check(is_built=False)
    assert (report.outcome, "because" in report.log) == (outcome, False), report.log
    assert place.check(CheckPlan(is_evaluation_only=True)).outcome is outcome


@pytest.mark.parametrize(
    ("output", "stage"),
    [
        pytest.param(FAILING, CheckStage.BUILD, id="a build that fails"),
        pytest.param(f"{BUILDING} // {{ drvPath = throw ''no''; }}", CheckStage.EVALUATION, id="a throw"),
        pytest.param("a.nothing", CheckStage.EVALUATION, id="an attribute that an input has no more"),
        pytest.param("3", CheckStage.EVALUATION, id="no derivation"),
        pytest.param(f"import ({FAILING})", CheckStage.EVALUATION, id="a build that the evaluation needs"),
        pytest.param(f"{BUILDING}; checks.{SYSTEM}.u = throw ''no''", CheckStage.EVALUATION, id="one of two"),
        pytest.param(f"{FAILING}; checks.{SYSTEM}.a = throw ''no''", CheckStage.EVALUATION, id="both, each its way"),
    ],
)
def test_says_where_it_failed(place: Workplace, output: str, stage: CheckStage) -> None:
    place.prepare(output)
    report = place.check()
    assert (report.outcome, report.failed_in) == (CheckOutcome.FAILED, stage), report.log
    is_seen_early = place.check(is_built=False).outcome is CheckOutcome.FAILED
    assert is_seen_early is (stage is CheckStage.EVALUATION)


@pytest.mark.parametrize(("other", "is_built"), [("throw ''no''", False), (BUILDING, True)])
def test_what_cannot_be_evaluated_is_known_before_anything_is_built(
    place: Workplace, other: str, *, is_built: bool
) -> None:
    marker = place.folder / "built"
    marking = DERIVATION.format(system=SYSTEM, script=f'"echo > {marker}; echo > $out"', more="")
    place.prepare(f"{marking}; checks.{SYSTEM}.u = {other}")
    report = place.check()
    assert (report.failed_in is CheckStage.EVALUATION, marker.exists()) == (not is_built, is_built), report.log


@pytest.mark.parametrize("output", [FAILING, 'throw "no"'])
def test_names_what_failed_where_nix_does(place: Workplace, output: str) -> None:
    place.prepare(output)
    is_named = not place.nix.version().startswith("2.8.")
    assert place.check().failing == (f"checks.{SYSTEM}.t" if is_named else "")


@pytest.mark.parametrize(
    "failing",
    [FAILING, 'throw "no"', "a.nothing", f"{BUILDING} // {{ drvPath = throw ''no''; }}", f"import ({FAILING})"],
)
def test_every_nix_names_what_failed_when_it_is_asked_once_more(place: Workplace, failing: str) -> None:
    place.prepare(f"{BUILDING}; checks.{SYSTEM}.u = {failing}")
    report = place.check()
    said = place.nix.failing_attribute(place.scratch, report, limit=MINUTE, progress=print)
    assert said == f"checks.{SYSTEM}.u", report.log


def test_what_failed_in_a_check_by_a_command_is_not_asked_of_nix(place: Workplace) -> None:
    place.prepare(FAILING)
    nix = NixCommand(plan=shell("exit 1"))
    report = nix.check(place.scratch, limit=MINUTE, progress=print)
    assert nix.failing_attribute(place.scratch, report, limit=MINUTE, progress=print) == ""


@pytest.mark.parametrize("said", [b"", b"no", b"[]", b'{"s": []}', b'{"s": {"t": false}}'])
def test_nothing_is_blamed_for_what_nix_does_not_say(said: bytes) -> None:
    assert attribute_of(frozenset({"/nix/store/1-t.drv"}), said) == ""


def test_what_passed_failed_nowhere(place: Workplace) -> None:
    place.prepare(BUILDING)
    report = place.check()
    assert (report.outcome, report.failed_in, report.failing) == (CheckOutcome.PASSED, None, "")


# Width


def test_every_system_is_evaluated_when_asked_and_by_old_versions_always(place: Workplace) -> None:
    place.prepare('throw "elsewhere"', system="riscv64-linux")
    assert place.check(CheckPlan(is_every_system=True)).outcome is CheckOutcome.FAILED
    is_old = place.nix.version().startswith("2.8.")
    assert place.check().outcome is (CheckOutcome.FAILED if is_old else CheckOutcome.PASSED)


def test_what_every_call_is_told_reaches_each(place: Workplace) -> None:
    place.prepare(BUILDING)
    nix = NixCommand(program=Program(arguments=("--option", "no-such-thing", "1")))
    told: list[str] = []
    nix.update(place.scratch, limit=MINUTE, progress=told.append)
    report = nix.check(place.scratch, limit=MINUTE, progress=print)
    assert report.outcome is CheckOutcome.PASSED
    for said in ("\n".join(told), report.log):
        assert "unknown setting 'no-such-thing'" in said


def test_an_argument_that_nix_does_not_know_is_no_failing_check(place: Workplace) -> None:
    place.prepare(BUILDING)
    with pytest.raises(MisuseError, match="Nix says error: unrecognised flag '--no-such-thing'") as caught:
        place.check(CheckPlan(arguments=("--no-such-thing",)))
    assert caught.value.advice == "Correct `nix-arguments` or `check-arguments`."
    nix = NixCommand(program=Program(arguments=("--no-such-thing",)))
    with pytest.raises(MisuseError, match="unrecognised flag"):
        nix.update(place.scratch, limit=MINUTE, progress=print)


def test_a_flake_cannot_say_that_an_argument_is_unknown(place: Workplace) -> None:
    place.prepare('throw "\nerror: unrecognised flag"')
    assert place.check().outcome is CheckOutcome.FAILED


# Which Nix


def test_a_nix_is_found_by_its_path_also_by_a_check_command(place: Workplace) -> None:
    place.prepare(BUILDING)
    version, path = place.nix.version(), place.folder / "own" / "nix"
    path.parent.mkdir()
    path.write_text(f'#!/bin/sh\n[ "$1" != --whose ] || exec echo mine\nexec {shutil.which("nix")} "$@"\n')
    path.chmod(0o755)
    nix = NixCommand(program=Program(name=str(path)), plan=CheckPlan(command=("nix", "--whose")))
    assert nix.version() == version
    assert nix.check(place.scratch, limit=MINUTE, progress=print).log == "mine\n"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("nix-of-nobody", "the program nix-of-nobody is not on PATH"),
        ("/nowhere/nix", "/nowhere/nix is no program that can be run"),
    ],
)
def test_says_which_nix_is_not_there(tmp_path: Path, name: str, sentence: str) -> None:
    nix = NixCommand(program=Program(name=name))
    for call in (nix.version, lambda: nix.check(tmp_path, limit=MINUTE, progress=print)):
        with pytest.raises(MisuseError, match=sentence):
            call()


# A command in its place


def test_a_command_checks_in_the_flakes_folder_and_all_that_it_prints_is_the_log(place: Workplace) -> None:
    place.prepare(BUILDING)
    told: list[str] = []
    nix = NixCommand(plan=shell("pwd; echo out; echo err >&2; ls; exit 7"))
    report = nix.check(place.scratch, limit=MINUTE, progress=told.append)
    assert report.log == f"{place.scratch}\nout\nerr\nflake.lock\nflake.nix\n"
    assert told == report.log.splitlines()
    assert (report.outcome, report.failed_in, report.command[0]) == (CheckOutcome.FAILED, None, "/bin/sh")
    assert not nix.can_evaluate_only()


def test_a_command_may_be_a_script_of_the_flake(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    place.prepare(BUILDING)
    script = place.scratch / "check.sh"
    script.write_text("#!/bin/sh\necho from the flake\n")
    monkeypatch.chdir(place.folder)
    with pytest.raises(MisuseError, match=r"check\.sh is no program that can be run"):
        place.check(CheckPlan(command=("./check.sh",)))
    script.chmod(0o755)
    assert place.check(CheckPlan(command=("./check.sh",))).log == "from the flake\n"


def test_a_command_can_use_nix_as_it_is_and_is_not_asked_about_what_a_flake_configures(place: Workplace) -> None:
    base = place.write_flake("echo built; echo > $out", header='nixConfig.post-build-hook = "/bin/false";')
    place.export(base)
    place.update()
    place.record()
    report = place.check(CheckPlan(command=("nix", "flake", "check", "--no-update-lock-file", "--print-build-logs")))
    assert report.outcome is CheckOutcome.PASSED, report.log
    assert "t> built" in report.log
    assert "ignoring untrusted flake configuration setting" in report.log


def test_a_command_that_leaves_another_lock_behind_is_refused(place: Workplace) -> None:
    place.prepare(BUILDING)
    for script in ("echo >> flake.lock", "rm flake.lock", "echo >> flake.lock; exit 1"):
        place.update()
        with pytest.raises(RefusedError, match=r"the check command `/bin/sh` changed flake\.lock"):
            place.check(shell(script))
    place.update()
    assert place.check(shell("touch flake.lock")).outcome is CheckOutcome.PASSED


def test_a_command_that_updates_before_it_checks_is_refused(place: Workplace) -> None:
    place.prepare(BUILDING)
    place.write_input("2")
    with pytest.raises(RefusedError, match=r"changed flake\.lock"):
        place.check(shell("nix flake update && nix flake check"))


def test_a_command_has_no_more_time_than_nix(place: Workplace) -> None:
    place.prepare(BUILDING)
    nix = NixCommand(plan=shell("echo hanging; sleep 60 & wait"))
    report = nix.check(place.scratch, limit=timedelta(seconds=1), progress=print)
    assert (report.outcome, report.log) == (CheckOutcome.TIMED_OUT, "hanging\n")
    assert report.duration < timedelta(seconds=20)


def test_a_command_sees_no_secret(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    place.prepare(BUILDING)
    for name in ("FLAKEBOT_TOKEN", "GITHUB_TOKEN", "SSH_AUTH_SOCK", "ACTIONS_RUNTIME_TOKEN"):
        monkeypatch.setenv(name, "verysecret")
    report = place.check(shell("env; tr '\\0' '\\n' < /proc/self/environ"))
    assert "NIX_STORE_DIR=" in report.log, "it dumped nothing"
    assert "verysecret" not in report.log


# Limits


def test_memory_is_limited_for_a_command_and_all_that_it_starts(place: Workplace) -> None:
    place.prepare(BUILDING)
    assert place.check(shell("ulimit -v; sh -c 'ulimit -v'", memory=512 * MIB)).log == "524288\n524288\n"
    assert place.check(shell("ulimit -v", memory=None)).log == "unlimited\n"


def test_nix_ends_by_itself_when_it_has_too_little_memory(place: Workplace) -> None:
    place.prepare("toString (builtins.length (builtins.genList (n: n) 150000000))")
    report = place.check(CheckPlan(memory=700 * MIB))
    assert (report.outcome, report.failed_in) == (CheckOutcome.FAILED, CheckStage.EVALUATION)
    assert "out of memory" in report.log
    assert report.log.endswith("\n(flakebot gives each process of the check 700 MiB: `check-memory`)\n")


def test_a_check_starts_only_where_there_is_room(place: Workplace) -> None:
    place.prepare(BUILDING)
    with pytest.raises(UnavailableError, match=r"GiB are free in .*scratch, and `check-disk` asks for 1048576\.0 GiB"):
        place.check(CheckPlan(disk=1024**5))
    assert place.check(CheckPlan(disk=1)).outcome is CheckOutcome.PASSED


def test_there_must_be_room_for_the_store_too(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    place.prepare(BUILDING)
    monkeypatch.setenv("NIX_STORE_DIR", "/proc/1/nothing/store")  # of a file system that never has any room
    with pytest.raises(UnavailableError, match=r"0\.0 GiB are free in /proc/1/nothing/store"):
        place.check(CheckPlan(disk=1))


# No stdin


def test_nobody_can_be_asked_by_a_command(place: Workplace) -> None:
    place.prepare(BUILDING)
    with typed(b"yes\n"):
        report = place.check(shell("cat; readlink /proc/self/fd/0; cut -d ' ' -f 6 /proc/self/stat"))
    stdin, session = report.log.splitlines()
    assert stdin == "/dev/null"
    assert int(session) != os.getsid(0), "it could open our terminal"


def test_nobody_can_be_asked_by_nix(place: Workplace) -> None:
    read = '"[${builtins.readFile /dev/stdin}]"'
    place.prepare(f"builtins.trace {read} ({BUILDING})")
    with typed(b"yes\n"):
        report = place.check(CheckPlan(arguments=("--impure",)))
    assert report.outcome is CheckOutcome.PASSED, report.log
    assert "trace: []" in report.log


@pytest.mark.parametrize(
    ("program", "is_found"), [("sh", True), ("/bin/sh", True), ("./check", True), ("check", False), ("./no", False)]
)
def test_a_check_command_is_looked_for_before_it_is_needed(tmp_path: Path, program: str, *, is_found: bool) -> None:
    (tmp_path / "check").write_text("#!/bin/sh")
    (tmp_path / "check").chmod(0o755)
    nix = NixCommand(plan=CheckPlan(command=(program, "--fast")))
    if is_found:
        nix.require_checker(tmp_path)
        return
    with pytest.raises(MisuseError, match=f"the check command `{program}` is no program that can be run") as caught:
        nix.require_checker(tmp_path)
    assert "check-command" in caught.value.advice


def test_where_nix_itself_checks_no_command_is_looked_for(tmp_path: Path) -> None:
    NixCommand().require_checker(tmp_path)
