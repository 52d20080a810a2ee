"""Takes read back: the same scenes that were recorded, one at a time, however long the file."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from .errors import TakeError
from .records import Scene
from .wire.take_json import LONGEST_LINE, LineReader, TakeHeader, header_from_line


class Take:
    """A recording. After its scenes have been read, ``torn`` says whether the last line was cut off."""

    def __init__(self, path: Path, header: TakeHeader) -> None:
        """Raises TakeError if the header lacks a joint or bone."""
        self.path = path
        self.header = header
        self.torn = False
        self.torn_line = 0  # its number, counted from 1
        self.torn_bytes = 0  # how much of it there is
        self.read_share = 0.0  # how much of the file has been read, 0 to 1
        self._reader = LineReader(header)

    @property
    def scenes(self) -> Iterator[Scene]:
        """All scenes from the beginning, read as they are asked for. Raises TakeError at a damaged line."""
        with _opened(self.path) as file:
            size = max(os.fstat(file.fileno()).st_size, 1)
            read = len(file.readline(LONGEST_LINE + 1))  # the header
            number = 1
            while line := file.readline(LONGEST_LINE + 1):
                number += 1
                read += len(line)
                self.read_share = min(read / size, 1.0)
                if len(line) > LONGEST_LINE:
                    raise TakeError(f"{self.path}, line {number}: longer than {LONGEST_LINE:,} bytes")
                if line.isspace():
                    continue
                try:
                    scene = self._reader.scene(line)
                except TakeError as error:
                    # A program that was killed, or a full disk, leaves half a line: what stands before it is good.
                    if not line.endswith(b"\n"):
                        self.torn, self.torn_line, self.torn_bytes = True, number, len(line)
                        return
                    raise TakeError(f"{self.path}, line {number}: {error}") from error
                yield scene


def read_take(path: str | Path) -> Take:
    """Opens a take and reads its header.

    Raises TakeError if there is no such file, it is no take, or it is one of a newer version.
    """
    path = Path(path)
    with _opened(path) as file:
        line = file.readline(LONGEST_LINE + 1)
    if not line:
        raise TakeError(f"{path} is empty; a take begins with a header line")
    try:
        return Take(path, header_from_line(line))
    except TakeError as error:
        raise TakeError(f"{path}: {error}") from error


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise TakeError(f"{path} cannot be read: {error.strerror}") from error
