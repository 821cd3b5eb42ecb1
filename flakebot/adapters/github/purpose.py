"""What a request is for, so that its refusal can be explained. Values only."""

from __future__ import annotations

from msgspec import Struct


class Purpose(Struct, frozen=True, kw_only=True):
    """Words that finish "could not …", and the fine-grained permission that the request needs.

    ``advice`` is what to do when the token may not, where granting that permission is not all there is to say.
    """

    doing: str
    needs: str
    advice: str = ""


class Caller(Struct, frozen=True, kw_only=True):
    """Whose token asks (author, approver or job), about which repository (``owner/name``)."""

    role: str
    repository: str

    @property
    def token(self) -> str:
        """Where the token comes from, for advice."""
        variable = "FLAKEBOT_JOB_TOKEN" if self.role == "job" else "FLAKEBOT_TOKEN"
        return f"{variable} (in a workflow: {self.role}-token)"
