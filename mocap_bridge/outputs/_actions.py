"""What else happens when an event begins or ends: OSC messages with arguments, web requests.

Not an output of its own: the actions stand in the rules file, beside the events that they belong to.
"""

from collections.abc import Iterable
from typing import Any

from ..errors import OutputError
from ..events import begun
from ..records import ActiveEvent, Scene
from ..rules import Action
from ..wire.osc import message
from ..wire.sendable import sendable
from ._udp import Udp, host_and_port
from ._webhook import Webhooks


class Actions:
    """Watches scenes and acts. ``send`` never waits and never raises for the network."""

    def __init__(self) -> None:
        self.packets_sent = 0
        self._before: tuple[ActiveEvent, ...] = ()
        self._udp: dict[str, tuple[Udp, int]] = {}
        self._webhooks = Webhooks()
        self._unknown: str | None = None  # a receiver that cannot be found

    @property
    def trouble(self) -> str | None:
        """What went wrong last."""
        troubles = [udp.trouble for udp, _ in self._udp.values()]
        return next((one for one in (self._unknown, self._webhooks.trouble, *troubles) if one), None)

    def send(self, scene: Scene, actions: Iterable[Action]) -> None:
        """Does what belongs to the events that have begun or ended since the scene before."""
        whole, _ = sendable(scene)
        if whole is None:
            return
        changes = [(event, True) for event in begun(self._before, whole.events)]
        changes += [(event, False) for event in begun(whole.events, self._before)]
        self._before = whole.events
        if not changes:
            return
        for action in actions:
            for event, begins in changes:
                if event.name == action.event and action.on in ("both", "begin" if begins else "end"):
                    self._act(action, event, begins, whole.time_s)

    def close(self) -> None:
        """Lets go of sockets and of the thread."""
        self._webhooks.close()
        for udp, _ in self._udp.values():
            udp.close()

    def _act(self, action: Action, event: ActiveEvent, begins: bool, time_s: float) -> None:
        self.packets_sent += 1
        if action.webhook:
            self._webhooks.post(action.webhook, told(event, begins, time_s))
            return
        try:
            if action.osc not in self._udp:
                address, port = host_and_port("osc", action.osc, 9000)
                self._udp[action.osc] = (Udp(f"osc:{action.osc}", address), port)
        except OutputError as error:
            self._unknown = str(error)
            return
        udp, port = self._udp[action.osc]
        udp.send(osc_message(action, event, begins), port)


def osc_message(action: Action, event: ActiveEvent, begins: bool) -> bytes:
    """The message of an action, what begins with $ filled in."""
    known = {
        "$name": event.name,
        "$person": event.person_id,
        "$other": event.other_id,
        "$strength": float(event.strength),
        "$count": event.count,
        "$active": int(begins),
    } | dict(zip(("$x", "$y", "$z"), event.anchor_world_m.tolist(), strict=True))
    values = [known.get(arg, arg) if isinstance(arg, str) else arg for arg in action.args]
    kinds = "".join("s" if isinstance(value, str) else "i" if isinstance(value, int) else "f" for value in values)
    return message(action.address, kinds, values)


def told(event: ActiveEvent, begins: bool, time_s: float) -> dict[str, Any]:
    """What a web request says."""
    return {
        "event": event.name,
        "state": "begin" if begins else "end",
        "person": event.person_id,
        "other": event.other_id if event.other_id >= 0 else None,
        "strength": round(event.strength, 4),
        "count": event.count,
        "time_s": round(time_s, 6),
        "since_s": round(event.since_s, 6),
        "anchor_world_m": [round(one, 4) for one in event.anchor_world_m.tolist()],
        "direction_world": [round(one, 4) for one in event.direction_world.tolist()],
    }
