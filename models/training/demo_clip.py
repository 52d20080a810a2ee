"""The clip that ships with the package: two people in a hall, one walks past the other, and both dance.

    python -m models.training.demo_clip --data DATA

writes ``mocap_bridge/demo/two_people.mp4`` and ``two_people.truth.json.gz`` with where everybody really was. Needs
ffmpeg with H.264, and ``runs/motions.npz`` of ``models.training.motions``.
"""

import argparse
import gzip
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from mocap_bridge import rotations as quaternions
from mocap_bridge.camera import camera_from_world, level_camera, project
from mocap_bridge.records import Array, Camera, Image
from mocap_bridge.skeleton import JOINT, JOINTS
from models.training.figures.bodies import BODY_VERTICES, Closet, Person, open_closet
from models.training.figures.dyes import random_dyes
from models.training.figures.looks import eye_picture, fabric, print_picture
from models.training.figures.outfits import random_person
from models.training.figures.painter import Dye, Light, Model, Painter, View
from models.training.figures.rig import Rig
from models.training.figures.staging import body_size, seen
from models.training.material.backgrounds import panorama_view, read_photos
from models.training.motion.performance import Take, performed, stepped_m
from models.training.motions import Motions, load_motions

SIZE_PX, FPS, FRAMES = (640, 480), 30, 300
FOV_DEG, CAMERA_HEIGHT_M, PITCH_DEG = 60.0, 1.35, 7.0
PANORAMA, PANORAMA_YAW_RAD = "dancing_hall_1k.jpg", 0.6
CLIP = Path("mocap_bridge/demo/two_people.mp4")


@dataclass(frozen=True)
class Role:
    """One performer."""

    seed: int
    takes: tuple[Take, ...]
    start_m: tuple[float, float]  # x and z in the world


ROLES = (
    Role(
        seed=40,
        takes=(
            Take("cmu_amc__KseniiaCheloshkina__07_03.amc.gz", 0, 102, 90.0),
            Take("cmu_amc__gsimchoni__charleston1.amc.gz", 0, 127, 0.0),
            Take("human-addon-animations.glb:Greeting", 0, 146, 0.0),
        ),
        start_m=(-1.85, -2.9),
    ),
    Role(seed=49, takes=(Take("cmu_bvh_aclstm__salsa_05.bvh.gz", 60, 400, 0.0),), start_m=(-1.35, -4.1)),
)


@dataclass(frozen=True, eq=False)
class Performer:
    """A person with a whole motion."""

    person: Person
    model: Model
    dyes: list[Dye]
    rotations: Array  # (T, B, 3, 3) in the world
    offset_m: Array  # (T, 3) what is added to the posed body to put it into the world
    joints_world_m: Array  # (T, 30, 3)
    skin_m: Array  # (V, 3) body at rest, to find the box


def cast(role: Role, closet: Closet, motions: Motions, painter: Painter, counts: tuple[int, int]) -> Performer:
    """Somebody for a role, dressed and placed."""
    rotations = performed(role.takes, FRAMES, motions, closet.rig)
    return dressed(role.seed, rotations, role.start_m, closet, painter, counts)


def dressed(
    seed: int,
    rotations: Array,
    start_m: tuple[float, float],
    closet: Closet,
    painter: Painter,
    counts: tuple[int, int],
) -> Performer:
    """Somebody made up from a seed who moves as ``rotations`` (T, B, 3, 3) say, from x and z in the world."""
    rng = np.random.default_rng(seed)
    person = random_person(closet, rng)
    joints_m = closet.rig.pose_joints_m(rotations, person.heads_m, person.joints_m)
    offset_m = stepped_m(joints_m, start_m)
    skin = next(part for part in person.parts if part.kind == "skin")
    at_rest_m = np.empty((closet.body.vertices, 3))
    at_rest_m[closet.body.corner_vertex] = skin.corners[:, :3]
    dyes = random_dyes(person, *counts, rng)
    return Performer(
        person, painter.upload(person.parts), dyes, rotations, offset_m, joints_m + offset_m[:, None], at_rest_m
    )


