"""A person's change of flake.nix explains what the lock says of the inputs that it declares, and of nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flakebot.policy.evidence import LockEvidence, LockExpectation
from flakebot.policy.judge import judge_lock
from flakebot.policy.verdict import Finding, Severity
from tests.lock.samples import GONE, Edits, forge, lock, moved, nar_hash, rev
from tests.policy.world import Spoil, World, contents, off_ref, silent_contents, tips_of

BEFORE = b"{ outputs = _: { }; }"
REFUSE, HOLD, WAIT = Severity.REFUSE, Severity.HOLD, Severity.WAIT

ADDED: Edits = {"nodes/root/inputs/more": "more", "nodes/more": forge("more", 91)}
WITH_INPUTS: Edits = {
    "nodes/root/inputs/more": "more",
    "nodes/more": forge("more", 91, {"below": "below"}),
    "nodes/below": forge("below", 92),
}
ALIASED: Edits = {"nodes/root/inputs/more": ["tool", "parts"]}
NAMED: Edits = {
    "nodes/root/inputs/more": "more",
    "nodes/more": forge("more", 91) | {"original": {"type": "indirect", "id": "more"}},
}
PINNED: Edits = {"nodes/root/inputs/more": "more", "nodes/more": forge("more", 91, rev=rev(91))}
FOLDER: Edits = {
    "nodes/root/inputs/more": "more",
    "nodes/more": {"locked": (PART := {"type": "path", "path": "./more"}), "original": PART, "parent": []},
}
REMOVED: Edits = {
    "nodes/root/inputs/tool": GONE,
    "nodes/root/inputs/alias": GONE,
    "nodes/tool": GONE,
    "nodes/lib": GONE,
    "nodes/core": GONE,
    "nodes/parts": GONE,
}
REPOINTED: Edits = {
    "nodes/tool": forge("other", 90),
    "nodes/lib": GONE,
    "nodes/core": GONE,
    "nodes/parts": GONE,
    "nodes/root/inputs/alias": GONE,
}
BRANCHED: Edits = moved("nixpkgs", 90) | {"nodes/nixpkgs/original/ref": "nixos-26.05"}
OWN_PARTS: Edits = {"nodes/tool/inputs/parts": "parts", "nodes/parts": forge("parts", 14)}
FOLLOWING: Edits = {
    "nodes/tool/inputs/parts": ["plain"],
    "nodes/root/inputs/alias": ["plain"],
    "nodes/parts": GONE,
}
NO_FLAKE: Edits = {
    "nodes/tool/flake": False,
    "nodes/tool/inputs": GONE,
    "nodes/root/inputs/alias": GONE,
    "nodes/lib": GONE,
    "nodes/core": GONE,
    "nodes/parts": GONE,
}


def judged(
    new: Edits, flake: str | None, *spoils: Spoil, old: Edits | None = None, expectation: LockExpectation | None = None
) -> tuple[Finding, ...]:
    """Judge an edit of the sample beside a flake.nix that changed to this text; with all that others say of it."""
    after = lock({**(old or {}), **new})
    evidence = LockEvidence(
        path="flake.lock",
        old=lock(old or {}),
        new=after,
        flake=BEFORE,
        new_flake=None if flake is None else flake.encode(),
    )
    expected = expectation or LockExpectation()
    facts = World(new=after).facts(evidence, expected)
    for spoil in spoils:
        facts = spoil(facts)
    return judge_lock(evidence, expected, facts)


EXPLAINED: dict[str, tuple[Edits, str, Edits]] = {
    "an input more": (ADDED, '{ inputs.more.url = "github:acme/more"; }', {}),
    "an input more that has inputs": (WITH_INPUTS, '{ inputs.more = { url = "github:acme/more"; }; }', {}),
    "an input more that follows another": (ALIASED, '{ inputs.more.follows = "tool/parts"; }', {}),
    "an input more in a folder of this repository": (FOLDER, '{ inputs.more.url = "./more"; }', {}),
    "a pin on a branch": (PINNED, f'{{ inputs.more.url = "github:acme/more/{rev(91)}"; }}', {}),
    "an input less, with all its inputs": (REMOVED, "{ inputs = { }; outputs = { self, nixpkgs }: { }; }", {}),
    "another place": (REPOINTED, '{ inputs.tool.url = "github:acme/other"; }', {}),
    "another branch": (BRANCHED, '{ inputs.nixpkgs.url = "github:acme/nixpkgs/nixos-26.05"; }', {}),
    "a branch by its full name": (
        moved("nixpkgs", 90) | {"nodes/nixpkgs/original/ref": "refs/heads/next"},
        '{ inputs.nixpkgs.url = "github:acme/nixpkgs?ref=refs/heads/next"; }',
        {},
    ),
    "no flake any more": (NO_FLAKE, '{ inputs.tool = { url = "github:acme/tool"; flake = false; }; }', {}),
    "an input of an input follows": (
        FOLLOWING,
        '{ inputs.tool.inputs.parts.follows = "plain"; inputs.alias.follows = "plain"; }',
        {},
    ),
    "an input of an input follows no more": (
        OWN_PARTS,
        '{ inputs.tool.url = "github:acme/tool"; }',
        {"nodes/tool/inputs/parts": ["plain"], "nodes/root/inputs/alias": ["plain"], "nodes/parts": GONE},
    ),
}


@pytest.mark.parametrize(("new", "flake", "old"), EXPLAINED.values(), ids=EXPLAINED.keys())
def test_what_the_new_flake_says_is_explained(new: Edits, flake: str, old: Edits) -> None:
    assert judged(new, flake, old=old) == ()


@pytest.mark.parametrize(("new", "flake", "old"), EXPLAINED.values(), ids=EXPLAINED.keys())
@pytest.mark.parametrize("other", [None, BEFORE.decode()], ids=["not read", "the same"])
def test_nothing_is_explained_by_a_flake_that_did_not_change(
    new: Edits, flake: str, old: Edits, other: str | None
) -> None:
    found = {(finding.rule, finding.severity) for finding in judged(new, other, old=old)}
    assert found & {(f"lock-root-{name}", REFUSE) for name in ("inputs", "original", "follows")}


@pytest.mark.parametrize(("new", "flake", "old"), EXPLAINED.values(), ids=EXPLAINED.keys())
def test_what_cannot_be_read_is_for_a_person(new: Edits, flake: str, old: Edits) -> None:
    found = judged(new, "{ inputs = import ./inputs.nix; }", old=old)
    assert {finding.severity for finding in found} == {HOLD}
    assert any("whether it says so now is not known: a flake.nix cannot be read" in one.message for one in found)


OBJECTED: dict[str, tuple[str, Severity, str, tuple[Finding, ...]]] = {
    "an input that it does not declare": ("lock-root-inputs", REFUSE, "more", judged(ADDED, "{ }")),
    "an input from another place than it says": (
        "lock-root-inputs",
        REFUSE,
        "more",
        judged(ADDED, '{ inputs.more.url = "github:evil/more"; }'),
    ),
    "an input of another kind than it says": (
        "lock-root-inputs",
        REFUSE,
        "more",
        judged(ADDED, '{ inputs.more.url = "git+https://vcs.test/more"; }'),
    ),
    "an input that it lets follow another": (
        "lock-root-inputs",
        REFUSE,
        "more",
        judged(ADDED, '{ inputs.more.follows = "tool"; }'),
    ),
    "an input that follows another than it says": (
        "lock-root-inputs",
        REFUSE,
        "more",
        judged(ALIASED, '{ inputs.more.follows = "tool/lib"; }'),
    ),
    "an input that follows what it does not declare": (
        "lock-root-inputs",
        REFUSE,
        "more",
        judged(ALIASED, "{ }"),
    ),
    "no flake where it says one": (
        "lock-root-inputs",
        REFUSE,
        "more",
        judged(
            {**ADDED, "nodes/more": forge("more", 91) | {"flake": False}}, '{ inputs.more.url = "github:acme/more"; }'
        ),
    ),
    "a folder of another input's tree": (
        "lock-root-inputs",
        REFUSE,
        "more",
        judged(
            {**FOLDER, "nodes/more": {"locked": PART, "original": PART, "parent": ["tool"]}},
            '{ inputs.more.url = "./more"; }',
        ),
    ),
    "an input less that it declares": (
        "lock-root-inputs",
        REFUSE,
        "tool",
        judged(REMOVED, "{ outputs = { self, tool }: { }; }"),
    ),
    "another place than it says": (
        "lock-root-original",
        REFUSE,
        "tool",
        judged(REPOINTED, '{ inputs.tool.url = "github:acme/others"; }'),
    ),
    "a place that it says in words that are not compared": (
        "lock-root-original",
        HOLD,
        "vcs",
        judged(
            {"nodes/vcs/original/url": "https://vcs.test/w", "nodes/vcs/locked/url": "https://vcs.test/w"},
            '{ inputs.vcs.url = "hg+https://vcs.test/w"; }',
        ),
    ),
    "a link that it says in other words": (
        "lock-root-original",
        HOLD,
        "file",
        judged(
            {f"nodes/file/{side}/url": "https://example.org/other.txt" for side in ("locked", "original")},
            '{ inputs.file = { url = "https://example.org/third.txt"; flake = false; }; }',
        ),
    ),
    "the place is another one than is asked for": (
        "lock-original",
        REFUSE,
        "tool",
        judged(
            {**REPOINTED, "nodes/tool": forge("other", 90) | {"locked": forge("evil", 90)["locked"]}},
            '{ inputs.tool.url = "github:acme/other"; }',
        ),
    ),
    "an unchanged declaration, and another place": (
        "lock-location",
        REFUSE,
        "plain",
        judged(
            {"nodes/plain/locked/owner": "evil"}, '{ inputs.plain = { url = "github:acme/plain"; flake = false; }; }'
        ),
    ),
    "a name in a registry": (
        "lock-root-inputs",
        HOLD,
        "more",
        judged(NAMED, "{ outputs = { self, more }: { }; }"),
    ),
    "a name in a registry that is declared": (
        "lock-root-inputs",
        HOLD,
        "more",
        judged(NAMED, '{ inputs.more.url = "more"; }'),
    ),
    "the head of somebody's pull request": (
        "lock-root-original",
        HOLD,
        "nixpkgs",
        judged(
            moved("nixpkgs", 90) | {"nodes/nixpkgs/original/ref": "refs/pull/7/head"},
            '{ inputs.nixpkgs.url = "github:acme/nixpkgs?ref=refs/pull/7/head"; }',
        ),
    ),
    "a pin on a revision that is on no branch": (
        "provenance-ref",
        HOLD,
        "more",
        judged(PINNED, f'{{ inputs.more.url = "github:acme/more/{rev(91)}"; }}', off_ref(rev(91))),
    ),
    "a revision of a fork": (
        "provenance-ref",
        REFUSE,
        "tool",
        judged(REPOINTED, '{ inputs.tool.url = "github:acme/other"; }', off_ref(rev(90))),
    ),
    "content that is another": (
        "provenance-content",
        REFUSE,
        "more",
        judged(
            ADDED,
            '{ inputs.more.url = "github:acme/more"; }',
            contents(lambda found: type(found)(nar_hash=nar_hash(5)), repo="more"),
        ),
    ),
    "an older revision of the same place": (
        "lock-downgrade",
        HOLD,
        "nixpkgs",
        judged(
            {**moved("nixpkgs", 90, back=True), "nodes/nixpkgs/original/ref": "nixos-26.05"},
            '{ inputs.nixpkgs.url = "github:acme/nixpkgs/nixos-26.05"; }',
        ),
    ),
    "other content of the same revision": (
        "lock-same-revision",
        REFUSE,
        "nixpkgs",
        judged(
            {"nodes/nixpkgs/locked/narHash": nar_hash(5), "nodes/nixpkgs/original/ref": "nixos-26.05"},
            '{ inputs.nixpkgs.url = "github:acme/nixpkgs/nixos-26.05"; }',
        ),
    ),
    "a follows of an input's that it does not say": (
        "lock-root-follows",
        REFUSE,
        "tool/parts",
        judged(FOLLOWING, '{ inputs.tool.inputs.parts.follows = "nixpkgs"; inputs.alias.follows = "plain"; }'),
    ),
    "a follows of an input's of which it says nothing": (
        "lock-root-follows",
        REFUSE,
        "tool/parts",
        judged(FOLLOWING, '{ inputs.tool.url = "github:acme/tool"; inputs.alias.follows = "plain"; }'),
    ),
    "an input of an input that follows no more, and is unknown": (
        "lock-root-follows",
        HOLD,
        "tool/parts",
        judged(
            OWN_PARTS,
            '{ inputs.tool.url = "github:acme/tool"; }',
            silent_contents(repo="tool"),
            old={"nodes/tool/inputs/parts": ["plain"], "nodes/root/inputs/alias": ["plain"], "nodes/parts": GONE},
        ),
    ),
    "what a folder of this repository declares": (
        "lock-root-original",
        REFUSE,
        "sub/leaf",
        judged({"nodes/leaf/original/ref": "next", **moved("leaf", 90)}, '{ inputs.sub.url = "./sub"; }'),
    ),
}


@pytest.mark.parametrize(("rule", "severity", "about", "found"), OBJECTED.values(), ids=OBJECTED.keys())
def test_objects_to(rule: str, severity: Severity, about: str, found: tuple[Finding, ...]) -> None:
    own = [finding for finding in found if (finding.rule, finding.input) == (rule, about)]
    assert own, found
    assert {finding.severity for finding in own} == {severity}
    assert all(finding.advice for finding in own)


def test_a_new_input_can_be_too_young() -> None:
    week = LockExpectation(min_age=(("**", timedelta(days=7)),))
    spoils = (tips_of(timedelta(days=1)),)
    found = judged(ADDED, '{ inputs.more.url = "github:acme/more"; }', *spoils, expectation=week)
    assert [(finding.rule, finding.severity) for finding in found] == [("min-age", WAIT)]


def test_what_an_input_of_an_input_follows_no_more_is_for_a_person_while_nobody_was_asked() -> None:
    old: Edits = {"nodes/tool/inputs/parts": ["plain"], "nodes/root/inputs/alias": ["plain"], "nodes/parts": GONE}
    evidence = LockEvidence(
        path="flake.lock",
        old=lock(old),
        new=lock({**old, **OWN_PARTS}),
        flake=BEFORE,
        new_flake=b'{ inputs.tool.url = "github:acme/tool"; }',
    )
    assert {(found.rule, found.severity) for found in judge_lock(evidence, LockExpectation())} == {
        ("lock-root-follows", HOLD)
    }


def test_says_what_the_new_flake_does_not_say() -> None:
    (found,) = (one for one in judged(ADDED, "{ }") if one.rule == "lock-root-inputs")
    assert found.message == '"more" was added, but flake.nix does not say so'
    assert "nix flake lock" in found.advice
