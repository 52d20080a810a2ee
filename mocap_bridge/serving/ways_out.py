"""Outputs that come and go while the line runs: receivers of poses, and the take that is being written."""

import asyncio
import re
import time
from pathlib import Path

from ..errors import MocapError, OutputError
from ..outputs import Output, open_output
from ..outputs.take import TakeOutput
from ..wire.take_json import TakeHeader
from .between import Between
from .status import OutputStatus, RecordingStatus, address_of, output_status

MOST = 16
_TAKE_NAME = re.compile(r"\w[\w .-]{0,63}")


class WaysOut:
    """``outputs`` is the list that the line sends to; it is changed only between frames.

    Files and sockets are opened and closed off the line, where they may take their time.
    """

    def __init__(self, outputs: list[Output], urls: tuple[str, ...], recordings: Path, between: Between) -> None:
        self.header: TakeHeader | None = None
        self._outputs = outputs
        self._opened = dict(enumerate(outputs))
        self._urls = dict(enumerate(urls))
        self._recordings = recordings
        self._between = between
        self._next_key = len(outputs)
        self._recording: tuple[int, Path] | None = None

    @property
    def status(self) -> tuple[OutputStatus, ...]:
        """Of every output but the recording; in the line's thread."""
        taken = self._recording[0] if self._recording else None
        return tuple(output_status(key, self._urls[key], out) for key, out in self._opened.items() if key != taken)

    @property
    def recording(self) -> RecordingStatus | None:
        """The take that is being written; in the line's thread."""
        if self._recording is None or self._recording[0] not in self._opened:
            return None
        key, path = self._recording
        return RecordingStatus(path.name, self._opened[key].packets_sent)

    async def record(self, name: str | None) -> str:
        """Begins a take. Raises OutputError."""
        if self._recording or self.header is None:
            raise OutputError("a take is being written already" if self._recording else "nothing runs yet")
        path = take_file(self._recordings, name)
        take = await asyncio.to_thread(_begun, path, self.header)
        self._recording = self._next_key, path
        try:
            await self._swap(None, take, f"take:{path.name}")
        except MocapError:
            self._recording = None
            raise
        return f"recording {path.name}"

    async def end_recording(self) -> str:
        """Ends the take. Raises OutputError if there is none."""
        if self._recording is None:
            raise OutputError("no take is being written")
        key, path = self._recording
        take = self._opened[key]
        await self._swap(key, None, "")
        self._recording = None
        return f"{path.name}: {take.packets_sent} frames"

    async def add(self, url: str) -> str:
        """Sends there too. Raises OutputError."""
        if address_of(url) is None or "?" in url:
            raise OutputError(f"{url!r} cannot be added here; write vmc:127.0.0.1:39539 or osc:127.0.0.1:39600")
        self._must_be_new(url)
        if len(self._opened) >= MOST:
            raise OutputError(f"there are {MOST} outputs already; remove one first")
        await self._swap(None, await asyncio.to_thread(open_output, url), url)
        return f"sending to {url}"

    async def edit(self, key: int, host: str, port: int) -> str:
        """Sends to another host and port. Raises OutputError."""
        scheme, _, target = self._editable(key).partition(":")
        _, asked, options = target.partition("?")
        address = f"{scheme}:{f'[{host}]' if ':' in host else host}:{port}"
        if "?" in host:
            raise OutputError(f"{host!r} is no host")
        url = f"{address}{asked}{options}"
        self._must_be_new(url)
        await self._swap(key, await asyncio.to_thread(open_output, url), url)
        return f"sending to {address}"

    async def remove(self, key: int) -> str:
        """Sends there no more. Raises OutputError."""
        url = self._editable(key)
        await self._swap(key, None, "")
        return f"no longer sending to {url}"

    def _must_be_new(self, url: str) -> None:
        if url in self._urls.values():
            raise OutputError(f"it goes to {url} already")

    def _editable(self, key: int) -> str:
        url = self._urls.get(key, "")
        if address_of(url) is None:
            raise OutputError(f"output {key} ({url or 'which is gone'}) has no host and port to edit")
        return url

    async def _swap(self, key: int | None, output: Output | None, url: str) -> None:
        """Puts an output in the place of another (or of none, or none in its place)."""
        new_key, before = (self._next_key, None) if key is None else (key, self._opened[key])
        self._next_key += key is None

        def change() -> None:
            if output is None:
                del self._opened[new_key], self._urls[new_key]
            else:
                self._opened[new_key], self._urls[new_key] = output, url
            self._outputs[:] = self._opened.values()

        try:
            await self._between.frames(change)
        except MocapError:
            if output is not None:
                output.close()
            raise
        if before is not None:
            await asyncio.to_thread(before.close)


def take_file(folder: Path, name: str | None) -> Path:
    """A file in ``folder`` and nowhere else; by date and time without a name. Raises OutputError."""
    if name is None:
        name = time.strftime("%Y-%m-%d %H-%M-%S")
    name = name.removesuffix(".take.jsonl")
    if not _TAKE_NAME.fullmatch(name) or name.endswith((".", " ")):
        raise OutputError(f"{name!r} cannot name a take; use up to 64 letters, digits, spaces, '.', '_', '-'")
    return folder / f"{name}.take.jsonl"


def _begun(path: Path, header: TakeHeader) -> TakeOutput:
    take = TakeOutput(path, overwrite=False)
    take.begin(header)
    return take
