"""CSV: everything a take knows of people, one row per frame and person, for spreadsheets, pandas and R.

Columns, in this order (in the first row): ``frame``, ``time_s``, ``person``; for each of the 30 joints
``<joint>_x_m``, ``_y_m``, ``_z_m`` in the world (right-handed, Y up, +Z towards the camera) and ``<joint>_visibility``;
``hips_x_m``, ``hips_y_m``, ``hips_z_m``; for each of the 22 bones ``<bone>_qx``, ``_qy``, ``_qz``, ``_qw``, the local
rotation relative to the T-pose, and ``<bone>_seen``, its visibility; ``<contact>_contact`` for heels and toes, 0 to 1.
A person of whom only joints or only bones are known leaves the other cells empty. Numbers are rounded as in the take.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from ..errors import OutputError
from ..records import BodyJoints, RigPose, Scene
from ..skeleton import BONES, CONTACTS, JOINTS
from .clips import whole

_JOINT_COLUMNS = [f"{joint}_{what}" for joint in JOINTS for what in ("x_m", "y_m", "z_m", "visibility")]
_POSE_COLUMNS = [
    *(f"hips_{axis}_m" for axis in "xyz"),
    *(f"{bone}_{what}" for bone in BONES for what in ("qx", "qy", "qz", "qw", "seen")),
    *(f"{contact}_contact" for contact in CONTACTS),
]
COLUMNS = ("frame", "time_s", "person", *_JOINT_COLUMNS, *_POSE_COLUMNS)


def export_csv(scenes: Iterable[Scene], path: Path, person_id: int | None = None) -> list[Path]:
    """One file for everybody; returns it. Raises OutputError if nobody is there, or it cannot be written."""
    with whole(path) as part:
        rows = 0
        with part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for scene in scenes:
                for number in _people(scene, person_id):
                    writer.writerow(_row(scene, number))
                    rows += 1
        if not rows:
            who = f" called {person_id}" if person_id is not None else ""
            raise OutputError(f"no motion to export: the take holds nobody{who}")
    return [path]


def _people(scene: Scene, person_id: int | None) -> list[int]:
    there = {body.person_id for body in scene.bodies} | {pose.person_id for pose in scene.poses}
    return sorted(there if person_id is None else there & {person_id})


def _row(scene: Scene, person_id: int) -> list[object]:
    body = next((body for body in scene.bodies if body.person_id == person_id), None)
    pose = next((pose for pose in scene.poses if pose.person_id == person_id), None)
    return [scene.frame_index, round(scene.time_s, 6), person_id, *_of_body(body), *_of_pose(pose)]


def _of_body(body: BodyJoints | None) -> list[object]:
    if body is None:
        return [""] * len(_JOINT_COLUMNS)
    rows = np.concatenate([np.round(body.joints_world_m, 5), np.round(body.visibility, 6)[:, None]], axis=1)
    return rows.reshape(-1).tolist()


def _of_pose(pose: RigPose | None) -> list[object]:
    if pose is None:
        return [""] * len(_POSE_COLUMNS)
    turns = np.concatenate([pose.rotations_xyzw, pose.visibility[:, None]], axis=1)
    hips_m, rest = np.round(pose.hips_world_m, 5), np.round([*turns.reshape(-1), *pose.contacts], 6)
    return [*hips_m.tolist(), *rest.tolist()]
