"""What the program prints: no secret, nothing that steers a workflow, one document that is still the same."""

from __future__ import annotations

import json
import re
import threading
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from flakebot.cli.output import Output
from flakebot.commands.report import Report
from flakebot.errors import ExitCode, MisuseError

SECRET = "ghp_verysecret"
KEY = "-----BEGIN\nlinetwo\n"


@pytest.fixture(autouse=True)
def _no_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the runner that the tests themselves may run in."""
    for name in ("GITHUB_ACTIONS", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def runner(_no_runner: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workflow's runner."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))


def start() -> Output:
    """Start the output of a JSON-speaking command that holds two secrets."""
    return Output(as_json=True, secrets=(SECRET, KEY))


def report(headline: str = "Done.", *, exit_code: ExitCode = ExitCode.DONE, summary: str = "") -> Report:
    return Report(command="propose", outcome="proposed", headline=headline, exit_code=exit_code, summary=summary)


@pytest.mark.usefixtures("runner")
def test_secrets_are_masked_before_anything_else_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    start()
    said = capsys.readouterr().err
    assert set(said.splitlines()) == {f"::add-mask::{word}" for word in (SECRET, "-----BEGIN", "linetwo")}


@pytest.mark.usefixtures("runner")
def test_no_secret_and_no_command_gets_out(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    output = start()
    capsys.readouterr()
    output.is_verbose = True
    headline = f"::set-env name=X::{SECRET} ##[add-mask]x ###[y"
    output.say(headline)
    output.quote(f"::error::{SECRET}\r::warning::linetwo")
    assert output.report(report(headline, summary=f"{SECRET} linetwo")) == 0
    printed = capsys.readouterr()
    written = (tmp_path / "output").read_text() + (tmp_path / "summary").read_text()
    for text in (printed.out, printed.err, written):
        assert SECRET not in text
        assert "linetwo" not in text
    for text in (printed.out, printed.err):
        assert "##[" not in text
        lines = text.replace("\r", "\n").splitlines()
        commands = [line for line in lines if line.lstrip().startswith("::")]
        assert all(line.startswith("::group::") or line == "::endgroup::" for line in commands)
        assert [line.split("::")[1] for line in commands] == (["group", "endgroup"] if text is printed.err else [])
    assert json.loads(printed.out)["message"] == headline.replace(SECRET, "***")


def test_details_come_before_the_headline_and_what_to_do_next_after_it(capsys: pytest.CaptureFixture[str]) -> None:
    start().report(replace(report(summary="lib"), details=(f"lib {SECRET}\x1b[2J",), hint="Go on."))
    assert capsys.readouterr().err == "lib ***[2J\nDone.\nGo on.\n"


@pytest.mark.usefixtures("runner")
def test_a_runner_shows_details_in_the_summary_alone(capsys: pytest.CaptureFixture[str]) -> None:
    output = start()
    capsys.readouterr()
    output.report(replace(report(summary="lib"), details=("lib",), hint="Go on."))
    output.report(replace(report(), details=("without a summary",)))
    assert capsys.readouterr().err.splitlines() == ["Done.", "without a summary", "Done."]


@pytest.mark.usefixtures("runner")
def test_a_runner_folds_what_tools_print_by_step_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    output = start()
    capsys.readouterr()
    output.say(f"Updating {SECRET}")
    output.say("Checking ##[endgroup]")
    for line in (f"building {SECRET}", "::endgroup::", "a\r ::endgroup::", "##[endgroup]", "::group::mine", "built"):
        output.quote(line)
    output.note("beside it")
    output.quote("more")
    output.say("Proposing")
    output.report(report())
    said = [re.sub(r"^\[ *[\d.]+s\] ", "", line) for line in capsys.readouterr().err.split("\n")]
    zero = "\N{ZERO WIDTH SPACE}"
    checking = f"Checking #{zero}#[endgroup]"
    title = f"::group::{checking}: what is printed meanwhile"
    assert said == [
        "Updating ***",
        checking,
        title,
        "    building ***",
        f"    :{zero}:endgroup::",
        f"    a\r :{zero}:endgroup::",
        f"    #{zero}#[endgroup]",
        f"    :{zero}:group::mine",
        "    built",
        "::endgroup::",
        "note: beside it",
        title,
        "    more",
        "::endgroup::",
        "Proposing",
        "Done.",
        "",
    ]


@pytest.mark.usefixtures("runner")
def test_a_group_ends_before_the_failure_that_is_to_be_seen(capsys: pytest.CaptureFixture[str]) -> None:
    output = start()
    output.say("Checking")
    output.quote("building")
    output.failed("update", MisuseError("no"))
    *_, end, said, annotation = capsys.readouterr().err.splitlines()
    assert (end, said, annotation[:8]) == ("::endgroup::", "flakebot: no", "::error ")


def test_what_tools_print_is_shown_elsewhere_only_when_that_is_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    output = start()
    output.quote("building")
    output.is_verbose = True
    output.quote("built")
    assert capsys.readouterr().err == "    built\n"


@pytest.mark.usefixtures("runner")
def test_a_failure_is_annotated_and_keeps_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert start().failed("propose", MisuseError("no key", advice="Give one.")) == ExitCode.MISUSE
    assert "::error title=flakebot propose::no key. Give one." in capsys.readouterr().err.splitlines()


@pytest.mark.usefixtures("runner")
def test_a_warning_is_said_and_shown_on_the_runs_page_without_a_secret(capsys: pytest.CaptureFixture[str]) -> None:
    assert start().report(replace(report(), warnings=(f"it was closed {SECRET}",))) == ExitCode.DONE
    said = capsys.readouterr().err.splitlines()
    assert "warning: it was closed ***" in said
    assert "::warning title=flakebot::it was closed ***" in said


def test_facts_that_cannot_be_published_are_a_failure_of_their_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_OUTPUT", "/dev/full")
    output = Output(as_json=True, secrets=())
    for code in (output.report(report()), output.failed("propose", MisuseError("no key"))):
        assert code == ExitCode.UNAVAILABLE
    printed = capsys.readouterr()
    assert "No space left on device: /dev/full" in printed.err
    assert "Traceback" not in printed.err
    assert len(printed.out.splitlines()) == 2


def test_a_secret_with_marks_is_masked_as_json_writes_it(capsys: pytest.CaptureFixture[str]) -> None:
    secret = 'pass"word\\with\nmarks'
    Output(as_json=True, secrets=(secret,)).report(report(f"before {secret} after"))
    printed = capsys.readouterr()
    assert json.loads(printed.out)["message"] == "before *** after"
    assert "with" not in printed.err


def test_nothing_gives_a_sign_of_life_after_what_is_only_told(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(as_json=False, secrets=(SECRET,))
    output.say("Seeding")
    assert threads_of_pulses()
    output.tell(f"Until this is interrupted: {SECRET}")
    deadline = time.monotonic() + 10
    while threads_of_pulses() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not threads_of_pulses()
    assert capsys.readouterr().err.splitlines()[-1] == "Until this is interrupted: ***"


def threads_of_pulses() -> list[threading.Thread]:
    """Return the pulses that still beat; one that was ended may need a moment."""
    return [thread for thread in threading.enumerate() if "_beat" in thread.name]
