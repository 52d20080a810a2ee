"""The lifter: a small network from 2D joints over time to a 3D body, trained on motion capture alone.

    python -m models.training.lifter --data DATA --minutes 40 [--continue]

needs ``runs/motions.npz`` and ``runs/poses.npz`` (models.training.motions). It may be killed at any moment:
``--continue`` goes on from the newest checkpoint. At the end ``models/lifter.onnx`` and its card are written;
the card tells the error on clips that were never trained on.
"""

import argparse
import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from mocap_bridge.skeleton import JOINT_PARENTS, JOINTS
from models.training.lifter_export import export
from models.training.lifting.clips import Pool, pools
from models.training.lifting.data import Batch, make_batch
from models.training.lifting.network import Network, Symmetric
from models.training.lifting.scores import held_out

CHECKPOINT = Path("runs/checkpoints/lifter.pt")
SHIPPED_CHECKPOINT = Path("models/checkpoints/lifter.pt")
ONNX = Path("models/lifter.onnx")
SEQUENCES, FRAMES = 24, 28
WINDOW_FRAMES = (27, 27, 27, 14, 6)
"""Drawn at each step: how many frames may be asked; a new person has few."""
RATE, DECAY, AVERAGING = 1e-3, 1e-2, 0.995
RAMP_STEPS = 100
FIRST_WEIGHT = 3.0
"""Of the first frame of a sequence, which knows no other: photos are such frames."""
EASY_M = 0.03
"""Error below which sequences all count alike."""
SPEED_WEIGHT, ACCEL_WEIGHT, BONE_WEIGHT, CONTACT_WEIGHT = 0.1, 0.05, 0.2, 0.03
"""With 0.3 for speed and acceleration, good eyes were made to lag to calm bad ones."""
SAVE_EVERY_S = 60.0

_CHILDREN = [joint for joint in range(len(JOINTS)) if JOINT_PARENTS[joint] >= 0]
_PARENTS = [JOINT_PARENTS[joint] for joint in _CHILDREN]


@dataclass
class Run:
    """Everything a checkpoint holds."""

    network: Network
    average: Network  # exponential mean of the weights; this one is exported
    optimizer: torch.optim.Optimizer
    samples: int = 0  # frames
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

    def save_small(self, path: Path) -> None:
        """The averaged weights alone, as half floats: what a repository can carry."""
        weights = {name: value.half() for name, value in self.average.state_dict().items()}
        torch.save({"average": weights, "samples": self.samples}, path)

    def load(self, path: Path) -> None:
        """A checkpoint of ``save`` or ``save_small``."""
        state = torch.load(path, weights_only=True)
        average = {name: value.float() for name, value in state["average"].items()}
        self.average.load_state_dict(average)
        self.network.load_state_dict(state.get("network", average))
        if "optimizer" in state:
            self.optimizer.load_state_dict(state["optimizer"])
        self.samples, self.seconds = state["samples"], state.get("seconds", 0.0)


def begin() -> Run:
    """A fresh run."""
    network, average = Network(), Network()
    average.load_state_dict(network.state_dict())
    return Run(network, average, torch.optim.AdamW(network.parameters(), RATE, weight_decay=DECAY))


def freeze(run: Run) -> None:
    """Keep what looks at one frame as it is, and train only hints, memory and contacts.

    A sequence shows the network few poses. Where training is short, that blurs what many single frames have taught.
    """
    for part in (run.network.enter, run.network.blocks, run.network.leave):
        part.requires_grad_(False)


def newest_checkpoint() -> Path:
    """That of the last run here, or the small one that comes with the code. FileNotFoundError without either."""
    for path in (CHECKPOINT, SHIPPED_CHECKPOINT):
        if path.is_file():
            return path
    raise FileNotFoundError(f"no checkpoint at {CHECKPOINT} or {SHIPPED_CHECKPOINT}; begin without --continue")


