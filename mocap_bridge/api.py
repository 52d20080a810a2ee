"""The bridge in somebody else's Python: scenes of a camera here, or of a bridge that runs elsewhere."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace

from .errors import SourceError
from .records import Frame, Scene


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
    from .guest_port import GuestPort
    from .pipeline import scenes as line
    from .rulebook import load_rules
    from .settings import load_settings
    from .watch import Watch

    chosen = load_settings(settings, {"model": model})
    watch = Watch(load_rules((*chosen.events.rules, *events)))
    networks = load_networks(chosen.model)
    with ExitStack() as stack:
        opened = stack.enter_context(open_source(str(source), chosen.capture, print))
        frames: Iterable[Frame] = opened if every_frame or opened.live else RealTime(opened.fps)(opened)
        if chosen.guest.listen:
            guest = stack.enter_context(GuestPort(chosen.guest.listen))
            frames = (replace(frame, guest=guest.latest()) for frame in frames)
        yield from line(frames, networks.detect, networks.estimate, networks.lift, chosen.pipeline(), events=watch)


def subscribe(address: str = "tcp://127.0.0.1:5556", *, silence_s: float | None = None) -> Iterator[Scene]:
    """Every scene that a bridge publishes (``mocap-bridge run 0 --output zeromq:tcp://127.0.0.1:5556``).

    Ends when nothing has come for ``silence_s`` seconds; without it, waits for ever. The newest scenes are kept when
    the loop is slower than the camera. A bridge with keys needs its public one, and yours if it admits only whom it
    knows: ``tcp://HOST:5556?curve_server=bridge.key&curve_client=me.key_secret``. Raises SourceError if the address is
    none, or a key.
    """
    import zmq

    from .subscriber import Subscriber, parsed

    context = zmq.Context()
    try:
        way = Subscriber(context, parsed(address))
        try:
            while way.socket.poll(None if silence_s is None else round(silence_s * 1e3)):
                try:
                    if scene := way.scene():
                        yield scene
                except ValueError as error:
                    raise SourceError(f"{address} sent something else than scenes: {error}") from error
        finally:
            way.close()
    finally:
        context.term()
