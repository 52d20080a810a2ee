"""A second pair of eyes: MediaPipe's BlazePose behind the same call as our own network.

Never the default (33 landmarks of one person, no joints of our own choice), but a reference for users, and a way to
judge the later stages apart from our weights. Needs the extra ``[mediapipe]``, whose wheel carries the network.
"""

from typing import Any

import numpy as np

from .errors import ModelError
from .estimate import cut
from .records import Array, Frame, Image, JointEstimate, Track
from .skeleton import JOINT, JOINTS
from .track.boxes import overlap

_LANDMARKS = {"Nose": 0, "L_Ear": 7, "L_Shoulder": 11, "L_Elbow": 13, "L_Wrist": 15, "L_Pinky": 17, "L_Index": 19}
_LANDMARKS |= {"L_Hip": 23, "L_Knee": 25, "L_Ankle": 27, "L_Heel": 29}
_LANDMARKS |= {name.replace("L_", "R_"): row + 1 for name, row in _LANDMARKS.items() if name.startswith("L_")}
_TRUNK = [11, 12, 23, 24]  # shoulders and hips
_TOE_TIPS = {"L": 31, "R": 32}

_ROWS = np.array([JOINT[name] for name in _LANDMARKS])
_SOURCES = np.array(list(_LANDMARKS.values()))
_CROP_PX = 384
_MARGINS = (1.5, 1.2)  # crop side over the longer side of the box; the second where the first shows somebody else
_ROOM = 1.15  # the crop is kept while the box, with this much room, stays inside
_FILLS, _FILLS_KNOWN = 0.3, 0.2
"""Overlap of a pose and its box from which somebody new is believed, and somebody who was there a frame ago. In made-up
scenes 95 % of the poses of people reach the first, and 56 % of those in boxes around a part of somebody."""
_FORGET_S = 5.0  # a person unseen for this long gives the tracker back


class BlazePose:
    """Calls like ``estimate.PoseEstimator``: one MediaPipe tracker per person id."""

    def __init__(self) -> None:
        """Raises ModelError when MediaPipe is not installed, or is a version without its pose tracker."""
        try:
            import mediapipe

            self._pose = mediapipe.solutions.pose.Pose
        except (ImportError, AttributeError) as error:
            raise ModelError(
                f"--model blazepose needs MediaPipe 0.10 ({error}); run: pip install 'mocap-bridge[mediapipe]'"
            ) from error
        self._people: dict[int, _Person] = {}

    def __call__(self, frame: Frame, track: Track) -> JointEstimate:
        """The joints seen around ``track.box_px``; presence is 1 or 0."""
        for person_id in [i for i, person in self._people.items() if frame.time_s - person.seen_s > _FORGET_S]:
            self._people.pop(person_id).pose.close()
        if track.person_id not in self._people:
            # Its own smoothing is off: the line filters once, at its end.
            self._people[track.person_id] = _Person(self._pose(model_complexity=1, smooth_landmarks=False))
        person = self._people[track.person_id]
        person.seen_s, size_px = frame.time_s, np.array(frame.image_rgb.shape[1::-1])
        for margin in _MARGINS:
            landmarks = person.look(frame.image_rgb, track.box_px, margin)
            if landmarks is not None and _fits(track.box_px, landmarks[:, :2], size_px, person.known):
                joints, person.known = as_our_joints(landmarks), True
                return JointEstimate(track.person_id, frame.time_s, joints[:, :2], joints[:, 2], joints[:, 3])
            person.pose.reset()  # its tracker follows somebody else, or nobody
        person.known = False
        middle_px = np.tile((track.box_px[:2] + track.box_px[2:]) / 2, (len(JOINTS), 1))
        nothing = np.zeros(len(JOINTS))
        return JointEstimate(track.person_id, frame.time_s, middle_px, nothing, nothing, presence=0.0)