def losses(joints_m: Tensor, logits: Tensor, batch: Batch) -> dict[str, Tensor]:
    """Each part of the loss of joints (B, T, 30, 3) and contact logits (B, T, 4), unweighted."""
    truth_m, contacts = torch.from_numpy(batch.joints_m), torch.from_numpy(batch.contacts)
    error_m = joints_m - truth_m
    distance_m = error_m.norm(dim=-1).mean(dim=-1)
    weight = torch.ones(distance_m.shape)
    weight[:, 0] = FIRST_WEIGHT
    # A tenth less counts as much where the eyes are good as where they are bad, and all errors are three times larger.
    weight = weight / (EASY_M + distance_m.detach().mean(dim=1, keepdim=True))
    weight = weight / weight.mean()
    known = torch.isfinite(contacts)
    touch = nn.functional.binary_cross_entropy_with_logits(logits, contacts.nan_to_num(), reduction="none")

    def of_change(order: int) -> Tensor:
        # Axes turn with the view from frame to frame, but errors are small, so their change is the error of the speed.
        change_m = error_m.diff(n=order, dim=1).norm(dim=-1).mean(dim=-1)
        return (change_m * weight[:, order:]).mean() if change_m.numel() else change_m.new_zeros(())

    return {
        "place": (distance_m * weight).mean(),
        "speed": of_change(1),
        "accel": of_change(2),
        "bones": (_lengths_m(joints_m) - _lengths_m(truth_m)).abs().mean(),
        "contact": (touch * known).sum() / known.sum().clamp(min=1),
    }


def _lengths_m(joints_m: Tensor) -> Tensor:
    return (joints_m[..., _CHILDREN, :] - joints_m[..., _PARENTS, :]).norm(dim=-1)


def step(run: Run, batch: Batch, rate: float, window: int) -> dict[str, float]:
    """One step down; the parts of the loss before it, lengths in metres. FloatingPointError if they are no numbers."""
    for group in run.optimizer.param_groups:
        group["lr"] = float(rate)  # a numpy number would make the checkpoint unreadable
    with torch.autocast("cpu", torch.bfloat16):
        joints_m, logits = run.network(torch.from_numpy(batch.frames), torch.from_numpy(batch.time_s), window)
    part = losses(joints_m, logits, batch)
    loss = part["place"] + SPEED_WEIGHT * part["speed"] + ACCEL_WEIGHT * part["accel"]
    loss = loss + BONE_WEIGHT * part["bones"] + CONTACT_WEIGHT * part["contact"]
    if not torch.isfinite(loss):
        raise FloatingPointError(f"the loss is {loss.item()} after {run.samples} samples; the last checkpoint is whole")
    run.optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(run.network.parameters(), 1.0)
    run.optimizer.step()
    with torch.no_grad():
        torch._foreach_lerp_(list(run.average.parameters()), list(run.network.parameters()), 1 - AVERAGING)
    run.samples += batch.time_s.size
    return {name: float(value.item()) for name, value in part.items()}


def train(run: Run, pool: Pool, minutes: float, seed: int, checkpoint: Path | None) -> None:
    """Steps until the run has had ``minutes`` in all, the rate falling along a cosine."""
    rng = np.random.default_rng(seed + run.samples)
    total_s, last_s, saved_s, parts, steps = minutes * 60, time.monotonic(), run.seconds, [], 0
    while run.seconds < total_s:
        steps += 1
        rate = RATE * (0.5 + 0.5 * np.cos(np.pi * run.seconds / total_s)) * min(1.0, steps / RAMP_STEPS) + 1e-6
        batch = make_batch(pool, SEQUENCES, FRAMES, rng)
        parts.append(step(run, batch, rate, int(rng.choice(WINDOW_FRAMES))))
        now_s = time.monotonic()
        run.seconds, last_s = run.seconds + now_s - last_s, now_s
        if checkpoint and run.seconds - saved_s >= SAVE_EVERY_S:
            run.save(checkpoint)
            means = " ".join(f"{name} {np.mean([part[name] for part in parts]):.4f}" for name in parts[0])
            print(f"{run.seconds:6.0f} s {run.samples:9d} samples {means}", flush=True)
            saved_s, parts = run.seconds, []
    if checkpoint:
        run.save(checkpoint)


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the lifter and export it with its card.")
    parser.add_argument("--data", type=Path, default=os.environ.get("MOCAP_DATA"), help="folder with bodies/")
    parser.add_argument("--minutes", type=float, default=40.0, help="of the whole run, continued parts included")
    parser.add_argument("--continue", dest="resume", action="store_true", help="go on from the newest checkpoint")
    parser.add_argument("--out", type=Path, default=ONNX, help="network to write; its card goes beside it")
    parser.add_argument("--frozen", action="store_true", help="keep what looks at a single frame as it is")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.data is None:
        parser.error("name the data folder with --data or MOCAP_DATA")
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    training, validation = pools(Path(options.data))
    run = begin()
    if options.resume:
        run.load(newest_checkpoint())
    if options.frozen:
        freeze(run)
    train(run, training, options.minutes, options.seed, CHECKPOINT)
    export(Symmetric(run.average), options.out, run.samples, held_out(run.average, validation))
    print(options.out.with_suffix(".toml").read_text().partition("[scores]")[2])


if __name__ == "__main__":
    main()
