"""Every whole workflow in the documents is one that the linters pass, and wires steps that the action has."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.action.manifest import read_manifest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(sys.executable).parent
_EXAMPLE = re.compile(r"^```yaml\n(name: .*?)^```$", re.MULTILINE | re.DOTALL)
_OURS = "OWNER/flakebot@v1"
_USED = re.compile(r"steps\.(?:flakebot|propose|approve)\.outputs\.([\w-]+)")
_LINTERS = {
    "schema": ("check-jsonschema", "--builtin-schema", "vendor.github-workflows"),
    "jactionlint": ("jactionlint", f"--shellcheck={TOOLS / 'shellcheck'}"),
    "zizmor": ("zizmor", "--offline", "--no-progress", "--pedantic"),
}


def _examples() -> dict[str, str]:
    """Return the workflows by document and number."""
    documents = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    return {
        f"{document.stem}-{number}": text
        for document in documents
        for number, text in enumerate(_EXAMPLE.findall(document.read_text(encoding="utf-8")), start=1)
    }


EXAMPLES = _examples()


def test_there_are_the_three_that_a_reader_needs() -> None:
    assert list(EXAMPLES) == ["README-1", "action-1", "action-2"]


@pytest.mark.parametrize("linter", _LINTERS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_linter_passes_it(name: str, linter: str, tmp_path: Path) -> None:
    file = tmp_path / ".github" / "workflows" / "example.yml"
    file.parent.mkdir(parents=True)
    # The reader pins whom they trust: there is no SHA that could stand in the document.
    file.write_text(EXAMPLES[name].replace(_OURS, f"OWNER/flakebot@{'0' * 40} # v1"), encoding="utf-8")
    program, *words = _LINTERS[linter]
    ended = subprocess.run(
        (str(TOOLS / program), *words, str(file)),
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_names_inputs_and_outputs_that_the_action_has(name: str) -> None:
    manifest = read_manifest(ROOT)
    steps = [step for job in yaml.safe_load(EXAMPLES[name])["jobs"].values() for step in job["steps"]]
    given = {word for step in steps if step.get("uses") == _OURS for word in step.get("with", {})}
    assert given
    assert given <= manifest.inputs.keys()
    assert set(_USED.findall(EXAMPLES[name])) <= manifest.outputs.keys()


def test_the_machine_that_runs_foreign_code_is_given_no_secret() -> None:
    jobs = yaml.safe_load(EXAMPLES["action-1"])["jobs"]
    assert "secrets." not in str(jobs["update"])
    assert jobs["update"]["permissions"] == {"contents": "read"}
    assert "environment" not in jobs["update"]
    assert not any("checkout" in step["uses"] for step in jobs["propose"]["steps"])
