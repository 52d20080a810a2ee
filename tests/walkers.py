"""People made of the rest skeleton who walk, stand and sit in the world, and what a shaky network sees of them."""

import numpy as np
from scipy.ndimage import gaussian_filter1d

from mocap_bridge.camera import camera_from_world, level_camera, world_from_camera
from mocap_bridge.records import Array, BodyJoints, Camera
from mocap_bridge.retarget import joints_from_rotations
from mocap_bridge.skeleton import BONE, BONES, JOINT

RATE_HZ = 30.0
_CYCLE_S, _ANKLE_M, _THIGH_M, _SHIN_M = 1.1, 0.11, 0.41, 0.42
_HIPS_M = 0.93  # nearly straight legs
_LEGS = {"L": 0.09, "R": -0.09}


def walker(path_m: Array, lean_deg: float = 2.0) -> Array:
    """(T, 30, 3) joints of somebody whose hips follow a path (T, 2), x and z; feet stay where they step."""
    frames = len(path_m)
    times_s = np.arange(frames) / RATE_HZ
    smooth_m = gaussian_filter1d(path_m, 6, axis=0, mode="nearest")
    ahead = np.gradient(smooth_m, axis=0)
    moving = np.linalg.norm(ahead, axis=1) * RATE_HZ > 0.1
    heading = np.arctan2(ahead[:, 0], ahead[:, 1]) * moving
    joints_m = np.empty((frames, 30, 3))
    for frame, time_s in enumerate(times_s):
        hips = np.array([path_m[frame, 0], _HIPS_M, path_m[frame, 1]])
        body = _upper_body(hips, heading[frame], np.radians(lean_deg))
        for side, aside_m in _LEGS.items():
            phase = (time_s / _CYCLE_S + (0.0 if side == "L" else 0.5)) % 1.0 if moving[frame] else 0.25
            foot = _foot_m(frame, phase, path_m, heading, aside_m)
            _add_leg(body, side, hips, foot, heading[frame])
        joints_m[frame] = body
    return joints_m


def sitter(place_m: tuple[float, float], frames: int, lean_deg: float = 15.0) -> Array:
    """(T, 30, 3) somebody on a chair who leans forward."""
    hips = np.array([place_m[0], 0.5, place_m[1]])
    body = _upper_body(hips, 0.0, np.radians(lean_deg))
    for side, aside_m in _LEGS.items():
        _add_leg(body, side, hips, np.array([place_m[0] + aside_m, _ANKLE_M, place_m[1] + 0.42]), 0.0)
    return np.tile(body, (frames, 1, 1))


def to_and_fro(near_m: float, far_m: float, seconds: float, speed_m_s: float = 0.9) -> Array:
    """(T, 2) path along the line of sight, with a stop at each end."""
    way_m = np.arange(int(seconds * RATE_HZ)) / RATE_HZ * speed_m_s
    there_m = far_m - near_m
    along_m = np.abs((way_m + there_m) % (2 * there_m) - there_m)
    return np.stack([0.4 * np.sin(way_m), -near_m - along_m], axis=1)


def as_seen(joints_world_m: Array, camera: Camera, rng: np.random.Generator) -> list[Array]:
    """(T, 30, 3) in camera axes: joints wander by 15 mm and tremble by 5, and the distance of all sways by 2 %."""
    frames = len(joints_world_m)
    seen_m = camera_from_world(joints_world_m, camera)
    wander = gaussian_filter1d(rng.normal(size=seen_m.shape), 5, axis=0, mode="wrap")
    sway = gaussian_filter1d(rng.normal(size=(frames, 1, 1)), 10, axis=0, mode="wrap")
    seen_m = seen_m + 0.015 * wander / wander.std() + 0.005 * rng.normal(size=seen_m.shape)
    return list(seen_m * (1 + 0.02 * sway / sway.std()))


def body_of(joints_camera_m: Array, camera: Camera, frame: int, person_id: int = 1) -> BodyJoints:
    joints_m = world_from_camera(joints_camera_m, camera)
    return BodyJoints(person_id, frame / RATE_HZ, joints_m, np.ones(30), np.zeros((30, 2)), np.zeros(4))


def camera_at(height_m: float, pitch_deg: float) -> Camera:
    return level_camera((640, 480), height_m=height_m, pitch_deg=pitch_deg)


def _upper_body(hips: Array, heading_rad: float, lean_rad: float) -> Array:
    turns = np.tile([0.0, 0.0, 0.0, 1.0], (len(BONES), 1))
    turns[0] = [0.0, np.sin(heading_rad / 2), 0.0, np.cos(heading_rad / 2)]
    turns[BONE["Spine"]] = [np.sin(lean_rad / 2), 0.0, 0.0, np.cos(lean_rad / 2)]
    for side, sign in (("Left", -1.0), ("Right", 1.0)):  # arms hang
        turns[BONE[f"{side}UpperArm"]] = [0.0, 0.0, sign * np.sin(0.65), np.cos(0.65)]
    return joints_from_rotations(hips, turns)


def _foot_m(frame: int, phase: float, path_m: Array, heading: Array, aside_m: float) -> Array:
    """Where an ankle is: half of the time it stands below the middle of the hips' way, else it swings on."""
    half = int(_CYCLE_S / 2 * RATE_HZ)

    def stand(shift: int) -> Array:
        at = int(np.clip(frame - round(phase * _CYCLE_S * RATE_HZ) + half // 2 + shift, 0, len(path_m) - 1))
        left = np.array([np.cos(heading[at]), -np.sin(heading[at])])
        x, z = path_m[at] + aside_m * left
        return np.array([x, _ANKLE_M, z])

    if phase < 0.5:
        return stand(0)
    share = (phase - 0.5) * 2
    lifted = stand(0) + (share * share * (3 - 2 * share)) * (stand(2 * half) - stand(0))
    lifted[1] += 0.12 * np.sin(np.pi * share)
    return lifted


def _add_leg(body: Array, side: str, hips: Array, ankle: Array, heading_rad: float) -> None:
    left = np.array([np.cos(heading_rad), 0.0, -np.sin(heading_rad)])
    ahead = np.array([np.sin(heading_rad), 0.0, np.cos(heading_rad)])
    hip = hips + _LEGS[side] * left
    span = min(float(np.linalg.norm(ankle - hip)), _THIGH_M + _SHIN_M - 1e-3)
    along = (ankle - hip) / np.linalg.norm(ankle - hip)
    share = (_THIGH_M**2 - _SHIN_M**2 + span**2) / (2 * span)
    bent = ahead - along * (ahead @ along)
    knee = hip + along * share + np.sqrt(max(_THIGH_M**2 - share**2, 0.0)) * bent / np.linalg.norm(bent)
    ankle = hip + along * span
    places = {"Hip": hip, "Knee": knee, "Ankle": ankle}
    ball = ankle - np.array([0.0, 0.07, 0.0])
    places |= {"Heel": ball - 0.05 * ahead, "Toe": ball + 0.13 * ahead}
    for name, at in places.items():
        body[JOINT[f"{side}_{name}"]] = at
