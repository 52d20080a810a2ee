"""ZeroMQ publisher, ``zeromq:tcp://127.0.0.1:5556``: topic ``osc`` (our OSC bundles), topic ``scene`` (MessagePack).

An XPUB socket, so that it knows who listens: what nobody has subscribed to is not even encoded.
"""

import ipaddress
import re
from urllib.parse import parse_qsl

import zmq
import zmq.auth

from ..errors import OutputError
from ..records import Scene
from ..wire.mocap import MocapBundles
from ..wire.scene_msgpack import scene_to_msgpack
from ..wire.sendable import sendable
from ._udp import resolved

DEFAULT = "zeromq:tcp://127.0.0.1:5556"
_FEW_MESSAGES = 64
"""A subscriber that falls behind by more loses messages: about half a second of one person."""

_OPTIONS = ("allow_plain", "curve_secret")


class ZeromqOutput:
    """Messages of two frames: topic, payload. ``address`` is what subscribers connect to."""

    def __init__(self, endpoint: str, curve_secret: str | None) -> None:
        self.packets_sent = 0
        self.trouble: str | None = None
        self._topics: set[bytes] = set()  # prefixes that somebody wants
        self._bundles = MocapBundles()
        self._lost = self._broken = 0
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.XPUB)
        self._socket.setsockopt(zmq.SNDHWM, _FEW_MESSAGES)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.IPV6, int("[" in endpoint))
        try:
            if curve_secret is not None:
                self._socket.curve_publickey, self._socket.curve_secretkey = _curve_keys(curve_secret)
                self._socket.curve_server = True
            self._socket.bind(endpoint)
        except zmq.ZMQError as error:
            self.close()
            why = "the port is in use" if error.errno == zmq.EADDRINUSE else error.strerror
            raise OutputError(f"cannot listen at {endpoint}: {why}; choose another, for example {DEFAULT}") from error
        except OutputError:
            self.close()
            raise
        self.address = self._socket.getsockopt_string(zmq.LAST_ENDPOINT)

    def send(self, scene: Scene) -> None:
        """To whoever listens; encodes only what was subscribed to."""
        self._read_subscriptions()
        whole, broken = sendable(scene)
        if broken:
            self._broken += broken
            self.trouble = f"{self.address}: {self._broken} people or events with broken numbers were left out"
        if whole is None:
            return
        if self._wanted(b"osc"):
            for bundle in self._bundles(whole):
                self._publish(b"osc", bundle)
        if self._wanted(b"scene"):
            self._publish(b"scene", scene_to_msgpack(whole))

    def _read_subscriptions(self) -> None:
        # XPUB tells of the first subscriber and the last unsubscriber of a topic only.
        while self._socket.poll(0, zmq.POLLIN):
            told = self._socket.recv(zmq.NOBLOCK)
            if told[:1] == b"\1":
                self._topics.add(told[1:])
            elif told[:1] == b"\0":
                self._topics.discard(told[1:])

    def _wanted(self, topic: bytes) -> bool:
        return any(topic.startswith(prefix) for prefix in self._topics)

    def _publish(self, topic: bytes, payload: bytes) -> None:
        try:
            self._socket.send_multipart([topic, payload], zmq.NOBLOCK)
        except zmq.ZMQError as error:
            self._lost += 1
            self.trouble = f"{self.address}: {self._lost} messages could not be sent: {error.strerror}"
        else:
            self.packets_sent += 1

    def close(self) -> None:
        """Frees the port."""
        self._socket.close(linger=0)
        self._context.term()


def _curve_keys(path: str) -> tuple[bytes, bytes]:
    try:
        public, secret = zmq.auth.load_certificate(path)
    except (OSError, ValueError) as error:
        raise OutputError(f"no CURVE keys in {path!r}: {error}") from error
    if secret is None:
        raise OutputError(f"{path!r} holds a public key only; give the .key_secret file")
    return public, secret


def open_output(target: str) -> ZeromqOutput:
    """``tcp://host:port``, beyond this machine only with ``?curve_secret=FILE`` or ``?allow_plain=true``.

    Raises OutputError.
    """
    url = f"zeromq:{target}"
    endpoint, _, query = target.partition("?")
    match = re.fullmatch(r"tcp://(\[[0-9a-fA-F:.]+\]|[^:/\[\]]+):(\d+)", endpoint)
    if not match or int(match[2]) > 65535:
        raise OutputError(f"{url!r} is not an address to listen at; write {DEFAULT}")
    options = dict(parse_qsl(query, keep_blank_values=True))
    if unknown := [name for name in options if name not in _OPTIONS]:
        raise OutputError(f"no option {unknown[0]!r} in {url!r}; choose from {', '.join(_OPTIONS)}")
    if (allow_plain := options.get("allow_plain", "false")) not in ("true", "false"):
        raise OutputError(f"allow_plain={allow_plain} in {url!r} is neither true nor false")
    address = "0.0.0.0" if match[1] == "*" else resolved(match[1].strip("[]"), url)
    beyond = not ipaddress.ip_address(address).is_loopback
    if beyond and allow_plain != "true" and "curve_secret" not in options:
        raise OutputError(
            f"{url!r} would let anybody in the network watch, unencrypted; listen at 127.0.0.1, give "
            "?curve_secret=FILE, or add ?allow_plain=true if the network is yours"
        )
    host = f"[{address}]" if ":" in address else address
    return ZeromqOutput(f"tcp://{host}:{match[2]}", options.get("curve_secret"))
