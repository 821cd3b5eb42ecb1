"""Real repositories, made with git itself and without a trace of the machine's own configuration."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{role}_{part}": "them" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")},
}


def git(folder: Path, *words: str, stdin: bytes | None = None, date: str = "2026-01-02T03:04:05Z") -> str:
    """Run git in a folder and return what it printed, without the last line end."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    ended = subprocess.run(
        ["git", *words],
        cwd=folder,
        env=inherited | _ENVIRONMENT | {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date},
        input=stdin,
        check=False,
        capture_output=True,
        timeout=60,
    )
    assert ended.returncode == 0, f"git {' '.join(words)}: {ended.stderr.decode(errors='replace')}"
    return ended.stdout.decode(errors="surrogateescape").removesuffix("\n")


def commit_files(folder: Path, files: dict[str, str | bytes], message: str = "them") -> str:
    """Write files, commit exactly these and return the commit."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content.encode() if isinstance(content, str) else content)
        git(folder, "add", "--", path)
    git(folder, "commit", "--quiet", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")


def new_checkout(folder: Path) -> Path:
    """Make an empty repository with a work tree on branch main."""
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    return folder


def new_bare(folder: Path) -> Path:
    """Make an empty bare repository, as a server holds it."""
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main")
    return folder


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its content, to prove that nothing changed."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}
