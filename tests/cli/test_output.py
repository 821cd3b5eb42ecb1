"""What the program prints: no secret, nothing that steers a workflow, one document that is still the same."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from flakebot.cli.output import Output
from flakebot.commands.report import Report
from flakebot.errors import ExitCode, MisuseError

SECRET = "ghp_verysecret"
KEY = "-----BEGIN\nlinetwo\n"


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
        assert not any(line.lstrip().startswith("::") for line in text.replace("\r", "\n").splitlines())
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
    assert not threads_of_pulses()
    assert capsys.readouterr().err.splitlines()[-1] == "Until this is interrupted: ***"


def threads_of_pulses() -> list[threading.Thread]:
    """Return the pulses that still beat; one that was ended needs a moment."""
    time.sleep(0.1)
    return [thread for thread in threading.enumerate() if "_beat" in thread.name]
