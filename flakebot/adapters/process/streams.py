"""The three streams of a running program: fed and read piece by piece, kept in bounded memory, never blocking."""

from __future__ import annotations

from collections import deque
from io import FileIO

from flakebot.ports import Progress

_PIECE = 64 * 1024


class Inflow:
    """What a program reads from its stdin."""

    def __init__(self, content: bytes) -> None:
        self._rest = memoryview(content)

    def step(self, pipe: FileIO) -> bool:
        """Write what the pipe takes now; False when all is written, or nobody reads any more."""
        try:
            self._rest = self._rest[pipe.write(self._rest[:_PIECE]) or 0 :]
        except BrokenPipeError:
            return False
        return bool(self._rest)


class Outflow:
    """What a program prints: its last ``keep`` bytes, and each line to ``progress`` as it comes."""

    def __init__(self, *, keep: int, progress: Progress | None = None) -> None:
        self.cut = 0
        self._keep = keep
        self._pieces: deque[bytes] = deque()
        self._size = 0
        self._progress = progress
        self._line = b""

    def step(self, pipe: FileIO) -> bool:
        """Read what the pipe holds now; False at its end."""
        piece = pipe.read(_PIECE)
        if piece is None:
            return True
        self._store(piece)
        self._tell(piece, is_end=not piece)
        return bool(piece)

    def content(self) -> bytes:
        """Return the bytes that were kept."""
        return b"".join(self._pieces)

    def text(self) -> str:
        """Return the same as text; what is no UTF-8 shows as a replacement character."""
        return self.content().decode(errors="replace")

    def _store(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self._size += len(piece)
        while self._size > self._keep:
            first, excess = self._pieces.popleft(), self._size - self._keep
            rest = first[excess:]
            if rest:
                self._pieces.appendleft(rest)
            self._size -= len(first) - len(rest)
            self.cut += len(first) - len(rest)

    def _tell(self, piece: bytes, *, is_end: bool) -> None:
        if self._progress is None:
            return
        *lines, self._line = (self._line + piece).split(b"\n")
        if self._line and (is_end or len(self._line) > _PIECE):
            lines.append(self._line)
            self._line = b""
        for line in lines:
            self._progress(line.decode(errors="replace").rstrip("\r"))
