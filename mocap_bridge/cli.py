"""The command line: what commands there are, and how every one of them ends."""

import os
import re
import signal
import sys
from types import FrameType
from typing import Annotated

import typer

from .errors import MocapError

DASHBOARD = "127.0.0.1:8900"
"""Where ``--dashboard`` listens if nothing else is said."""
_OPTIONAL = {
    "--dashboard": (r"[^/]+:\d+", DASHBOARD),
    "--virtual-camera": (r"/dev/\S+|auto", "auto"),
    "--vmc-in": (r"[^/]+:\d+|\d{2,}", "127.0.0.1:39540"),
}
"""Options whose value may be left out: what the value looks like, and what stands for none."""


def commands() -> typer.Typer:
    """All commands. What they work with they import themselves, when they run: so help comes at once."""
    from .commands import (
        calibrate,
        edit,
        events,
        export,
        hub,
        importing,
        info,
        live,
        quality,
        record,
        render,
        replay,
        tools,
    )

    app = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,  # boxes cut addresses short, and nobody can copy an example out of them
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(about)
    of_takes = replay.replay, info.info, export.export, edit.trim, edit.resample, render.render, quality.quality
    live_ones = live.demo, live.run, record.record, calibrate.calibrate, hub.hub, hub.keys
    for command in (*live_ones, *of_takes, tools.cameras, tools.bench):
        app.command()(command)
    app.command("import")(importing.import_)
    app.add_typer(events.app, name="events")
    return app


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(version("mocap-bridge"))
        except PackageNotFoundError:
            print("a checkout that is not installed")
        raise typer.Exit


def about(
    _: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say which version.")
    ] = False,
) -> None:
    """Move avatars with a webcam: people in; VMC, OSC and ZeroMQ out. New here? Try: mocap-bridge demo"""


def main() -> None:
    """Runs a command. 0: done, also after Ctrl-C; 2: something was wrong, and one line on stderr says what."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        commands()(with_address(sys.argv[1:]))
    except MocapError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)


def with_address(arguments: list[str]) -> list[str]:
    """The arguments with a value after every option that has none, and needs none."""
    spelt = []
    for argument, following in zip(arguments, [*arguments[1:], ""], strict=True):
        spelt.append(argument)
        if argument in _OPTIONAL and not re.fullmatch(_OPTIONAL[argument][0], following):
            spelt.append(_OPTIONAL[argument][1])
    return spelt


def _interrupt(number: int, frame: FrameType | None) -> None:
    """As Python does it, except while something is imported: numpy and others turn that into errors of their own."""
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            print("stopped before anything had begun", file=sys.stderr, flush=True)
            os._exit(0)
        frame = frame.f_back
    raise KeyboardInterrupt
