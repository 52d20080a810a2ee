"""What the functions that measure a body become: see ``functions.FUNCTIONS`` for how they are written."""

from collections.abc import Callable, Sequence

from ..skeleton import JOINT
from .terms import Term, Wrong
from .vocabulary import BENDS, FEET
from .writer import Writer

Build = Callable[[Writer, Sequence[Term]], Term]


def number(write: Writer, expression: str, *terms: Term, always: bool = True) -> Term:
    """A number that is unknown while one of the terms is; and, unless ``always``, perhaps else."""
    pieces = [term.code for term in terms if not term.known]
    return Term("number", write.unless_unknown(expression, *pieces), known=always and not pieces)


def component(axis: int) -> Build:
    """x, y or z of a vector in the person's axes."""
    return lambda write, args: number(write, f"{args[0].code}[{axis}]", args[0])


def in_room(axis: int) -> Build:
    """x, y or z of a place in the room."""

    def build(write: Writer, args: Sequence[Term]) -> Term:
        at = place(args[0])
        return Term("number", write.unless_unknown(f"{at}[{axis}]", at))

    return build


def height(in_metres: bool) -> Build:
    """How far above the floor."""

    def build(write: Writer, args: Sequence[Term]) -> Term:
        at = place(args[0])
        return Term("number", write.unless_unknown(f"{at}[1]" if in_metres else f"{at}[1] / {torso_m(write)}", at))

    return build


def rate(field: str) -> Build:
    """Velocity or acceleration, a list of the moment, perhaps against another joint."""

    def build(write: Writer, args: Sequence[Term]) -> Term:
        rates = [write.joint(field, arg.weights or ()) for arg in args]
        if len(rates) == 1:
            return Term("vector", rates[0])
        a, b = rates
        return Term("vector", write.unless_unknown(DIFFERENCE.format(a=a, b=b), a, b))

    return build


DIFFERENCE = "({a}[0] - {b}[0], {a}[1] - {b}[1], {a}[2] - {b}[2])"
"""Of two vectors."""


def speed(in_metres: bool) -> Build:
    """How fast, in any direction."""

    def build(write: Writer, args: Sequence[Term]) -> Term:
        way = rate("velocities")(write, args).code
        length = f"hypot({way}[0], {way}[1], {way}[2])"
        return Term("number", write.unless_unknown(f"{length} * {torso_m(write)}" if in_metres else length, way))

    return build


def distance(in_metres: bool) -> Build:
    """Between two places."""

    def build(write: Writer, args: Sequence[Term]) -> Term:
        length = f"dist({args[0].code}, {args[1].code})"
        return number(write, f"{length} * {torso_m(write)}" if in_metres else length, *args)

    return build


def angle(write: Writer, args: Sequence[Term]) -> Term:
    """Between two vectors, or at the middle of three places."""
    codes = ", ".join(arg.code for arg in args)
    return number(write, f"{'angle_deg' if len(args) == 2 else 'corner_deg'}({codes})", *args, always=False)


def bend(write: Writer, args: Sequence[Term]) -> Term:
    """How far an elbow, wrist, hip or knee is from straight."""
    if args[0].name not in BENDS:
        raise Wrong(f'bend() knows elbows, wrists, hips and knees, for example L_Knee; not "{args[0].name}"')
    ends = [write.joint("places", ((JOINT[name], 1.0),)) for name in BENDS[args[0].name]]
    corner = write.unless_unknown(f"corner_deg({', '.join(ends)})", *ends)
    return Term("number", write.unless_unknown(f"180.0 - {corner}", corner))


def visibility(write: Writer, args: Sequence[Term]) -> Term:
    """The least of several joints."""
    rows = dict.fromkeys(row for arg in args for row, _ in arg.weights or ())
    seen = write.let("m.visibility")
    return number(write, _of_all("min", [f"{seen}[{row}]" for row in rows]))


def contact(write: Writer, args: Sequence[Term]) -> Term:
    """Whether a foot stands; NaN where nobody knows."""
    if args[0].name not in FEET:
        raise Wrong(f'contact() knows {", ".join(FEET)}; not "{args[0].name}"')
    contacts = write.let("m.contacts")
    most = write.let(_of_all("max", [f"{contacts}[{row}]" for row in FEET[args[0].name]]))
    return Term("number", write.let(f"None if {most} != {most} else {most}"))


def yaw(write: Writer, args: Sequence[Term]) -> Term:
    """Where somebody, or a vector, points about the vertical."""
    if not args:
        return number(write, "degrees(m.heading_rad)")
    v = args[0].code
    turned = f"None if abs({v}[0]) + abs({v}[2]) < 1e-9 else degrees(atan2({v}[0], {v}[2]))"
    return number(write, turned, args[0], always=False)


def folded(fold: str) -> Build:
    """The least or the most of several numbers."""
    return lambda write, args: number(write, f"{fold}({', '.join(arg.code for arg in args)})", *args)


def absolute(write: Writer, args: Sequence[Term]) -> Term:
    """A number without its sign."""
    return number(write, f"abs({args[0].code})", *args)


def clamp(write: Writer, args: Sequence[Term]) -> Term:
    """A number within bounds."""
    value, low, high = (arg.code for arg in args)
    return number(write, f"min(max({value}, {low}), {high})", *args)


def position(write: Writer, args: Sequence[Term]) -> Term:
    """A place as a vector in the person's axes."""
    return Term("vector", args[0].code, args[0].known)


def people(write: Writer, args: Sequence[Term]) -> Term:
    """How many are seen."""
    return number(write, "float(m.people)")


def place(term: Term) -> str:
    """The name of a piece's place in the world."""
    assert term.place is not None  # the form asks for a place
    return term.place()


def torso_m(write: Writer) -> str:
    """The name of the person's unit of length."""
    return write.let("m.torso_m")


def _of_all(fold: str, values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else f"{fold}({', '.join(values)})"
