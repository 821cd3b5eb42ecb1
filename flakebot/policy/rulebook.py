"""All rules, in the order in which they are documented and judged. Nothing else decides about an update."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from flakebot.policy.allowed import ALLOWED
from flakebot.policy.cases import ChangeCase, ChecksCase, LockCase, ProposalCase
from flakebot.policy.checks import CHECKS, RESULTS
from flakebot.policy.commits import COMMITS
from flakebot.policy.content import CONTENT
from flakebot.policy.document import DOCUMENT
from flakebot.policy.identity import IDENTITY
from flakebot.policy.moves import MOVES
from flakebot.policy.provenance.age import AGE
from flakebot.policy.provenance.choices import CHOICES
from flakebot.policy.provenance.rules import PROVENANCE
from flakebot.policy.pushes import PUSHES
from flakebot.policy.revisions import REVISIONS
from flakebot.policy.rule import Rule
from flakebot.policy.tree import TREE

AnyRule = Rule[ChangeCase] | Rule[LockCase] | Rule[ChecksCase] | Rule[ProposalCase]


class Rulebook(Struct, frozen=True, kw_only=True):
    """The rules by what they look at. ``results`` are asked only when no other rule objects."""

    change: tuple[Rule[ChangeCase], ...]
    lock: tuple[Rule[LockCase], ...]
    checks: tuple[Rule[ChecksCase], ...]
    results: tuple[Rule[ChecksCase], ...]
    proposal: tuple[Rule[ProposalCase], ...]
    pushes: tuple[Rule[ChecksCase], ...]

    def __iter__(self) -> Iterator[AnyRule]:
        yield from self.change
        yield from self.lock
        yield from self.checks
        yield from self.results
        yield from self.proposal
        yield from self.pushes

    def without(self, name: str) -> Rulebook:
        """Return the same rules but one. For tests: a rule without which nothing changes protects from nothing."""
        kept = {
            group: tuple(rule for rule in getattr(self, group) if rule.name != name) for group in self.__struct_fields__
        }
        return replace(self, **kept)


RULEBOOK = Rulebook(
    change=(*TREE, *COMMITS),
    lock=(*DOCUMENT, *CONTENT, *MOVES, *REVISIONS, *ALLOWED, *CHOICES, *PROVENANCE, *AGE),
    checks=CHECKS,
    results=RESULTS,
    proposal=IDENTITY,
    pushes=PUSHES,
)

LOCKS_ONLY = Rulebook(
    change=tuple(rule for rule in TREE if rule.name in {"tree-mode", "tree-bytes"}),
    lock=RULEBOOK.lock,
    checks=(),
    results=(),
    proposal=(),
    pushes=(),
)
"""The rules about locks alone, for changes of anybody's: what is judged are plain files, and those of the tree."""
