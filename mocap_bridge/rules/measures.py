"""The closures behind the functions that measure a body: see ``functions.FUNCTIONS`` for how they are written."""

import math
from collections.abc import Callable, Sequence

from ..skeleton import JOINT
from .moment import Moment, Vec
from .terms import Term, Value, Wrong
from .vocabulary import BENDS, FEET

Build = Callable[[Sequence[Term]], Term]


def number(value: Value) -> Term:
    """A term that is a number."""
    return Term("number", value)


def norm(v: Vec) -> float:
    """Length of a vector; never raises, whatever it holds."""
    return math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2])


def angle_deg(a: Vec, b: Vec) -> float | None:
    """Between two vectors; None if one has no direction."""
    lengths = norm(a) * norm(b)
    if not 1e-12 < lengths < math.inf:
        return None
    return math.degrees(math.acos(max(-1.0, min(1.0, (a[0] * b[0] + a[1] * b[1] + a[2] * b[2]) / lengths))))


def minus(a: Vec, b: Vec) -> Vec:
    """From b to a."""
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def build_component(axis: int) -> Build:
    """x, y or z of a vector in the person's axes."""

    def build(args: Sequence[Term]) -> Term:
        vector, weights = args[0].value, args[0].weights
        if axis == 1 and weights and len(weights) == 1:  # what rules ask most often
            return number(_upwards(weights[0][0]))
        return number(lambda m: None if (v := vector(m)) is None else v[axis])

    return build


def _upwards(row: int) -> Value:
    def upwards(m: Moment) -> float | None:
        place = m.joints[row]
        return None if place is None else (place[1] - m.origin[1]) / m.torso_m

    return upwards


def build_in_room(axis: int) -> Build:
    """x, y or z of a place in the room."""

    def build(args: Sequence[Term]) -> Term:
        place = args[0].place
        assert place is not None
        return number(lambda m: None if (p := place(m)) is None else p[axis])

    return build


def build_height(in_metres: bool) -> Build:
    """How far above the floor."""

    def build(args: Sequence[Term]) -> Term:
        place = args[0].place
        assert place is not None
        if in_metres:
            return number(lambda m: None if (p := place(m)) is None else p[1])
        return number(lambda m: None if (p := place(m)) is None else p[1] / m.torso_m)

    return build


def build_rate(order: int) -> Build:
    """Velocity (1) or acceleration (2), perhaps against another joint."""

    def build(args: Sequence[Term]) -> Term:
        moving = args[0].weights
        against = args[1].weights if len(args) > 1 else None
        assert moving is not None

        def rate(m: Moment) -> Vec | None:
            v = m.rate(moving, order)
            if v is None:
                return None
            if against is None:
                return m.turned(v)
            w = m.rate(against, order)
            return None if w is None else m.turned(minus(v, w))

        return Term("vector", rate)

    return build


def build_speed(in_metres: bool) -> Build:
    """How fast, in any direction."""

    def build(args: Sequence[Term]) -> Term:
        rate = build_rate(1)(args).value
        if in_metres:
            return number(lambda m: None if (v := rate(m)) is None else norm(v) * m.torso_m)
        return number(lambda m: None if (v := rate(m)) is None else norm(v))

    return build


def build_distance(in_metres: bool) -> Build:
    """Between two places."""

    def build(args: Sequence[Term]) -> Term:
        one, other = args[0].place, args[1].place
        in_world = one is not None and other is not None
        a, b = (one, other) if one is not None and other is not None else (args[0].value, args[1].value)

        def distance(m: Moment) -> float | None:
            v, w = a(m), b(m)
            if v is None or w is None:
                return None
            x, y, z = v[0] - w[0], v[1] - w[1], v[2] - w[2]
            length = math.sqrt(x * x + y * y + z * z)
            return length if in_world is in_metres else length * m.torso_m if in_metres else length / m.torso_m

        return number(distance)

    return build


def build_angle(args: Sequence[Term]) -> Term:
    """Between two vectors, or at the middle of three places."""
    values = [arg.value for arg in args]
    if len(values) == 2:
        a, b = values
        return number(lambda m: None if (v := a(m)) is None or (w := b(m)) is None else angle_deg(v, w))
    return number(_at_corner(*values))


def _at_corner(a: Value, corner: Value, b: Value) -> Value:
    def angle(m: Moment) -> float | None:
        v, at, w = a(m), corner(m), b(m)
        return None if v is None or at is None or w is None else angle_deg(minus(v, at), minus(w, at))

    return angle


def build_bend(args: Sequence[Term]) -> Term:
    """How far an elbow, wrist, hip or knee is from straight."""
    joint = args[0].name
    if joint not in BENDS:
        raise Wrong(f'bend() knows elbows, wrists, hips and knees, for example L_Knee; not "{joint}"')
    rows = [JOINT[name] for name in BENDS[joint]]
    near, middle, far = rows

    def bend(m: Moment) -> float | None:
        a, at, b = m.joints[near], m.joints[middle], m.joints[far]
        if a is None or at is None or b is None:
            return None
        angle = angle_deg(minus(a, at), minus(b, at))
        return None if angle is None else 180.0 - angle

    return number(bend)


def build_visibility(args: Sequence[Term]) -> Term:
    """The least of several joints."""
    rows = [row for arg in args for row, _ in arg.weights or ()]
    return number(lambda m: min([m.visibility[row] for row in rows]))


def build_contact(args: Sequence[Term]) -> Term:
    """Whether a foot stands."""
    foot = args[0].name
    if foot not in FEET:
        raise Wrong(f'contact() knows {", ".join(FEET)}; not "{foot}"')
    rows = FEET[foot]

    def contact(m: Moment) -> float | None:
        most = max([m.contacts[row] for row in rows])
        return None if most != most else most  # NaN: nobody knows

    return number(contact)


def build_yaw(args: Sequence[Term]) -> Term:
    """Where somebody, or a vector, points about the vertical."""
    if not args:
        return number(lambda m: math.degrees(m.heading_rad))
    vector = args[0].value

    def yaw(m: Moment) -> float | None:
        v = vector(m)
        return None if v is None or abs(v[0]) + abs(v[2]) < 1e-9 else math.degrees(math.atan2(v[0], v[2]))

    return number(yaw)


def build_least(args: Sequence[Term]) -> Term:
    """The least of several numbers."""
    return _folded(args, min)


def build_most(args: Sequence[Term]) -> Term:
    """The most of several numbers."""
    return _folded(args, max)


def _folded(args: Sequence[Term], fold: Callable[[list[float]], float]) -> Term:
    values = [arg.value for arg in args]

    def folded(m: Moment) -> float | None:
        known = [value(m) for value in values]
        return None if None in known else fold(known)

    return number(folded)


def build_abs(args: Sequence[Term]) -> Term:
    """A number without its sign."""
    value = args[0].value
    return number(lambda m: None if (v := value(m)) is None else abs(v))


def build_clamp(args: Sequence[Term]) -> Term:
    """A number within bounds."""
    value, low, high = (arg.value for arg in args)

    def clamp(m: Moment) -> float | None:
        v, a, b = value(m), low(m), high(m)
        return None if v is None or a is None or b is None else min(max(v, a), b)

    return number(clamp)


def build_position(args: Sequence[Term]) -> Term:
    """A place as a vector in the person's axes."""
    return Term("vector", args[0].value)
