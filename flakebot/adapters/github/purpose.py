"""What a request is for, so that its refusal can be explained. Values only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """Words that finish "could not …", and the fine-grained permission that the request needs.

    ``advice`` is what to do when the token may not, where granting that permission is not all there is to say.
    """

    doing: str
    needs: str
    advice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whose token asks (author, approver or job), about which repository (``owner/name``)."""

    role: str
    repository: str

    @property
    def token(self) -> str:
        """Where the token comes from, for advice."""
        variable = "FLAKEBOT_JOB_TOKEN" if self.role == "job" else "FLAKEBOT_TOKEN"
        return f"{variable} (in a workflow: {self.role}-token)"
