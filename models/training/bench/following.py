"""Who is found and followed in films with truth: coverage, ids, ghosts, and how well the crops lie."""

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from scipy.optimize import linear_sum_assignment

from mocap_bridge.camera import level_camera
from mocap_bridge.estimate import crop_square
from mocap_bridge.pipeline import Detect, Estimate
from mocap_bridge.records import Array, Boxes, Frame, Image, JointEstimate, Track
from mocap_bridge.skeleton import JOINT
from mocap_bridge.track import Stir, Tracker, TrackSettings, look

LIMBS = [JOINT[f"{side}_{part}"] for part in ("Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle") for side in "RL"]
NEAR = 1.0
"""Mean distance of the limbs, in torso lengths, below which somebody found is the person looked for."""
LEAST_SEEN, LEAST_HEIGHT = 10, 0.15
"""Visible joints, and height in shares of the picture, from which somebody must be found."""


@dataclass(frozen=True, eq=False)
class Truth:
    """One person in one frame."""

    box_px: Array  # (4,) of the body, inside the picture
    joints_px: Array  # (30, 2)
    visible: Array  # (30,) 1 or 0
    torso_px: float


@dataclass(frozen=True, eq=False)
class Seen:
    """One person as the line follows them in one frame."""

    person_id: int
    crop_px: Array  # (4,) the box that the pose network was asked about
    joints_px: Array  # (30, 2)


@dataclass(frozen=True, eq=False)
class Film:
    """Pictures with what is true of them."""

    name: str
    frames: tuple[Frame, ...]
    people: tuple[tuple[Truth | None, ...], ...]  # by frame, then by person; None while away


def read_film(path: Path) -> Film:
    """A film and its truth beside it. OSError if one is missing."""
    with gzip.open(path.with_suffix(".truth.json.gz")) as file:
        known = json.load(file)
    width_px, height_px = known["size_px"]
    camera = level_camera((width_px, height_px), float(2 * np.degrees(np.arctan(width_px / 2 / known["focal_px"][0]))))
    clip = cv2.VideoCapture(str(path))
    frames: list[Frame] = []
    while (read := clip.read())[0]:
        image = np.ascontiguousarray(read[1][..., ::-1])
        frames.append(Frame(len(frames), len(frames) / known["fps"], image, camera))
    people = tuple(tuple(_truth(one) for one in everybody) for everybody in known["frames"])
    return Film(path.stem, tuple(frames), people)


def _truth(known: dict[str, list[float]] | None) -> Truth | None:
    if known is None:
        return None
    joints_px = np.array(known["joints_px"], float)
    # A body is about three and a half trunks long; its trunk alone is short when it leans towards the camera.
    torso_px = float(np.ptp(joints_px, axis=0).max() / 3.5)
    return Truth(np.array(known["box_px"], float), joints_px, np.array(known["visible"], float), torso_px)


def still(name: str, image: Image, frames: int) -> Film:
    """A picture of nobody, as a camera shows it for a while."""
    height_px, width_px = image.shape[:2]
    camera = level_camera((width_px, height_px))
    return Film(name, tuple(Frame(n, n / 30, image, camera) for n in range(frames)), ((),) * frames)


def follow(frames: Iterable[Frame], detect: Detect, estimate: Estimate, settings: TrackSettings) -> list[list[Seen]]:
    """Everybody in each frame, as the line of ``mocap_bridge.pipeline`` follows them before it lifts them."""
    tracker, stir, shown = Tracker(settings), Stir(), []
    # Who has just taken another's id has no crop of their own; the box around the joints stands for it.
    for frame in frames:
        height_px, width_px = frame.image_rgb.shape[:2]
        tracks = tracker.begin(frame.time_s, (width_px, height_px), partial(detect, frame.image_rgb))
        crops_px = {track.person_id: track.box_px for track in tracks}
        estimates = [estimate(frame, track) for track in tracks]
        looks = {one.person_id: look(frame.image_rgb, one) for one in estimates}
        settled = tracker.settle(estimates, looks, stir(frame, tracks))
        shown.append(
            [Seen(e.person_id, crops_px.get(e.person_id, tracker.box_px(e.person_id)), e.joints_px) for e in settled]
        )
    return shown


