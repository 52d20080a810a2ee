"""The people finder: a whole picture in, a map of people's centres and their boxes out.

After LitePose (Wang et al., CVPR 2022): one branch of inverted residuals with 7x7 depth-wise kernels, no
down-sampling after stride 16, and a fusion head that takes earlier, finer features directly. Instead of key
points with embeddings each cell answers what the tracker needs: is here the centre of a person, and how far are
the four sides of the visible person from here.
"""

# mypy: allow-subclassing-any

from torch import Tensor, nn

from models.training.layers.kernels import NormLeaky
from models.training.layers.wide_depthwise import DepthWise

HEIGHT_PX, WIDTH_PX = 256, 320
"""Input size: a 4:3 or 16:9 camera fills the width; a portrait photo still has 256 rows."""
STRIDE_PX = 8
WIDTHS = (16, 32, 64, 96)
"""Channels at strides 2, 4, 8, 16."""
BLOCKS = (2, 5)
"""Inverted residuals at strides 8 and 16."""
EXPAND = (2, 3)
HEAD = 64


def conv(
    inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1, active: bool = True
) -> nn.Sequential:
    """Convolution, batch norm and, if active, ReLU; the padding keeps the size."""
    kind = nn.Conv2d if groups == 1 else DepthWise
    return nn.Sequential(
        kind(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False), norm(outputs, active)
    )


def norm(channels: int, active: bool) -> NormLeaky:
    """Batch norm and, if active, ReLU: a leak of nothing."""
    layer = NormLeaky(channels, 0.0 if active else 1.0)
    layer.momentum = 0.03  # batches are small
    return layer


class InvertedResidual(nn.Module):
    """Widen, look around in 7x7, narrow, add."""

    def __init__(self, width: int, expand: int) -> None:
        super().__init__()
        wide = width * expand
        self.body = nn.Sequential(
            conv(width, wide, 1),
            conv(wide, wide, 7, groups=wide),
            conv(wide, width, 1, active=False),
        )

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.body(x)
        return x + y


class Residual(nn.Module):
    """A dense 3x3, added. Where pictures are large and channels few it costs less time than a depth-wise 7x7."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = conv(width, width, 3)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.body(x)
        return x + y


class PeopleNet(nn.Module):
    """RGB 0..1 (B, 3, H, W), H and W divisible by 16 -> logits of heat (B, 1, H/8, W/8), log sides (B, 4, H/8, W/8).

    The sides are left, top, right, bottom: the natural logarithm of the distance from the cell's centre to that
    side of the box, in cells. The third map, (B, 1, H/8, W/8), is the logit of the share of a cell that shows a
    person: thousands of answers per picture instead of one per person teach what a person looks like.
    """

    def __init__(self) -> None:
        super().__init__()
        half, quarter, eighth, sixteenth = WIDTHS
        self.eighth = nn.Sequential(
            conv(3, half, 3, 2),
            conv(half, quarter, 3, 2),
            Residual(quarter),
            conv(quarter, eighth, 3, 2),
            *(InvertedResidual(eighth, EXPAND[0]) for _ in range(BLOCKS[0])),
        )
        self.sixteenth = nn.Sequential(
            conv(eighth, sixteenth, 3, 2),
            *(InvertedResidual(sixteenth, EXPAND[1]) for _ in range(BLOCKS[1])),
        )
        self.up = nn.ConvTranspose2d(sixteenth, HEAD, 2, 2, bias=False)
        self.side = nn.Conv2d(eighth, HEAD, 1, bias=False)
        self.fuse = nn.Sequential(norm(HEAD, active=True))
        self.mix = nn.Sequential(conv(HEAD, HEAD, 7, groups=HEAD), conv(HEAD, HEAD, 1))
        self.heat = nn.Conv2d(HEAD, 1, 1)
        self.sides = nn.Conv2d(HEAD, 4, 1)
        self.body = nn.Conv2d(HEAD, 1, 1)
        nn.init.constant_(self.heat.bias, -4.0)  # people are rare: begin with a chance of 2 %
        nn.init.constant_(self.sides.bias, 1.6)  # five cells to each side
        nn.init.normal_(self.heat.weight, std=0.01)
        nn.init.normal_(self.sides.weight, std=0.01)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        fine = self.eighth(x)
        # A sum of two 1x1 products is the product of the concatenation, without the copy.
        joined = self.fuse(self.up(self.sixteenth(fine)) + self.side(fine))
        features = self.mix(joined)
        return self.heat(features), self.sides(features), self.body(joined)


class Shipped(nn.Module):
    """What is exported: uint8 (1, H, W, 3) RGB -> ``heat`` and ``body`` (1, h, w) 0..1, ``sides_px`` (1, 4, h, w)."""

    def __init__(self, net: PeopleNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        heat, sides, body = self.net(image.permute(0, 3, 1, 2).float() / 255)
        return heat.sigmoid()[:, 0], sides.exp() * STRIDE_PX, body.sigmoid()[:, 0]
