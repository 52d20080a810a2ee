"""Who may talk to the dashboard: where it listens, what Origin and Host a browser must show, and the token. Pure."""

import hmac
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from ..errors import SettingsError

DEFAULT = "127.0.0.1:8900"
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Bind:
    """Where to listen. ``token`` is empty where only this machine can connect, and nothing else is allowed then."""

    host: str
    port: int
    token: str = ""

    @property
    def loopback(self) -> bool:
        """Whether only programs on this machine can connect."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether a host stays inside the machine; a name other than localhost is not trusted to."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def bind_of(target: str, token: str) -> Bind:
    """From ``host:port`` or ``[v6]:port``; ``token`` is used only beyond loopback. Raises SettingsError."""
    host, colon, port = target.rpartition(":")
    if not colon or not host or not (port.isascii() and port.isdigit() and int(port) <= 65535):
        raise SettingsError(f"--dashboard {target}: write HOST:PORT, for example {DEFAULT}")
    host = host.removeprefix("[").removesuffix("]")
    if is_loopback(host):
        return Bind(host, int(port))
    if len(token) < 16:
        raise SettingsError(
            "the dashboard's token must have 16 characters or more: whoever has it can watch and steer; "
            "leave MOCAP_BRIDGE_TOKEN unset to have one made"
        )
    return Bind(host, int(port), token)


def refusal(bind: Bind, host: str | None, origin: str | None) -> str | None:
    """Why a request may not come in, or None.

    A browser names the page that asks in Origin, and it must be ours. On loopback Host must be a loopback name too:
    otherwise a foreign page could have its own name resolved to 127.0.0.1 and pass for ours.
    """
    if host is None or (name := host_name(host)) is None:
        return "no valid Host"
    if bind.loopback and name not in _LOOPBACK_NAMES:
        return f"Host {name} is not this machine"
    if origin is not None and origin not in (f"http://{host}", f"https://{host}"):
        return "foreign Origin"
    return None


def host_name(host: str) -> str | None:
    """The name in a Host header, without its port; None if it is not one."""
    if len(host) > 255 or any(not (c.isascii() and (c.isalnum() or c in "-._:[]")) for c in host):
        return None
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def token_is_right(bind: Bind, query: str, authorization: Iterable[str]) -> bool:
    """``?token=...`` or ``Authorization: Bearer ...``; compared in constant time. Nothing is asked on loopback."""
    if not bind.token:
        return True
    offered = parse_qs(query).get("token", [])
    offered += [value.removeprefix("Bearer ") for value in authorization if value.startswith("Bearer ")]
    return any(hmac.compare_digest(bind.token.encode(), value.encode()) for value in offered)
