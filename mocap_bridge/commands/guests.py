"""``--vmc-in``: another program's face and fingers, for a command."""

import re
from collections.abc import Iterable
from contextlib import ExitStack

from ..guest import GuestSettings
from ..guest_port import GuestPort
from ..outputs import Output
from ..records import Guest
from ..slots import MOST_PEOPLE
from .display import say


class NoGuest:
    """Says nothing."""

    trouble: str | None = None

    def latest(self) -> Guest | None:
        """Nothing."""
        return None


def opened_guest(
    settings: GuestSettings, outputs: list[Output], urls: Iterable[str], stack: ExitStack
) -> GuestPort | NoGuest:
    """Where another program's VMC comes in, if that is asked for. Raises SettingsError."""
    if not settings.listen:
        return NoGuest()

    def own_ports() -> set[int]:
        # Two people, VMC at 39539 and a guest at 39540: what is sent for the second one comes in there.
        return {getattr(output, "from_port", 0) for output in outputs}

    guest = stack.enter_context(GuestPort(settings.listen, own_ports))
    say(f"VMC comes in at {guest.address}: {', '.join(settings.take)} for person {settings.slot + 1}")
    if people := _lost_to(guest.port, urls):
        say(f"No avatar of this computer can get person {people} at that port; for more people choose another --vmc-in")
    return guest


def _lost_to(port: int, urls: Iterable[str]) -> int:
    """Whose VMC port on this computer a guest has taken, counted from 1; 0 for nobody's."""
    for url in urls:
        found = re.match(r"vmc:(?:127\.[\d.]+|localhost|\[::1\]):(\d+)", url)
        if found and 0 <= port - int(found[1]) < MOST_PEOPLE:
            return port - int(found[1]) + 1
    return 0
