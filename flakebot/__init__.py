"""flakebot keeps a flake.lock up to date and proves every update before it is merged."""
