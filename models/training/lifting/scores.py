"""How good a lifter is on clips that were never trained on, with the eyes of training."""

# mypy: allow-untyped-decorators

import numpy as np
import torch
from torch import Tensor

from mocap_bridge.refine import MIRROR_ROWS, MIRROR_SIGNS, WINDOW
from mocap_bridge.skeleton import MIRROR_JOINTS
from models.training.lifting.clips import Pool
from models.training.lifting.data import make_batch
from models.training.lifting.network import Network

SEQUENCES, FRAMES = 256, 40


@torch.no_grad()
def both_sides(network: Network, frames: Tensor, time_s: Tensor) -> tuple[Tensor, Tensor]:
    """As ``Symmetric``, for whole sequences (B, T, FRAME): (B, T, 30, 3) metres and (B, T, 4) logits."""
    here_m, logits = network(frames, time_s, WINDOW)
    flipped = frames[..., list(MIRROR_ROWS)] * torch.tensor(MIRROR_SIGNS, dtype=torch.float32)
    there_m, other = network(flipped, time_s, WINDOW)
    there_m = there_m[..., list(MIRROR_JOINTS), :] * torch.tensor([-1.0, 1.0, 1.0])
    return (here_m + there_m) / 2, (logits + other[..., [2, 3, 0, 1]]) / 2


def held_out(network: Network, pool: Pool) -> dict[str, float]:
    """Scores on sequences made of ``pool`` with the noise of training, always the same ones; for a card.

    Mean joint errors of a picture alone and after a full window, of the change of the error from frame to frame, and
    how often a contact is told rightly.
    """
    batch = make_batch(pool, SEQUENCES, FRAMES, np.random.default_rng(7))
    lifted_m, logits = both_sides(network.eval(), torch.from_numpy(batch.frames), torch.from_numpy(batch.time_s))
    off_m = lifted_m - torch.from_numpy(batch.joints_m)
    known = np.isfinite(batch.contacts)
    right = (logits.numpy() > 0) == (batch.contacts > 0.5)
    return {
        "held_out_alone_mm": _mm(off_m[:, 0]),
        "held_out_mm": _mm(off_m[:, WINDOW - 1 :]),
        "held_out_accel_mm": _mm(off_m[:, WINDOW - 3 :].diff(n=2, dim=1)),
        "held_out_contacts": round(float(right[known].mean()), 3),
    }


def _mm(off_m: Tensor) -> float:
    return round(1000 * float(off_m.norm(dim=-1).mean()), 1)
