"""Render the films on which finding and following people is chosen.

    python -m models.training.crowd_films --data DATA

writes ``runs/crowds/NAME.mp4`` and its truth for each of ``models.training.bench.crowds.ALL`` that is not there yet;
``models.training.follow_bench`` scores them. Needs ffmpeg with H.264, ``runs/motions.npz`` and ``runs/renders``.
"""

import argparse
import gzip
import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from mocap_bridge import rotations as quaternions
from mocap_bridge.camera import level_camera
from mocap_bridge.records import Array, Camera, Image
from mocap_bridge.skeleton import JOINTS
from models.training.bench.crowds import ALL, CROWDS, Crowd, Prop, Role
from models.training.bench.truth import recorded
from models.training.demo_clip import FOV_DEG, FPS, SIZE_PX, Performer, draw_frame, dressed
from models.training.figures.bodies import open_closet
from models.training.figures.looks import eye_picture, fabric, print_picture
from models.training.figures.painter import Painter
from models.training.figures.rig import Rig
from models.training.material.backgrounds import panorama_view, read_photos
from models.training.motions import load_motions
from models.training.people import things
from models.training.people.pixels import Float, paste
from models.training.people.sources import Cutouts, Places, read_rgb

_COUNTS = 40, 12
_UP = np.array([0.0, 1.0, 0.0])


class Studio:
    """Everything that all films share."""

    def __init__(self, data: Path, renders: Path) -> None:
        self.data, self.closet, self.motions = data, open_closet(data), load_motions()
        rng, photos = np.random.default_rng(0), read_photos(data, "validate")
        fabrics = [fabric(rng, photos) for _ in range(_COUNTS[0])]
        self.painter = Painter(
            SIZE_PX, fabrics, [print_picture(rng, photos) for _ in range(_COUNTS[1])], eye_picture(rng)
        )
        self.places, self.cutouts = Places(data, held_out=True), Cutouts(renders / "none.npz", renders, "val")
        self.cutouts.rescan()
        self._whole: dict[str, Array] = {}

    def performer(self, role: Role) -> Performer:
        """Somebody dressed for a role. ValueError if the motion ends too soon."""
        part = role.part
        if part.motion not in self._whole:
            self._whole[part.motion] = recorded(part.motion, self.data, self.motions, self.closet.rig)
        whole = self._whole[part.motion][part.first : part.first + role.frames]
        if len(whole) < role.frames:
            raise ValueError(f"{part.motion} has {len(whole)} frames from {part.first} on; {role.frames} are needed")
        ahead = whole[0, self.closet.rig.bones.index("Hips"), :, 2]
        turn = quaternions.about(_UP, np.radians(part.heading_deg) - np.arctan2(ahead[0], ahead[2]))
        turned = np.asarray(quaternions.to_matrix(turn) @ whole)
        return dressed(part.seed, turned, part.start_m, self.closet, self.painter, _COUNTS)

    def paste(self, prop: Prop, image: Image) -> Float:
        """Put a thing into a picture, in place; returns its alpha (H, W)."""
        rng = np.random.default_rng(prop.seed)
        if prop.kind == "furniture":
            thing = things.furniture(rng, self.places)
        else:
            thing = getattr(things, prop.kind)(rng, self.places, self.cutouts)
        rows, columns = thing[1].shape
        scale = prop.height * image.shape[0] / rows
        corner = np.array(prop.middle) * SIZE_PX - scale * np.array([columns, rows]) / 2
        return paste(image, *thing, np.column_stack([np.eye(2) * scale, corner]))


def view(crowd: Crowd, studio: Studio) -> Image:
    """What the camera sees while nobody is there."""
    panorama = read_rgb(studio.data / "backgrounds" / "pano_jpg" / crowd.place, 4096)
    angles = crowd.place_yaw_rad, float(np.radians(crowd.pitch_deg)), 0.0
    image = np.ascontiguousarray(panorama_view(panorama, *angles, float(np.radians(FOV_DEG)), *SIZE_PX))
    for prop in crowd.behind:
        studio.paste(prop, image)
    return image


