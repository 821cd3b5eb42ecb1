"""What a workflow's runner gets to read: nothing of a tool's or of upstream's can steer it."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flakebot.adapters.actions import SUMMARY_LIMIT, Runner, inert
from flakebot.errors import UnavailableError


def runner(folder: Path | None = None, stream: io.StringIO | None = None) -> Runner:
    return Runner(
        stream=stream,
        outputs=folder / "output" if folder is not None else None,
        summary=folder / "summary" if folder is not None else None,
    )


def runner_reads(text: str) -> list[str]:
    """The commands that a runner finds, by the rules of its parser: both forms, with its idea of a line."""
    lines = re.split(r"\r\n|\r|\n", text)
    return [
        line
        for line in lines
        if (line.lstrip().startswith("::") and "::" in line.lstrip()[2:]) or re.search(r"##\[[^\]]*\]", line)
    ]


def outputs_of(text: str) -> dict[str, str]:
    """The outputs that a runner reads from its file."""
    found: dict[str, str] = {}
    lines = text.split("\n")
    while lines and lines[0]:
        name, _, delimiter = lines.pop(0).partition("<<")
        end = lines.index(delimiter)
        found[name] = "\n".join(lines[:end])
        lines = lines[end + 1 :]
    return found


@pytest.mark.parametrize(
    "text",
    [
        "::error::fake",
        "   \t ::set-output name=x::y",
        "building\r::stop-commands::x",
        "\u2003::add-mask::a",
        "a line\n::warning title=x::y\nanother",
        "in the middle ##[add-mask]everything",
        "###[group]x]",
    ],
)
def test_a_tools_line_is_no_command(text: str) -> None:
    assert runner_reads(text)
    assert not runner_reads(inert(text))
    assert inert(text).replace("\N{ZERO WIDTH SPACE}", "") == text


@pytest.mark.parametrize("text", ["std::string", "a: b", "## [heading]", "", "x ::error::"])
def test_other_lines_stay_as_they_are(text: str) -> None:
    assert inert(text) == text


@given(st.text(alphabet=":# \t\r\n[]ax\x0b\x0c\x85\xa0"))
@example("::a::\r\n::a::")
def test_no_text_at_all_is_a_command(text: str) -> None:
    assert not runner_reads(inert(text))


def test_every_line_of_a_secret_is_masked_once_and_escaped() -> None:
    stream = io.StringIO()
    runner(stream=stream).mask(["100%", "BEGIN\nkey\n\nEND\n", "key"])
    assert stream.getvalue() == "::add-mask::100%25\n::add-mask::BEGIN\n::add-mask::key\n::add-mask::END\n"


def test_an_annotation_is_one_command_whatever_it_says() -> None:
    stream = io.StringIO()
    runner(stream=stream).annotate(title="a: b, c", message="50% of\r\n::warning::this")
    assert stream.getvalue() == "::error title=a%3A b%2C c::50%25 of%0D%0A::warning::this\n"
    assert len(runner_reads(stream.getvalue())) == 1


def test_a_warning_is_one_command_too_and_no_error() -> None:
    stream = io.StringIO()
    runner(stream=stream).warn(title="flakebot", message="a\n::error::b")
    assert stream.getvalue() == "::warning title=flakebot::a%0A::error::b\n"


def test_without_a_runner_nothing_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nobody = Runner.from_environment({"GITHUB_ACTIONS": "false"})
    nobody.mask(["secret"])
    nobody.annotate(title="t", message="m")
    nobody.warn(title="t", message="m")
    nobody.publish(outputs={"a": "b"}, summary="c")
    assert capsys.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_a_runner_is_recognised_and_its_commands_leave_stdout_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = Runner.from_environment(
        {"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": f"{tmp_path}/o", "GITHUB_STEP_SUMMARY": f"{tmp_path}/s"}
    )
    found.annotate(title="t", message="m")
    found.publish(outputs={"a": "b"}, summary="text\n")
    assert capsys.readouterr() == ("", "::error title=t::m\n")
    assert outputs_of((tmp_path / "o").read_text()) == {"a": "b"}
    assert (tmp_path / "s").read_text() == "text\n"


@given(value=st.text(alphabet="ab=<\n"), other=st.text(alphabet="cd=<\n"))
def test_an_output_is_read_back_and_cannot_set_another(
    tmp_path_factory: pytest.TempPathFactory, value: str, other: str
) -> None:
    folder = tmp_path_factory.mktemp("runner")
    runner(folder).publish(outputs={"one": value, "two": other}, summary="")
    assert outputs_of((folder / "output").read_text()) == {"one": value, "two": other}


def test_two_outputs_never_share_a_delimiter(tmp_path: Path) -> None:
    runner(tmp_path).publish(outputs={"one": "x", "two": "x"}, summary="")
    delimiters = re.findall(r"<<(.*)", (tmp_path / "output").read_text())
    assert len(set(delimiters)) == 2
    assert all(len(delimiter) > 32 for delimiter in delimiters)


def test_outputs_and_summaries_are_added_to_what_is_there(tmp_path: Path) -> None:
    for text in ("one\n", "two\n"):
        runner(tmp_path).publish(outputs={"last": text.strip()}, summary=text)
    assert outputs_of((tmp_path / "output").read_text()) == {"last": "two"}
    assert (tmp_path / "summary").read_text() == "one\ntwo\n"


@pytest.mark.parametrize("before", ["", "x" * (SUMMARY_LIMIT - 300)])
def test_a_summary_that_is_too_long_ends_in_whole_lines_and_says_so(tmp_path: Path, before: str) -> None:
    (tmp_path / "summary").write_text(before)
    runner(tmp_path).publish(outputs={}, summary="ünïcödé line\n" * 200_000)
    written = (tmp_path / "summary").read_bytes()
    assert len(written) <= SUMMARY_LIMIT
    *lines, _, _, note, end = written.decode().removeprefix(before).split("\n")
    assert set(lines) == {"ünïcödé line"}
    assert f"{len('ünïcödé line'.encode()) * 200_000 + 200_000} bytes in all" in note
    assert end == ""


def test_a_full_summary_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "summary").write_text("x" * SUMMARY_LIMIT)
    runner(tmp_path).publish(outputs={}, summary="more\n")
    assert (tmp_path / "summary").stat().st_size == SUMMARY_LIMIT


def test_a_summary_that_just_fits_is_whole(tmp_path: Path) -> None:
    text = "x" * (SUMMARY_LIMIT - 1) + "\n"
    runner(tmp_path).publish(outputs={}, summary=text)
    assert (tmp_path / "summary").read_text() == text


def test_a_file_that_cannot_be_written_is_an_error_that_names_it() -> None:
    full = Runner(stream=None, outputs=Path("/dev/full"), summary=None)
    with pytest.raises(UnavailableError, match="No space left on device: /dev/full") as caught:
        full.publish(outputs={"a": "b"}, summary="")
    assert "disk" in caught.value.advice
