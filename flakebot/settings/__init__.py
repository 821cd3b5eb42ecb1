"""The settings: command line, action inputs and configuration file are three faces of these models. No I/O."""

from flakebot.later import load_later

load_later("asyncio")  # pydantic-settings imports it for commands that are coroutines
