"""The solver's correction: a small network from solved poses to true ones, trained on motion capture alone.

    python -m models.training.corrector --data DATA

draws stretches of motion that is not kept for validation, lays mistakes over them that our pose network made on
renders nobody trained on (``runs/calibration``; ``models/README.md`` tells how to make them), sends them through
lifter, smoothing and solver, and trains a network to undo what has become of the bones. Writes
``mocap_bridge/retarget/correct.npz``. Needs ``runs/motions.npz`` of ``models.training.motions``.
"""

import argparse
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from mocap_bridge.assets import shipped
from mocap_bridge.camera import level_camera, project, rays
from mocap_bridge.lift import LiftSettings, Placer
from mocap_bridge.records import Array, JointEstimate
from mocap_bridge.refine import Lifter
from mocap_bridge.retarget import FeetSettings, Retargeter
from mocap_bridge.retarget.correct import AIMED, CORRECTED, INPUTS, MOVED, Correction, Floats
from mocap_bridge.skeleton import JOINTS, PARENTS
from mocap_bridge.smooth import BodySmoother, SmoothSettings
from models.training.correcting.slips import Slips, laid_over, slips
from models.training.correcting.windows import Window, Windows
from models.training.demo_clip import FOV_DEG, SIZE_PX
from models.training.figures.rig import load_rig
from models.training.motions import load_motions

OUT = Path("mocap_bridge/retarget/correct.npz")
RATE_HZ = 30.0
WARM_UP, EVERY = 17, 2
"""Frames until lifter and smoothing have settled, and from one frame that is learned to the next."""
SHARES = (0.35, 1.05)
"""Of the mistakes: renders show harder poses than people do before a camera."""
CLEAN, CLEAN_SHARE = 0.06, 0.1
"""Share of the windows seen by very sharp eyes, and their share of the mistakes: what is right must stay."""
WIDTH, BATCH, RATE, DECAY, DROPPED = 96, 256, 1.5e-3, 1e-2, 0.1
WORLD_WEIGHT, SIZE_WEIGHT = 0.25, 0.01
_UP = [MOVED.index(PARENTS[row]) if PARENTS[row] >= 0 else -1 for row in MOVED]
_CORRECTED = {MOVED.index(row): number for number, row in enumerate(CORRECTED)}
_AIMED = {MOVED.index(bone) for _, bone in AIMED}


@dataclass(frozen=True, eq=False)
class Examples:
    """N solved poses."""

    inputs: Array  # (N, INPUTS)
    solved: Array  # (N, 22, 4) local
    true: Array  # (N, 22, 4) local


