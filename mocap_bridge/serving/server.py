"""The server's thread: it begins before the line and ends after it, and the line never waits for it."""

import asyncio
import logging
import secrets
import socket
import sys
import threading
import time
from collections.abc import Mapping
from math import nan
from os import environ
from types import TracebackType
from typing import Self

from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from ..errors import OutputError
from ..records import Image, Scene
from .answers import answer
from .guard import Bind, bind_of
from .hub import Hub
from .page import Asset
from .requests import LARGEST_BYTES
from .sockets import Handle, talk
from .status import Status

TOKEN_VARIABLE = "MOCAP_BRIDGE_TOKEN"
_FEW_BYTES = 65_536  # what may wait on its way to a client: who is slow skips scenes, rather than see old ones
_quiet = logging.getLogger("mocap_bridge.serving")
_quiet.addHandler(logging.NullHandler())
_quiet.propagate = False  # a port scanner's nonsense is no news to whoever runs the line


def bind_from(target: str) -> Bind:
    """Where to listen, with a token from the environment or a new one. Raises SettingsError."""
    return bind_of(target, environ.get(TOKEN_VARIABLE) or secrets.token_urlsafe(24))


class Server:
    """A context manager. Everything but the loop's own work is called from the line's thread."""

    def __init__(self, bind: Bind, page: Mapping[str, Asset], handle: Handle) -> None:
        """Raises OutputError if the port is taken."""
        self._bind, self._page, self._handle = bind, page, handle
        self._socket = _listening(bind)
        self.port = int(self._socket.getsockname()[1])
        self._loop = asyncio.new_event_loop()
        self._hub: Hub | None = None
        self._ended: asyncio.Event | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._work, name="dashboard", daemon=True)

    @property
    def url(self) -> str:
        """Where to point a browser on this machine. The token stands behind #, which is never sent or logged."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self._bind.host, self._bind.host)
        host = f"[{host}]" if ":" in host.strip("[]") and not host.startswith("[") else host
        return f"http://{host}:{self.port}/" + (f"#token={self._bind.token}" if self._bind.token else "")

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._ended is not None:
            self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(timeout=5.0)
        self._socket.close()

    @property
    def processor_s(self) -> float:
        """Processor time of the server's thread so far; NaN where the system does not tell it of a thread."""
        if sys.platform == "win32" or self._thread.ident is None:
            return nan
        return time.clock_gettime(time.pthread_getcpuclockid(self._thread.ident))

    def show(self, scene: Scene, image_rgb: Image | None) -> None:
        """The newest scene and its picture. Costs nothing while nobody looks."""
        hub = self._hub
        if hub is not None:
            hub.newest = scene
            if hub.watched:
                self._loop.call_soon_threadsafe(hub.show, scene, image_rgb)

    def tell(self, status: Status) -> None:
        """What is going on."""
        if self._hub is not None:
            self._loop.call_soon_threadsafe(self._hub.tell, status)

    def _work(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._ready.set()
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()

    async def _serve(self) -> None:
        hub = Hub()
        self._ended = asyncio.Event()

        async def handler(connection: ServerConnection) -> None:
            await talk(connection, hub, self._handle)

        def process(connection: ServerConnection, request: Request) -> Response | None:
            return answer(request, self._bind, self._page, hub)

        async with serve(
            handler,
            sock=self._socket,
            process_request=process,
            compression=None,  # the wire is short, and the processor is needed
            max_size=LARGEST_BYTES,
            max_queue=4,
            write_limit=_FEW_BYTES,
            open_timeout=5.0,
            close_timeout=1.0,
            server_header=None,
            logger=_quiet,
        ):
            self._hub = hub
            self._ready.set()
            await self._ended.wait()


def _listening(bind: Bind) -> socket.socket:
    try:
        info = socket.getaddrinfo(bind.host, bind.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listening = socket.create_server(info[4][:2], family=info[0], backlog=64)
    except (OSError, UnicodeError) as error:
        raise OutputError(
            f"the dashboard cannot listen at {bind.host}:{bind.port}: {getattr(error, 'strerror', None) or error}; "
            "choose another, for example --dashboard 127.0.0.1:8901"
        ) from error
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _FEW_BYTES)  # accepted sockets inherit it
    return listening