def render(name: str, crowd: Crowd, studio: Studio) -> None:
    """Draw, encode, and write the truth beside the film. RuntimeError if ffmpeg fails."""
    camera = level_camera(SIZE_PX, FOV_DEG, crowd.camera_height_m, crowd.pitch_deg)
    cast = [(role, studio.performer(role)) for role in crowd.roles]
    seeds = sorted({role.part.seed for role in crowd.roles})
    place, front = view(crowd, studio), np.zeros((*SIZE_PX[::-1], 3), np.uint8)
    hidden = np.zeros(SIZE_PX[::-1], np.float32)
    for prop in crowd.before:
        hidden = np.maximum(hidden, studio.paste(prop, front))
    # Sun to the left of a soft edge, shade to the right of it.
    light = 1 - (1 - crowd.shade) / (1 + np.exp(-(np.arange(SIZE_PX[0]) - 0.45 * SIZE_PX[0]) / 6))
    unfinished = CROWDS / f"unfinished {name}.mp4"
    size, truth = "x".join(map(str, SIZE_PX)), []
    command = f"ffmpeg -y -loglevel error -f rawvideo -pix_fmt rgb24 -s {size} -r {FPS} -i - -c:v libx264 -crf 25"
    with subprocess.Popen(
        [*command.split(), "-pix_fmt", "yuv420p", "-threads", "1", str(unfinished)], stdin=subprocess.PIPE
    ) as encoder:
        assert encoder.stdin is not None  # as asked for
        for frame in range(max(role.begin + role.frames for role in crowd.roles)):
            picture, known = drawn(frame, cast, studio, camera, place)
            picture = (picture * light[None, :, None] * (1 - hidden[..., None]) + front * hidden[..., None]).astype(
                np.uint8
            )
            encoder.stdin.write(picture.tobytes())
            truth.append([behind(known[seed], hidden) if seed in known else None for seed in seeds])
    if encoder.returncode:
        raise RuntimeError(f"ffmpeg ended with {encoder.returncode}; does it know libx264?")
    described = {"fps": FPS, "size_px": SIZE_PX, "focal_px": camera.focal_px.tolist(), "joints": JOINTS}
    with gzip.GzipFile(CROWDS / f"{name}.truth.json.gz", "wb", mtime=0) as file:
        file.write(json.dumps(described | {"frames": truth}, separators=(",", ":")).encode())
    unfinished.replace(CROWDS / f"{name}.mp4")


def drawn(
    frame: int, cast: list[tuple[Role, Performer]], studio: Studio, camera: Camera, place: Image
) -> tuple[Image, dict[int, dict[str, Any]]]:
    """The picture of a frame, and what is true of everybody who plays in it, by seed."""
    playing = [(role, one) for role, one in cast if role.begin <= frame < role.begin + role.frames]
    if not playing:
        return place, {}
    # Everybody is drawn at their own frame of the motion: the one frame asked for is made the first.
    now = [at_frame(one, frame - role.begin) for role, one in playing]
    rig: Rig = studio.closet.rig
    picture, truth = draw_frame(0, now, studio.painter, rig, camera, place)
    return picture, {role.part.seed: known for (role, _), known in zip(playing, truth, strict=True)}


def at_frame(one: Performer, frame: int) -> Performer:
    """A performer whose motion is a single frame."""
    only = slice(frame, frame + 1)
    return replace(
        one,
        rotations=one.rotations[only],
        offset_m=one.offset_m[only],
        joints_world_m=one.joints_world_m[only],
    )


def behind(known: dict[str, Any], hidden: Float) -> dict[str, Any]:
    """The truth about somebody, with the joints behind ``hidden`` (H, W) not visible."""
    height, width = hidden.shape
    x, y = np.clip(np.array(known["joints_px"]), 0, (width - 1, height - 1)).astype(int).T
    return known | {"visible": (np.array(known["visible"]) * (hidden[y, x] < 0.5)).astype(int).tolist()}


def main() -> None:
    parser = argparse.ArgumentParser(description="Render the films on which following people is chosen.")
    parser.add_argument("--data", type=Path, default=os.environ.get("MOCAP_DATA"), help="folder with bodies/, motion/")
    parser.add_argument("--renders", type=Path, default=Path("runs/renders"), help="folder of val-NNN.npz")
    options = parser.parse_args()
    if options.data is None:
        parser.error("name the data folder with --data or MOCAP_DATA")
    cv2.setNumThreads(1)
    CROWDS.mkdir(parents=True, exist_ok=True)
    studio = Studio(Path(options.data), options.renders)
    for name, crowd in ALL.items():
        if not (CROWDS / f"{name}.mp4").exists():
            render(name, crowd, studio)
            print(CROWDS / f"{name}.mp4", flush=True)


if __name__ == "__main__":
    main()
