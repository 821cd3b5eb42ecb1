"""Write the generated pages of docs/ anew: ``scripts/docs``."""

from pathlib import Path

from tests.documents.pages import pages

root = Path(__file__).resolve().parents[2]
for path, text in pages(root).items():
    (root / path).write_text(text, encoding="utf-8")
