"""Bones of filmed people as the whole program finds them: people finder, pose network, lifter, solver."""

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from mocap_bridge.camera import level_camera
from mocap_bridge.commands.networks import load_networks
from mocap_bridge.pipeline import scenes
from mocap_bridge.records import Array, Camera, Frame
from models.training.bench.films import ALL, FILMS, Library
from models.training.bench.scores import Score, score
from models.training.bench.truth import truth
from models.training.bench.who import who_is_who
from models.training.demo_clip import CLIP, FRAMES, ROLES
from models.training.figures.rig import Rig, average_body_m
from models.training.motion.performance import performed
from models.training.motions import Motions

_Known = dict[str, Any]  # what a film's truth file holds


@dataclass(frozen=True, eq=False)
class Seen:
    """One filmed person."""

    name: str
    score: Score | None  # over the frames that show them; None if none does
    lost: float  # share of the frames that do not


def seen_in_demo(data: Path, motions: Motions, rig: Rig) -> Iterator[Seen]:
    """The demo clip's two people. Its camera is known; the networks have learned from these motions."""
    shape_m = average_body_m(rig, data)
    heads_m, rest_m = rig.bone_heads_m(shape_m), rig.joints_rest_m(shape_m)
    moves = [performed(role.takes, FRAMES, motions, rig) for role in ROLES]
    true = [truth("", one, rig, heads_m, rest_m).rotations_xyzw for one in moves]
    yield from _seen_in(CLIP, _camera_of, [("person 1", true[0]), ("person 2", true[1])])


def seen_in_films(data: Path, motions: Motions, rig: Rig) -> Iterator[Seen]:
    """Everybody in the films of ``models.training.motion_films``, as far as they are there.

    Of their cameras only the lens is known.
    """
    library = Library(data, motions, rig)
    for name, film in ALL.items():
        path = FILMS / f"{name}.mp4"
        if path.exists():
            parts = [(f"{name}: {part.motion}", library(part)[1]) for part in film.parts]
            yield from _seen_in(path, _lens_of, parts)


def _seen_in(path: Path, camera_of: Callable[[_Known], Camera], people: list[tuple[str, Array]]) -> Iterator[Seen]:
    with gzip.open(path.with_suffix(".truth.json.gz")) as file:
        known = json.load(file)
    networks = load_networks("xs")
    frames = _frames(path, camera_of(known), known["fps"])
    shown = list(scenes(frames, networks.detect, networks.estimate, networks.lift))
    places_px = [np.array([one["joints_px"] for one in frame]) for frame in known["frames"]]
    matched = [who_is_who(scene, at_px) for scene, at_px in zip(shown, places_px, strict=True)]
    for person, (name, true) in enumerate(people):
        found = [frame[person] for frame in matched]
        rows = [row for row, bones in enumerate(found) if bones is not None]
        bones = np.array([found[row] for row in rows])
        yield Seen(name, score(name, bones, true[rows]) if rows else None, 1 - len(rows) / len(found))


def _camera_of(known: _Known) -> Camera:
    return Camera(*(np.array(known[key], float) for key in ("size_px", "focal_px", "center_px", "world_from_camera")))


def _lens_of(known: _Known) -> Camera:
    width_px, height_px = known["size_px"]
    return level_camera((width_px, height_px), float(2 * np.degrees(np.arctan(width_px / 2 / known["focal_px"][0]))))


def _frames(clip: Path, camera: Camera, rate_hz: float) -> Iterator[Frame]:
    film, index = cv2.VideoCapture(str(clip)), 0
    while (read := film.read())[0]:
        yield Frame(index, index / rate_hz, np.ascontiguousarray(read[1][..., ::-1]), camera)
        index += 1
