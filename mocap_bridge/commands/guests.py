"""``--vmc-in``: another program's face and fingers, for a command."""

from contextlib import ExitStack

from ..guest import GuestSettings
from ..guest_port import GuestPort
from ..outputs import Output
from ..records import Guest
from .display import say


class NoGuest:
    """Says nothing."""

    trouble: str | None = None

    def latest(self) -> Guest | None:
        """Nothing."""
        return None


def opened_guest(settings: GuestSettings, outputs: list[Output], stack: ExitStack) -> GuestPort | NoGuest:
    """Where another program's VMC comes in, if that is asked for. Raises SettingsError."""
    if not settings.listen:
        return NoGuest()

    def own_ports() -> set[int]:
        # Two people, VMC at 39539 and a guest at 39540: what is sent for the second one comes in there.
        return {getattr(output, "from_port", 0) for output in outputs}

    guest = stack.enter_context(GuestPort(settings.listen, own_ports))
    say(f"VMC comes in at {guest.address}: {', '.join(settings.take)} for person {settings.slot + 1}")
    return guest
