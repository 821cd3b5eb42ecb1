from __future__ import annotations

import re
from pathlib import Path

from flakebot.lock.error import Defect
from flakebot.policy.rulebook import RULEBOOK

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
_HEADING = re.compile(r"^### `([a-z-]+)`$", re.MULTILINE)


def test_no_two_rules_share_a_name() -> None:
    names = [rule.name for rule in RULEBOOK]
    assert len(set(names)) == len(names) > 50


def test_every_rule_has_its_section_in_order() -> None:
    assert _HEADING.findall(PAGE.read_text()) == [rule.name for rule in RULEBOOK]


def test_every_section_says_the_purpose_what_it_is_against_and_how_to_allow_it() -> None:
    _, *sections = re.split(r"^### ", PAGE.read_text(), flags=re.MULTILINE)
    for rule, section in zip(RULEBOOK, sections, strict=True):
        text = section.split("\n## ")[0]
        assert rule.purpose in text
        assert all(f"*{what}:*" in text for what in ("Against", "Example", "Allow it"))


def test_every_defect_of_a_lock_has_its_rule() -> None:
    assert {defect.value for defect in Defect} <= {rule.name for rule in RULEBOOK.lock}


def test_a_book_without_a_rule_lacks_that_one_alone() -> None:
    names = [rule.name for rule in RULEBOOK]
    assert [rule.name for rule in RULEBOOK.without("lock-held")] == [name for name in names if name != "lock-held"]
