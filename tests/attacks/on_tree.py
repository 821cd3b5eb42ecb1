"""Attacks on the tree: something else than the lock, or the lock as something else than a plain file."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from flakebot.policy.evidence import LockEvidence
from flakebot.rehearsal.github.git.seeding import Content, File
from tests.attacks.attack import Attack, in_evidence, in_git
from tests.attacks.locks import stored
from tests.attacks.proof import Unproven
from tests.attacks.situation import Situation
from tests.attacks.workbench import HONEST_LOCK, LOCK, Workbench

_OTHER_LOCK = "sub/flake.lock"


def _beside(path: str, content: Content) -> Callable[[Workbench], Situation]:
    """Commit something else beside the lock."""
    return _instead({LOCK: HONEST_LOCK, path: content})


def _instead(files: Mapping[str, Content]) -> Callable[[Workbench], Situation]:
    """Commit these files in place of the update, signed as the update is."""
    return lambda bench: bench.situation(bench.commit(files, onto=bench.base, sign=bench.bot))


def _in_turn(*commits: Mapping[str, Content]) -> Callable[[Workbench], Situation]:
    """Commit these files one after another."""

    def make(bench: Workbench) -> Situation:
        head = bench.base
        for files in commits:
            head = bench.commit(files, onto=head, sign=bench.bot)
        return bench.situation(head)

    return make


def _read_otherwise(situation: Situation) -> Situation:
    """Let the branch move between the look at the tree and the look at the bytes."""
    (lock,) = situation.proposal.change.locks
    locks = (replace(lock, new=stored("nix-2.8", "leaves")),)
    return situation.with_change(replace(situation.proposal.change, locks=locks))


def _behind_the_tree(situation: Situation) -> Situation:
    """Let a second configured lock differ although the tree tells of one only."""
    other = LockEvidence(path=_OTHER_LOCK, old=stored("nix-2.34", "old"), new=stored("nix-2.34", "leaves"))
    changed = situation.with_change(replace(situation.proposal.change, locks=(*situation.proposal.change.locks, other)))
    return replace(changed, change=replace(changed.change, locks=(LOCK, _OTHER_LOCK)))


def _nothing_configured(situation: Situation) -> Situation:
    changed = situation.with_change(replace(situation.proposal.change, locks=()))
    return replace(changed, change=replace(changed.change, locks=()))


ATTACKS: tuple[Attack, ...] = (
    in_git("flake.nix changes beside the lock", "tree-path", _beside("flake.nix", "{ evil = true; }\n")),
    in_git(
        "a workflow that nobody reads comes with the lock",
        "tree-path",
        _beside(".github/workflows/nightly.yml", "on: push\n"),
    ),
    in_git(
        "the code owners change beside the lock",
        "tree-path",
        _beside(".github/CODEOWNERS", None),
        _beside(".github/CODEOWNERS", "* @mallory\n"),
    ),
    in_git(
        "the bot's own configuration changes beside the lock",
        "tree-path",
        _beside(".github/flakebot.toml", 'author = "mallory"\n'),
    ),
    in_git(
        "a file comes whose name is nearly that of the lock",
        "tree-path",
        *(
            _beside(name, HONEST_LOCK)
            for name in ("FLAKE.LOCK", "flake.lock ", "flake.lock\n", "flake\u200b.lock", "sub/flake.lock")
        ),
    ),
    in_git("a file that nobody asked for is deleted", "tree-path", _beside("README.md", None)),
    in_git(
        "a file is added and taken away again, so that only the history holds it",
        "tree-path",
        _in_turn(
            {LOCK: HONEST_LOCK, "notes.txt": "a secret\n"}, {LOCK: stored("nix-2.8", "leaves"), "notes.txt": None}
        ),
        _in_turn({"flake.nix": "{ }\n\n"}, {LOCK: HONEST_LOCK, "flake.nix": "{ }\n"}),
    ),
    in_git("nothing but another file changes", "tree-path", _instead({"flake.nix": "{ evil = true; }\n"})),
    in_git("the lock becomes an executable", "tree-mode", _instead({LOCK: File(content=HONEST_LOCK, mode="100755")})),
    in_git(
        "the lock becomes a symlink",
        "tree-mode",
        _instead({LOCK: File(content=b"/tmp/flake.lock", mode="120000")}),
        _instead({LOCK: File(content=HONEST_LOCK, mode="120000")}),
    ),
    in_git("the lock is deleted", "tree-mode", _instead({LOCK: None})),
    in_git(
        "the lock moves away under another name",
        "tree-mode",
        _instead({LOCK: None, "old.lock": stored("nix-2.8", "old")}),
    ),
    in_git(
        "the lock was a symlink for one commit",
        "tree-mode",
        _in_turn({LOCK: File(content=b"flake.nix", mode="120000")}, {LOCK: HONEST_LOCK}),
    ),
    in_git(
        "a commit changes nothing", "tree-empty", _in_turn({LOCK: HONEST_LOCK}, {}), _in_turn({}, {LOCK: HONEST_LOCK})
    ),
    in_git(
        "the commits undo each other", "tree-empty", _in_turn({LOCK: HONEST_LOCK}, {LOCK: stored("nix-2.8", "old")})
    ),
    in_evidence(
        "the bytes that are judged are not those of the tree",
        "tree-bytes",
        _read_otherwise,
        proof=Unproven(why="no tool does this: it guards against a branch that moves between two reads"),
    ),
    in_evidence(
        "a second lock changes behind the tree's back",
        "tree-locks",
        _behind_the_tree,
        proof=Unproven(why="git cannot make such a change: it guards against flakebot's own reader of trees"),
    ),
    in_evidence(
        "no lock is configured, so that none would be judged",
        "tree-locks",
        _nothing_configured,
        beside=("tree-path",),
        proof=Unproven(
            why="it takes an owner's mistake, not a tool: without the rule, nothing judged would count as nothing wrong"
        ),
    ),
)
