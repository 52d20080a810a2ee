"""``--dashboard``: the page opened for a command."""

from contextlib import ExitStack

from ..errors import SettingsError
from ..outputs import Output
from ..serving.control import Steering
from ..serving.dashboard import Dashboard
from ..serving.rule_desk import RuleDesk
from .display import say


def open_dashboard(
    target: str, steering: Steering, outputs: list[Output], urls: tuple[str, ...], rules: RuleDesk, stack: ExitStack
) -> Dashboard:
    """Listens, and says where. Raises SettingsError, OutputError."""
    if not steering.recordings.is_dir():
        raise SettingsError(f"--recordings {steering.recordings}: there is no such folder; create it first")
    dashboard = stack.enter_context(Dashboard(target, steering, outputs, urls, rules))
    say(f"The dashboard is at {dashboard.url}")
    return dashboard
