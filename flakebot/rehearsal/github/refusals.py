"""What the stand-in answers instead of doing as asked: GitHub's status codes and words. Values only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

DOCUMENTATION = "https://docs.github.com/rest"


class RefusalError(Exception):
    """An answer of GitHub's that is an error: the status, the message and, for some, the single errors."""

    def __init__(
        self, status: int, message: str, *, errors: Sequence[Mapping[str, object] | str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors

    @property
    def document(self) -> dict[str, object]:
        """The body of the answer."""
        errors = {} if self.errors is None else {"errors": list(self.errors)}
        return {
            "message": self.message,
            **errors,
            "documentation_url": DOCUMENTATION,
            "status": str(self.status),
        }


def not_found() -> RefusalError:
    """Refuse what is not there and what the token may not see alike."""
    return RefusalError(404, "Not Found")


def bad_credentials() -> RefusalError:
    """Refuse a token that nobody has issued."""
    return RefusalError(401, "Bad credentials")


def validation_failed(*errors: Mapping[str, object]) -> RefusalError:
    """Refuse a well-formed request whose values do not fit."""
    return RefusalError(422, "Validation Failed", errors=errors)


def custom(resource: str, message: str) -> dict[str, object]:
    """Explain an error in a sentence."""
    return {"resource": resource, "code": "custom", "message": message}


def invalid(resource: str, field: str) -> dict[str, object]:
    """Name the field that does not fit, and no more."""
    return {"resource": resource, "field": field, "code": "invalid"}


def unprocessable(*errors: str) -> RefusalError:
    """Refuse in the older form of a 422: bare sentences."""
    return RefusalError(422, "Unprocessable Entity", errors=errors)


def rule_violations(reasons: Sequence[str], *, status: int = 405) -> RefusalError:
    """Refuse because a ruleset stands in the way."""
    listed = "".join(f"{reason}\n\n" for reason in reasons)
    return RefusalError(status, f"Repository rule violations found\n\n{listed}")
