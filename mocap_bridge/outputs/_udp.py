"""UDP that never waits and never fails loudly, and the ``host:port`` that outputs are given."""

import ipaddress
import socket

from ..errors import OutputError


def host_and_port(scheme: str, target: str, default_port: int) -> tuple[str, int]:
    """``host:port`` or ``[v6]:port``, the host resolved to an address. Raises OutputError."""
    host, colon, port = target.rpartition(":")
    right = f"write {scheme}:127.0.0.1:{default_port}"
    if not colon or (":" in host and not host.startswith("[")):
        raise OutputError(f"no port in '{scheme}:{target}'; {right}")
    if not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65535):
        raise OutputError(f"port {port!r} of '{scheme}:{target}' is not a number from 1 to 65535; {right}")
    if not host:
        raise OutputError(f"no host in '{scheme}:{target}'; {right}")
    return resolved(host.strip("[]"), f"{scheme}:{target}"), int(port)


def resolved(host: str, url: str) -> str:
    """The address of a host. "localhost" is 127.0.0.1: some receivers do not listen to ::1."""
    if host == "localhost":
        return "127.0.0.1"
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass  # a name
    try:
        return str(socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)[0][4][0])
    except (OSError, UnicodeError) as error:
        raise OutputError(f"host {host!r} of {url!r} cannot be found: {error}") from error


def is_loopback(address: str) -> bool:
    """Whether packets to this address stay inside the machine."""
    return ipaddress.ip_address(address).is_loopback


class Udp:
    """A socket that sends to one host. A packet that cannot leave is counted and told in ``trouble``."""

    def __init__(self, url: str, address: str) -> None:
        self.packets_sent = 0
        self.packets_lost = 0
        self.trouble: str | None = None
        self._url = url
        self._address = address
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.setblocking(False)

    def send(self, packet: bytes, port: int) -> None:
        """Sends now or not at all."""
        try:
            self._socket.sendto(packet, (self._address, port))
        except OSError as error:  # also BlockingIOError: the buffer is full, and a late pose is worth nothing
            self.packets_lost += 1
            self.trouble = f"{self._url}: {self.packets_lost} packets could not be sent, the last because: {error}"
        else:
            self.packets_sent += 1

    @property
    def from_port(self) -> int:
        """The port of this machine that packets come from; 0 before the first has been sent."""
        try:
            return int(self._socket.getsockname()[1])
        except OSError:  # closed, or (on Windows) not bound yet
            return 0

    def tell(self, trouble: str) -> None:
        """Something other than the network went wrong."""
        self.trouble = f"{self._url}: {trouble}"

    def close(self) -> None:
        """Lets go of the socket."""
        self._socket.close()
