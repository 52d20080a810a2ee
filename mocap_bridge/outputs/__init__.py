"""Where scenes go. One module per scheme: ``--output vmc:127.0.0.1:39539`` opens ``outputs/vmc.py``.

Every module has ``open_output(target)``; what it returns has ``send(scene)`` (never waits, never raises for the
network or the disk), ``close()``, ``packets_sent``, and ``trouble`` (what went wrong last, or None). A new output
is a new file in this folder; one whose name begins with ``_`` is no scheme.
"""

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from ..errors import OutputError
from ..records import Scene
from ..wire.take_json import TakeHeader


class Output(Protocol):
    """An open way out."""

    packets_sent: int
    trouble: str | None

    def send(self, scene: Scene) -> None:
        """Hands the scene on, or counts and tells in ``trouble`` why it could not."""

    def close(self) -> None:
        """Delivers what is held back and lets go."""


def schemes() -> list[str]:
    """The names of the modules in this folder."""
    return sorted(module.name for module in iter_modules(__path__) if not module.name.startswith("_"))


def open_output(url: str) -> Output:
    """One output, for example ``vmc:127.0.0.1:39539``. Raises OutputError."""
    scheme, colon, target = url.partition(":")
    if not colon or scheme not in schemes():
        raise OutputError(f"no output {scheme!r} in {url!r}; choose from {', '.join(f'{name}:' for name in schemes())}")
    return cast(Output, import_module(f"{__name__}.{scheme}").open_output(target))


def open_outputs(urls: Iterable[str]) -> list[Output]:
    """All of them, or none: if one cannot be opened the others are closed again. Raises OutputError."""
    opened: list[Output] = []
    try:
        for url in urls:
            opened.append(open_output(url))
    except BaseException:
        for output in opened:
            output.close()
        raise
    return opened


def begin_recordings(outputs: Iterable[Output], header: TakeHeader) -> None:
    """Writes the first line of every recording among the outputs; a stream has none, it is joined at any time.

    To be called once, before the first scene. Raises OutputError.
    """
    for output in outputs:
        if begin := getattr(output, "begin", None):
            begin(header)
