"""How well the bridge finds bones, against motions whose bones are known: 20 clips, three ways of looking, and a video.

    python -m models.training.motion_bench --data DATA

``avatar``: true joints of the avatar's own body. ``body``: true joints of an average MakeHuman body, whose
proportions are not the avatar's. ``seen``: that body before a camera, with the pose network's own mistakes laid
over it, through lifter, placing, smoothing and solver as in the program. ``video``: the films of
``models.training.motion_films`` through the whole program, which knows of the camera only its lens. ``demo``: the same
with the demo clip, from whose motions the networks have learned. Needs ``runs/motions.npz`` of
``models.training.motions``.
"""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mocap_bridge.assets import shipped
from mocap_bridge.camera import level_camera
from mocap_bridge.pipeline import scenes
from mocap_bridge.records import Array, BodyJoints, Boxes, Camera, Frame, Image, JointEstimate, Track
from mocap_bridge.refine import Lifter
from mocap_bridge.retarget import Retargeter
from mocap_bridge.skeleton import BONES, JOINT
from models.training.bench.noise import Mistakes, mistaken, mistakes
from models.training.bench.scores import HEADINGS, Score, by_bone, score, summary
from models.training.bench.truth import Truth, clips
from models.training.bench.video import seen_in_demo, seen_in_films
from models.training.demo_clip import CLIP, FOV_DEG, SIZE_PX
from models.training.figures.rig import load_rig
from models.training.motions import MOTIONS, load_motions

RATE_HZ = 30.0
NEAREST_M = 3.0
"""The hips come no nearer to the camera: whoever walks does not walk out of the picture."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Score the solver on motions whose bones are known.")
    parser.add_argument("--data", type=Path, default=os.environ.get("MOCAP_DATA"), help="folder with motion/, bodies/")
    parser.add_argument("--motions", type=Path, default=MOTIONS)
    parser.add_argument("--network", type=Path, default=shipped("models/mobilehumanpose_xs.onnx"))
    parser.add_argument("--lifter", type=Path, default=shipped("models/lifter.onnx"))
    parser.add_argument("--clips", action="store_true", help="also a row for each clip")
    options = parser.parse_args()
    if options.data is None:
        parser.error("name the data folder with --data or MOCAP_DATA")
    data = Path(options.data)
    motions, rig = load_motions(options.motions), load_rig(data)
    truths = list(clips(data, motions, rig))
    lifter = Lifter(options.lifter)
    demo, video = list(seen_in_demo(data, motions, rig)), list(seen_in_films(data, motions, rig))
    made = mistakes(CLIP, options.network)
    results = {
        "avatar": [score(one.name, solved(one.avatar_joints_m), one.rotations_xyzw) for one in truths],
        "body": [score(one.name, solved(one.body_joints_m), one.rotations_xyzw) for one in truths],
        "seen": list(seen(truths, made, lifter)),
        "video": [one.score for one in video if one.score],
        "demo": [one.score for one in demo if one.score],
    }
    print_tables({name: scores for name, scores in results.items() if scores}, options.clips)
    lost = ", ".join(f"{one.name} {one.lost:.0%}" for one in (*video, *demo))
    print("\nFrames that show nobody where somebody is:", lost)
    if not video:
        print("No films to score: python -m models.training.motion_films renders them.")


def solved(joints_m: Array) -> Array:
    """(T, 22, 4) local rotations of joints (T, 30, 3) that are all seen."""
    retarget, sure = Retargeter(), np.ones(joints_m.shape[1])
    flat, box_px = np.zeros((joints_m.shape[1], 2)), np.zeros(4)
    bodies = (BodyJoints(1, frame / RATE_HZ, joints, sure, flat, box_px) for frame, joints in enumerate(joints_m))
    return np.array([retarget(body).rotations_xyzw for body in bodies])


def seen(truths: list[Truth], made: list[Mistakes], lifter: Lifter) -> Iterator[Score]:
    """Each clip before a camera, with the mistakes of one person after the other."""
    camera = level_camera(SIZE_PX, FOV_DEG)
    for index, one in enumerate(truths):
        ahead_m = np.array([0.0, 0.0, NEAREST_M + one.body_joints_m[:, JOINT["Pelvis"], 2].max()])
        # Short clips shall not all fall on the same few mistakes.
        estimates = mistaken(one.body_joints_m - ahead_m, camera, made[index % len(made)], RATE_HZ, index * 29)
        yield score(one.name, through_the_line(estimates, camera, lifter), one.rotations_xyzw)


def through_the_line(estimates: list[JointEstimate], camera: Camera, lifter: Lifter) -> Array:
    """(T, 22, 4) what the program makes of estimates; a frame in which it shows nobody repeats the one before."""
    width_px, height_px = SIZE_PX
    picture = np.zeros((height_px, width_px, 3), np.uint8)
    frames = (Frame(index, one.time_s, picture, camera) for index, one in enumerate(estimates))
    first_px = estimates[0].joints_px
    whole_px = np.concatenate([first_px.min(axis=0), first_px.max(axis=0)])[None]

    def detect(image: Image) -> Boxes:
        return Boxes(whole_px, np.ones(1))

    def estimate(frame: Frame, track: Track) -> JointEstimate:
        known = estimates[frame.index]
        return JointEstimate(track.person_id, frame.time_s, known.joints_px, known.depth_m, known.confidence)

    rotations: list[Array] = []
    for scene in scenes(frames, detect, estimate, lifter.person):
        rest = rotations[-1] if rotations else np.tile([0.0, 0.0, 0.0, 1.0], (len(BONES), 1))
        rotations.append(scene.poses[0].rotations_xyzw if scene.poses else rest)
    return np.array(rotations)


def print_tables(results: dict[str, list[Score]], each_clip: bool) -> None:
    """As Markdown: what the clips have in common, each bone, and on request each clip. Degrees."""
    print(f"| degrees | {' | '.join(HEADINGS)} |")
    print("|---" * (1 + len(HEADINGS)) + "|")
    for name, scores in results.items():
        print(f"| **{name}** | {' | '.join(summary(scores))} |")
        for one in scores if each_clip else ():
            print(f"| {one.name} | {' | '.join(summary([one]))} |")
    print("\nMean error of each bone, local / in the world:\n")
    print(f"| bone | {' | '.join(results)} |")
    print("|---" * (1 + len(results)) + "|")
    tables = [by_bone(scores) for scores in results.values()]
    for bone in tables[0]:
        print(f"| {bone} | {' | '.join(f'{local:.1f} / {world:.1f}' for local, world in (t[bone] for t in tables))} |")


if __name__ == "__main__":
    main()
