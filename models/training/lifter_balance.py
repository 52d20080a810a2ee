"""The shipped lifter on a real man whose motion was triangulated, and the scores written into its card.

    python -m models.training.lifter_balance --validation VALIDATION

Shows it the true 2D of twelve joints, what the shipped pose network sees, and what BlazePose sees where MediaPipe is
installed; each frame alone, and with the frames before it. Nothing here is ever trained on.
"""

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from mocap_bridge.records import Array, Camera, JointEstimate
from mocap_bridge.refine import Lifter
from models.training.evaluation.crops import CROP_PX, LIMB_ROWS, Crop
from models.training.evaluation.eyes import BlazePose, PoseNetwork
from models.training.evaluation.measures import aligned_error
from models.training.evaluation.real import balance

RATE_HZ = 60.0
_HIPS = [LIMB_ROWS.index(row) for row in (8, 11)]
_PREFIX = "balance_"

Lift = Callable[[JointEstimate, Camera], Array]


def main() -> None:
    parser = argparse.ArgumentParser(description="Score the shipped lifter on a real man; writes the card's scores.")
    parser.add_argument("--validation", type=Path, required=True, help="folder with balance/")
    parser.add_argument("--lifter", type=Path, default=Path("models/lifter.onnx"))
    parser.add_argument("--model", type=Path, default=Path("models/mobilehumanpose_xs.onnx"))
    options = parser.parse_args()
    crops = [crop for _, _, crop in balance(options.validation / "balance")]
    found = scores(crops, options.lifter, options.model)
    write_scores(options.lifter.with_suffix(".toml"), found)
    print("\n".join(f"{name} = {value}" for name, value in found.items()))


def scores(crops: list[Crop], lifter_path: Path, network_path: Path) -> dict[str, float]:
    """Millimetres after Procrustes alignment, and of acceleration error per frame squared, by eyes and memory."""
    network = PoseNetwork(network_path)
    seen = {"true_2d": [_truth(crop) for crop in crops], "xs_2d": [network(c.image, None).estimate() for c in crops]}
    try:
        blazepose = BlazePose()
        answers = [blazepose(crop.image) for crop in crops]
        seen["blazepose_2d"] = [_nothing() if answer is None else answer.estimate() for answer in answers]
    except ImportError:
        print("BlazePose is left out: MediaPipe is not installed")
    result: dict[str, float] = {}
    for eyes, estimates in seen.items():
        lifter = Lifter(lifter_path)
        person = lifter.person()

        def remembering(estimate: JointEstimate, camera: Camera, person: Callable = person) -> Array:  # type: ignore[type-arg]
            return np.asarray(person(estimate, camera).joints_m)

        for memory, lift in (("alone", lifter), ("window", remembering)):
            aligned_mm, accel_mm = _judged(lift, crops, estimates)
            result[f"{_PREFIX}pa_mm_{eyes}_{memory}"] = aligned_mm
            result[f"{_PREFIX}accel_mm_{eyes}_{memory}"] = accel_mm
    return result


def _truth(crop: Crop) -> JointEstimate:
    known = np.asarray(np.isfinite(crop.joints).all(axis=1))
    joints_px = np.where(known[:, None], crop.joints, 0.5) * CROP_PX
    return JointEstimate(1, 0.0, joints_px, np.full(len(known), np.nan), known.astype(float))


def _nothing() -> JointEstimate:
    return JointEstimate(1, 0.0, np.full((30, 2), CROP_PX / 2), np.full(30, np.nan), np.zeros(30), 0.0)


def _judged(lift: Lift, crops: Iterable[Crop], estimates: Iterable[JointEstimate]) -> tuple[float, float]:
    aligned_m, track_m = [], []
    for index, (crop, seen) in enumerate(zip(crops, estimates, strict=True)):
        assert crop.camera is not None
        assert crop.joints_m is not None
        now = JointEstimate(1, index / RATE_HZ, seen.joints_px, seen.depth_m, seen.confidence, seen.presence)
        found_m, true_m = lift(now, crop.camera)[LIMB_ROWS], crop.joints_m[LIMB_ROWS]
        aligned_m.append(aligned_error(found_m, true_m).mean())
        track_m.append((found_m - found_m[_HIPS].mean(axis=0)) - (true_m - true_m[_HIPS].mean(axis=0)))
    accel_m = np.linalg.norm(np.diff(track_m, n=2, axis=0), axis=-1).mean()
    return round(1000 * float(np.mean(aligned_m)), 1), round(1000 * float(accel_m), 1)


def write_scores(card: Path, found: dict[str, float]) -> None:
    """Replace the lines of this file's scores in a card; those that were not measured now go too."""
    lines = card.read_text().rstrip("\n").splitlines()
    # [scores] is the last table of a lifter's card.
    kept = [line for line in lines if not line.startswith(_PREFIX)]
    card.write_text("\n".join([*kept, *(f"{name} = {value}" for name, value in found.items())]) + "\n")


if __name__ == "__main__":
    main()
