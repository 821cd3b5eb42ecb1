"""Hides secrets in what is printed, in every form in which they may appear. Prints nothing itself."""

from __future__ import annotations

import json

_SHORTEST = 4
"""What is shorter would hide half of every sentence."""


class Mask:
    """Knows the secrets of one process."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self.lines = tuple(sorted({line for secret in secrets for line in secret.splitlines()}, key=len))
        forms = {form for secret in secrets for form in _forms(secret) if len(form) >= _SHORTEST}
        self._forms = sorted(forms, key=len, reverse=True)

    def masked(self, text: str) -> str:
        """Return a text with each secret replaced, the longest first."""
        for form in self._forms:
            text = text.replace(form, "***")
        return text


def _forms(secret: str) -> tuple[str, ...]:
    """Return how a secret may appear: as it is, a line of it, and as a JSON document writes it."""
    return (
        secret,
        *secret.splitlines(),
        *(json.dumps(secret, ensure_ascii=is_ascii)[1:-1] for is_ascii in (True, False)),
    )
