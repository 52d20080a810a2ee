"""The functions that rules may call: how each is written, what it means, and what it becomes.

A form such as ``speed(joint, joint)`` is documentation and signature in one.
"""

from dataclasses import dataclass

from . import measures
from .measures import Build
from .recall import RECALL
from .terms import Term
from .vocabulary import DIRECTIONS


@dataclass(frozen=True)
class Function:
    """One function: how it is written, what it gives, and what writes it with checked arguments."""

    forms: tuple[str, ...]
    meaning: str
    build: Build


_AXES = {
    "x": "to the person's left",
    "y": "up",
    "z": "ahead of the person",
}
FUNCTIONS: dict[str, Function] = (
    {
        axis: Function((f"{axis}(vector)",), f"how far {where}, from the pelvis, in torsos", measures.component(row))
        for row, (axis, where) in enumerate(_AXES.items())
    }
    | {
        f"{axis}_m": Function((f"{axis}_m(place)",), f"{axis} in the room, metres", measures.in_room(row))
        for row, axis in enumerate(_AXES)
    }
    | {
        "pos": Function(("pos(place)",), "where it is, from the pelvis, in torsos", measures.position),
        "vel": Function(
            ("vel(joint)", "vel(joint, joint)"),
            "velocity, or against another joint, torsos/s",
            measures.rate("velocities"),
        ),
        "acc": Function(
            ("acc(joint)", "acc(joint, joint)"), "acceleration, torsos/s^2", measures.rate("accelerations")
        ),
        "speed": Function(("speed(joint)", "speed(joint, joint)"), "length of vel()", measures.speed(False)),
        "speed_m": Function(("speed_m(joint)", "speed_m(joint, joint)"), "the same in m/s", measures.speed(True)),
        "dist": Function(("dist(vector, vector)",), "distance in torsos", measures.distance(False)),
        "dist_m": Function(("dist_m(vector, vector)",), "distance in metres", measures.distance(True)),
        "height": Function(
            ("height(place)",), "above the floor in torsos; alone: the person's", measures.height(False)
        ),
        "height_m": Function(
            ("height_m(place)",), "above the floor in metres; alone: the person's", measures.height(True)
        ),
        "angle": Function(
            ("angle(vector, vector)", "angle(vector, vector, vector)"),
            "degrees, between or at the middle one",
            measures.angle,
        ),
        "bend": Function(("bend(joint)",), "degrees by which a joint is bent; 0 is straight", measures.bend),
        "yaw": Function(
            ("yaw()", "yaw(vector)"), "degrees to the left: of the person, or of a vector from them", measures.yaw
        ),
        "vis": Function(("vis(joint, ...)",), "visibility 0..1, the least; always known", measures.visibility),
        "contact": Function(("contact(foot)",), "0..1, does it stand on the floor", measures.contact),
        "min": Function(("min(number, number, ...)",), "the least", measures.folded("min")),
        "max": Function(("max(number, number, ...)",), "the most", measures.folded("max")),
        "abs": Function(("abs(number)",), "without its sign", measures.absolute),
        "clamp": Function(("clamp(number, number, number)",), "a value, not below nor above", measures.clamp),
        "count_people": Function(("count_people()",), "how many people are seen", measures.people),
    }
    | {name: Function(forms, meaning, build) for name, (forms, meaning, build) in RECALL.items()}
)
"""Everything that may be called."""


def direction(name: str) -> Term:
    """A unit vector: left, up, ahead."""
    return Term("vector", repr(DIRECTIONS[name]), known=True, name=name)
