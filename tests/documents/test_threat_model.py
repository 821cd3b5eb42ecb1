"""Every line of the threat model names something that shows it, and that exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from flakebot.policy.rulebook import RULEBOOK
from flakebot.rehearsal.stories import STORIES
from tests.attacks.collection import ATTACKS
from tests.stories.test_endings import ENDINGS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("| tries to |")
]
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
_RULE = re.compile(r"`((?:tree|commits|lock|provenance|checks|identity)-[a-z-]+)`")
_LINES = {attack.line for attack in ATTACKS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_line_names_what_shows_it(row: tuple[str, ...]) -> None:
    _, _, shown_by = row
    kind, _, name = shown_by.partition(": ")
    match kind:
        case "story":
            assert name in STORIES.keys() & ENDINGS.keys()
        case "attack":
            assert name in _LINES
        case _:
            found = _TEST.fullmatch(shown_by)
            assert found is not None, shown_by
            assert found[2] in _functions(ROOT / found[1])


def _functions(module: Path) -> set[str]:
    return {node.name for node in ast.parse(module.read_text()).body if isinstance(node, ast.FunctionDef)}


def test_every_attacker_has_a_line_that_is_stopped() -> None:
    _, *sections = re.split(r"^## ", PAGE, flags=re.MULTILINE)
    assert len(sections) >= 9
    assert all(re.search(r"^\| (?!tries to|\*\*not)", section, flags=re.MULTILINE) for section in sections)


def test_every_rule_that_the_page_names_exists() -> None:
    named = set(_RULE.findall(PAGE))
    assert named
    assert named <= {rule.name for rule in RULEBOOK}
