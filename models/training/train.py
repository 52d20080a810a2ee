"""Train the pose network: ``python -m models.training.train --data DATA --continue [--until 2026-11-21T10:10]``.

Ends at its time: learning rate and resolution follow the share of the time that has passed. May be killed at any
moment and continued; may be continued for longer than was planned at first. Runs on a CPU (bfloat16) or a GPU.
"""

# mypy: allow-untyped-decorators

import argparse
import copy
import math
import os
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from models.training.pose.dataset import Batch, CropSize, batches
from models.training.pose.loss import pose_loss
from models.training.pose.mobilehumanpose import MobileHumanPose, normalised
from models.training.pose.warm_start import warm_start

RUNS, SHIPPED = Path("runs"), Path("models/checkpoints")
SAVE_S, REPORT_STEPS = 60.0, 100
SIZES_PX = ((0.72, 192), (1.01, 256))
"""Crop sizes (multiples of 64), each until this share of the time: coarse ones cost half."""
EMA_DECAY = 0.999
LAST_SHARE = 0.02
"""Learning rate at the end, of the highest."""


@dataclass
class Progress:
    """What a checkpoint remembers beside the weights."""

    samples: int = 0
    seconds: float = 0.0
    """Of training, all continuations together; the first part of the schedule."""
    source: str = "random initialisation"


def main() -> None:
    options = parsed()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    net = MobileHumanPose(options.size).to(device, memory_format=torch.channels_last)
    progress = Progress()
    ema = copy.deepcopy(net).eval()
    optimiser = torch.optim.AdamW(net.parameters(), options.rate, weight_decay=0.01, fused=True)
    newest = newest_checkpoint(options.name) if options.resume else None
    if newest is not None:
        progress = restore(newest, net, ema, optimiser)
        print(f"continues {newest} at {progress.samples} samples", flush=True)
    elif options.warm_start:
        progress.source = warm_start(net, options.warm_start)
        ema.load_state_dict(net.state_dict())
        print(progress.source, flush=True)
    train(net, ema, optimiser, progress, options, device)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train the pose network.")
    data = os.environ.get("MOCAP_DATA")
    parser.add_argument("--data", type=Path, default=data, required=data is None)
    tonight = (datetime.now(UTC) + timedelta(hours=8)).replace(tzinfo=None)
    parser.add_argument(
        "--until", type=datetime.fromisoformat, default=tonight, help="UTC, as in 2026-11-21T10:10; else for 8 hours"
    )
    parser.add_argument("--continue", dest="resume", action="store_true", help="from the newest checkpoint, if any")
    parser.add_argument("--warm-start", type=Path, help="weights of an earlier 21-joint network")
    parser.add_argument("--name", default="mobilehumanpose_xs")
    parser.add_argument("--size", default="xs", choices=("xs", "s", "l"))
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=6e-4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--real-share", type=float, default=0.5)
    parser.add_argument(
        "--beside", type=Path, help="checkpoint of a training in another folder: weights meet half-way every minute"
    )
    parser.add_argument("--seed", type=int, default=int(time.time()))
    return parser.parse_args()


def train(
    net: MobileHumanPose,
    ema: MobileHumanPose,
    optimiser: torch.optim.Optimizer,
    progress: Progress,
    options: argparse.Namespace,
    device: torch.device,
) -> None:
    end_s = options.until.replace(tzinfo=UTC).timestamp()
    asked = CropSize(SIZES_PX[0][1], real_share=options.real_share)
    feed = batches(options.data, RUNS, options.batch, asked, options.seed)
    begin_s, before_s, saved_s, step = time.time(), progress.seconds, time.time(), 0
    parts_sum: dict[str, Tensor] = {}
    while (now_s := time.time()) < end_s:
        progress.seconds = before_s + now_s - begin_s
        share = progress.seconds / (progress.seconds + end_s - now_s)
        asked.now = next(size_px for until, size_px in SIZES_PX if share < until)
        for group in optimiser.param_groups:
            group["lr"] = options.rate * rate_at(share, step)
        parts = one_step(net, optimiser, next(feed), device)
        step += 1
        progress.samples += options.batch
        follow(ema, net, min(EMA_DECAY, (step + 10) / (step + 30)))
        parts_sum = {name: parts_sum.get(name, torch.zeros(())) + value.cpu() for name, value in parts.items()}
        if step % REPORT_STEPS == 0:
            report(progress, parts_sum, step * options.batch / (time.time() - begin_s), asked.now, share)
            parts_sum = {}
        if time.time() - saved_s > SAVE_S:
            if options.beside is not None:
                meet(net, ema, options.beside)
            save(checkpoint_path(options.name), net, ema, optimiser, progress)
            saved_s = time.time()
    save(checkpoint_path(options.name), net, ema, optimiser, progress)


