"""The secrets of one process, taken from its environment. They are no settings: no option, no file, no default."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from flakebot.errors import MisuseError
from flakebot.model import Passphrase, SigningKey, Token


class Credentials(Struct, frozen=True, kw_only=True):
    """What this process was given. ``nix_token`` may only read; it is the one secret that Nix may see."""

    token: Token | None
    job_token: Token | None
    key: SigningKey | None
    passphrase: Passphrase | None
    nix_token: Token | None

    def require_token(self, role: str) -> Token:
        """Return the role's token. Raises `MisuseError` when there is none."""
        if self.token is None:
            raise MisuseError(
                f"the {role}'s token is missing",
                advice=f"Give it as FLAKEBOT_TOKEN (in a workflow: {role}-token).",
            )
        return self.token

    def require_reading(self) -> tuple[Token, str]:
        """Return a token that may read, and whose it is: the job's will do where nothing is written."""
        if self.token is not None:
            return self.token, "approver"
        if self.job_token is not None:
            return self.job_token, "job"
        raise MisuseError(
            "a token to read the pull request with is missing",
            advice="Give one as FLAKEBOT_TOKEN, or the job's own as FLAKEBOT_JOB_TOKEN; nothing is written with it.",
        )

    def require_key(self) -> SigningKey:
        """Return the signing key. Raises `MisuseError` when there is none."""
        if self.key is None:
            raise MisuseError(
                "the signing key is missing",
                advice="Give the armoured private key as FLAKEBOT_GPG_PRIVATE_KEY (in a workflow: gpg-private-key).",
            )
        return self.key


def read_credentials(environment: Mapping[str, str]) -> Credentials:
    """Take the secrets out of an environment; an empty one is none."""

    def given(name: str) -> str | None:
        return environment.get(name, "").strip() or None

    token, job_token, nix_token = given("FLAKEBOT_TOKEN"), given("FLAKEBOT_JOB_TOKEN"), given("FLAKEBOT_NIX_TOKEN")
    key, passphrase = given("FLAKEBOT_GPG_PRIVATE_KEY"), environment.get("FLAKEBOT_GPG_PASSPHRASE")
    return Credentials(
        token=Token(token) if token else None,
        job_token=Token(job_token) if job_token else None,
        key=SigningKey(key + "\n") if key else None,
        passphrase=Passphrase(passphrase) if passphrase else None,
        nix_token=Token(nix_token) if nix_token else None,
    )
