"""ZeroMQ publisher, ``zeromq:tcp://127.0.0.1:5556``: topic ``osc`` (our OSC bundles), topic ``scene`` (MessagePack).

An XPUB socket, so that it knows who listens: what nobody has subscribed to is not even encoded. With
``?curve_secret=FILE`` everything is encrypted, and with ``curve_clients=FOLDER`` only those may listen whose public
keys lie in that folder.
"""

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, quote

import zmq
import zmq.auth
import zmq.auth.thread

from ..errors import OutputError
from ..records import Scene
from ..wire.mocap import MocapBundles
from ..wire.scene_msgpack import scene_to_msgpack
from ..wire.sendable import sendable
from ._udp import resolved

DEFAULT = "zeromq:tcp://127.0.0.1:5556"
_FEW_MESSAGES = 64
"""A subscriber that falls behind by more loses messages: about half a second of one person."""

_OPTIONS = ("allow_plain", "curve_secret", "curve_clients")
_KEY_LENGTH = 40


class ZeromqOutput:
    """Messages of two frames: topic, payload. ``address`` is what subscribers connect to."""

    def __init__(self, endpoint: str, curve_secret: str | None, curve_clients: str | None = None) -> None:
        self.packets_sent = 0
        self.trouble: str | None = None
        self._topics: set[bytes] = set()  # prefixes that somebody wants
        self._bundles = MocapBundles()
        self._lost = self._broken = 0
        self._context = zmq.Context()
        self._doorkeeper: zmq.auth.thread.ThreadAuthenticator | None = None
        self._socket = self._context.socket(zmq.XPUB)
        self._socket.setsockopt(zmq.SNDHWM, _FEW_MESSAGES)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.IPV6, int("[" in endpoint))
        try:
            if curve_clients is not None:
                _check_clients(curve_clients)
                self._doorkeeper = zmq.auth.thread.ThreadAuthenticator(self._context)
                self._doorkeeper.start()
                self._doorkeeper.configure_curve(domain="*", location=curve_clients)
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
        if self._doorkeeper:
            self._doorkeeper.stop()
        self._context.term()


def _curve_keys(path: str) -> tuple[bytes, bytes]:
    try:
        public, secret = zmq.auth.load_certificate(path)
    except (OSError, ValueError) as error:
        raise OutputError(f"no CURVE keys in {path!r}: {error}") from error
    if secret is None:
        raise OutputError(f"{path!r} holds a public key only; give the .key_secret file")
    return public, secret


def _check_clients(folder: str) -> None:
    """Raises OutputError if nobody would be admitted: the authenticator itself says so only in a log."""
    try:
        keys = zmq.auth.load_certificates(folder)
    except (OSError, ValueError) as error:
        raise OutputError(f"curve_clients={folder}: {error}") from error
    if not keys or any(len(key) != _KEY_LENGTH for key in keys):
        raise OutputError(
            f"curve_clients={folder} holds no public keys (NAME.key) that could be admitted; make a pair with "
            f"mocap-bridge keys NAME, and put NAME.key there"
        )


def with_clients(urls: Iterable[str], folder: str | None) -> tuple[str, ...]:
    """The outputs, with this folder of keys for every ZeroMQ one that names none. Raises OutputError."""
    urls = tuple(urls)
    if folder is None:
        return urls
    if not any(url.startswith("zeromq:") for url in urls):
        raise OutputError(f"--zmq-clients {folder} is for zeromq: outputs, of which none is open: {', '.join(urls)}")
    return tuple(
        f"{url}{'&' if '?' in url else '?'}curve_clients={quote(folder)}"
        if url.startswith("zeromq:") and "curve_clients=" not in url
        else url
        for url in urls
    )


def open_output(target: str) -> ZeromqOutput:
    """``tcp://host:port``, beyond this machine only with ``?curve_secret=FILE`` or ``?allow_plain=true``.

    ``&curve_clients=FOLDER`` admits those whose public keys lie there, and nobody else.

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
    if "curve_clients" in options and "curve_secret" not in options:
        raise OutputError(f"{url!r} knows whom to admit, but has no key of its own; add curve_secret=FILE.key_secret")
    address = "0.0.0.0" if match[1] == "*" else resolved(match[1].strip("[]"), url)
    beyond = not ipaddress.ip_address(address).is_loopback
    if beyond and allow_plain != "true" and "curve_secret" not in options:
        raise OutputError(
            f"{url!r} would let anybody in the network watch, unencrypted; listen at 127.0.0.1, give "
            "?curve_secret=FILE, or add ?allow_plain=true if the network is yours"
        )
    host = f"[{address}]" if ":" in address else address
    return ZeromqOutput(f"tcp://{host}:{match[2]}", options.get("curve_secret"), options.get("curve_clients"))
