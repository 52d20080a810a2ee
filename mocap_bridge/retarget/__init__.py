"""Joints to bones: one person's hips and 22 local rotations relative to the T-pose.

Torso first, then the limbs that hang on it, then hands and feet. What cannot be seen holds, then rests.
"""

import numpy as np

from ..records import BodyJoints, RigPose
from ..skeleton import BONE, BONES, CONTACTS, JOINT, REST_OFFSETS_M
from .contacts import Contacts
from .correct import TOUCHED, Correction
from .ends import foot, hand, split_roll
from .feet import FeetSettings, FootLock
from .floats import REST, Quat, Vec, about, inverse, multiply, slerp
from .forward import joints_from_pose, joints_from_rotations
from .held import Held, HeldPlace, weight
from .likely import Likely
from .limbs import ARMS, LEGS, TwoBone, clavicle
from .limits import cut, within
from .pace import Pace
from .sizes import Build, Sizes
from .torso import SPINE_SHARES, head, neck, trunk

__all__ = ["Build", "FeetSettings", "Retargeter", "joints_from_pose", "joints_from_rotations"]

_FIRST_STEP_S = 1 / 30
_LONGEST_STEP_S = 0.5
_STEADY_RAD = 0.26  # 15 degrees: a palm 6 cm wide, a neck 9 cm long turn 2 mm of noise into several
_REST_NECK_M = float(REST_OFFSETS_M[BONE["Head"]][1])
_ROLLED = {f"{side}{bone}" for side in ARMS for bone in ("LowerArm", "Hand")}  # final only when they share the roll


class Retargeter:
    """The solve for one person; keeps bend planes, bone lengths and what is out of sight."""

    def __init__(
        self,
        feet: FeetSettings = FeetSettings(),  # noqa: B008  frozen
        build: Build = Build(),  # noqa: B008  frozen
        correct: Correction | None = None,
    ) -> None:
        self._held, self._sizes, self._contacts = Held(), Sizes(build.bone_lengths_m), Contacts()
        self._girth = build.girth
        self._feet = FootLock() if feet.lock else None
        self._place, self._pace, self._likely, self._correct = HeldPlace(), Pace(), Likely(), correct or Correction()
        self._arms = {side: TwoBone(hinge) for side, hinge in ARMS.items()}
        self._legs = {side: TwoBone(hinge) for side, hinge in LEGS.items()}
        self._last_s: float | None = None

    def __call__(self, body: BodyJoints) -> RigPose:
        """The pose of one frame. Raises ValueError when time does not move forward."""
        dt_s = _FIRST_STEP_S if self._last_s is None else body.time_s - self._last_s
        if dt_s <= 0:
            raise ValueError(f"time must move forward: {body.time_s} s after {self._last_s} s")
        dt_s, self._last_s = min(dt_s, _LONGEST_STEP_S), body.time_s
        joints: list[Vec] = [(x, y, z) for x, y, z in body.joints_world_m.tolist()]
        seen: list[float] = body.visibility.tolist()
        self._sizes.add(joints, seen, body.time_s)
        self._pace.begin(joints, dt_s)
        head_size = float(self._sizes.bone_lengths_m[BONE["Head"]]) / _REST_NECK_M
        solve = _Frame(self._held, self._pace, self._likely, joints, seen, head_size, dt_s)
        hips, chest = solve.torso()
        hips_seen = min(seen[JOINT[name]] for name in ("Pelvis", "R_Hip", "L_Hip"))
        for side in ARMS:
            solve.arm(side, chest, self._arms[side])
            solve.leg(side, hips, self._legs[side])
        rotations, shown = np.array(solve.local), np.array(solve.visibility)
        corrected = self._correct(rotations, shown, body.joints_world_m, body.visibility, dt_s)
        if corrected is not rotations:
            for row in TOUCHED:
                x, y, z, w = corrected[row].tolist()
                corrected[row] = cut(row, (x, y, z, w))
            rotations = corrected
        pose = RigPose(
            person_id=body.person_id,
            time_s=body.time_s,
            hips_world_m=self._place(joints[JOINT["Pelvis"]], weight(hips_seen), dt_s),  # type: ignore[arg-type]
            rotations_xyzw=rotations,
            visibility=shown,
            bone_lengths_m=self._sizes.bone_lengths_m,
            contacts=self._contacts(joints, seen, dt_s, body.contacts.tolist()),  # type: ignore[arg-type]
            girth=self._girth,
        )
        feet = [joints[JOINT[name]] for name in CONTACTS]
        return self._feet(pose, self._contacts.ground_m, dt_s, feet) if self._feet else pose


