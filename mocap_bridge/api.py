"""The bridge in somebody else's Python: scenes of a camera here, or of a bridge that runs elsewhere."""

from collections.abc import Iterator, Sequence

from .errors import SourceError
from .records import Scene


def scenes(
    source: str | int,
    *,
    settings: str | None = None,
    model: str | None = None,
    events: Sequence[str] = (),
    every_frame: bool = False,
) -> Iterator[Scene]:
    """Every scene of a camera (0), a file, a stream or a folder, until it ends or the loop is left.

    ``settings`` is a TOML file or a shipped example by name, ``events`` are rules files beside the shipped ones.
    Files play at their own pace, leaving frames out where the machine is too slow; with ``every_frame`` as fast as it
    goes, all of them. Raises MocapError before the first scene if something is wrong::

        for scene in mocap_bridge.scenes(0):
            for event in scene.events:
                print(event.name, event.person_id)
    """
    from .capture import open_source
    from .commands.networks import load_networks
    from .daemon import RealTime
    from .pipeline import scenes as line
    from .rulebook import load_rules
    from .settings import load_settings
    from .watch import Watch

    chosen = load_settings(settings, {"model": model})
    watch = Watch(load_rules((*chosen.events.rules, *events)))
    networks = load_networks(chosen.model)
    with open_source(str(source), chosen.capture, print) as opened:
        frames = opened if every_frame or opened.live else RealTime(opened.fps)(opened)
        yield from line(frames, networks.detect, networks.estimate, networks.lift, chosen.pipeline(), events=watch)


def subscribe(address: str = "tcp://127.0.0.1:5556", *, silence_s: float | None = None) -> Iterator[Scene]:
    """Every scene that a bridge publishes (``mocap-bridge run 0 --output zeromq:tcp://127.0.0.1:5556``).

    Ends when nothing has come for ``silence_s`` seconds; without it, waits for ever. The newest scenes are kept when
    the loop is slower than the camera. Raises SourceError if the address is none.
    """
    import zmq

    from .wire.scene_msgpack import scene_from_msgpack

    context = zmq.Context()
    socket = context.socket(zmq.SUB)
    try:
        socket.setsockopt(zmq.LINGER, 0)
        socket.setsockopt(zmq.RCVHWM, 64)
        socket.setsockopt(zmq.MAXMSGSIZE, 4_000_000)
        socket.setsockopt(zmq.SUBSCRIBE, b"scene")
        try:
            socket.connect(address)
        except zmq.ZMQError as error:
            raise SourceError(f"{address!r} cannot be subscribed to: {error.strerror}; write tcp://HOST:5556") from None
        while socket.poll(None if silence_s is None else round(silence_s * 1e3)):
            parts = socket.recv_multipart()
            if len(parts) == 2 and parts[0] == b"scene":
                try:
                    yield scene_from_msgpack(parts[1])
                except ValueError as error:
                    raise SourceError(f"{address} sent something else than scenes: {error}") from error
    finally:
        socket.close()
        context.term()
