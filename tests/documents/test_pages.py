"""The pages of docs/ say what the code says, and what they link to exists."""

import re
from pathlib import Path

import pytest

from tests.documents.pages import pages

ROOT = Path(__file__).resolve().parents[2]
PAGES = pages(ROOT)
TROUBLE = re.compile(r"^\| message \|.*?\n\|-.*?\n((?:\|.*\n)+)", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_what_the_code_says(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == PAGES[path], "run scripts/docs and commit what it changes"


def test_what_a_document_links_to_exists() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    links = [(document, link) for document in documents for link in LINK.findall(document.read_text(encoding="utf-8"))]
    assert links, "found no link at all, expected some in README.md"
    assert [f"{document.name}: {link}" for document, link in links if not (document.parent / link).exists()] == []


def test_every_message_of_the_readme_is_one_that_the_code_says() -> None:
    said = "".join(
        path.read_text(encoding="utf-8") for path in [*ROOT.glob("flakebot/**/*.py"), *ROOT.glob("scripts/*")]
    )
    found = TROUBLE.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert found is not None
    messages = [row.split("|")[1].strip() for row in found[1].splitlines()]
    assert len(messages) > 10
    parts = {message: [part.strip(" ,") for part in message.split("…") if part.strip(" ,")] for message in messages}
    assert all(parts.values())
    assert [message for message, found in parts.items() if not all(part in said for part in found)] == []