def backdrop(data: Path) -> Image:
    """What the camera sees of the hall while nobody is there."""
    path = data / "backgrounds" / "pano_jpg" / PANORAMA
    panorama = cv2.imread(str(path))
    if panorama is None:
        raise FileNotFoundError(f"{path} cannot be read as a picture")
    fov_rad, pitch_rad = np.radians(FOV_DEG), np.radians(PITCH_DEG)
    rgb = np.asarray(cv2.cvtColor(panorama, cv2.COLOR_BGR2RGB))
    return panorama_view(rgb, PANORAMA_YAW_RAD, float(pitch_rad), 0.0, float(fov_rad), *SIZE_PX)


def shadow(floor_m: Array, camera: Camera) -> npt.NDArray[np.float32]:
    """(H, W) 0..1, how much light soft shadows below points (N, 3) on the floor leave."""
    dark = np.zeros(SIZE_PX[::-1], np.float32)
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    for radius_m, depth in ((0.34, 0.16), (0.22, 0.18), (0.12, 0.2)):
        ring_m = radius_m * np.stack([np.cos(angles), 0 * angles, np.sin(angles)], axis=1)
        for point_m in floor_m * [1.0, 0.0, 1.0]:
            outline_px = project(camera_from_world(point_m + ring_m, camera), camera)
            blob = np.zeros_like(dark)
            cv2.fillConvexPoly(blob, np.round(outline_px).astype(np.int32), depth)
            dark = np.maximum(dark, blob) if depth < 0.17 else dark + blob * 0.5
    return np.asarray(1 - np.clip(cv2.GaussianBlur(dark, (0, 0), 7), 0, 0.6))


def body_box_px(performer: Performer, frame: int, rig: Rig, camera: Camera) -> Array:
    """(4,) box around the whole body, hidden or not, cut at the picture's edge."""
    matrices = rig.skin_matrices(performer.rotations[frame], performer.person.heads_m)
    blend = np.tensordot(rig.weights[:BODY_VERTICES], matrices, axes=1)
    points_m = np.einsum("vij,vj->vi", blend[:, :3, :3], performer.skin_m[:BODY_VERTICES]) + blend[:, :3, 3]
    at_px = project(camera_from_world(points_m + performer.offset_m[frame], camera), camera)
    return np.asarray(np.clip(np.concatenate([at_px.min(axis=0), at_px.max(axis=0)]), 0, SIZE_PX * 2))


def draw_frame(
    frame: int, performers: list[Performer], painter: Painter, rig: Rig, camera: Camera, place: Image
) -> tuple[Image, list[dict[str, Any]]]:
    """One picture and the truth about everybody in it."""
    camera_from_body = camera.world_from_camera[:3, :3].T
    bright = place.reshape(-1, 3).mean(axis=0) / 155
    up = camera_from_body @ np.array([0.0, 1.0, 0.0])
    key = camera_from_body @ quaternions.normalized(np.array([0.5, 1.0, 0.7]))
    light = Light(key, 0.5 * bright, -key, 0.08 * bright, up, 0.6 * bright, 0.38 * bright)
    painter.clear()
    for one in performers:
        offset_camera_m = camera_from_world(one.offset_m[frame], camera)
        view = View(camera_from_body, offset_camera_m, np.zeros(2), float(np.tan(np.radians(FOV_DEG) / 2)))
        skin = rig.skin_matrices(one.rotations[frame], one.person.heads_m)
        painter.draw(one.model, one.dyes, skin, view, light, one.person.waist_m)
    soft, distance_m = painter.read()
    ankles = [JOINT[name] for name in ("R_Ankle", "L_Ankle", "R_Toe", "L_Toe", "Pelvis")]
    floor_m = np.concatenate([one.joints_world_m[frame, ankles] for one in performers])
    lit = place * shadow(floor_m, camera)[..., None]
    picture = np.clip(soft[..., :3] + lit * (1 - soft[..., 3:] / 255), 0, 255).astype(np.uint8)
    truth = []
    for one in performers:
        joints_m = camera_from_world(one.joints_world_m[frame], camera)
        joints_px = project(joints_m, camera)
        visible = seen(joints_px / SIZE_PX, joints_m, distance_m, body_size(one.person))
        truth.append(
            {
                "box_px": np.round(body_box_px(one, frame, rig, camera), 1).tolist(),
                "joints_px": np.round(joints_px, 1).tolist(),
                "joints_camera_m": np.round(joints_m, 3).tolist(),
                "visible": visible.tolist(),
            }
        )
    return picture, truth


