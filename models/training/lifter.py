"""The lifter: a small network from 2D joints to a 3D body, trained on motion capture alone.

    python -m models.training.lifter --data DATA --minutes 20 [--continue]

needs ``runs/motions.npz`` and ``runs/poses.npz`` (models.training.motions). It may be killed at any moment:
``--continue`` goes on from the checkpoint of the last minute. At the end ``models/lifter.onnx`` and its card
are written; the card tells the error on clips that were never trained on.
"""

# mypy: allow-subclassing-any, allow-untyped-decorators

import argparse
import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from mocap_bridge.skeleton import JOINTS, MIRROR_JOINTS
from models.training.lifter_data import Batch, Float, make_batch
from models.training.lifter_export import export
from models.training.motions import POSES, facing_forward, load_motions
from models.training.rig import average_body_m, average_scale, load_rig

CHECKPOINT = Path("runs/checkpoints/lifter.pt")
ONNX = Path("models/lifter.onnx")
WIDTH, BLOCKS = 384, 3  # 0.96 M weights
BATCH = 512
RATE, DECAY, AVERAGING = 1e-3, 1e-2, 0.999
SAVE_EVERY_S = 60.0


class Block(nn.Module):
    """Two layers beside a straight path."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(WIDTH)
        self.first, self.second = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(nn.functional.gelu(self.first(self.norm(x)), approximate="tanh")).float()


class Network(nn.Module):
    """(B, 30, 3) of ``refine.normalized`` to (B, 30, 3) metres from the pelvis in the same axes."""

    def __init__(self) -> None:
        super().__init__()
        self.enter = nn.Linear(3 * len(JOINTS), WIDTH)
        self.blocks = nn.Sequential(*[Block() for _ in range(BLOCKS)])
        self.leave = nn.Linear(WIDTH, 3 * len(JOINTS))

    def forward(self, joints: Tensor) -> Tensor:
        hidden = self.blocks(self.enter(joints.flatten(1)).float())
        lifted: Tensor = self.leave(hidden).float().unflatten(1, (len(JOINTS), 3))
        return lifted


class Symmetric(nn.Module):
    """The network's mean over a person and the mirrored person, so that left and right are treated alike."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("sign", torch.tensor([-1.0, 1.0, 1.0]))

    def forward(self, joints: Tensor) -> Tensor:
        flipped = joints[:, MIRROR_JOINTS] * self.sign
        both = self.network(torch.cat([joints, flipped]))
        here, there = both.chunk(2)
        mean: Tensor = (here + there[:, MIRROR_JOINTS] * self.sign) / 2
        return mean


