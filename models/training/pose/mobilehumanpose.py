"""The pose network: one 256 px crop of a person in, where each of the 30 joints may be out.

After MobileHumanPose (Choi et al., CVPR Workshops 2021) in the sizes of its released code: MobileNetV2 whose first
blocks keep few channels, and a decoder that joins each scale with the encoder's features of the same size
(skip concatenation). Three things differ. LeakyReLU stands for PReLU, because ONNX Runtime fuses it into the
convolution. The volume is coarse, 8x8 in the picture and 32 deep, and says how deep each joint lies; where it lies in
the picture is said by maps of 32x32 that look once more at what the encoder saw at 1/8 of the input. And small heads on
pooled features say what neither can: is there a person, which joints can be seen, how far off each may be.
"""

# mypy: allow-subclassing-any

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812  # torch's own name for it
from torch import Tensor, nn

from mocap_bridge.skeleton import JOINTS
from models.training.layers.kernels import DepthwiseConv, NormLeaky, log_sums

INPUT_PX, STRIDE_PX, DEPTH_CELLS = 256, 8, 32
MEAN_RGB, STD_RGB = (123.7, 116.3, 103.5), (58.4, 57.1, 57.4)
SLOPE = 0.1

BLOCKS = ((1, 64, 1, 2), (6, 48, 2, 2), (6, 48, 3, 2), (6, 64, 4, 2), (6, 96, 3, 2), (6, 160, 3, 1), (6, 320, 1, 1))
"""Expansion, channels, repeats and stride of each group of inverted residuals, at full width."""
SKIPS = (5, 9, 12)
"""Blocks whose features the decoder takes again: 1/16, 1/32 and 1/64 of the input."""
SHARP = 2
"""The block whose features the maps take again: 1/8 of the input."""
SIZES = {"xs": (0.5, 512), "s": (0.75, 512), "l": (1.0, 2048)}
"""Width factor and embedding channels."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What the network says of B crops; logarithms of probabilities where training needs them."""

    log_xy: Tensor  # (B, 30, H, W) over the cells of the crop
    log_rough: Tensor  # (B, 30, H/4, W/4) the same by the volume
    log_z: Tensor  # (B, 30, 32) over depth, by the volume
    visibility_logit: Tensor  # (B, 30)
    log_sigma: Tensor  # (B, 30) natural logarithm of the expected error, in crop sides
    presence_logit: Tensor  # (B,)


