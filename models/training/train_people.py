"""Train the people finder: ``python -m models.training.train_people --data DATA --minutes 85 --continue``.

On a CPU an allocator that keeps its pages saves a fifth of the time (measured with jemalloc, 159 -> 130 ms a step):
``LD_PRELOAD=.../libjemalloc.so.2 MALLOC_CONF=dirty_decay_ms:3000,muzzy_decay_ms:3000,thp:always,narenas:2`` (pages kept
for ever fill the memory at the full size); on a busy machine ``OMP_WAIT_POLICY=passive`` keeps threads from spinning.

May be killed at any moment: every minute the newest state is written in one piece, and ``--continue`` takes
it up again. The schedule follows the seconds trained so far, so a slow machine sees fewer pictures, not a broken
schedule.
"""

import argparse
import math
import os
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from models.training.people.litepose import HEIGHT_PX, STRIDE_PX, WIDTH_PX, PeopleNet
from models.training.people.scenes import Example, Scenes
from models.training.people.sources import Cutouts, Places, read_photos

BATCH = 8
PEAK_RATE = 2e-3
WARM_UP = 0.02
SMALL_UNTIL = 0.6
"""Share of the time spent on pictures of 3/4 the size: twice as many are seen while much is still to be learnt."""
AVERAGE_OVER = 400
"""Steps over which the shipped weights are averaged."""
SAVE_EVERY_S = 60
COMMITTED = Path(__file__).parent.parent / "checkpoints" / "people_xs.pt"
"""The averaged weights of the shipped network, for a clone that has no runs of its own."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the people finder.")
    parser.add_argument("--data", type=Path, default=os.environ.get("MOCAP_DATA"), help="folder of the assets")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where renders and labels lie")
    parser.add_argument("--minutes", type=float, default=85.0)
    parser.add_argument("--rate", type=float, default=PEAK_RATE, help="highest learning rate")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--continue", dest="resume", action="store_true", help="go on from the newest checkpoint")
    options = parser.parse_args()
    if options.data is None:
        parser.error("say where the assets are: --data FOLDER, or the environment variable MOCAP_DATA")
    torch.set_num_threads(options.threads)
    cv2.setNumThreads(options.threads)
    train(options.data, options.runs, options.minutes * 60, options.resume, options.rate)


class State:
    """Everything that a checkpoint holds."""

    def __init__(self) -> None:
        self.net = PeopleNet().to(memory_format=torch.channels_last)
        self.average = PeopleNet()
        self.average.load_state_dict(self.net.state_dict())
        self.optimizer = torch.optim.AdamW(self.net.parameters(), PEAK_RATE, weight_decay=0.02)
        self.step, self.pictures, self.seconds = 0, 0, 0.0

    def save(self, path: Path) -> None:
        """Write in one piece: a kill in the middle leaves the last checkpoint whole."""
        content = {name: getattr(self, name).state_dict() for name in ("net", "average", "optimizer")}
        content |= {name: getattr(self, name) for name in ("step", "pictures", "seconds")}
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save(content, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)

    def load(self, path: Path) -> None:
        """Take up a checkpoint; from one with only the average, such as the committed one, the schedule begins anew."""
        content: dict[str, Any] = torch.load(path, weights_only=True)
        self.average.load_state_dict(content["average"])
        self.net.load_state_dict(content.get("net", content["average"]))
        if "optimizer" in content:
            self.optimizer.load_state_dict(content["optimizer"])
        self.step, self.pictures = content["step"], content["pictures"]
        self.seconds = content.get("seconds", 0.0)

    def follow(self) -> None:
        """Move the average after the weights; early it follows fast."""
        share = 1 / min(AVERAGE_OVER, 2 + self.step / 4)
        with torch.no_grad():
            for mine, new in zip(self.average.state_dict().values(), self.net.state_dict().values(), strict=True):
                mine.lerp_(new, share) if mine.dtype.is_floating_point else mine.copy_(new)


def train(data: Path, runs: Path, budget_s: float, resume: bool, peak_rate: float = PEAK_RATE) -> None:
    """Train until the budget is spent. Raises RuntimeError when the loss is no longer a number."""
    checkpoint = runs / "checkpoints" / "people_xs.pt"
    state = State()
    if resume:
        state.load(checkpoint if checkpoint.exists() else COMMITTED)
    labels = runs / "real" / "people.npz"
    cutouts = Cutouts(labels, runs / "renders")
    print(
        f"{cutouts.rescan()} cut-outs, {state.pictures} pictures and {state.seconds:.0f} s trained so far", flush=True
    )
    photos, frames = read_photos(data, labels, runs / "more")
    print(f"{len(photos)} photos, {len(frames)} frames of video", flush=True)
    scenes = Scenes(Places(data), cutouts, photos, frames)
    rng = np.random.default_rng((state.step, 20))
    last_s = saved_s = time.monotonic()
    shown = np.zeros(4)
    while state.seconds < budget_s:
        progress = state.seconds / budget_s
        loss_parts = learn(state, scenes, rng, progress, peak_rate)
        shown += loss_parts
        now_s = time.monotonic()
        state.seconds += now_s - last_s
        last_s = now_s
        if state.step % 50 == 0:
            words = " ".join(f"{part:.3f}" for part in shown / 50)
            print(f"{state.step} {state.pictures} {state.seconds:.0f}s heat, overlap, sides, body: {words}", flush=True)
            shown[:] = 0
        if now_s - saved_s > SAVE_EVERY_S:
            state.save(checkpoint)
            saved_s = now_s
            print(f"saved; {cutouts.rescan()} cut-outs", flush=True)
    state.save(checkpoint)


def learn(
    state: State, scenes: Scenes, rng: np.random.Generator, progress: float, peak_rate: float = PEAK_RATE
) -> np.ndarray:
    """One step; returns the parts of the loss."""
    share = 0.75 if progress < SMALL_UNTIL else 1.0
    width, height = int(WIDTH_PX * share), int(HEIGHT_PX * share)
    examples = [scenes.example(rng, width, height) for _ in range(BATCH)]
    images = torch.from_numpy(np.stack([example.image for example in examples])).permute(0, 3, 1, 2).float() / 255
    maps = [targets(example) for example in examples]
    heat, sides, weight, body = (torch.from_numpy(np.stack(part)) for part in zip(*maps, strict=True))
    rate = peak_rate * min(1.0, progress / WARM_UP + 0.01) * (0.5 + 0.5 * math.cos(math.pi * min(1.0, progress)))
    for group in state.optimizer.param_groups:
        group["lr"] = rate
    with torch.autocast("cpu", torch.bfloat16):
        heat_logit, sides_log, body_logit = state.net(images.contiguous(memory_format=torch.channels_last))
    parts = losses(heat_logit.float(), sides_log.float(), heat, sides, weight)
    parts.append(body_loss(body_logit.float(), body))
    loss = parts[0] + 2 * parts[1] + 0.4 * parts[2] + 3 * parts[3]
    if not torch.isfinite(loss):
        raise RuntimeError(f"the loss is {loss.item()} at step {state.step}; continue from the last checkpoint")
    state.optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(state.net.parameters(), 5.0)
    state.optimizer.step()
    state.step += 1
    state.pictures += BATCH
    state.follow()
    return np.array([part.item() for part in parts])


def targets(example: Example) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """What the maps should say: heat (1, h, w) 0..1, log sides (4, h, w), weight (1, h, w), body (1, h, w).

    Weight 1 counts fully, 0 not at all; -1 counts little where the network sees a person.
    Body is the share of the cell that shows people; -1 where that is not known: inside the boxes of photos.
    """
    rows, columns = (side // STRIDE_PX for side in example.image.shape[:2])
    y, x = np.mgrid[:rows, :columns].astype(np.float32) + 0.5
    heat = np.zeros((rows, columns), np.float32)
    sides = np.zeros((4, rows, columns), np.float32)
    weight = np.full((rows, columns), 1.0 if example.complete else -1.0, np.float32)
    for x0, y0, x1, y1 in example.unsure_px / STRIDE_PX:
        weight[(x > x0 - 0.5) & (x < x1 + 0.5) & (y > y0 - 0.5) & (y < y1 + 0.5)] = 0
    for x0, y0, x1, y1 in example.boxes_px / STRIDE_PX:
        # The nearest cell is the peak, so that even a person smaller than a cell has one.
        peak_x, peak_y = (min(int((a + b) / 2), n - 1) + 0.5 for a, b, n in ((x0, x1, columns), (y0, y1, rows)))
        spread_x, spread_y = max(0.5, 0.13 * (x1 - x0)), max(0.5, 0.13 * (y1 - y0))
        hill = np.exp(-(((x - peak_x) / spread_x) ** 2 + ((y - peak_y) / spread_y) ** 2) / 2)
        owned = hill > np.minimum(heat, 0.99)  # near people come later and win
        heat[owned] = hill[owned]
        distances = np.stack([x - x0, y - y0, x1 - x, y1 - y])
        sides[:, owned] = np.log(np.maximum(distances, 0.1))[:, owned]
    weight[heat > 0.2] = 1
    return heat[None], sides, weight[None], body_map(example, rows, columns)[None]


def body_map(example: Example, rows: int, columns: int) -> np.ndarray:
    """(rows, columns) share of each cell that shows people, -1 where nobody knows."""
    if example.body is not None:
        shares = cv2.resize(example.body, (columns, rows), interpolation=cv2.INTER_AREA)
        return np.asarray(shares, np.float32) / 255
    body = np.zeros((rows, columns), np.float32)
    for x0, y0, x1, y1 in np.concatenate([example.boxes_px, example.unsure_px]) / STRIDE_PX:
        body[math.floor(y0) : math.ceil(y1), math.floor(x0) : math.ceil(x1)] = -1
    return body


def losses(heat_logit: Tensor, sides_log: Tensor, heat: Tensor, sides: Tensor, weight: Tensor) -> list[Tensor]:
    """Heat (quality focal), overlap of boxes (1 - GIoU) and log sides, each per person."""
    people = (heat > 0.99).sum().clamp(min=BATCH / 2)
    chance = heat_logit.sigmoid()
    weight = torch.where(weight < 0, 1 - 0.7 * (chance.detach() > 0.5).float(), weight)
    focus = (heat - chance).abs().square()
    surprise = functional.binary_cross_entropy_with_logits(heat_logit, heat, reduction="none")
    heat_loss = (weight * focus * surprise).sum() / people
    share = torch.where(heat > 0.3, heat, torch.zeros_like(heat))
    total = share.sum().clamp(min=1.0)
    sides_loss = (share * functional.smooth_l1_loss(sides_log, sides, reduction="none", beta=0.2)).sum() / total
    overlap_loss = (share[:, 0] * (1 - generous_overlap(sides_log.clamp(-4, 5).exp(), sides.exp()))).sum() / total
    return [heat_loss, overlap_loss, sides_loss]


def body_loss(body_logit: Tensor, body: Tensor) -> Tensor:
    """Cross entropy of the known cells, people and surroundings weighted alike on average."""
    known = (body >= 0).float()
    surprise = functional.binary_cross_entropy_with_logits(body_logit, body.clamp(min=0), reduction="none")
    weight = known * (1 + 3 * body.clamp(min=0))
    return (weight * surprise).sum() / weight.sum().clamp(min=1)


def generous_overlap(a: Tensor, b: Tensor) -> Tensor:
    """Generalised IoU (Rezatofighi et al. 2019) of boxes (B, 4, h, w) around the same cells, given by their sides."""
    inner, outer = torch.minimum(a, b), torch.maximum(a, b)

    def area(sides: Tensor) -> Tensor:
        return (sides[:, 0] + sides[:, 2]).clamp(min=0) * (sides[:, 1] + sides[:, 3]).clamp(min=0)

    shared = area(inner)
    union = area(a) + area(b) - shared
    return shared / union - (area(outer) - union) / area(outer)


if __name__ == "__main__":
    main()
