"""The state of the rate limits; asking costs nothing."""

from __future__ import annotations

from flakebot.rehearsal.github.http.answers import Answer, answer
from flakebot.rehearsal.github.http.call import Call
from flakebot.rehearsal.github.http.endpoints import elsewhere
from flakebot.rehearsal.github.shapes.basics import API, Document


def show_limits(call: Call) -> Answer:
    """Answer what is left."""
    left = call.hub.limits.allowance(call.token)
    core: Document = {"limit": left.limit, "used": left.used, "remaining": left.remaining, "reset": left.reset}
    search: Document = {"limit": 30, "used": 0, "remaining": 30, "reset": left.reset}
    return answer({"resources": {"core": core, "search": search, "graphql": core}, "rate": core})


def show_root(_call: Call) -> Answer:
    """Answer where to go from here; clients ask this to look at the headers."""
    return answer({"current_user_url": f"{API}/user", "rate_limit_url": f"{API}/rate_limit"})


ENDPOINTS = (elsewhere("GET", "/rate_limit", show_limits), elsewhere("GET", "/", show_root))
