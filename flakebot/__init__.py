"""flakebot keeps a flake.lock up to date and proves every update before it is merged."""

__version__ = "0.1.0"
