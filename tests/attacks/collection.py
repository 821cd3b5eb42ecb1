"""All attacks, in the order in which the rules are written down."""

from __future__ import annotations

from tests.attacks import on_checks, on_commits, on_content, on_document, on_graph, on_identity, on_provenance, on_tree

ATTACKS = (
    *on_tree.ATTACKS,
    *on_commits.ATTACKS,
    *on_document.ATTACKS,
    *on_content.ATTACKS,
    *on_graph.ATTACKS,
    *on_provenance.ATTACKS,
    *on_checks.ATTACKS,
    *on_identity.ATTACKS,
)
