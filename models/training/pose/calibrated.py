"""The shipped network with its calibration inside the graph, so that the program needs nothing new."""

# mypy: allow-subclassing-any

import torch
from torch import Tensor, nn

from models.training.pose.calibrate import LEAST_CHANCE, Calibration


class Calibrated(nn.Module):
    """Wraps ``mobilehumanpose.Shipped``: the same outputs, with visibility, sigma and presence that tell the truth."""

    def __init__(self, shipped: nn.Module, calibration: Calibration) -> None:
        super().__init__()
        self.shipped = shipped
        self.visibility_slope, self.presence_slope = calibration.visibility_slope, calibration.presence_slope
        self.presence_bias, self.sigma_power = calibration.presence_bias, calibration.sigma_power
        for name in ("visibility_bias", "sigma_bias"):
            self.register_buffer(name, torch.tensor(getattr(calibration, name), dtype=torch.float32)[None])

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        xy_map, z_line, visibility, _, presence = self.shipped(image)
        visibility = torch.sigmoid(_logit(visibility) * self.visibility_slope + self.visibility_bias)
        concentration = (xy_map * xy_map).sum(3).sum(2)
        sigma = torch.exp(torch.log(concentration) * self.sigma_power + self.sigma_bias)
        presence = torch.sigmoid(_logit(presence) * self.presence_slope + self.presence_bias)
        return xy_map, z_line, visibility, sigma, presence


def _logit(chance: Tensor) -> Tensor:
    chance = chance.clamp(LEAST_CHANCE, 1 - LEAST_CHANCE)
    return torch.log(chance) - torch.log1p(-chance)