class _Watching(Correction):
    """Corrects nothing, and keeps what the network would have been shown."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Floats] = []

    def __call__(self, rotations: Array, bones_seen: Array, joints_m: Array, joints_seen: Array, dt_s: float) -> Array:
        self.rows.append(self.look(rotations, bones_seen, joints_m, joints_seen, dt_s))
        return rotations


def examples(window: Window, made: Slips, lifter: Lifter, rng: np.random.Generator) -> Examples:
    """One window through the line, from 2D joints with mistakes to solved poses."""
    camera = level_camera(SIZE_PX, FOV_DEG, 0.0)
    share = CLEAN_SHARE if rng.random() < CLEAN else rng.uniform(*SHARES)
    flat, confidence = laid_over(rays(project(window.joints_camera_m, camera), camera), made, share, rng)
    lift, place, smooth = lifter.person(), Placer(LiftSettings()), BodySmoother(SmoothSettings())
    watching = _Watching()
    retarget = Retargeter(FeetSettings(lock=False), correct=watching)
    solved = []
    for frame, (ray, sure) in enumerate(zip(flat, confidence, strict=True)):
        joints_px = ray * camera.focal_px + camera.center_px
        estimate = JointEstimate(1, frame / RATE_HZ, joints_px, np.zeros(len(JOINTS)), sure)
        box_px = np.concatenate([joints_px.min(axis=0), joints_px.max(axis=0)])
        body = smooth(place(estimate, lift(estimate, camera).joints_m, camera, box_px))
        solved.append(retarget(body).rotations_xyzw)
    kept = slice(WARM_UP, None, EVERY)
    return Examples(np.array(watching.rows, np.float64)[kept], np.array(solved)[kept], window.rotations[kept])


class Corrector(nn.Module):  # type: ignore[misc]  # torch has no types here
    """Two hidden layers on standardised inputs."""

    def __init__(self, mean: Tensor, spread: Tensor) -> None:
        super().__init__()
        self.mean, self.spread = mean, spread
        self.layers = nn.ModuleList(
            [nn.Linear(INPUTS, WIDTH), nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, 3 * len(CORRECTED))]
        )
        nn.init.zeros_(self.layers[2].weight)
        nn.init.zeros_(self.layers[2].bias)
        self.dropped = nn.Dropout(DROPPED)

    def forward(self, inputs: Tensor) -> Tensor:
        x = ((inputs - self.mean) / self.spread).clamp(-3, 3)
        for layer in self.layers[:2]:
            x = layer(self.dropped(x)).relu()
        return self.layers[2](self.dropped(x)).unflatten(-1, (len(CORRECTED), 3))


def angles(a: Tensor, b: Tensor) -> Tensor:
    """Between unit quaternions, radians."""
    return 2 * torch.acos((a * b).sum(-1).abs().clamp(max=1 - 1e-6))


def turned(vectors: Tensor) -> Tensor:
    size = vectors.norm(dim=-1, keepdim=True).clamp(min=1e-6)
    return torch.cat([vectors * torch.sin(size / 2) / size, torch.cos(size / 2)], -1)


def multiplied(a: Tensor, b: Tensor) -> Tensor:
    (ax, ay, az, aw), (bx, by, bz, bw) = a.unbind(-1), b.unbind(-1)
    x, y = aw * bx + ax * bw + ay * bz - az * by, aw * by - ax * bz + ay * bw + az * bx
    return torch.stack([x, y, aw * bz + ax * by - ay * bx + az * bw, aw * bw - ax * bx - ay * by - az * bz], -1)


def in_the_world(local: Tensor) -> Tensor:
    """World rotations of the moved bones (N, 20, 4)."""
    world: list[Tensor] = []
    for bone, parent in enumerate(_UP):
        world.append(local[:, bone] if parent < 0 else multiplied(world[parent], local[:, bone]))
    return torch.stack(world, 1)


def corrected(local: Tensor, world: Tensor, vectors: Tensor) -> tuple[Tensor, Tensor]:
    """Local and world rotations (N, 20, 4) with corrections (N, 8, 3), as ``retarget.correct.applied`` makes them."""
    turns, shown, after = turned(vectors), list(local.unbind(1)), list[Tensor]()
    for bone, parent in enumerate(_UP):
        if bone in _CORRECTED:
            shown[bone] = multiplied(shown[bone], turns[:, _CORRECTED[bone]])
        if bone in _AIMED:
            shown[bone] = multiplied(after[parent] * torch.tensor([-1.0, -1.0, -1.0, 1.0]), world[:, bone])
        after.append(shown[bone] if parent < 0 else multiplied(after[parent], shown[bone]))
    return torch.stack(shown, 1), torch.stack(after, 1)


def train(made: Examples, minutes: float, most_rounds: int) -> Corrector:
    """Steps along a cosine until the time or the rounds are over."""
    inputs = torch.tensor(made.inputs, dtype=torch.float32)
    solved, true = (torch.tensor(part[:, MOVED], dtype=torch.float32) for part in (made.solved, made.true))
    true_world, world = in_the_world(true), in_the_world(solved)
    net = Corrector(inputs.mean(0), inputs.std(0) + 0.05)
    optimizer = torch.optim.AdamW(net.parameters(), RATE, weight_decay=DECAY)
    rounds, begin_s, done = max(1, len(inputs) // BATCH), time.process_time(), 0.0
    steps = 0
    while done < 1:
        for rows in torch.randperm(len(inputs)).split(BATCH):
            done = max((time.process_time() - begin_s) / (60 * minutes), steps / (most_rounds * rounds))
            for group in optimizer.param_groups:
                group["lr"] = RATE * (0.5 + 0.5 * float(np.cos(np.pi * min(done, 1.0)))) + 1e-6
            vectors = net(inputs[rows])
            local, in_world = corrected(solved[rows], world[rows], vectors)
            loss = angles(local, true[rows]).mean() + WORLD_WEIGHT * angles(in_world, true_world[rows]).mean()
            loss = loss + SIZE_WEIGHT * vectors.norm(dim=-1).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            steps += 1
    net.eval()
    return net


def write(net: Corrector, out: Path) -> None:
    """As ``mocap_bridge.retarget.correct`` reads it, in half floats."""
    arrays = {"mean": net.mean, "scale": 1 / net.spread}
    for number, layer in enumerate(net.layers):
        arrays |= {f"weight{number}": layer.weight.T, f"bias{number}": layer.bias}
    np.savez_compressed(out, **{name: part.detach().numpy().astype(np.float16) for name, part in arrays.items()})


def drawn(options: argparse.Namespace) -> Iterator[Examples]:
    data, rng = Path(options.data), np.random.default_rng(options.seed)
    windows, lifter = Windows(data, load_motions(), load_rig(data)), Lifter(shipped("models/lifter.onnx"))
    made = slips(data, options.renders, shipped("models/mobilehumanpose_xs.onnx"), options.pictures)
    for number in range(options.windows):
        yield examples(windows.draw(rng), made, lifter, rng)
        if number % 200 == 199:
            print(f"{number + 1} windows", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the solver's correction.")
    parser.add_argument("--data", type=Path, default=os.environ.get("MOCAP_DATA"), help="folder with motion/, bodies/")
    parser.add_argument("--renders", type=Path, default=Path("runs/calibration"))
    parser.add_argument("--pictures", type=int, default=2000)
    parser.add_argument("--windows", type=int, default=4000)
    parser.add_argument("--minutes", type=float, default=1.0, help="of processor time, to train")
    parser.add_argument("--rounds", type=int, default=30, help="at most, through all windows")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    if options.data is None:
        parser.error("name the data folder with --data or MOCAP_DATA")
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    parts = list(drawn(options))
    whole = Examples(*(np.concatenate([vars(one)[name] for one in parts]) for name in ("inputs", "solved", "true")))
    write(train(whole, options.minutes, options.rounds), options.out)
    print(f"{options.out}: {options.out.stat().st_size:,} bytes, {len(whole.inputs):,} poses")


if __name__ == "__main__":
    main()
