"""The pages of docs/ that say what the code says, by their paths. Renders only."""

from __future__ import annotations

from pathlib import Path

from tests.action.manifest import read_manifest
from tests.documents.action import action_page
from tests.documents.commands import commands_page
from tests.documents.configuration import configuration_page


def pages(root: Path) -> dict[str, str]:
    """Return every generated page of a checkout."""
    return {
        "docs/action.md": action_page(read_manifest(root)),
        "docs/commands.md": commands_page(),
        "docs/configuration.md": configuration_page(),
    }
