"""The recording, ``take:path.take.jsonl``: one line per frame, each whole on the disk before the next begins."""

import os
from io import FileIO
from pathlib import Path
from typing import Literal

from ..errors import OutputError
from ..records import Scene
from ..wire.sendable import sendable
from ..wire.take_json import TakeHeader, header_line, scene_line

_OVERWRITE = "?overwrite=true"


class TakeOutput:
    """A file that grows by whole lines; ``packets_sent`` counts frames."""

    def __init__(self, path: Path, overwrite: bool) -> None:
        self.packets_sent = 0
        self.trouble: str | None = None
        self._path = path
        self._lost = self._broken = 0
        self._end = 0  # bytes of whole lines
        self._mode: Literal["wb", "xb"] = "wb" if overwrite else "xb"
        self._file: FileIO | None = None
        if path.exists() and not overwrite:
            raise OutputError(f"{path} exists already; delete it, or write take:{path}{_OVERWRITE}")
        if not path.parent.is_dir():
            raise OutputError(f"{path} cannot be written: No such file or directory: {path.parent}")
        if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
            raise OutputError(f"{path} cannot be written: a folder, or not yours to write to")

    def begin(self, header: TakeHeader) -> None:
        """Makes the file and writes its first line: until now an old take was left alone. Raises OutputError."""
        try:
            # Unbuffered: a write is a line, and Ctrl-C finds nothing held back.
            file = self._file = open(self._path, self._mode, buffering=0)  # noqa: SIM115  closed by close()
        except OSError as error:
            raise OutputError(f"{self._path} cannot be written: {error.strerror}") from error
        if not self._append(file, header_line(header)):
            raise OutputError(str(self.trouble))

    def send(self, scene: Scene) -> None:
        """Writes the frame's line. Raises OutputError only if the recording was never begun."""
        if self._file is None:
            raise OutputError(f"{self._path} has no first line yet; call begin(header) before the first frame")
        whole, broken = sendable(scene)
        if broken:
            self._broken += broken
            self.trouble = f"{self._path}: {self._broken} people or events with broken numbers were left out"
        if whole is not None:
            self.packets_sent += self._append(self._file, scene_line(whole))

    def _append(self, file: FileIO, line: bytes) -> bool:
        try:
            if file.write(line) == len(line):
                self._end += len(line)
                return True
            reason = "the disk is full"
        except OSError as error:
            reason = str(error.strerror)
        self._lost += 1
        self.trouble = f"{self._path}: {self._lost} lines could not be written: {reason}"
        self._cut(file)
        return False

    def _cut(self, file: FileIO) -> None:
        """Takes half a line away again, so that the next one does not continue it."""
        try:
            file.truncate(self._end)
            file.seek(self._end)
        except OSError as error:
            self.trouble = f"{self.trouble}; nor could the half line be removed: {error.strerror}"

    def close(self) -> None:
        """Waits until the disk has everything; a recording that never began has touched nothing."""
        if self._file is None or self._file.closed:
            return
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            if self._path.is_file():  # a pipe or /dev/null has no disk to wait for
                self.trouble = f"{self._path}: the disk did not confirm the last lines: {error.strerror}"
        self._file.close()


def open_output(target: str) -> TakeOutput:
    """``path`` of a file that does not exist yet, or ``path?overwrite=true``. Raises OutputError."""
    path = target.removesuffix(_OVERWRITE)
    if not path or "?" in path:
        raise OutputError(
            f"'take:{target}' names no file; write take:dance.take.jsonl or take:dance.take.jsonl{_OVERWRITE}"
        )
    return TakeOutput(Path(path), overwrite=path != target)
