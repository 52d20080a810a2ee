"""A way in from a bridge that publishes over ZeroMQ: its address, its keys, its scenes."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

import zmq
import zmq.auth

from .errors import OutputError, SourceError
from .outputs._udp import resolved
from .records import Scene
from .wire.scene_msgpack import scene_from_msgpack

TOPIC = b"scene"
_FEW_MESSAGES = 64
_LARGEST_BYTES = 4_000_000
_RIGHT = "write tcp://HOST:5556"
KEYS = ("curve_server", "curve_client")


@dataclass(frozen=True)
class Address:
    """Where a bridge publishes, and which options came with it."""

    endpoint: str
    options: dict[str, str]


def parsed(address: str, options: tuple[str, ...] = KEYS) -> Address:
    """``tcp://HOST:PORT``, perhaps with ``?curve_server=FILE.key&curve_client=FILE.key_secret``. Raises SourceError."""
    endpoint, _, query = address.partition("?")
    match = re.fullmatch(r"tcp://(\[[0-9a-fA-F:.]+\]|[^:/\[\]]+):(\d+)", endpoint)
    if not match or not 1 <= int(match[2]) <= 65535:
        raise SourceError(f"{address!r} cannot be subscribed to; {_RIGHT}")
    asked = dict(parse_qsl(query, keep_blank_values=True))
    if unknown := [name for name in asked if name not in options]:
        raise SourceError(f"no option {unknown[0]!r} in {address!r}; choose from {', '.join(options)}")
    if "curve_client" in asked and "curve_server" not in asked:
        raise SourceError(f"{address!r} needs curve_server=FILE.key, the bridge's public key, as well")
    try:
        host = resolved(match[1].strip("[]"), address)
    except OutputError as error:
        raise SourceError(str(error)) from None
    return Address(f"tcp://{f'[{host}]' if ':' in host else host}:{match[2]}", asked)


class Subscriber:
    """Scenes as they are published; whoever is gone is waited for. Close it when done."""

    def __init__(self, context: "zmq.Context[zmq.Socket[bytes]]", address: Address) -> None:
        """Raises SourceError if the keys cannot be used."""
        self.socket = context.socket(zmq.SUB)
        try:
            self.socket.setsockopt(zmq.LINGER, 0)
            self.socket.setsockopt(zmq.RCVHWM, _FEW_MESSAGES)
            self.socket.setsockopt(zmq.MAXMSGSIZE, _LARGEST_BYTES)
            self.socket.setsockopt(zmq.RECONNECT_IVL_MAX, 1000)
            self.socket.setsockopt(zmq.IPV6, int("[" in address.endpoint))
            if server := address.options.get("curve_server"):
                self.socket.curve_serverkey = _keys(server)[0]
                client = address.options.get("curve_client")
                public, secret = _keys(client) if client else zmq.curve_keypair()
                if secret is None:
                    raise SourceError(f"{client!r} holds a public key only; give the .key_secret file")
                self.socket.curve_publickey, self.socket.curve_secretkey = public, secret
            self.socket.setsockopt(zmq.SUBSCRIBE, TOPIC)
            self.socket.connect(address.endpoint)
        except zmq.ZMQError as error:
            self.close()
            raise SourceError(f"{address.endpoint!r} cannot be subscribed to: {error.strerror}; {_RIGHT}") from None
        except SourceError:
            self.close()
            raise

    def scene(self) -> Scene | None:
        """The next one that has come, None when there is none yet. Raises ValueError for what is no scene."""
        try:
            parts = self.socket.recv_multipart(zmq.NOBLOCK)
        except zmq.Again:
            return None
        if len(parts) != 2 or parts[0] != TOPIC:
            raise ValueError(f"not a scene: {len(parts)} parts, the first {parts[0][:16]!r}")
        return scene_from_msgpack(parts[1])

    def close(self) -> None:
        """Hangs up."""
        self.socket.close(linger=0)


def _keys(path: str) -> tuple[bytes, bytes | None]:
    try:
        return zmq.auth.load_certificate(path)
    except (OSError, ValueError) as error:
        raise SourceError(f"no CURVE keys in {path!r}: {error}") from error
