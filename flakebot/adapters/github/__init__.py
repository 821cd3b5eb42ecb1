"""GitHub, through PyGithub: one class per power. Each module is for who needs it."""

from flakebot.later import load_later, without

# PyJWT brings all of cryptography, a sixth of the start, and only a GitHub App's key has a use for it.
load_later("jwt", inside=("github",))
with without("charset_normalizer"):  # requests would guess encodings with it; GitHub answers in UTF-8 and says so
    import requests as requests  # first of all that import it
