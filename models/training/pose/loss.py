"""What the pose network is told: dense maps first, then coordinates, depth, visibility, error and presence."""

import torch
import torch.nn.functional as F  # noqa: N812  # torch's own name for it
from torch import Tensor

from mocap_bridge.skeleton import JOINTS
from models.training.pose.dataset import Batch
from models.training.pose.mobilehumanpose import DEPTH_CELLS, Answer

DEPTH_RANGE_M = (-1.0, 1.0)
SPREAD, ROUGH_SPREAD = 0.028, 0.06
"""Of the Gaussian that a map should show, in crop sides: joints are not points, and labels are not exact."""
WEIGHTS = {"map": 1.0, "rough": 0.2, "distance": 3.0, "lost": 0.05, "depth_line": 0.15, "depth": 0.5} | {
    "visible": 0.3,
    "sigma": 0.1,
    "presence": 0.4,
}

_LIMBS = ("Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle")
JOINT_WEIGHTS = tuple(1.0 if name[2:] in _LIMBS else 0.5 for name in JOINTS)
"""The skeleton is solved from the limbs; the rest refines it."""


def pose_loss(answer: Answer, batch: Batch, device: torch.device) -> tuple[Tensor, dict[str, Tensor]]:
    """The weighted sum, and each part for the log, on the device: reading it there would wait for the step."""
    known = torch.as_tensor(batch.known, device=device) * answer.log_xy.new_tensor(JOINT_WEIGHTS)
    deep = known * torch.as_tensor(batch.depth_known, device=device)[:, None]
    joints, depth_m = (torch.as_tensor(a, device=device) for a in (batch.joints, batch.depth_m))
    visible, visible_known = (torch.as_tensor(a, device=device) for a in (batch.visible, batch.visible_known))
    presence = torch.as_tensor(batch.presence, device=device)
    unseen = torch.as_tensor(batch.known, device=device) == 0
    lost = unseen * visible_known * (1 - visible)

    offset = soft_argmax(answer.log_xy.exp()) - joints
    depth_share = (depth_m - DEPTH_RANGE_M[0]) / (DEPTH_RANGE_M[1] - DEPTH_RANGE_M[0])
    depth_axis = cell_centers(DEPTH_CELLS, depth_m)
    error = offset.detach().norm(dim=2)
    parts = {
        "map": _mean(_surprise(answer.log_xy, joints, SPREAD), known),
        "rough": _mean(_surprise(answer.log_rough, joints, ROUGH_SPREAD), known),
        "distance": _mean(offset.abs().sum(2), known),
        # A joint outside the crop lies nowhere in it: an even map, which the decoder reads as not knowing.
        "lost": _mean(-answer.log_xy.mean((2, 3)), lost),
        "depth_line": _mean(-(_line(depth_share) * answer.log_z).sum(2), deep),
        "depth": _mean(((answer.log_z.exp() * depth_axis).sum(2) - depth_share).abs() * 2, deep),
        "visible": _mean(
            F.binary_cross_entropy_with_logits(answer.visibility_logit, visible, reduction="none"), visible_known
        ),
        # Laplace likelihood whose best answer is the expected error; the error itself is not moved by it.
        "sigma": _mean(answer.log_sigma + error * torch.exp(-answer.log_sigma), known),
        "presence": F.binary_cross_entropy_with_logits(answer.presence_logit, presence),
    }
    total = torch.stack([WEIGHTS[name] * part for name, part in parts.items()]).sum()
    return total, {name: part.detach() for name, part in parts.items()}


def soft_argmax(chance: Tensor) -> Tensor:
    """(B, J, 2) mean x, y in crop sides of maps (B, J, H, W)."""
    height, width = chance.shape[-2:]
    x = (chance.sum(2) * cell_centers(width, chance)).sum(2)
    y = (chance.sum(3) * cell_centers(height, chance)).sum(2)
    return torch.stack([x, y], 2)


def cell_centers(count: int, like: Tensor) -> Tensor:
    return (torch.arange(count, device=like.device, dtype=torch.float32) + 0.5) / count


def _surprise(log_map: Tensor, joints: Tensor, spread: float) -> Tensor:
    """(B, J) cross-entropy of maps (B, J, cells, cells) with Gaussians around the joints that sum to 1."""
    away = (joints[..., None] - cell_centers(log_map.shape[-1], joints)) / spread
    x, y = torch.softmax(-away.square() / 2, dim=-1).unbind(2)
    return -(y[..., :, None] * x[..., None, :] * log_map).sum((2, 3))


def _line(share: Tensor) -> Tensor:
    """(B, J, DEPTH_CELLS) weight on the two cells around each depth."""
    cell = (share * DEPTH_CELLS - 0.5).clamp(0, DEPTH_CELLS - 1)[..., None]
    return (1 - (cell - torch.arange(DEPTH_CELLS, device=share.device)).abs()).clamp(min=0)


def _mean(values: Tensor, weights: Tensor) -> Tensor:
    return (values * weights).sum() / weights.sum().clamp(min=1.0)
