"""The recording, ``take:path.take.jsonl``: one line per frame, each whole on the disk before the next begins."""

import os
from pathlib import Path

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
        self._begun = False
        try:
            # Unbuffered: a write is a line, and Ctrl-C finds nothing held back.
            self._file = open(path, "wb" if overwrite else "xb", buffering=0)  # noqa: SIM115  closed by close()
        except FileExistsError as error:
            raise OutputError(f"{path} exists already; delete it, or write take:{path}{_OVERWRITE}") from error
        except OSError as error:
            raise OutputError(f"{path} cannot be written: {error.strerror}") from error

    def begin(self, header: TakeHeader) -> None:
        """Writes the first line. Raises OutputError if it does not fit on the disk."""
        self._begun = True
        if not self._append(header_line(header)):
            raise OutputError(str(self.trouble))

    def send(self, scene: Scene) -> None:
        """Writes the frame's line. Raises OutputError only if the recording was never begun."""
        if not self._begun:
            raise OutputError(f"{self._path} has no first line yet; call begin(header) before the first frame")
        whole, broken = sendable(scene)
        if broken:
            self._broken += broken
            self.trouble = f"{self._path}: {self._broken} people or events with broken numbers were left out"
        if whole is not None:
            self.packets_sent += self._append(scene_line(whole))

    def _append(self, line: bytes) -> bool:
        try:
            if self._file.write(line) == len(line):
                self._end += len(line)
                return True
            reason = "the disk is full"
        except OSError as error:
            reason = str(error.strerror)
        self._lost += 1
        self.trouble = f"{self._path}: {self._lost} lines could not be written: {reason}"
        self._cut()
        return False

    def _cut(self) -> None:
        """Takes half a line away again, so that the next one does not continue it."""
        try:
            self._file.truncate(self._end)
            self._file.seek(self._end)
        except OSError as error:
            self.trouble = f"{self.trouble}; nor could the half line be removed: {error.strerror}"

    def close(self) -> None:
        """Waits until the disk has everything; a recording that never began leaves no file behind."""
        if self._file.closed:
            return
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            if self._path.is_file():  # a pipe or /dev/null has no disk to wait for
                self.trouble = f"{self._path}: the disk did not confirm the last lines: {error.strerror}"
        self._file.close()
        if not self._begun:
            self._path.unlink()  # opened, but something else failed before there was anything to record


def open_output(target: str) -> TakeOutput:
    """``path`` of a file that does not exist yet, or ``path?overwrite=true``. Raises OutputError."""
    path = target.removesuffix(_OVERWRITE)
    if not path or "?" in path:
        raise OutputError(
            f"'take:{target}' names no file; write take:dance.take.jsonl or take:dance.take.jsonl{_OVERWRITE}"
        )
    return TakeOutput(Path(path), overwrite=path != target)