def one_step(
    net: MobileHumanPose, optimiser: torch.optim.Optimizer, batch: Batch, device: torch.device
) -> dict[str, Tensor]:
    """One step; the parts of the loss. Raises FloatingPointError for a loss that is no number; the files are good."""
    image = torch.from_numpy(batch.images).to(device)
    with torch.autocast(device.type, torch.bfloat16):
        answer = net(normalised(image))
    loss, parts = pose_loss(answer, batch, device)
    if not math.isfinite(float(loss.detach())):
        raise FloatingPointError(
            f"the loss is {float(loss.detach())}; parts {parts}; continue from the last checkpoint"
        )
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0)
    optimiser.step()
    return parts


def rate_at(share: float, step: int) -> float:
    """Cosine over the time, after a short warm-up in this process: Adam's moments may be new."""
    return min(1.0, (step + 1) / 80) * (LAST_SHARE + (1 - LAST_SHARE) * (1 + math.cos(math.pi * share)) / 2)


@torch.no_grad()
def follow(ema: MobileHumanPose, net: MobileHumanPose, decay: float) -> None:
    """Move the averaged weights a little towards the trained ones."""
    averaged, trained = list(ema.state_dict().values()), list(net.state_dict().values())
    floats = [(a, b) for a, b in zip(averaged, trained, strict=True) if a.dtype.is_floating_point]
    torch._foreach_lerp_([a for a, _ in floats], [b for _, b in floats], 1 - decay)


@torch.no_grad()
def meet(net: MobileHumanPose, ema: MobileHumanPose, beside: Path) -> None:
    """Move half-way to another training's newest weights: two single threads learn more than one process of two.

    Each keeps its own optimiser, crops and count of samples (local SGD; Stich, ICLR 2019). Nothing happens while the
    other has no checkpoint of the same network.
    """
    if not beside.is_file():
        return
    state: dict[str, Any] = torch.load(beside, map_location="cpu", weights_only=True)
    for mine, theirs in ((net, state["net"]), (ema, state["ema"])):
        ours = mine.state_dict()
        if ours.keys() != theirs.keys():
            return
        for name, value in ours.items():
            if value.dtype.is_floating_point:
                value.lerp_(theirs[name].to(value.dtype), 0.5)


def report(progress: Progress, parts_sum: dict[str, Tensor], per_s: float, size_px: int, share: float) -> None:
    means = " ".join(f"{name} {float(value) / REPORT_STEPS:.4f}" for name, value in parts_sum.items())
    print(
        f"{datetime.now(UTC):%H:%M:%S} {progress.samples} samples, {share:.0%} of the time, "
        f"{per_s:.0f} images/s at {size_px} px | {means}",
        flush=True,
    )


def checkpoint_path(name: str) -> Path:
    return RUNS / "checkpoints" / f"{name}.pt"


def newest_checkpoint(name: str) -> Path | None:
    """Of this machine's run; without one, the averaged weights that came with the project."""
    return next((path for path in (checkpoint_path(name), SHIPPED / f"{name}.pt") if path.is_file()), None)


def save(
    path: Path, net: MobileHumanPose, ema: MobileHumanPose, optimiser: torch.optim.Optimizer, progress: Progress
) -> None:
    """So that a kill leaves the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    state = {"net": net.state_dict(), "ema": ema.state_dict(), "optimiser": optimiser.state_dict()}
    torch.save(state | {"progress": asdict(progress)}, half)
    os.replace(half, path)


def restore(path: Path, net: MobileHumanPose, ema: MobileHumanPose, optimiser: torch.optim.Optimizer) -> Progress:
    """Weights and progress; a shipped checkpoint holds the averaged weights only, and Adam begins anew."""
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    averaged = {name: value.float() if value.is_floating_point() else value for name, value in state["ema"].items()}
    grown = _filled(ema, averaged)
    _filled(net, state.get("net", averaged))
    if "optimiser" in state and not grown:
        optimiser.load_state_dict(state["optimiser"])
    return Progress(**state["progress"])


def _filled(net: MobileHumanPose, state: dict[str, Tensor]) -> bool:
    """Loads weights; whether they are of a time before there were maps, which then begin from chance."""
    grown = not any(name.startswith("fine.") for name in state)
    net.load_state_dict(state | {n: value for n, value in net.state_dict().items() if grown and n.startswith("fine.")})
    return grown


if __name__ == "__main__":
    main()