class _Person:
    """MediaPipe's tracker of one person and the square it looks at.

    The tracker follows the body inside a picture that it takes to be still, so the square moves only when it must.
    """

    def __init__(self, pose: Any) -> None:
        self.pose = pose
        self.crop = np.zeros((_CROP_PX, _CROP_PX, 3), dtype=np.uint8)
        self.seen_s = 0.0
        self.known = False
        self._square = (0, 0, 0)

    def look(self, image_rgb: Image, box_px: Array, margin: float) -> Array | None:
        """The landmarks (33, 4) in a square around the box (4,): x, y in the picture, depth_m, visibility; or None."""
        x0, y0, side = self.square_around(box_px, margin)
        cut(image_rgb, (x0, y0, side), self.crop)
        result = self.pose.process(self.crop)
        if result.pose_landmarks is None:
            return None
        flat = np.array([(p.x, p.y, p.visibility) for p in result.pose_landmarks.landmark])
        depth_m = np.array([p.z for p in result.pose_world_landmarks.landmark])
        flat[:, :2] = flat[:, :2] * side + np.array([x0, y0])
        return np.column_stack([flat[:, :2], depth_m, flat[:, 2]])

    def square_around(self, box_px: Array, margin: float) -> tuple[int, int, int]:
        """Left, top and side of the square to look at; the last one while the box (4,) fits it."""
        x0, y0, side = self._square
        size = float((box_px[2:] - box_px[:2]).max())
        middle = (box_px[:2] + box_px[2:]) / 2
        off = float(np.abs(middle - np.array([x0, y0]) - side / 2).max())
        if not (off + _ROOM * size / 2 < side / 2 < margin * _ROOM * size / 2):
            side = max(round(size * margin / 8), 1) * 8
            x0, y0 = (int(v) for v in np.rint(middle - side / 2))
            self._square = x0, y0, side
        return self._square


def _fits(box_px: Array, landmarks_px: Array, size_px: Array, known: bool) -> bool:
    """Whether a pose (33, 2) in a picture (2,) is of the person in the box (4,), not of somebody beside or of a chair.

    The middle of shoulders and hips must lie in it, and what the picture shows of the pose must fill it.
    """
    middle = landmarks_px[_TRUNK].mean(axis=0)
    seen_px = np.clip(landmarks_px, 0.0, size_px)
    seen_px = np.concatenate([seen_px.min(axis=0), seen_px.max(axis=0)])
    fills = overlap(box_px[None], seen_px[None])[0, 0] > (_FILLS_KNOWN if known else _FILLS)
    return bool((middle > box_px[:2]).all() and (middle < box_px[2:]).all() and fills)


def as_our_joints(landmarks: Array) -> Array:
    """The 30 joints (30, 4) of BlazePose's 33 landmarks (33, 4): x, y, depth, confidence.

    What BlazePose does not see is put where it is on most bodies, with confidence 0.
    """
    joints = np.zeros((len(JOINTS), 4))
    joints[_ROWS] = landmarks[_SOURCES]

    def middle(*names: str) -> Array:
        rows = joints[[JOINT[name] for name in names]]
        return np.append(rows[:, :3].mean(axis=0), rows[:, 3].min())

    def put(name: str, position: Array, confidence: float) -> None:
        joints[JOINT[name]] = np.append(position[:3], confidence)

    pelvis, shoulders, head = middle("L_Hip", "R_Hip"), middle("L_Shoulder", "R_Shoulder"), middle("L_Ear", "R_Ear")
    put("Pelvis", pelvis, pelvis[3])
    # The base of the neck lies a tenth of the trunk above the line between the shoulders.
    put("Thorax", shoulders + 0.1 * (shoulders - pelvis), shoulders[3])
    put("Spine", pelvis + 0.3 * (shoulders - pelvis), 0.0)
    put("Head", head, head[3])
    put("Head_top", head + 0.6 * (head - shoulders), 0.0)
    for side in "LR":
        hand, heel = middle(f"{side}_Index", f"{side}_Pinky"), joints[JOINT[f"{side}_Heel"]]
        put(f"{side}_Hand", hand, hand[3])
        # Ours is the ball of the foot, theirs the tip of the toes.
        tip = landmarks[_TOE_TIPS[side]]
        put(f"{side}_Toe", heel + 0.75 * (tip - heel), tip[3])
    joints[:, 2] -= joints[JOINT["Pelvis"], 2]
    return joints
