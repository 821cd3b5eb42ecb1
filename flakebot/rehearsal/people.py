"""Who takes part in a rehearsal, and the secrets that each was given. Throw-away, of the stand-in only."""

from __future__ import annotations

from msgspec import Struct

from flakebot.model import Login, RepositoryName
from flakebot.rehearsal.github.state.tokens import Level, Permission
from flakebot.rehearsal.signing_key import KeyPair

OWNER = Login("homelab")
AUTHOR = Login("update-bot")
APPROVER = Login("approve-bot")
CONSUMER = RepositoryName(owner=OWNER, name="config")

AUTHOR_MAY = {
    Permission.CONTENTS: Level.WRITE,
    Permission.PULL_REQUESTS: Level.WRITE,
}
APPROVER_MAY = {
    Permission.CONTENTS: Level.READ,
    Permission.PULL_REQUESTS: Level.WRITE,
}
JOB_MAY = {
    Permission.CONTENTS: Level.READ,
    Permission.PULL_REQUESTS: Level.READ,
    Permission.CHECKS: Level.READ,
    Permission.STATUSES: Level.WRITE,
}


class Secrets(Struct, frozen=True, kw_only=True):
    """What the owner stored for the workflow: one token for each role, and the author's key."""

    author_token: str
    approver_token: str
    job_token: str
    owner_token: str
    key: KeyPair

    def all(self) -> tuple[str, ...]:
        """Return every text that must not show up anywhere."""
        tokens = (self.author_token, self.approver_token, self.job_token, self.owner_token)
        return (*tokens, self.key.private.reveal(), self.key.passphrase.reveal())
