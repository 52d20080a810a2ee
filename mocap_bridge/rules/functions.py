"""The functions that rules may call: how each is written, what it means, and the closure it becomes.

A form such as ``speed(joint, joint)`` is documentation and signature in one.
"""

from dataclasses import dataclass

from . import measures
from .measures import Build, number
from .recall import RECALL
from .terms import Term
from .vocabulary import DIRECTIONS


@dataclass(frozen=True)
class Function:
    """One function: how it is written, what it gives, and what makes its closure from checked arguments."""

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
        axis: Function(
            (f"{axis}(vector)",), f"how far {where}, from the pelvis, in torsos", measures.build_component(row)
        )
        for row, (axis, where) in enumerate(_AXES.items())
    }
    | {
        f"{axis}_m": Function((f"{axis}_m(place)",), f"{axis} in the room, metres", measures.build_in_room(row))
        for row, axis in enumerate(_AXES)
    }
    | {
        "pos": Function(("pos(place)",), "where it is, from the pelvis, in torsos", measures.build_position),
        "vel": Function(
            ("vel(joint)", "vel(joint, joint)"), "velocity, or against another joint, torsos/s", measures.build_rate(1)
        ),
        "acc": Function(("acc(joint)", "acc(joint, joint)"), "acceleration, torsos/s^2", measures.build_rate(2)),
        "speed": Function(("speed(joint)", "speed(joint, joint)"), "length of vel()", measures.build_speed(False)),
        "speed_m": Function(("speed_m(joint)", "speed_m(joint, joint)"), "the same in m/s", measures.build_speed(True)),
        "dist": Function(("dist(vector, vector)",), "distance in torsos", measures.build_distance(False)),
        "dist_m": Function(("dist_m(vector, vector)",), "distance in metres", measures.build_distance(True)),
        "height": Function(
            ("height(place)",), "above the floor in torsos; alone: the person's", measures.build_height(False)
        ),
        "height_m": Function(
            ("height_m(place)",), "above the floor in metres; alone: the person's", measures.build_height(True)
        ),
        "angle": Function(
            ("angle(vector, vector)", "angle(vector, vector, vector)"),
            "degrees, between or at the middle one",
            measures.build_angle,
        ),
        "bend": Function(("bend(joint)",), "degrees by which a joint is bent; 0 is straight", measures.build_bend),
        "yaw": Function(
            ("yaw()", "yaw(vector)"), "degrees to the left: of the person, or of a vector from them", measures.build_yaw
        ),
        "vis": Function(("vis(joint, ...)",), "visibility 0..1, the least; always known", measures.build_visibility),
        "contact": Function(("contact(foot)",), "0..1, does it stand on the floor", measures.build_contact),
        "min": Function(("min(number, number, ...)",), "the least", measures.build_least),
        "max": Function(("max(number, number, ...)",), "the most", measures.build_most),
        "abs": Function(("abs(number)",), "without its sign", measures.build_abs),
        "clamp": Function(("clamp(number, number, number)",), "a value, not below nor above", measures.build_clamp),
        "count_people": Function(
            ("count_people()",), "how many people are seen", lambda args: number(lambda m: float(m.people))
        ),
    }
    | {name: Function(forms, meaning, build) for name, (forms, meaning, build) in RECALL.items()}
)
"""Everything that may be called."""


def direction(name: str) -> Term:
    """A unit vector: left, up, ahead."""
    way = DIRECTIONS[name]
    return Term("vector", lambda m: way, name=name)
