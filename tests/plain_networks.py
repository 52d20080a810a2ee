"""Plain functions in the place of the three networks: one person who stands in the middle of every picture."""

import numpy as np

from mocap_bridge.daemon import Networks
from mocap_bridge.records import Array, Boxes, Camera, Frame, Image, JointEstimate, Lifted, Track
from mocap_bridge.skeleton import HEIGHT_M, JOINT


def standing_m() -> Array:
    """(30, 3) a rough standing person: camera axes, pelvis-relative, metres."""
    body = np.zeros((30, 3))
    heights = {"Head_top": -0.75, "Thorax": -0.5, "Spine": -0.2, "Head": -0.62, "Pelvis": 0.0}
    for name, y_m in heights.items():
        body[JOINT[name], 1] = y_m
    for side, x in (("R_", -1.0), ("L_", 1.0)):  # the performer's right is at the left of the picture
        for name, x_m, y_m in (
            *(("Shoulder", 0.18, -0.47), ("Elbow", 0.2, -0.2), ("Wrist", 0.22, 0.05), ("Hand", 0.22, 0.13)),
            *(("Index", 0.21, 0.12), ("Pinky", 0.24, 0.12), ("Hip", 0.09, 0.0), ("Knee", 0.1, 0.42)),
            *(("Ankle", 0.1, 0.84), ("Heel", 0.1, 0.9), ("Toe", 0.12, 0.9), ("Ear", 0.07, -0.62)),
        ):
            body[JOINT[side + name]] = (x * x_m, y_m, -0.12 if name == "Toe" else 0.0)
    body[JOINT["Nose"]] = (0.0, -0.62, -0.1)
    return body


def one_person() -> Networks:
    """Networks that always see the same person, as tall as half the picture."""

    def detect(image_rgb: Image) -> Boxes:
        height, width = image_rgb.shape[:2]
        box = [width * 0.4, height * 0.2, width * 0.6, height * 0.8]
        return Boxes(boxes_px=np.array([box]), scores=np.array([0.9]))

    def estimate(frame: Frame, track: Track) -> JointEstimate:
        height, width = frame.image_rgb.shape[:2]
        pixels = standing_m()[:, :2] * height * 0.5 / HEIGHT_M + (width / 2, height / 2)
        return JointEstimate(track.person_id, frame.time_s, pixels, standing_m()[:, 2], np.ones(30), 1.0)

    def lift(estimate: JointEstimate, camera: Camera) -> Lifted:
        return Lifted(standing_m(), np.full(4, np.nan))

    return Networks(detect, estimate, lambda: lift, "plain", "0" * 64)


def nobody() -> Networks:
    """Networks that never see anybody."""
    seeing = one_person()
    return Networks(
        lambda image_rgb: Boxes(boxes_px=np.zeros((0, 4)), scores=np.zeros(0)),
        seeing.estimate,
        seeing.lift,
        "nobody",
        "0" * 64,
    )