@dataclass(frozen=True, eq=False)
class Score:
    """What came out of one film, or of many added up."""

    due: int = 0  # people who must be found, times frames
    found: int = 0
    frames: int = 0
    ghosts: int = 0  # people found where nobody is, times frames
    doubles: int = 0  # once more on somebody who is found already
    switches: int = 0  # changes of a person's id
    people: int = 0
    ids: int = 0  # given to people, all in all
    hits: int = 0  # visible limb joints within 0.2 torsos, of those due
    limbs: int = 0
    limbs_found: int = 0  # of those found
    off: tuple[float, ...] = ()  # crop's middle from the true box's, in sizes of that box
    size: tuple[float, ...] = ()  # log of the crop's size over the true one's
    shake: tuple[float, ...] = ()  # change of ``off`` and ``size`` from frame to frame

    def __add__(self, other: "Score") -> "Score":
        return Score(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


def score(film: Film, shown: Sequence[Sequence[Seen]]) -> Score:
    """The film against its truth."""
    count: Counter[str] = Counter(frames=len(shown))
    last_id: dict[int, int] = {}
    ids: dict[int, set[int]] = {}
    last_place: dict[int, tuple[int, Array]] = {}
    off, size, shake = [], [], []
    picture_px = np.array(film.frames[0].image_rgb.shape[1::-1], float)
    for row, (everybody, found) in enumerate(zip(film.people, shown, strict=True)):
        true = {who: one for who, one in enumerate(everybody) if one is not None and one.visible.any()}
        pairs, doubles = matched(true, found)
        count["doubles"] += doubles
        count["ghosts"] += len(found) - len(pairs) - doubles
        for who, one in true.items():
            due = one.visible.sum() >= LEAST_SEEN and one.box_px[3] - one.box_px[1] >= LEAST_HEIGHT * picture_px[1]
            shows = [joint for joint in LIMBS if one.visible[joint]]
            count["due"] += due
            count["limbs"] += len(shows) * due
            if who not in pairs:
                continue
            seen = found[pairs[who]]
            count["switches"] += last_id.get(who, seen.person_id) != seen.person_id
            last_id[who] = seen.person_id
            ids.setdefault(who, set()).add(seen.person_id)
            if due:
                count["found"] += 1
                error_px = np.linalg.norm(seen.joints_px[shows] - one.joints_px[shows], axis=1)
                count["hits"] += int((error_px < 0.2 * one.torso_px).sum())
                count["limbs_found"] += len(shows)
                place = crop_place(seen.crop_px, one.box_px)
                off.append(float(np.linalg.norm(place[:2])))
                size.append(float(place[2]))
                if who in last_place and last_place[who][0] == row - 1:
                    shake.append(float(np.linalg.norm(place - last_place[who][1])))
                last_place[who] = row, place
    return Score(
        **count,
        people=len({who for everybody in film.people for who, one in enumerate(everybody) if one is not None}),
        ids=sum(len(known) for known in ids.values()),
        off=tuple(off),
        size=tuple(size),
        shake=tuple(shake),
    )


def crop_place(crop_px: Array, true_px: Array) -> Array:
    """(3,) where a box (4,) lies from the true one: its middle in sizes of that one, and the log of its size."""
    middles_px = [(box[:2] + box[2:]) / 2 for box in (crop_px, true_px)]
    sizes_px = [max(float((box[2:] - box[:2]).max()), 1.0) for box in (crop_px, true_px)]
    return np.append((middles_px[0] - middles_px[1]) / sizes_px[1], np.log(sizes_px[0] / sizes_px[1]))


def matched(true: dict[int, Truth], found: Sequence[Seen]) -> tuple[dict[int, int], int]:
    """Who of the true people is which of those found, and how many of the others lie on somebody too."""
    if not true or not found:
        return {}, 0
    who = list(true)
    cost = np.array([[_distance(true[one], seen) for seen in found] for one in who])
    rows, columns = linear_sum_assignment(np.minimum(cost, NEAR))
    pairs = {who[row]: int(column) for row, column in zip(rows, columns, strict=True) if cost[row, column] < NEAR}
    others = [column for column in range(len(found)) if column not in pairs.values()]
    return pairs, int((cost[:, others].min(axis=0) < NEAR).sum()) if others else 0


def _distance(one: Truth, seen: Seen) -> float:
    return float(np.linalg.norm(seen.joints_px[LIMBS] - one.joints_px[LIMBS], axis=1).mean() / one.torso_px)


HEADINGS = ("found", "ghosts", "doubles", "switches", "ids", "PCK", "of found", "crop off", "size", "shake")


def cells(one: Score) -> list[str]:
    """Below ``HEADINGS``."""
    frames, found = max(one.frames, 1), bool(one.off)
    return [
        f"{one.found / max(one.due, 1):.3f}",
        f"{one.ghosts / frames:.3f}",
        f"{one.doubles / frames:.3f}",
        str(one.switches),
        f"{one.ids} of {one.people}",
        f"{one.hits / max(one.limbs, 1):.3f}",
        f"{one.hits / max(one.limbs_found, 1):.3f}",
        f"{np.mean(one.off):.3f}" if found else "-",
        f"{np.mean(one.size):+.2f} ± {np.std(one.size):.2f}" if found else "-",
        f"{np.mean(one.shake):.4f}" if one.shake else "-",
    ]


class Remembering:
    """Networks that are asked once about each picture and crop of one film: settings are compared on the same ones."""

    def __init__(self, detect: Detect, estimate: Estimate) -> None:
        self._detect, self._estimate = detect, estimate
        self.boxes: dict[int, Boxes] = {}
        self.joints: dict[tuple[int, tuple[int, int, int]], JointEstimate] = {}

    def detect(self, image_rgb: Image) -> Boxes:
        """People in a picture or a part of one."""
        key = hash(image_rgb.tobytes())
        if key not in self.boxes:
            self.boxes[key] = self._detect(image_rgb)
        return self.boxes[key]

    def estimate(self, frame: Frame, track: Track) -> JointEstimate:
        """Joints around a box."""
        key = frame.index, crop_square(track.box_px)
        if key not in self.joints:
            self.joints[key] = self._estimate(frame, track)
        return replace(self.joints[key], person_id=track.person_id)
