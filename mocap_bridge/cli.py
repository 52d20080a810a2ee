"""The command line: what commands there are, and how every one of them ends."""

import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer
from rich.markup import escape

from .commands import live, record, takes, tools
from .commands.display import console
from .errors import MocapError

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,  # boxes cut addresses short, and nobody can copy an example out of them
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (live.demo, live.run, record.record, takes.replay, takes.export, tools.cameras, tools.bench):
    app.command()(command)


def _show_version(wanted: bool) -> None:
    if wanted:
        try:
            print(version("mocap-bridge"))
        except PackageNotFoundError:
            print("a checkout that is not installed")
        raise typer.Exit


@app.callback()
def about(
    _: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say which version.")
    ] = False,
) -> None:
    """Move avatars with a webcam: people in; VMC, OSC and ZeroMQ out. New here? Try: mocap-bridge demo"""


def main() -> None:
    """Runs a command. 0: done, also after Ctrl-C; 2: something was wrong, and one line on stderr says what."""
    try:
        app()
    except MocapError as error:
        console.print(f"[bold red]error:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        sys.exit(2)
