"""An honest world, in which every new lock is what Nix would write: answers to all questions, for tests to spoil."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from flakebot.lock.document import LockDocument, parse
from flakebot.lock.node import Edge, Node, Path
from flakebot.model.provenance import (
    BecameTip,
    Content,
    ContentAnswer,
    Facts,
    Fetched,
    IsOnRef,
    OnRef,
    Question,
    TipSince,
    Unknown,
    Unrecorded,
)
from flakebot.policy.evidence import LockEvidence, LockExpectation
from flakebot.policy.provenance.questions import open_questions
from flakebot.policy.provenance.sources import content_of, served_for
from tests.lock.samples import written

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SILENCE = Unknown(reason="nobody answers")

Spoil = Callable[[Facts], Facts]


class World(Struct, frozen=True, kw_only=True):
    """Answers about the lock that Nix would write. What a forged one has beside it is served as that one says.

    The revisions became tips a month ago; every parent has its lock, or is ``unlocked``.

    ``flakes`` are the texts of flake.nix by the input's path, ``locks`` what their flake.lock holds instead.
    """

    new: bytes
    unlocked: tuple[str, ...] = ()
    flakes: Mapping[str, str] | None = None
    locks: Mapping[str, bytes] | None = None

    def facts(self, evidence: LockEvidence, expectation: LockExpectation) -> Facts:
        """Answer until nothing is open."""
        facts = Facts(asked_at=NOW)
        while questions := open_questions(evidence, expectation, facts):
            facts = self._answered(facts, questions, evidence.new or b"")
        return facts

    def _answered(self, facts: Facts, questions: tuple[Question, ...], forged: bytes) -> Facts:
        refs, tips, contents = dict(facts.refs), dict(facts.tips), dict(facts.contents)
        for question in questions:
            match question:
                case OnRef():
                    refs[question] = IsOnRef(holds=True)
                case BecameTip():
                    tips[question] = TipSince(when=NOW - timedelta(days=30))
                case Content():
                    found = (self._content(question, lock) for lock in (self.new, forged))
                    contents[question] = next(answer for answer in found if answer is not None)
        return replace(facts, refs=refs, tips=tips, contents=contents)

    def _content(self, question: Content, lock: bytes) -> ContentAnswer | None:
        document = parse(lock)
        for path, node in _paths(document):
            if not node.is_relative and question in {content_of(node), served_for(node)}:
                return self._fetched(document, path, node)
            if node.is_relative and question.directory == str(node.locked["path"]).removeprefix("./"):
                return self._fetched(document, path, node)
        return None

    def _fetched(self, document: LockDocument, path: Path, node: Node) -> Fetched:
        name, seconds, count = "/".join(path), node.locked.get("lastModified"), node.locked.get("revCount")
        own = None if name in self.unlocked or not node.is_flake else own_lock(document, path, node)
        return Fetched(
            nar_hash=str(node.locked.get("narHash")),
            last_modified=seconds if isinstance(seconds, int) else None,
            rev_count=count if isinstance(count, int) else None,
            flake=(self.flakes or {}).get(name, "{ outputs = _: { }; }").encode() if node.is_flake else None,
            lock=(self.locks or {}).get(name, own),
        )


def own_lock(document: LockDocument, path: Path, node: Node) -> bytes | None:
    """Return the lock that an input's own repository has: what is below it, its follows from there on."""
    if not node.inputs:
        return None
    kept = {node.name: node} | {below.name: below for _, below in _below(document, node, path)}
    nodes: dict[str, object] = {
        name: _as_written(found, path, is_root=found is node) for name, found in sorted(kept.items())
    }
    return written({"nodes": nodes, "root": node.name, "version": 7})


def _as_written(node: Node, path: Path, *, is_root: bool) -> dict[str, object]:
    inputs = {name: _edge(edge, path) for name, edge in node.inputs.items() if not _is_foreign(edge, path)}
    told: dict[str, object] = {"inputs": inputs} if inputs else {}
    if is_root:
        return told
    return told | {"locked": dict(node.locked), "original": dict(node.original)} | _flags(node, path)


def _flags(node: Node, path: Path) -> dict[str, object]:
    parent = {} if node.parent is None else {"parent": list(node.parent[len(path) :])}
    return {**({} if node.is_flake else {"flake": False}), **parent}


def _edge(edge: Edge, path: Path) -> object:
    return edge if isinstance(edge, str) else list(edge[len(path) :])


def _is_foreign(edge: Edge, path: Path) -> bool:
    """Whether only the root can have said so: then the input's own lock has something else, or nothing."""
    return not isinstance(edge, str) and edge[: len(path)] != path


def _paths(document: LockDocument) -> Iterator[tuple[Path, Node]]:
    return _below(document, document.nodes[document.root], ())


def _below(document: LockDocument, node: Node, path: Path) -> Iterator[tuple[Path, Node]]:
    for name, edge in node.inputs.items():
        if isinstance(edge, str):
            yield (*path, name), document.nodes[edge]
            yield from _below(document, document.nodes[edge], (*path, name))


def off_ref(rev: str) -> Spoil:
    """Let a revision be on no ref that was asked about."""
    return lambda facts: replace(facts, refs={asked: IsOnRef(holds=asked.rev != rev) for asked in facts.refs})


def silent_refs(facts: Facts) -> Facts:
    """Let no host answer about a ref."""
    return replace(facts, refs=dict.fromkeys(facts.refs, SILENCE))


def silent_tips(facts: Facts) -> Facts:
    """Let no record of pushes say anything of a revision."""
    return replace(facts, tips=dict.fromkeys(facts.tips, SILENCE))


def unrecorded_tips(facts: Facts) -> Facts:
    """Let no host keep a record of pushes."""
    return replace(facts, tips=dict.fromkeys(facts.tips, Unrecorded()))


def tips_of(age: timedelta) -> Spoil:
    """Let every revision have become the tip that long ago."""
    return lambda facts: replace(facts, tips=dict.fromkeys(facts.tips, TipSince(when=NOW - age)))


def silent_contents(**attributes: str) -> Spoil:
    """Let what has these attributes not be had."""
    return contents(lambda _: SILENCE, **attributes)


def contents(change: Callable[[Fetched], ContentAnswer], **attributes: str) -> Spoil:
    """Change what is fetched from sources with these attributes."""

    def spoiled(facts: Facts) -> Facts:
        return replace(
            facts,
            contents={
                asked: change(answer) if isinstance(answer, Fetched) and _has(asked, attributes) else answer
                for asked, answer in facts.contents.items()
            },
        )

    return spoiled


def _has(asked: Content, attributes: Mapping[str, str]) -> bool:
    return all(asked.source.text(name) == value for name, value in attributes.items())
