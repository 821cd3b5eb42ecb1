"""From settings to what the policy expects: one place that refuses to judge without knowing whom to expect."""

from __future__ import annotations

from msgspec.structs import replace

from flakebot.errors import MisuseError
from flakebot.model import Fingerprint, Login, RequiredCheck
from flakebot.policy.evidence import ChangeExpectation, LockExpectation, ProposalExpectation
from flakebot.settings.file import CONFIGURATION
from flakebot.settings.judging import OWN_STATUS, Content, Judging
from flakebot.settings.options import Roles


def change_expectation(settings: Judging, locks: tuple[str, ...]) -> ChangeExpectation:
    """Return what a range of commits that may change these locks must be. Raises as `pinned_keys` does."""
    return replace(locks_expectation(settings, locks), fingerprints=pinned_keys(settings))


def locks_expectation(settings: Judging, locks: tuple[str, ...]) -> ChangeExpectation:
    """Return what these locks must be, whoever changed them: no key is among it."""
    content = replace(lock_expectation(settings), min_age=settings.all_min_age)
    return ChangeExpectation(locks=locks, fingerprints=(), content=content)


def pinned_keys(settings: Judging) -> tuple[Fingerprint, ...]:
    """Return the keys that may sign. Raises `MisuseError` when there is none."""
    if not settings.gpg_fingerprint:
        raise MisuseError(
            "no key is pinned, so nobody's signature could be trusted",
            advice=f'Add gpg-fingerprint = ["…"] with the bot\'s key to {CONFIGURATION}; '
            "`flakebot propose` prints the fingerprint that it signs with.",
        )
    return settings.gpg_fingerprint


def lock_expectation(settings: Content) -> LockExpectation:
    """Return what the content of a lock must be."""
    return LockExpectation(
        hold=settings.all_hold,
        allow_downgrade=settings.allow_downgrade,
        allow_hosts=settings.allow_hosts,
        allow_owners=settings.allow_owners,
    )


def proposal_expectation(settings: Judging, *, approver: Login) -> ProposalExpectation:
    """Return what a pull request must be. Raises `MisuseError` when the author is not configured."""
    return ProposalExpectation(
        author=require_configured_author(settings),
        approver=approver,
        base_branch=settings.base_branch,
        head_branch=settings.branch,
        required_checks=tuple(RequiredCheck(name=name) for name in settings.required_checks),
        own_status=OWN_STATUS,
        status_poster=settings.status_poster,
    )


def require_configured_author(settings: Roles) -> Login:
    """Return the configured author. Raises `MisuseError` when there is none: then anybody's would do."""
    if settings.author is None:
        raise MisuseError(
            "`author` is not configured, so a pull request of anybody would do",
            advice=f'Add author = "…" with the account that proposes to {CONFIGURATION}.',
        )
    return settings.author
