"""What an owner demands of a branch and of a repository's pull requests. Values only, judged elsewhere."""

from __future__ import annotations

from enum import Enum, IntEnum, StrEnum
from fnmatch import fnmatchcase

from msgspec import Struct, field

from flakebot.model import Branch, Login, RequiredCheck


class Role(IntEnum):
    """What an account may do in a repository, weakest first."""

    NONE = 0
    READ = 1
    TRIAGE = 2
    WRITE = 3
    MAINTAIN = 4
    ADMIN = 5

    @property
    def word(self) -> str:
        """The role as the API writes it."""
        return self.name.lower()


class MergeMethod(StrEnum):
    """How a pull request may become part of its base."""

    MERGE = "merge"
    SQUASH = "squash"
    REBASE = "rebase"


class RuleSource(Enum):
    """Where a branch's rules are written: GitHub words its refusals differently for each."""

    CLASSIC = "branch protection"
    RULESET = "ruleset"


_MAIN = Branch("main")


class Protection(Struct, frozen=True, kw_only=True):
    """The rules of the branches that ``branch`` matches (``*`` stops at a slash). Nothing is demanded unless said."""

    branch: str = "main"
    source: RuleSource = RuleSource.RULESET
    required_checks: tuple[RequiredCheck, ...] = ()
    is_strict: bool = False
    requires_pull_request: bool = True
    required_approvals: int = 0
    requires_code_owner_review: bool = False
    dismisses_stale_reviews: bool = False
    requires_last_push_approval: bool = False
    requires_signatures: bool = False
    requires_merge_queue: bool = False
    merge_methods: frozenset[MergeMethod] = frozenset(MergeMethod)
    bypass: frozenset[Login] = frozenset()

    def covers(self, branch: str) -> bool:
        """Whether these rules are this branch's."""
        return fnmatchcase(branch, self.branch) and branch.count("/") == self.branch.count("/")


class Settings(Struct, frozen=True, kw_only=True):
    """A repository's own settings."""

    is_private: bool = False
    description: str | None = None
    default_branch: Branch = _MAIN
    merge_methods: frozenset[MergeMethod] = frozenset(MergeMethod)
    allows_auto_merge: bool = True
    deletes_merged_branches: bool = False
    protections: tuple[Protection, ...] = ()
    actions_may_approve: bool = False


class Conclusion(StrEnum):
    """How a check run ended; ``NEVER`` is not GitHub's: the simulated job does not report at all."""

    SUCCESS = "success"
    FAILURE = "failure"
    NEUTRAL = "neutral"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"
    ACTION_REQUIRED = "action_required"
    NEVER = "never"


class Workflow(Struct, frozen=True, kw_only=True):
    """The simulated CI: which jobs report what, and how many seconds after a push to an open pull request."""

    jobs: dict[str, Conclusion] = field(default_factory=dict)
    delay: float = 0.2
