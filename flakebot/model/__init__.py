"""The values that flakebot speaks of. Frozen, no behaviour beyond naming, no I/O."""

from flakebot.model.git import REGULAR_FILE, Commit, Person, Signature, SignatureState, TreeChange, TreeEntry
from flakebot.model.github import (
    Check,
    CheckSource,
    CheckState,
    Comparison,
    HostCommit,
    PullRequest,
    Push,
    RequiredCheck,
    Review,
    ReviewState,
)
from flakebot.model.names import Branch, Fingerprint, Login, RepositoryName, Sha
from flakebot.model.secrets import Passphrase, Secret, SigningKey, Token
from flakebot.model.update import Attempt, Candidate, CheckOutcome, CheckReport, Choice, LockUpdate, Stayed, Update

__all__ = [
    "REGULAR_FILE",
    "Attempt",
    "Branch",
    "Candidate",
    "Check",
    "CheckOutcome",
    "CheckReport",
    "CheckSource",
    "CheckState",
    "Choice",
    "Commit",
    "Comparison",
    "Fingerprint",
    "HostCommit",
    "LockUpdate",
    "Login",
    "Passphrase",
    "Person",
    "PullRequest",
    "Push",
    "RepositoryName",
    "RequiredCheck",
    "Review",
    "ReviewState",
    "Secret",
    "Sha",
    "Signature",
    "SignatureState",
    "SigningKey",
    "Stayed",
    "Token",
    "TreeChange",
    "TreeEntry",
    "Update",
]