def write_clip(path: Path, data: Path, frames: range) -> None:
    """Draw, encode, and write the truth beside the clip. RuntimeError if ffmpeg fails."""
    closet, motions, rng = open_closet(data), load_motions(), np.random.default_rng(0)
    photos = read_photos(data)
    fabrics = [fabric(rng, photos) for _ in range(40)]
    prints = [print_picture(rng, photos) for _ in range(12)]
    painter = Painter(SIZE_PX, fabrics, prints, eye_picture(rng))
    performers = [cast(role, closet, motions, painter, (len(fabrics), len(prints))) for role in ROLES]
    camera = level_camera(SIZE_PX, FOV_DEG, CAMERA_HEIGHT_M, PITCH_DEG)
    film(path, performers, painter, closet.rig, camera, backdrop(data), frames)


def film(
    path: Path,
    performers: list[Performer],
    painter: Painter,
    rig: Rig,
    camera: Camera,
    place: Image,
    frames: range,
) -> None:
    """Draw performers before a place, encode, and write the truth beside it. RuntimeError if ffmpeg fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    size, rate = "x".join(map(str, SIZE_PX)), str(FPS)
    command = f"ffmpeg -y -loglevel error -f rawvideo -pix_fmt rgb24 -s {size} -r {rate} -i - -c:v libx264 -crf 25"
    command += " -preset slow -pix_fmt yuv420p -threads 1"
    truth = []
    with subprocess.Popen([*command.split(), str(path)], stdin=subprocess.PIPE) as encoder:
        assert encoder.stdin is not None  # as asked for
        for frame in frames:
            picture, people = draw_frame(frame, performers, painter, rig, camera, place)
            encoder.stdin.write(picture.tobytes())
            truth.append(people)
    if encoder.returncode:
        raise RuntimeError(f"ffmpeg ended with {encoder.returncode}; does it know libx264?")
    described = {
        "fps": FPS,
        "size_px": SIZE_PX,
        "focal_px": camera.focal_px.tolist(),
        "center_px": camera.center_px.tolist(),
        "world_from_camera": camera.world_from_camera.tolist(),
        "joints": JOINTS,
        "frames": truth,
    }
    with gzip.GzipFile(path.with_suffix(".truth.json.gz"), "wb", mtime=0) as file:
        file.write(json.dumps(described, separators=(",", ":")).encode())


def main() -> None:
    parser = argparse.ArgumentParser(description="Render the demo clip and the truth about it.")
    parser.add_argument("--data", type=Path, default=os.environ.get("MOCAP_DATA"), help="folder with bodies/")
    parser.add_argument("--out", type=Path, default=CLIP)
    parser.add_argument("--every", type=int, default=1, help="only every n-th frame, to have a quick look")
    args = parser.parse_args()
    if args.data is None:
        parser.error("name the data folder with --data or MOCAP_DATA")
    cv2.setNumThreads(1)
    write_clip(args.out, Path(args.data), range(0, FRAMES, args.every))


if __name__ == "__main__":
    main()