class _Frame:
    """One frame in the making: local rotations and visibilities fill up bone by bone."""

    def __init__(
        self,
        held: Held,
        pace: Pace,
        likely: Likely,
        joints: list[Vec],
        seen: list[float],
        head_size: float,
        dt_s: float,
    ) -> None:
        self.held, self.pace, self.likely, self.joints, self.seen = held, pace, likely, joints, seen
        self.head_size, self.dt_s = head_size, dt_s
        self.local: list[Quat] = [REST] * len(BONES)
        self.visibility = [0.0] * len(BONES)

    def torso(self) -> tuple[Quat, Quat]:
        """Fills hips to head; returns the world rotations of Hips and UpperChest."""
        hips_seen, chest_seen = self._seen("Pelvis", "R_Hip", "L_Hip"), self._seen("Thorax", "R_Shoulder", "L_Shoulder")
        # One ear is often behind the head; two of three sure points and a guess beat none.
        head_seen = sorted(self.seen[JOINT[name]] for name in ("L_Ear", "R_Ear", "Nose"))[1]
        solved = trunk(self.joints, weight(self.seen[JOINT["Spine"]]), weight(hips_seen))
        hips, chest = solved or (None, REST)
        hips = self._fill("Hips", hips, max(hips_seen, chest_seen))
        if hips_seen < chest_seen:
            self.visibility[BONE["Hips"]] = hips_seen if weight(hips_seen) else 0.0
        turn = multiply(inverse(hips), chest) if solved else None
        chest = hips
        for bone, share in zip(("Spine", "Chest", "UpperChest"), SPINE_SHARES, strict=True):
            chest = multiply(chest, self._fill(bone, slerp(REST, turn, share) if turn else None, chest_seen))
        facing = head(self.joints)
        bent = multiply(inverse(chest), neck(chest, facing, self.joints, self.head_size)) if facing else None
        under = multiply(chest, self._fill("Neck", self._steady("Neck", bent) if bent else None, head_seen))
        self._fill("Head", multiply(inverse(under), facing) if facing else None, head_seen)
        return hips, chest

    def arm(self, side: str, chest: Quat, two_bone: TwoBone) -> None:
        """Fills clavicle to hand of one side."""
        shoulder, elbow, wrist = (f"{side[0]}_{name}" for name in ("Shoulder", "Elbow", "Wrist"))
        chain = self._at(shoulder), self._at(elbow), self._at(wrist)
        upper_seen = self._seen(shoulder, elbow)
        lower_seen = min(upper_seen, self.seen[JOINT[wrist]])
        palm_seen = min(self.seen[JOINT[f"{side[0]}_{name}"]] for name in ("Wrist", "Index", "Pinky"))
        collar = self._fill(f"{side}Shoulder", clavicle(chest, chain[0], chain[1], side), upper_seen)
        parent = multiply(chest, collar)
        upper, bend_rad = two_bone(parent, chain, lower_seen, self.dt_s)
        local = self._fill(f"{side}UpperArm", multiply(inverse(parent), upper), upper_seen)
        bent = self._fill(f"{side}LowerArm", about(two_bone.hinge.axis, bend_rad), lower_seen)
        forearm = multiply(multiply(parent, local), bent)
        palm = hand(self.joints, side)
        rolled = self._steady(f"{side}Hand", multiply(inverse(forearm), palm)) if palm else None
        rolled = self._fill(f"{side}Hand", rolled, palm_seen)
        for bone, turn in zip((f"{side}LowerArm", f"{side}Hand"), split_roll(bent, rolled), strict=True):
            self.local[BONE[bone]] = self.pace(BONE[bone], turn)

    def leg(self, side: str, hips: Quat, two_bone: TwoBone) -> None:
        """Fills thigh to foot of one side. Toes cannot be told from feet: they rest."""
        hip, knee, ankle, heel, toe = (f"{side[0]}_{name}" for name in ("Hip", "Knee", "Ankle", "Heel", "Toe"))
        upper_seen = self._seen(hip, knee)
        lower_seen = min(upper_seen, self.seen[JOINT[ankle]])
        chain = self._at(hip), self._at(knee), self._at(ankle)
        upper, bend_rad = two_bone(hips, chain, lower_seen, self.dt_s)
        thigh = self._fill(f"{side}UpperLeg", multiply(inverse(hips), upper), upper_seen)
        shin = self._fill(f"{side}LowerLeg", about(two_bone.hinge.axis, bend_rad), lower_seen)
        sole = foot(self.joints, side)
        above = multiply(multiply(hips, thigh), shin)
        tilt = self._steady(f"{side}Foot", multiply(inverse(above), sole)) if sole else None
        self._fill(f"{side}Foot", tilt, self._seen(ankle, heel, toe))

    def _fill(self, bone: str, turn: Quat | None, seen: float) -> Quat:
        """Writes one bone and returns it as shown: what is out of sight holds, then rests."""
        row, believed = BONE[bone], weight(seen) if turn is not None else 0.0
        if turn is not None:
            turn = self.likely(row, turn, seen, self.dt_s)
            turn = turn if bone in _ROLLED else self.pace(row, turn)
        self.visibility[row] = seen if believed else 0.0
        shown = self.held(row, turn, believed, self.dt_s)
        self.local[row] = shown if shown is turn else within(row, shown)
        return self.local[row]

    def _steady(self, bone: str, turn: Quat) -> Quat:
        """Small moves are halved and large ones pass: what a little noise does to a palm is small."""
        last = self.held.last(BONE[bone])
        if last is None:
            return turn
        cosine = abs(sum(a * b for a, b in zip(last, turn, strict=True)))
        moved_rad = 2 * (1 - min(1.0, cosine * cosine)) ** 0.5  # twice the sine of half the angle
        return slerp(last, turn, min(1.0, max(0.5, moved_rad / _STEADY_RAD)))

    def _seen(self, *names: str) -> float:
        return min(self.seen[JOINT[name]] for name in names)

    def _at(self, name: str) -> Vec:
        return self.joints[JOINT[name]]
