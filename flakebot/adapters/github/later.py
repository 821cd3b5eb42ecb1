"""A module that is loaded when something of it is used for the first time, not when it is imported."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType


class LaterModule(ModuleType):
    """Stands in for a module until then; whoever imported it keeps this one, and notices nothing."""

    def __getattr__(self, name: str) -> object:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def load_later(name: str) -> None:
    """Let ``import name`` cost nothing, unless the module is there already."""
    sys.modules.setdefault(name, LaterModule(name))
