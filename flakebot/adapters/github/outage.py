"""What a failed connection means for the person who reads it. Quotes no exception: proxies' names hold passwords."""

from __future__ import annotations

from requests.exceptions import ConnectionError as ConnectionFailedError
from requests.exceptions import ProxyError, RequestException, SSLError, Timeout
from urllib3.exceptions import NameResolutionError

from flakebot.adapters.github.errors import OutageError
from flakebot.adapters.github.purpose import Purpose
from flakebot.errors import UnavailableError

CAN_REPEAT = "Run this again; it looks before it writes."


def unreachable(error: RequestException, purpose: Purpose, host: str) -> UnavailableError:
    """Return the error that a failed connection means, by its kind alone."""
    match error:
        case SSLError():
            return UnavailableError(
                f"could not {purpose.doing}: the certificate of {host} is not trusted here",
                advice="Behind a proxy, or with a server of your own, set REQUESTS_CA_BUNDLE to its authority's file.",
            )
        case ProxyError():
            happened = f"the connection to {host} through the proxy failed"
            advice = f"Check HTTPS_PROXY and NO_PROXY. {CAN_REPEAT}"
        case Timeout():
            happened, advice = f"{host} took too long to answer", CAN_REPEAT
        case ConnectionFailedError() if _is_name_unknown(error):
            happened, advice = f"the name {host} is unknown here", "Check the network, its DNS and GITHUB_API_URL."
        case ConnectionFailedError():
            happened, advice = f"the connection to {host} failed", CAN_REPEAT
        case _:
            happened, advice = f"{host} gave an answer that is not HTTP as expected", CAN_REPEAT
    return OutageError(f"could not {purpose.doing}: {happened}", advice=advice)


def _is_name_unknown(error: BaseException) -> bool:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NameResolutionError)