@dataclass
class Run:
    """Everything a checkpoint holds."""

    network: Network
    average: Network  # exponential mean of the weights; this one is exported
    optimizer: torch.optim.Optimizer
    samples: int = 0
    seconds: float = 0.0

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "samples": self.samples,
            "seconds": self.seconds,
        }
        # Written aside first: a kill in the middle leaves the old one whole.
        torch.save(state, path.with_suffix(".tmp"))
        path.with_suffix(".tmp").replace(path)

    def load(self, path: Path) -> None:
        state = torch.load(path, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.samples, self.seconds = state["samples"], state["seconds"]


def begin() -> Run:
    """A fresh run."""
    network, average = Network(), Network()
    average.load_state_dict(network.state_dict())
    return Run(network, average, torch.optim.AdamW(network.parameters(), RATE, weight_decay=DECAY))


def step(run: Run, batch: Batch, rate: float) -> float:
    """One step down; the mean joint error in metres before it."""
    for group in run.optimizer.param_groups:
        group["lr"] = float(rate)  # a numpy number would make the checkpoint unreadable
    inputs, truth_m = torch.from_numpy(batch.inputs), torch.from_numpy(batch.joints_m)
    with torch.autocast("cpu", torch.bfloat16):
        lifted_m = run.network(inputs)
    loss = (lifted_m - truth_m).norm(dim=-1).mean()
    run.optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(run.network.parameters(), 1.0)
    run.optimizer.step()
    with torch.no_grad():
        for mean, now in zip(run.average.parameters(), run.network.parameters(), strict=True):
            mean.lerp_(now, 1 - AVERAGING)
    run.samples += len(inputs)
    return float(loss.item())


def train(run: Run, poses_m: Float, minutes: float, seed: int, checkpoint: Path | None) -> None:
    """Steps until the run has had ``minutes`` in all, the rate falling along a cosine."""
    rng = np.random.default_rng(seed + run.samples)
    total_s, last_s, saved_s, errors = minutes * 60, time.monotonic(), run.seconds, []
    while run.seconds < total_s:
        rate = RATE * (0.5 + 0.5 * np.cos(np.pi * run.seconds / total_s)) + 1e-6
        errors.append(step(run, make_batch(poses_m, BATCH, rng), rate))
        now_s = time.monotonic()
        run.seconds, last_s = run.seconds + now_s - last_s, now_s
        if checkpoint and run.seconds - saved_s >= SAVE_EVERY_S:
            run.save(checkpoint)
            print(f"{run.seconds:6.0f} s {run.samples:9d} samples {1000 * np.mean(errors):6.1f} mm", flush=True)
            saved_s, errors = run.seconds, []
    if checkpoint:
        run.save(checkpoint)


@torch.no_grad()
def held_out_mm(network: Network, poses_m: Float, count: int = 8192) -> float:
    """Mean joint error on ``count`` examples made of ``poses_m`` with the noise of training, always the same ones."""
    batch = make_batch(poses_m, count, np.random.default_rng(7))
    lifted_m = Symmetric(network)(torch.from_numpy(batch.inputs))
    return 1000 * float((lifted_m - torch.from_numpy(batch.joints_m)).norm(dim=-1).mean())


def pools(data: Path) -> tuple[Float, Float]:
    """Poses (N, 30, 3) to train on and to judge by, pelvis-centred, facing +Z, of an average body."""
    rig = load_rig(data)
    shape_m = average_body_m(rig, data)
    heads_m, rest_m = rig.bone_heads_m(shape_m), rig.joints_rest_m(shape_m)

    def joints(rotations: npt.NDArray[np.float16]) -> Float:
        posed_m = rig.pose_joints_m(rotations.astype(np.float32), heads_m, rest_m)
        return (facing_forward(posed_m) * average_scale(rest_m)).astype(np.float32)

    motions = load_motions()
    with np.load(POSES) as file:
        varied = joints(file["rotations"][~file["is_val"]])
    every = joints(motions.rotations)
    # The flat choice counts several times, so that walking and standing do not drown the rest.
    return np.concatenate([every[~motions.is_val], *[varied] * 4]), every[motions.is_val]


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the lifter and export it with its card.")
    parser.add_argument("--data", type=Path, default=os.environ.get("MOCAP_DATA"), help="folder with bodies/")
    parser.add_argument("--minutes", type=float, default=20.0, help="of the whole run, continued parts included")
    parser.add_argument("--continue", dest="resume", action="store_true", help=f"go on from {CHECKPOINT}")
    parser.add_argument("--out", type=Path, default=ONNX, help="network to write; its card goes beside it")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.data is None:
        parser.error("name the data folder with --data or MOCAP_DATA")
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    training_m, validation_m = pools(Path(options.data))
    run = begin()
    if options.resume:
        run.load(CHECKPOINT)
    train(run, training_m, options.minutes, options.seed, CHECKPOINT)
    error_mm = held_out_mm(run.average, validation_m)
    print(f"{run.samples} samples, {error_mm:.1f} mm on held-out clips with the noise of training")
    export(Symmetric(run.average), options.out, run.samples, {"held_out_mm": round(error_mm, 1)})


if __name__ == "__main__":
    main()
