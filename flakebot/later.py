"""Modules that are loaded when something of them is used, not when they are imported, or not at all. Knows nobody.

Libraries import far more than one short call uses: PyGithub alone has 170 modules, of which a command needs 20.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from threading import Lock
from types import ModuleType


class LaterModule(ModuleType):
    """Stands in for a module until then; whoever imported it keeps this one, and notices nothing."""

    def __getattr__(self, name: str) -> object:
        _LATER.release(self)
        return getattr(import_module(self.__name__), name)


class _LaterModules:
    """Finds and loads the modules that it was told of, and what lies directly in its packages.

    It has no base class: `importlib.abc` would load all of `importlib.resources`.
    """

    def __init__(self) -> None:
        self._modules: set[str] = set()
        self._packages: set[str] = set()
        self._used: set[str] = set()
        self._lock = Lock()

    def add(self, modules: Sequence[str], packages: Sequence[str]) -> None:
        """Let these wait; does nothing about one that is there already."""
        self._modules.update(modules)
        self._packages.update(packages)
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def release(self, module: LaterModule) -> None:
        """Make room for the module itself; of several threads that use it at once, the first one does."""
        with self._lock:
            if sys.modules.get(module.__name__) is module:
                self._used.add(module.__name__)
                del sys.modules[module.__name__]

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Say of a module that waits that it is ours, and of no other."""
        is_later = fullname in self._modules or fullname.rpartition(".")[0] in self._packages
        if not is_later or fullname in self._used:
            return None
        return ModuleSpec(fullname, self)  # type: ignore[arg-type]  # a loader in all but its base class

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return what stands in for it; while it is being imported it is a module like any other."""
        return ModuleType(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Load nothing yet."""
        module.__class__ = LaterModule


_LATER = _LaterModules()


def load_later(*modules: str, inside: Sequence[str] = ()) -> None:
    """Let the import of these modules, and of the modules in the packages ``inside``, cost nothing."""
    _LATER.add(modules, inside)


def open_packages(*names: str) -> None:
    """Let single modules of these packages be imported without the ``__init__``, which would import all of them.

    Nothing but modules can be imported from them then. Does nothing about one that is there already or not at all.
    """
    for name in names:
        if name not in sys.modules and (spec := find_spec(name)) is not None:
            sys.modules[name] = module_from_spec(spec)


@contextmanager
def without(module: str) -> Iterator[None]:
    """Import what can do without a module as if that was not installed, and let it not complain.

    Does nothing about a module that is there already.
    """
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]  # Python's own sign for a module that is not to be found
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        del sys.modules[module]