class InvertedResidual(nn.Module):
    """Widen, look around channel by channel, narrow; add the input where the shape stays."""

    def __init__(self, inputs: int, outputs: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = inputs * expansion
        layers = [_conv(inputs, wide)] if expansion != 1 else []
        layers += [_conv(wide, wide, 3, stride, depthwise=True), _conv(wide, outputs, active=False)]
        self.body = nn.Sequential(*layers)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.body(x)
        return x + y if self.residual else y


class Maps(nn.Module):
    """Where each joint is, to a fraction of a cell: what the decoder knows, and what was seen before it was blurred."""

    def __init__(self, decoder: int, sharp: int, kept: int = 48, wide: int = 64) -> None:
        super().__init__()
        self.known = _conv(decoder, kept)
        self.look = nn.Sequential(
            _conv(kept + sharp, kept + sharp, 3, depthwise=True),
            _conv(kept + sharp, wide),
            _conv(wide, wide, 3, depthwise=True),
            _conv(wide, wide),
        )
        self.maps = nn.Conv2d(wide, len(JOINTS), 1)

    def forward(self, decoded: Tensor, sharp: Tensor) -> Tensor:
        """(B, decoder, H/2, W/2) and (B, sharp, H, W) -> logits (B, 30, H, W)."""
        known = F.interpolate(self.known(decoded), scale_factor=2.0, mode="bilinear", align_corners=False)
        logits: Tensor = self.maps(self.look(torch.cat([known, sharp], 1)))
        return logits


class MobileHumanPose(nn.Module):
    """RGB (B, 3, P, P), normalised by ``normalised``, P divisible by 64 -> Answer with maps of P/8 cells."""

    def __init__(self, size: str = "xs", decoder: int = 256) -> None:
        super().__init__()
        width, embedding = SIZES[size]
        inputs = _by_eight(48 * width)
        self.stem = _conv(3, inputs, 3, 2)
        blocks = []
        for expansion, channels, repeats, stride in BLOCKS:
            for index in range(repeats):
                outputs = _by_eight(channels * width)
                blocks.append(InvertedResidual(inputs, outputs, stride if index == 0 else 1, expansion))
                inputs = outputs
        self.blocks = nn.ModuleList(blocks)
        self.neck = _conv(inputs, embedding)
        skips = [_by_eight(channels * width) for channels in (96, 64, 48)]
        self.decoder = nn.ModuleList(
            _decoder(before + skip, skip, decoder)
            for before, skip in zip((embedding, decoder, decoder), skips, strict=True)
        )
        self.volume = nn.Conv2d(decoder, len(JOINTS) * DEPTH_CELLS, 1)
        self.fine = Maps(decoder, _by_eight(BLOCKS[1][1] * width))
        self.heads = nn.Linear(embedding, 2 * len(JOINTS) + 1)
        nn.init.normal_(self.heads.weight, std=0.01)

    def forward(self, x: Tensor) -> Answer:
        logits, volume, heads = self.raw(x)
        log_xy = logits.float().flatten(2).log_softmax(2).reshape(logits.shape)
        log_rough, log_z = log_sums(volume, len(JOINTS))
        log_rough = log_rough.reshape(len(x), len(JOINTS), *volume.shape[-2:])
        visibility, log_sigma, presence = heads.float().split((len(JOINTS), len(JOINTS), 1), dim=1)
        return Answer(log_xy, log_rough, log_z, visibility, log_sigma - 3.0, presence[:, 0])

    def raw(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The maps' logits (B, 30, H, W), the volume's (B, 30 * 32, H/4, W/4) and those of the heads (B, 61)."""
        x, kept, sharp = self.stem(x), [], x
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index == SHARP:
                sharp = x
            if index in SKIPS:
                kept.append(x)
        x = self.neck(x)
        heads = self.heads(x.mean((2, 3)))
        for index, stage in enumerate(self.decoder):
            if index > 0:
                x = F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
            x = stage(torch.cat([kept.pop(), x], 1))
        return self.fine(x, sharp), self.volume(F.avg_pool2d(x, 2)), heads


class Shipped(nn.Module):
    """What is exported: uint8 (1, 256, 256, 3) RGB -> xy_map, z_line, visibility, sigma, presence."""

    def __init__(self, net: MobileHumanPose) -> None:
        super().__init__()
        self.net = net

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        logits, volume, heads = self.net.raw(normalised(image))
        joints, cells = len(JOINTS), INPUT_PX // STRIDE_PX
        xy_map = logits.reshape(1, joints, -1).softmax(2).reshape(1, joints, cells, cells)
        chance = volume.reshape(1, joints, -1).softmax(2).reshape(1, joints, DEPTH_CELLS, -1)
        visibility, sigma = heads[:, :joints].sigmoid(), (heads[:, joints : 2 * joints] - 3.0).exp()
        return xy_map, chance.sum(3), visibility, sigma, heads[:, 2 * joints :].sigmoid()


def normalised(image: Tensor) -> Tensor:
    """uint8 (B, P, P, 3) RGB -> float (B, 3, P, P) of mean 0 and spread 1.

    Planes first: ONNX Runtime takes one number per plane 20 times as fast as three per pixel, 3 of 9 ms of a crop.
    """
    mean, std = image.new_tensor(MEAN_RGB, dtype=torch.float32), image.new_tensor(STD_RGB, dtype=torch.float32)
    return (image.permute(0, 3, 1, 2).float() - mean[:, None, None]) / std[:, None, None]


def _conv(
    inputs: int, outputs: int, kernel: int = 1, stride: int = 1, depthwise: bool = False, active: bool = True
) -> nn.Sequential:
    kind, groups = (DepthwiseConv, inputs) if depthwise else (nn.Conv2d, 1)
    return nn.Sequential(
        kind(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
        NormLeaky(outputs, SLOPE if active else 1.0),
    )


def _decoder(inputs: int, reduced: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, reduced, 1),
        NormLeaky(reduced, SLOPE),
        nn.Identity(),  # a place that checkpoints have always counted
        nn.Conv2d(reduced, outputs, 3, padding=1),
        NormLeaky(outputs, SLOPE),
    )


def _by_eight(channels: float) -> int:
    """The nearest multiple of eight, never more than a tenth below."""
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded if rounded >= 0.9 * channels else rounded + 8
