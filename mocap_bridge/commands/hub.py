"""``hub`` and ``keys``: several bridges as one stream, and who may listen to it."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from ..errors import OutputError, SourceError
from .options import Outputs, Seconds, ZmqClients

DEFAULT_OUTPUT = "zeromq:tcp://127.0.0.1:5556"
STATUS_EVERY_S = 5.0

Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="[NAME=]tcp://HOST:PORT...",
        help="Where bridges publish (their --output zeromq:tcp://...), in an order that stays: people of the n-th get "
        "ids from n * 1000000 on. ?at=X,Z&turn_deg=A says where its world lies; ?curve_server=FILE.key and "
        "&curve_client=FILE.key_secret are its keys.",
    ),
]
MostHz = Annotated[float, typer.Option("--fps", min=1, max=240, metavar="N", help="Send at most so often a second.")]
KeyName = Annotated[str, typer.Argument(metavar="NAME", help="NAME.key and NAME.key_secret will be made.")]


def hub(
    sources: Sources,
    output: Outputs = None,
    zmq_clients: ZmqClients = None,
    fps: MostHz = 60.0,
    seconds: Seconds = None,
) -> None:
    """Several cameras as one stream: subscribe to several bridges, and send one scene of everybody.

    Sends ZeroMQ at tcp://127.0.0.1:5556 unless an output is given. A source that is silent for a second is left out
    until it is back.

    Example: mocap-bridge hub left=tcp://10.0.0.2:5556 'right=tcp://10.0.0.3:5556?at=4,0&turn_deg=180'
    """
    import time

    from ..hub import Hub, sources_from
    from ..interrupts import Interrupts
    from ..outputs import begin_recordings, open_outputs
    from ..outputs.zeromq import with_clients
    from ..wire.take_json import TakeHeader
    from .display import Board, say

    heard = sources_from(sources)
    urls = with_clients(output or [DEFAULT_OUTPUT], zmq_clients)
    for source in heard:
        if any(url.partition("?")[0] == f"zeromq:{source.address.endpoint}" for url in urls):
            raise SourceError(f"{source.name} is where this hub itself sends; give it another --output")
    with Interrupts() as interrupts, ExitStack() as stack:
        outputs = open_outputs(urls)
        for one in outputs:
            stack.callback(one.close)
        begin_recordings(outputs, TakeHeader(source=", ".join(one.name for one in heard), model="hub", model_sha256=""))
        gathering = Hub(heard, outputs, fps)
        stack.callback(gathering.close)
        say(f"Listening to {', '.join(one.name for one in heard)}; sending to {', '.join(urls)}")
        board = stack.enter_context(Board(STATUS_EVERY_S))
        interrupts.stop_by(lambda: None)  # the loop looks at interrupts.asked itself
        end_s = time.perf_counter() + seconds if seconds else float("inf")
        while not interrupts.asked and (now_s := time.perf_counter()) < end_s:
            gathering.turn(min(0.1, end_s - now_s))
            board.troubles(outputs)
            board.show(lambda: [source.status(time.perf_counter()) for source in heard])
        stack.pop_all().close()
    for source in heard:
        say(f"{source.name}: {source.scenes} scenes heard, {source.refused} refused")
    say(f"{gathering.frames} scenes sent")


def keys(name: KeyName) -> None:
    """Make a pair of keys for encrypted ZeroMQ: NAME.key for the other side, NAME.key_secret to be kept.

    A bridge sends with --output 'zeromq:tcp://HOST:5556?curve_secret=bridge.key_secret'; who listens needs bridge.key.
    With --zmq-clients FOLDER it admits only those whose own .key lies in FOLDER.

    Example: mocap-bridge keys stage
    """
    import zmq.auth

    path = Path(name)
    made = [path.with_name(f"{path.name}{ending}") for ending in (".key", ".key_secret")]
    if not path.name or not path.parent.is_dir():
        raise OutputError(f"{name!r}: there is no folder {path.parent} to put keys into")
    if taken := [one for one in made if one.exists()]:
        raise OutputError(f"{taken[0]} exists already; whoever uses it could not listen any more")
    try:
        made[1].touch(mode=0o600)
        zmq.auth.create_certificates(path.parent, path.name)
    except OSError as error:
        raise OutputError(f"{made[1]} cannot be written: {error.strerror}") from error
    print(*made, sep="\n")
