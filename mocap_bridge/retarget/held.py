"""What a bone does while nobody sees it, and how it comes back.

For 150 ms it goes on as it moved, slower and slower; then it stays; half a second after it was lost it eases to
rest: as in the T-pose, but with arms that hang, as nobody stands with arms stretched out. Seen again it moves at once
as what is seen moves, while the gap between the two closes. The hips' place never rests: unseen it follows what is
guessed of it, but slowly.
"""

import math
from dataclasses import dataclass

from ..skeleton import BONE, BONES
from .floats import NOWHERE, REST, Quat, Vec, about, add, inverse, multiply, scaled, slerp, smoothstep, sub, unit

GO_ON_S = 0.15
HOLD_S = 0.5
EASE_S = 0.25
BLEND_S = 0.2
FOLLOW_S = 1.0
"""Time constant by which unseen hips follow a guess: a guess leans and bobs, but who walks off must be followed."""

_HANG_RAD, _BEND_RAD = math.radians(75), math.radians(12)
AT_REST: dict[int, Quat] = {BONE[bone]: REST for bone in BONES} | {
    BONE["LeftUpperArm"]: about((0.0, 0.0, 1.0), -_HANG_RAD),
    BONE["RightUpperArm"]: about((0.0, 0.0, 1.0), _HANG_RAD),
    BONE["LeftLowerArm"]: about((0.0, -1.0, 0.0), _BEND_RAD),
    BONE["RightLowerArm"]: about((0.0, 1.0, 0.0), _BEND_RAD),
}
"""How each bone (its row in ``BONES``) lies when it has been out of sight for long, or was never seen."""

_UNSEEN, _SEEN = 0.1, 0.4
_SPEED_S = 0.08  # time constant of a bone's speed: shorter, and the last jolt before an occlusion goes on
_FASTEST_RAD_S = 12.0  # 23 degrees in a frame at 30/s: bones neither go on nor come back faster
_FADE_S = 0.06  # time constant by which hips come back: 96 % within BLEND_S


def weight(visibility: float) -> float:
    """0 for a joint that is a guess, 1 for one to believe; gradual, so that nothing snaps at a threshold."""
    return smoothstep(_UNSEEN, _SEEN, visibility)


@dataclass
class _Bone:
    """What is remembered of one bone; rotations are in its parent."""

    rest: Quat
    shown: Quat | None = None
    seen: Quat | None = None  # in the last frame, None if it was not
    speed_rad_s: Vec = NOWHERE
    unseen_s: float = 0.0
    gap: Quat = REST  # from what was seen to what was shown, when it came back
    back_s: float = 0.0
    blend_s: float = 0.0


class Held:
    """The last rotation of each of one person's bones."""

    def __init__(self) -> None:
        self._bones = [_Bone(AT_REST[row]) for row in range(len(BONES))]

    def last(self, bone: int) -> Quat | None:
        return self._bones[bone].shown

    def __call__(self, bone: int, seen: Quat | None, weight: float, dt_s: float) -> Quat:
        """The rotation to show: ``seen`` as far as ``weight`` 0..1 goes, else what was there. None counts as 0."""
        state = self._bones[bone]
        if seen is None or weight <= 0.0:
            state.shown = _unseen(state, dt_s)
        else:
            state.shown = _seen(state, seen, weight, dt_s)
        return state.shown


def _unseen(bone: _Bone, dt_s: float) -> Quat:
    shown, since_s = bone.shown or bone.rest, bone.unseen_s
    bone.unseen_s, bone.seen = since_s + dt_s, None
    if bone.unseen_s > HOLD_S:
        return slerp(shown, bone.rest, 1 - math.exp(-dt_s / EASE_S))
    # The speed falls linearly to nothing at GO_ON_S; this is its integral over the step, however long that is.
    left, left_after = (max(0.0, 1 - t_s / GO_ON_S) for t_s in (since_s, bone.unseen_s))
    return multiply(_turn(scaled(bone.speed_rad_s, GO_ON_S / 2 * (left**2 - left_after**2))), shown)


def _seen(bone: _Bone, seen: Quat, weight: float, dt_s: float) -> Quat:
    last, last_seen = bone.shown, bone.seen
    bone.seen = seen
    if last is None:
        bone.unseen_s = 0.0
        return seen
    if bone.unseen_s > 0.0:  # a short loss leaves a small gap, and needs a short blend
        bone.back_s, bone.blend_s = 0.0, min(BLEND_S, 2 * bone.unseen_s)
        bone.gap = multiply(_unseen(bone, dt_s), inverse(seen))
        bone.unseen_s, bone.seen = 0.0, seen
    else:
        bone.back_s += dt_s
    target = seen
    if bone.back_s < bone.blend_s:
        target = multiply(slerp(bone.gap, REST, smoothstep(0.0, bone.blend_s, bone.back_s)), seen)
    shown = target if weight >= 1.0 else slerp(last, target, weight)
    # However wide the gap: a bone turns as fast as what is seen, and catches up no faster than a body moves.
    most_rad = _FASTEST_RAD_S * dt_s + (_between_rad(last_seen, seen) if last_seen else 0.0)
    if (turn_rad := _between_rad(last, shown)) > most_rad:
        shown = slerp(last, shown, most_rad / turn_rad)
    moved = _rotation_vector(multiply(shown, inverse(last)))
    share = weight * (1 - math.exp(-dt_s / _SPEED_S))
    bone.speed_rad_s = add(bone.speed_rad_s, scaled(sub(scaled(moved, 1 / dt_s), bone.speed_rad_s), share))
    return shown


def _between_rad(a: Quat, b: Quat) -> float:
    return _angle_rad(multiply(b, inverse(a)))


def _angle_rad(turn: Quat) -> float:
    return 2 * math.atan2(math.hypot(turn[0], turn[1], turn[2]), abs(turn[3]))


def _rotation_vector(turn: Quat) -> Vec:
    axis = unit((turn[0], turn[1], turn[2]))
    return scaled(axis, math.copysign(_angle_rad(turn), turn[3]))


def _turn(vector_rad: Vec) -> Quat:
    """Rotation by a vector along its axis, no farther than the fastest bone goes within GO_ON_S."""
    angle_rad = min(math.hypot(*vector_rad), _FASTEST_RAD_S * GO_ON_S / 2)
    return about(unit(vector_rad), angle_rad) if angle_rad > 1e-9 else REST


class HeldPlace:
    """Where one person's hips are."""

    def __init__(self) -> None:
        self._guess: Vec | None = None
        self._off: Vec = NOWHERE  # from the guess to what is shown

    def __call__(self, guess: Vec, weight: float, dt_s: float) -> Vec:
        """The place to show; ``weight`` 0..1 says how far ``guess`` is seen. Fully seen it is the guess itself."""
        moved = sub(guess, self._guess) if self._guess is not None else NOWHERE
        self._guess = guess
        kept = sub(self._off, scaled(moved, 1 - weight))
        fade_s = FOLLOW_S + weight * (_FADE_S - FOLLOW_S)
        self._off = scaled(kept, math.exp(-dt_s / fade_s))
        return add(guess, self._off)
