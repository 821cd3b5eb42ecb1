"""scripts/action-install brings exactly what is pinned, once, and nothing of the repository that it runs in."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from msgspec import Struct

INSTALLED = ("action.yml", "flakebot", "requirements", "scripts")
"""What of a checkout the action needs."""


class Job(Struct, frozen=True, kw_only=True):
    """A workflow's job on a runner: an action that was fetched, and the consumer's checkout as working directory."""

    action: Path
    temporary: Path
    checkout: Path
    output: Path

    def install(self, command: str = "run", **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run the action's first step."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "PYTHON"))}
        given = {
            "ACTION_COMMAND": command,
            "RUNNER_TEMP": str(self.temporary),
            "GITHUB_OUTPUT": str(self.output),
        }
        return subprocess.run(
            (self.action / "scripts" / "action-install",),
            cwd=self.checkout,
            env={**inherited, **given, **variables},
            check=False,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def python(self) -> str:
        """The interpreter that the step left for those that follow."""
        return self.output.read_text().splitlines()[-1].removeprefix("python=")


def job_in(folder: Path, root: Path) -> Job:
    folder.mkdir()
    for name in INSTALLED:
        source = root / name
        if source.is_dir():
            shutil.copytree(source, folder / "the action" / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (folder / "the action").mkdir(exist_ok=True)
            shutil.copy(source, folder / "the action" / name)
    for name in ("runner temp", "a checkout"):
        (folder / name).mkdir()
    return Job(
        action=folder / "the action",
        temporary=folder / "runner temp",
        checkout=folder / "a checkout",
        output=folder / "output",
    )


@pytest.fixture(scope="module")
def installed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Job:
    """A job whose first step is done."""
    job = job_in(tmp_path_factory.mktemp("installed") / "with a space", root)
    result = job.install()
    assert result.returncode == 0, result.stdout + result.stderr
    return job


@pytest.fixture
def job(root: Path, tmp_path: Path) -> Job:
    """A job whose action has a single small package to install."""
    job = job_in(tmp_path / "with a space", root)
    pins = (root / "requirements" / "run.txt").read_text().split("\n")
    start = next(number for number, line in enumerate(pins) if line.startswith("tenacity=="))
    (job.action / "requirements" / "run.txt").write_text("\n".join(pins[start : start + 3]).rstrip("\\ ") + "\n")
    return job


@pytest.mark.slow
def test_runs_flakebot_from_the_action_with_what_is_pinned(installed: Job) -> None:
    script = "import flakebot, github, sys; print(flakebot.__file__, github.__file__, sys.flags.isolated, sep='\\n')"
    result = subprocess.run((installed.python(), "-I", "-c", script), check=True, capture_output=True, text=True)
    flakebot, github, isolated = result.stdout.splitlines()
    assert Path(flakebot).is_relative_to(installed.action)
    assert Path(github).is_relative_to(installed.temporary)
    assert isolated == "1"


@pytest.mark.slow
def test_the_repository_that_it_runs_in_has_no_say(installed: Job) -> None:
    for name in ("flakebot", "sitecustomize", "pydantic"):
        (installed.checkout / f"{name}.py").write_text("raise SystemExit('somebody else was asked')\n")
    steered = {"PYTHONPATH": str(installed.checkout), "PYTHONSTARTUP": "flakebot.py", "PYTHONHOME": "/nowhere"}
    result = installed.install(**steered)
    assert result.returncode == 0, result.stdout + result.stderr
    shown = subprocess.run(
        (installed.python(), "-I", "-m", "flakebot", "--version"),
        cwd=installed.checkout,
        env={**os.environ, **steered},
        check=True,
        capture_output=True,
        text=True,
    )
    assert shown.stdout.startswith("flakebot ")


@pytest.mark.slow
def test_a_second_time_installs_nothing(installed: Job) -> None:
    stamp = installed.temporary / "flakebot-python" / "pyvenv.cfg"
    before = stamp.stat().st_mtime_ns
    result = installed.install(PIP_NO_INDEX="1", PIP_FIND_LINKS="/nowhere")
    assert result.returncode == 0, result.stdout + result.stderr
    assert stamp.stat().st_mtime_ns == before


@pytest.mark.slow
def test_other_pins_make_another_environment(job: Job) -> None:
    assert job.install().returncode == 0
    mark = job.temporary / "flakebot-python" / "mark"
    mark.touch()
    with (job.action / "requirements" / "run.txt").open("a") as pins:
        pins.write("# changed\n")
    assert job.install().returncode == 0
    assert not mark.exists()


def test_a_package_with_another_hash_is_not_installed(job: Job) -> None:
    pins = job.action / "requirements" / "run.txt"
    pins.write_text(f"tenacity=={pins.read_text().split('==')[1].split()[0]} --hash=sha256:{'0' * 64}\n")
    result = job.install()
    assert result.returncode == 2
    assert "DO NOT MATCH THE HASHES" in result.stderr
    assert "pip could not install what requirements/run.txt pins" in result.stdout
    assert not job.output.exists()
    assert not (job.temporary / "flakebot-python" / "stamp").exists(), "half an installation counts as one"


def test_an_unpinned_package_is_not_installed(job: Job) -> None:
    (job.action / "requirements" / "run.txt").write_text("tenacity\n")
    result = job.install()
    assert result.returncode == 2
    assert "--require-hashes" in result.stderr


@pytest.mark.parametrize("command", ["", "diff", "updates", "run update", "run\n::notice::x"])
def test_a_command_that_is_none_is_refused_before_anything_is_installed(job: Job, command: str) -> None:
    result = job.install(command)
    assert result.returncode == 2
    assert result.stdout == (
        "::error title=flakebot::command is none that this action knows; "
        "expected run, update, propose, verify, approve, merge or whoami\n"
    )
    assert not (job.temporary / "flakebot-python").exists()


def test_without_a_python_it_says_how_to_bring_one(job: Job, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("bash", "cat", "dirname"):
        found = shutil.which(name)
        assert found is not None
        (tools / name).symlink_to(found)
    for name in ("python3", "python3.14", "python3.13", "python3.12", "python3.11"):
        (tools / name).write_text(f"#!{tools}/bash\nexit 1\n")
        (tools / name).chmod(0o755)
    result = job.install(PATH=str(tools))
    assert result.returncode == 2
    assert "found no Python 3.11 or newer with venv. Add actions/setup-python" in result.stderr


def test_without_a_runner_it_says_what_is_missing(job: Job) -> None:
    result = job.install(RUNNER_TEMP="")
    assert result.returncode == 2
    assert "RUNNER_TEMP names no folder" in result.stdout
