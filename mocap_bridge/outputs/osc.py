"""The bridge's own ``/mocap/...`` OSC over UDP, ``osc:host:port``: people, joints, visibility, capsules, events."""

from ..wire.mocap import MocapBundles
from ._datagrams import UdpOutput
from ._udp import host_and_port

DEFAULT_PORT = 39600


def open_output(target: str) -> UdpOutput:
    """``host:port`` of the receiver: every bundle of a frame as one datagram. Raises OutputError."""
    address, port = host_and_port("osc", target, DEFAULT_PORT)
    bundles = MocapBundles()
    return UdpOutput(f"osc:{address}:{port}", address, lambda scene, tell: ((one, port) for one in bundles(scene)))
