"""How soon an unmeasured camera is known, and where feet are meanwhile: the films, whose cameras are known, seen anew.

    python -m models.training.floor_bench [FILM ...]

sends the films of ``models.training.motion_films`` (and the demo clip) through the whole program, which is told their
lens alone, and prints what it thinks of each camera over time. Feet are those of avatars whose legs are seen.
"""

import argparse
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from mocap_bridge.camera import level_camera
from mocap_bridge.commands.networks import load_networks
from mocap_bridge.pipeline import scenes
from mocap_bridge.records import Array, Frame, Scene
from mocap_bridge.retarget import joints_from_pose
from mocap_bridge.skeleton import BONE, CONTACTS, JOINT
from models.training.bench.films import FILMS
from models.training.demo_clip import CLIP

WHEN_S = (0.0, 1.0, 2.4)
REST_M = 0.03
"""Height of a heel or toe joint that stands."""
_FEET = [JOINT[name] for name in CONTACTS]
_SHINS = [BONE["LeftLowerLeg"], BONE["RightLowerLeg"]]


def main() -> None:
    parser = argparse.ArgumentParser(description="Score the floor that is found on films whose cameras are known.")
    parser.add_argument("films", nargs="*", type=Path, help="all of them unless named")
    chosen = parser.parse_args().films or [*sorted(FILMS.glob("*.mp4")), CLIP]
    cells = [f"after {when_s} s: degrees, metres off" for when_s in WHEN_S]
    print(f"| film | {' | '.join(cells)} | feet through the floor, P95 mm | lowest foot above it, median mm |")
    print("|---" * (3 + len(cells)) + "|")
    for film in chosen:
        with gzip.open(film.with_suffix(".truth.json.gz")) as file:
            known = json.load(file)
        networks = load_networks("xs")
        shown = list(scenes(frames(film, known), networks.detect, networks.estimate, networks.lift))
        print(f"| {film.stem} | {' | '.join(row(shown, stance(np.array(known['world_from_camera']))))} |", flush=True)


def frames(film: Path, known: dict[str, Array]) -> Iterator[Frame]:
    """With a camera that has the film's lens, and stands level at the usual height."""
    (width_px, height_px), video, index = known["size_px"], cv2.VideoCapture(str(film)), 0
    camera = level_camera((width_px, height_px), float(2 * np.degrees(np.arctan(width_px / 2 / known["focal_px"][0]))))
    while (read := video.read())[0]:
        yield Frame(index, index / float(known["fps"]), np.ascontiguousarray(read[1][..., ::-1]), camera)
        index += 1


def stance(world_from_camera: Array) -> tuple[float, float]:
    """Pitch in degrees, positive looking down, and height in metres."""
    return float(np.degrees(np.arcsin(-world_from_camera[1, 2]))), float(world_from_camera[1, 3])


def row(shown: list[Scene], true: tuple[float, float]) -> list[str]:
    cells = []
    for when_s in WHEN_S:
        scene = min(shown, key=lambda one: abs(one.time_s - when_s))
        pitch_deg, height_m = stance(scene.camera.world_from_camera)
        cells.append(f"{pitch_deg - true[0]:+.0f}, {height_m - true[1]:+.2f}")
    poses = [pose for scene in shown for pose in scene.poses if pose.visibility[_SHINS].min() > 0]
    lowest_mm = 1e3 * (np.array([joints_from_pose(pose)[_FEET, 1].min() for pose in poses] or [np.nan]) - REST_M)
    return [*cells, f"{np.percentile(np.maximum(-lowest_mm, 0.0), 95):.0f}", f"{np.median(lowest_mm):.0f}"]


if __name__ == "__main__":
    main()
