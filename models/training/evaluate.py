"""Score the pose network where the truth is known: ``python -m models.training.evaluate --validation VALIDATION``.

Prints one Markdown table. Crops come from the truth's own boxes, so that only the network is judged, not the people
finder. The data is for judging alone: nothing here is ever trained on.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch

from mocap_bridge.decode import decode
from mocap_bridge.records import Array, Camera, Image, JointEstimate
from mocap_bridge.refine import Lifter
from mocap_bridge.skeleton import JOINT
from models.training.dataset import read_people
from models.training.mobilehumanpose import INPUT_PX, MobileHumanPose, normalised
from models.training.pose_loss import DEPTH_RANGE_M
from models.training.train import newest_checkpoint

CROP_PER_BOX = 1.25
LIMBS = [f"{side}_{part}" for part in ("Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle") for side in ("R", "L")]
NEAR = 0.2
"""Torso lengths within which a joint counts as found."""

Estimate = Callable[[Image], tuple[Array, Array, Array]]
"""uint8 (256, 256, 3) RGB -> joints (30, 2) in crop sides, depth_m (30,), confidence (30,)."""


@dataclass(frozen=True, eq=False)
class Sample:
    """One person of a validation set."""

    image: Image
    joints_px: Array  # (12, 2) in the order of LIMBS; NaN = unknown
    torso_px: float
    depth_m: Array  # (12,) from the pelvis; NaN = unknown
    points_m: Array | None = None  # (12, 3) in the camera's axes, where known


def main() -> None:
    parser = argparse.ArgumentParser(description="Score the pose network on validation pictures.")
    parser.add_argument("--validation", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, default=newest_checkpoint("mobilehumanpose_xs"))
    parser.add_argument("--renders", type=Path, default=Path("runs/renders"), help="folder of val-NNN.npz")
    parser.add_argument("--lifter", type=Path, default=Path("models/lifter.onnx"))
    parser.add_argument("--every", type=int, default=1, help="score each n-th picture only")
    options = parser.parse_args()
    torch.set_num_threads(1)
    estimate = estimate_by(load(options.checkpoint))
    print(f"| set | people | PCK@{NEAR} | depth error mm | {' | '.join(LIMBS)} |")
    print("|---" * (4 + len(LIMBS)) + "|")
    for name, samples in (
        ("balance/cam01", balance(options.validation / "balance", options.every)),
        ("athletes", athletes(options.validation / "athletes", options.every)),
        ("renders not trained on", renders(options.renders, options.every)),
    ):
        print(row(name, *score(samples, estimate)))
    if options.lifter.is_file():
        error_mm = lifted_error_mm(options.validation / "balance", estimate, Lifter(options.lifter), options.every)
        print(f"\nbalance/cam01 after {options.lifter.name}: PA-MPJPE {error_mm:.1f} mm")


def load(checkpoint: Path, size: str = "xs") -> MobileHumanPose:
    """The averaged network of a checkpoint, ready to be asked."""
    net: MobileHumanPose = MobileHumanPose(size).eval()
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)["ema"]
    net.load_state_dict({name: value.float() if value.is_floating_point() else value for name, value in state.items()})
    return net


def estimate_by(net: MobileHumanPose) -> Estimate:
    """Ask the network as the program will ask it."""

    def estimate(crop: Image) -> tuple[Array, Array, Array]:
        with torch.no_grad():
            answer = net(normalised(torch.from_numpy(crop[None])))
        maps = [answer.log_xy.exp(), answer.log_z.exp(), answer.visibility_logit.sigmoid(), answer.log_sigma.exp()]
        xy_map, z_line, visibility, sigma = (value[0].double().numpy() for value in maps)
        found = decode(xy_map, z_line, visibility, sigma, DEPTH_RANGE_M)
        return found.joints, found.depth_m, found.confidence

    return estimate


def score(samples: Iterator[Sample], estimate: Estimate) -> tuple[Array, Array]:
    """(N, 12) 1 where the joint was found, 0 where not, NaN where nobody knows; (N, 12) depth errors in metres."""
    rows, hits, depth_errors_m = [JOINT[name] for name in LIMBS], [], []
    for sample in samples:
        crop, matrix = crop_of(sample)
        joints, depth_m, _ = estimate(crop)
        joints_px = (joints[rows] * INPUT_PX - matrix[:, 2]) / matrix[0, 0]
        off = np.linalg.norm(joints_px - sample.joints_px, axis=1) / sample.torso_px
        hits.append(np.where(np.isnan(off), np.nan, off < NEAR))
        depth_errors_m.append(np.abs(depth_m[rows] - sample.depth_m))
    return np.array(hits), np.array(depth_errors_m)


def lifted_error_mm(folder: Path, estimate: Estimate, lifter: Lifter, every: int) -> float:
    """Mean joint error of the lifted balancing man after Procrustes alignment."""
    lens = np.array(json.loads((folder / "cam01.json").read_text())["camera"]["K"])
    rows, errors_m = [JOINT[name] for name in LIMBS], []
    for sample in balance(folder, every):
        crop, matrix = crop_of(sample)
        joints, depth_m, confidence = estimate(crop)
        joints_px = (joints * INPUT_PX - matrix[:, 2]) / matrix[0, 0]
        size_px = np.array(sample.image.shape[1::-1])
        camera = Camera(size_px, lens[[0, 1], [0, 1]], lens[:2, 2], np.eye(4))
        found_m = lifter(JointEstimate(1, 0.0, joints_px, depth_m, confidence), camera)[rows]
        assert sample.points_m is not None
        errors_m.append(np.linalg.norm(aligned(found_m, sample.points_m) - sample.points_m, axis=1).mean())
    return float(np.mean(errors_m)) * 1000


def aligned(points: Array, target: Array) -> Array:
    """``points`` (N, 3) turned, scaled and moved onto ``target`` (N, 3) as well as a similarity can."""
    middle, goal = points.mean(axis=0), target.mean(axis=0)
    left, strength, right = np.linalg.svd((points - middle).T @ (target - goal))
    upright = np.array([1.0, 1.0, np.sign(np.linalg.det(left @ right))])
    scale = (strength * upright).sum() / ((points - middle) ** 2).sum()
    return np.asarray(scale * (points - middle) @ (left * upright) @ right + goal)


def row(name: str, hits: Array, depth_errors_m: Array) -> str:
    if len(hits) == 0:
        return f"| {name} | 0 |" + " - |" * (2 + len(LIMBS))
    depth = "-" if np.isnan(depth_errors_m).all() else f"{np.nanmean(depth_errors_m) * 1000:.0f}"
    each = " | ".join(f"{share:.2f}" for share in np.nanmean(hits, axis=0))
    return f"| {name} | {len(hits)} | {np.nanmean(hits):.3f} | {depth} | {each} |"


def balance(folder: Path, every: int) -> Iterator[Sample]:
    """A real man, filmed; truth triangulated from several cameras."""
    truth = json.loads((folder / "cam01.json").read_text())
    camera, rows = truth["camera"], [truth["joints"].index(name) for name in LIMBS]
    rotation, offset, lens = (np.array(camera[key]) for key in ("R", "t", "K"))
    clip = cv2.VideoCapture(str(folder / "cam01.mp4"))
    for index, frame in enumerate(truth["people"][0]["frames"]):
        image = clip.read()[1]
        if frame is None or index % every or any(frame[row] is None for row in rows):
            continue
        points_m = np.array([frame[row] for row in rows]) @ rotation.T + offset
        joints_px = (points_m / points_m[:, 2:] @ lens.T)[:, :2]
        rgb = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
        yield Sample(rgb, joints_px, _torso_px(joints_px), np.full(12, np.nan), points_m)


def athletes(folder: Path, every: int) -> Iterator[Sample]:
    """Hard photos of sports, annotated by hand."""
    truth = json.loads((folder / "truth2d.json").read_text())
    rows = [truth["joints"].index(name) for name in LIMBS]
    for photo in truth["images"][::every]:
        image = cv2.imread(str(folder / "images" / photo["file"]))
        points = [photo["joints_px"][row] or [np.nan, np.nan] for row in rows]
        yield Sample(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.array(points), photo["torso_px"], np.full(12, np.nan))


def renders(folder: Path, every: int) -> Iterator[Sample]:
    """Rendered people over grey, of shards that the training never opens."""
    rows = [JOINT[name] for name in LIMBS]
    for path in sorted(folder.glob("val-*.npz")):
        for person in read_people(path)[0][::every]:
            joints_px = np.asarray(person.joints_px[rows], float)
            yield Sample(person.rgb, joints_px, _torso_px(joints_px), np.asarray(person.depth_m[rows], float))


def crop_of(sample: Sample) -> tuple[Image, Array]:
    """The crop around all known joints, grown as a box of the visible body would be, and its (2, 3) matrix."""
    low, high = np.nanmin(sample.joints_px, axis=0), np.nanmax(sample.joints_px, axis=0)
    grown = 0.1 * max(high - low)  # hands, feet and skull reach beyond the limb joints
    low, high = low - grown, high + grown
    low[1] -= 0.5 * grown
    side_px = max(high - low) * CROP_PER_BOX
    scale = INPUT_PX / side_px
    matrix = np.hstack([np.eye(2) * scale, (INPUT_PX / 2 - scale * (low + high) / 2)[:, None]])
    return np.asarray(cv2.warpAffine(sample.image, matrix, (INPUT_PX, INPUT_PX), flags=cv2.INTER_LINEAR)), matrix


def _torso_px(joints_px: Array) -> float:
    points = dict(zip(LIMBS, joints_px, strict=True))
    neck, hips = (points[f"R_{part}"] + points[f"L_{part}"] for part in ("Shoulder", "Hip"))
    return float(np.linalg.norm(neck - hips) / 2)


if __name__ == "__main__":
    main()
