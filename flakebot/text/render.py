"""Fill the templates beside this module. A name that a template does not get is an error, never an empty space."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from flakebot.text.neutral import code, ending, fenced, neutral


@cache
def _environment() -> Environment:
    environment = Environment(  # noqa: S701  # Markdown and plain text; foreign text passes the filters below
        loader=PackageLoader("flakebot.text"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    environment.filters.update(code=code, ending=ending, fenced=fenced, neutral=neutral)
    return environment


def render(template: str, **values: object) -> str:
    """Return the filled template, ended by one new line."""
    return _environment().get_template(template).render(values).strip() + "\n"
