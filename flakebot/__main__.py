"""``python -m flakebot``."""

from flakebot.cli import main

raise SystemExit(main())
