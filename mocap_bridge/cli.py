"""The command line: what commands there are, and how every one of them ends."""

import os
import signal
import sys
from importlib.metadata import PackageNotFoundError, version
from types import FrameType
from typing import Annotated

import typer

from .errors import MocapError


def commands() -> typer.Typer:
    """All commands. Imported here and not above: that takes a second or two, in which Ctrl-C must end cleanly too."""
    from .commands import calibrate, live, quality, record, takes, tools

    app = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,  # boxes cut addresses short, and nobody can copy an example out of them
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(about)
    of_takes = takes.replay, takes.export, quality.quality
    for command in (live.demo, live.run, record.record, calibrate.calibrate, *of_takes, tools.cameras, tools.bench):
        app.command()(command)
    return app


def _show_version(wanted: bool) -> None:
    if wanted:
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
    both = (signal.SIGINT, signal.SIGTERM)
    for number in both:
        signal.signal(number, _leave)
    app = commands()
    for number in both:
        signal.signal(number, signal.default_int_handler)
    try:
        app()
    except MocapError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)


def _leave(number: int, frame: FrameType | None) -> None:
    # Not KeyboardInterrupt: numpy and others, interrupted while they are imported, turn it into errors of their own.
    print("stopped before anything had begun", file=sys.stderr, flush=True)
    os._exit(0)
