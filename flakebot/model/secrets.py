"""Secrets as values that never show themselves: not in a repr, a log line or an exception."""

from __future__ import annotations


class Secret:
    """A secret's text, which shows itself only when asked by name."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text; the caller hands it to one tool and keeps no copy."""
        return self._text

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"

    def __bool__(self) -> bool:
        return bool(self._text)


class Token(Secret):
    """A GitHub token: classic, fine-grained, an App installation's or a job's."""


class SigningKey(Secret):
    """An armoured OpenPGP private key."""


class Passphrase(Secret):
    """The passphrase of a signing key; empty for a key without one."""
