"""Feet that stand still and above the floor: the last touch on a solved pose.

Each foot says how far it must be moved (``foothold``), the hips give way where the legs are too short for that, and
the legs follow (``reach``). A pose whose feet touch nothing comes back as it was.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import msgspec

from ..records import RigPose
from ..skeleton import BONE, JOINT, JOINT_OFFSETS_M, REST_OFFSETS_M
from .floats import NOWHERE, Quat, Vec, add, direction, multiply, rotate, scaled, sub
from .foothold import ENTER, Foothold, SeenFoot
from .held import HOLD_S, weight
from .limits import cut
from .reach import SLACK_M, Guard, Leg, Reach, local

SIDES = ("Left", "Right")
_LEGS = [BONE[side + bone] for side in SIDES for bone in ("UpperLeg", "LowerLeg", "Foot")]
_HIPS_S = 0.2  # time constant of the hips' giving way: weight does not jump
_HIPS_MOST_M, _HIPS_M_S = 0.05, 0.6  # of their giving way, and its speed
_GONE_M = 1e-4
_RISE_S, _RISE_MOST_M = 1.0, 0.08  # the avatar's feet are of another shape than the performer's, by so much at most


class FeetSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What feet do on the floor."""

    lock: bool = True
    """Feet that stand do not slide, and none goes through the floor."""


class FootLock:
    """Both feet of one person."""

    def __init__(self) -> None:
        self._feet = {side: Foothold() for side in SIDES}
        self._reach = {side: Reach() for side in SIDES}
        self._guard = Guard()
        self._unseen_s = dict.fromkeys(SIDES, 0.0)
        self._hips: Vec = NOWHERE
        self._rise_m = 0.0

    @property
    def holding(self) -> tuple[bool, bool]:
        """Whether the left and the right foot stand at a fixed place now."""
        return self._feet["Left"].holds, self._feet["Right"].holds

    def __call__(self, pose: RigPose, ground_m: float, dt_s: float, seen: Sequence[Vec] | None = None) -> RigPose:
        """The pose with its feet where they stand; ``ground_m`` is the height of heels and toes that rest.

        ``seen`` (4) are the joints of heels and toes before the solve, in the order of ``skeleton.CONTACTS``.
        """
        turns: list[Quat] = [(x, y, z, w) for x, y, z, w in pose.rotations_xyzw.tolist()]
        lengths_m: list[float] = pose.bone_lengths_m.tolist()
        x, y, z = pose.hips_world_m.tolist()
        contacts: list[float] = pose.contacts.tolist()
        legs = {side: _leg(side, (x, y, z), turns, lengths_m) for side in SIDES}
        feet = [_foot(side, legs[side], turns, lengths_m) for side in SIDES]
        self._rise(feet, contacts, ground_m, dt_s)
        rise: Vec = (0.0, self._rise_m, 0.0)
        hips, risen = add((x, y, z), rise), dict[str, SeenFoot]()
        for row, (side, foot) in enumerate(zip(SIDES, feet, strict=True)):
            leg = legs[side]
            legs[side] = Leg(add(leg.hip, rise), leg.thigh, leg.knee, leg.thigh_m, leg.shin_m)
            visibility = float(pose.visibility[BONE[f"{side}LowerLeg"]])
            joints = (seen[2 * row], seen[2 * row + 1]) if seen else None
            risen[side] = SeenFoot(add(foot.ankle, rise), foot.turn, foot.points, joints, weight(visibility))
            self._unseen_s[side] = 0.0 if visibility > 0 else self._unseen_s[side] + dt_s
            if self._unseen_s[side] <= HOLD_S:
                self._feet[side](risen[side], (contacts[2 * row], contacts[2 * row + 1]), ground_m, dt_s)
            else:  # what rests because nobody sees it knows nothing of the floor
                self._feet[side](risen[side], (0.0, 0.0), -math.inf, dt_s)
        self._give_way(legs, dt_s)
        seen_turns = {bone: turns[bone] for bone in _LEGS}
        resting = self._hips == NOWHERE and all(foot.idle for foot in self._feet.values())
        if resting and not self._guard.behind:
            self._guard({bone: (turn, turn) for bone, turn in seen_turns.items()})
            for side in SIDES:
                self._reach[side].shown(legs[side], legs[side])
                self._feet[side].shown(risen[side], risen[side].ankle, risen[side].turn)
            if not self._rise_m and max(contacts) < ENTER:
                return pose
            return replace(pose, hips_world_m=hips, contacts=self._touching(contacts, ground_m))  # type: ignore[arg-type]
        for side in SIDES:
            self._stand(side, legs[side], risen[side], turns, dt_s)
        guarded = self._guard({bone: (seen_turn, turns[bone]) for bone, seen_turn in seen_turns.items()})
        for bone, turn in guarded.items():
            turns[bone] = turn
        touching = self._touching(contacts, ground_m)
        return replace(pose, hips_world_m=add(hips, self._hips), rotations_xyzw=turns, contacts=touching)  # type: ignore[arg-type]

    def _touching(self, contacts: list[float], ground_m: float) -> list[float]:
        left, right = (self._feet[side] for side in SIDES)
        return [
            *left.touching((contacts[0], contacts[1]), ground_m),
            *right.touching((contacts[2], contacts[3]), ground_m),
        ]

    def _stand(self, side: str, leg: Leg, foot: SeenFoot, turns: list[Quat], dt_s: float) -> None:
        """Writes the turns of one leg whose foot has said where it must be."""
        hold, reach, hip = self._feet[side], self._reach[side], add(leg.hip, self._hips)
        slack_m = SLACK_M if self._unseen_s[side] <= HOLD_S else 0.0
        upper, lower, end = (BONE[f"{side}{bone}"] for bone in ("UpperLeg", "LowerLeg", "Foot"))
        sole = multiply(hold.turn, foot.turn)
        moved = reach(leg, hip, add(leg.ankle, hold.shift), dt_s, slack_m)
        turn = cut(end, local(moved.shin, sole))
        if hold.holds:
            moved = reach(leg, hip, hold.ankle(foot, multiply(moved.shin, turn)), dt_s, slack_m)
            turn = cut(end, local(moved.shin, sole))
            turn = cut(end, local(moved.shin, hold.aimed(foot, moved.ankle, multiply(moved.shin, turn))))
        reach.shown(leg, moved)
        hold.shown(foot, moved.ankle, multiply(moved.shin, turn))
        turns[upper], turns[lower], turns[end] = cut(upper, local(turns[0], moved.thigh)), cut(lower, moved.knee), turn

    def _rise(self, feet: list[SeenFoot], contacts: list[float], ground_m: float, dt_s: float) -> None:
        """Learns how far the whole body must be raised for feet of this shape, on legs of these lengths, to stand.

        Knees would have to bend for it otherwise, or feet to go through the floor.
        """
        gaps_m = [
            ground_m - foot.ankle[1] - min(rotate(foot.turn, point)[1] for point in foot.points)
            for row, foot in enumerate(feet)
            if max(contacts[2 * row : 2 * row + 2]) >= ENTER
        ]
        if gaps_m:
            wanted_m = min(max(sum(gaps_m) / len(gaps_m), -_RISE_MOST_M), _RISE_MOST_M)
            self._rise_m += (wanted_m - self._rise_m) * (1 - math.exp(-dt_s / _RISE_S))

    def _give_way(self, legs: dict[str, Leg], dt_s: float) -> None:
        """Moves the hips, slowly and little, towards feet that hold and that the legs cannot reach."""
        short: list[Vec] = []
        for side in SIDES:
            if self._feet[side].holds:
                leg, target = legs[side], add(legs[side].ankle, self._feet[side].shift)
                wanted_m = math.dist(leg.hip, target)
                short.append(scaled(direction(leg.hip, target), wanted_m - leg.stretched_m(wanted_m)))
        wanted = scaled(add(short[0], short[-1]), 0.5) if short else NOWHERE
        share = 1 - math.exp(-dt_s / _HIPS_S)
        step = scaled(sub(wanted, self._hips), share)
        self._hips = add(self._hips, scaled(step, min(1.0, _HIPS_M_S * dt_s / max(math.hypot(*step), 1e-9))))
        length_m = math.hypot(*self._hips)
        if length_m > _HIPS_MOST_M:
            self._hips = scaled(self._hips, _HIPS_MOST_M / length_m)
        elif not short and length_m < _GONE_M:
            self._hips = NOWHERE


def _vec(row: list[float]) -> Vec:
    return row[0], row[1], row[2]


_REST_M = {bone: _vec(REST_OFFSETS_M[BONE[bone]].tolist()) for bone in BONE}
_HEEL_M = {side: _vec(JOINT_OFFSETS_M[JOINT[f"{side[0]}_Heel"]].tolist()) for side in SIDES}


def _leg(side: str, hips: Vec, turns: list[Quat], lengths_m: list[float]) -> Leg:
    upper, lower, end = (BONE[f"{side}{bone}"] for bone in ("UpperLeg", "LowerLeg", "Foot"))
    rest_m = _REST_M[f"{side}UpperLeg"]
    hip = add(hips, rotate(turns[0], scaled(rest_m, lengths_m[upper] / math.hypot(*rest_m))))
    return Leg(hip, multiply(turns[0], turns[upper]), turns[lower], lengths_m[lower], lengths_m[end])


def _foot(side: str, leg: Leg, turns: list[Quat], lengths_m: list[float]) -> SeenFoot:
    rest_m = _REST_M[f"{side}Toes"]
    size = lengths_m[BONE[f"{side}Toes"]] / math.hypot(*rest_m)
    turn = multiply(leg.shin, turns[BONE[f"{side}Foot"]])
    return SeenFoot(leg.ankle, turn, (scaled(_HEEL_M[side], size), scaled(rest_m, size)))
