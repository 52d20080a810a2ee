"""The lifter's network: each frame alone, and what the frames before it showed.

Every frame passes two residual blocks; after each the frame asks the last frames of the same person, by attention,
what they knew, and a third block puts it together. What a frame may be asked later (its keys and values) is all that
is remembered of it, so a new frame costs the same however long the window is. How long ago a frame was seen counts in
seconds: late and lost frames, and cameras of any rate, need no resampling.
"""

# mypy: allow-subclassing-any, allow-untyped-decorators

import torch
from torch import Tensor, nn

from mocap_bridge.refine import FRAME, JOINTS_SEEN, MIRROR_ROWS, MIRROR_SIGNS, WINDOW_S
from mocap_bridge.skeleton import CONTACTS, JOINTS, MIRROR_JOINTS

WIDTH = 384
HEADS, HEAD = 8, 24
LAYERS = 2
AGES = 6
"""Knots of the age of a frame, at 0, 1, 3, 7, 15 and 31 thirtieths of a second: the recent past is told finely."""
MEMORY = 2 * HEADS * HEAD
"""Numbers remembered of a frame per layer: its keys and its values."""


def age_hats(age_s: Tensor) -> Tensor:
    """(..., AGES) shares of the knots of ages (...) in seconds; they sum to one."""
    place = torch.log2(1 + 30 * age_s.clamp(min=0)).unsqueeze(-1)
    return (1 - (place - torch.arange(AGES, dtype=place.dtype)).abs()).clamp(min=0)


class Block(nn.Module):
    """Two layers beside a straight path."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(WIDTH)
        self.first, self.second = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(nn.functional.gelu(self.first(self.norm(x)), approximate="tanh")).float()


class Recall(nn.Module):
    """Attention of frames to frames of the past: how what they left behind differs from what this one leaves.

    Differences alone can say nothing about a single frame, nor about a person who stays still: there the answer is that
    of the other layers, exactly.
    """

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(WIDTH)
        self.ask, self.keep = nn.Linear(WIDTH, HEADS * HEAD), nn.Linear(WIDTH, MEMORY)
        self.answer = nn.Linear(HEADS * HEAD, WIDTH, bias=False)
        nn.init.zeros_(self.answer.weight)
        self.age_key = nn.Parameter(torch.zeros(HEADS, HEAD, AGES))
        # At first every head prefers the present, some more than others.
        fall = torch.linspace(0.2, 2.0, HEADS)[:, None] * torch.arange(AGES)
        self.age_bias = nn.Parameter(-fall)

    def remembered(self, x: Tensor) -> Tensor:
        """(..., MEMORY) what frames (..., WIDTH) leave behind."""
        return self.keep(self.norm(x)).float()

    def forward(self, x: Tensor, memory: Tensor, hats: Tensor, usable: Tensor) -> Tensor:
        """``x`` (N, T, WIDTH) after asking ``memory`` (N, T, MEMORY), which is their own.

        ``hats`` (N, T, T, AGES) are its ages, ``usable`` (N, T, T) whom each frame may ask.
        """
        query = self.ask(self.norm(x)).unflatten(-1, (HEADS, HEAD)).transpose(1, 2)  # (N, H, T, D)
        key, value = (part.unflatten(-1, (HEADS, HEAD)).transpose(1, 2) for part in memory.chunk(2, dim=-1))
        score = query @ key.transpose(2, 3).to(query.dtype)
        by_age = (query @ self.age_key.to(query.dtype)).float() + self.age_bias[:, None]  # (N, H, T, AGES)
        aged = (hats @ by_age.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)  # (N, H, T, S)
        weight = score.float() / HEAD**0.5 + aged
        weight = weight.masked_fill(~usable.unsqueeze(1), -1e4).softmax(dim=-1)
        found = (weight.to(value.dtype) @ value - value).transpose(1, 2).flatten(2)
        return x + self.answer(found).float()

    def one(self, query: Tensor, memory: Tensor, hats: Tensor, unusable: Tensor) -> Tensor:
        """What one query (N, H * D) of each person finds in ``memory`` (N, S, MEMORY): the same, with fewer steps.

        ``hats`` (S, AGES); ``unusable`` (S, 1) is added to the scores.
        """
        key, value = memory.chunk(2, dim=-1)
        score = (key * query[:, None]).unflatten(-1, (HEADS, HEAD)).sum(dim=-1) / HEAD**0.5  # (N, S, H)
        by_age = (query.unflatten(-1, (HEADS, 1, HEAD)) @ self.age_key).squeeze(-2) + self.age_bias  # (N, H, AGES)
        weight = (score + hats @ by_age.transpose(1, 2) + unusable).softmax(dim=1)
        return (value.unflatten(-1, (HEADS, HEAD)) * weight.unsqueeze(-1)).sum(dim=1).flatten(1) - value[:, -1]


class Network(nn.Module):
    """Frames of ``refine.seen_frame`` to joints in metres from the pelvis, in the same axes, and contact logits."""

    def __init__(self) -> None:
        super().__init__()
        self.enter, self.hint = nn.Linear(JOINTS_SEEN, WIDTH), nn.Linear(FRAME - JOINTS_SEEN, WIDTH, bias=False)
        nn.init.zeros_(self.hint.weight)
        self.blocks = nn.ModuleList([Block() for _ in range(LAYERS + 1)])
        self.recalls = nn.ModuleList([Recall() for _ in range(LAYERS)])
        self.leave = nn.Linear(WIDTH, 3 * len(JOINTS))
        self.touch = nn.Linear(WIDTH, len(CONTACTS))

    def forward(self, frames: Tensor, time_s: Tensor, window: int) -> tuple[Tensor, Tensor]:
        """Sequences ``frames`` (N, T, FRAME) at ``time_s`` (N, T): (N, T, 30, 3) metres and (N, T, 4) logits."""
        age_s = time_s[:, :, None] - time_s[:, None, :]
        count = torch.arange(time_s.shape[1])
        back = count[:, None] - count
        usable = (back >= 0) & (back < window) & (age_s <= WINDOW_S)
        hats = age_hats(age_s)
        x = self._in(frames)
        for block, recall in zip(self.blocks, self.recalls, strict=False):
            x = block(x)
            x = recall(x, recall.remembered(x), hats, usable)
        return self._out(x)

    def one(self, frame: Tensor, past: Tensor, age_s: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The newest frame (N, FRAME) after ``past`` (LAYERS, N, S, MEMORY) of ``age_s`` (S,); unused ones below 0.

        Gives (N, 30, 3) metres, (N, 4) logits, and what to remember: (LAYERS, N, MEMORY).
        """
        # The frame itself is the last one that it asks, so there is always somebody to ask.
        age_s = torch.cat([age_s, torch.zeros(1)])
        unusable = torch.where((age_s >= 0) & (age_s <= WINDOW_S), 0.0, -1e4)[:, None]
        hats = age_hats(age_s)
        x, kept = self._in(frame), []
        for layer, recall in enumerate(self.recalls):
            x = self.blocks[layer](x)
            normed = recall.norm(x)
            kept.append(recall.keep(normed))
            memory = torch.cat([past[layer], kept[-1][:, None]], dim=1)
            x = x + recall.answer(recall.one(recall.ask(normed), memory, hats, unusable))
        joints_m, logits = self._out(x)
        return joints_m, logits, torch.stack(kept)

    def _in(self, frames: Tensor) -> Tensor:
        return (self.enter(frames[..., :JOINTS_SEEN]) + self.hint(frames[..., JOINTS_SEEN:])).float()

    def _out(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = self.blocks[-1](x)
        return self.leave(x).float().unflatten(-1, (len(JOINTS), 3)), self.touch(x).float()


class Symmetric(nn.Module):
    """The network's mean over a person and the mirrored person, so that left and right are treated alike."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("sign", torch.tensor([-1.0, 1.0, 1.0]))
        self.register_buffer("frame_sign", torch.tensor(MIRROR_SIGNS, dtype=torch.float32))

    def forward(self, frame: Tensor, past: Tensor, age_s: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """``frame`` (1, FRAME), ``past`` (LAYERS, 2, S, MEMORY): (1, 30, 3), (1, 4) probabilities, what to remember."""
        both = torch.cat([frame, frame[:, list(MIRROR_ROWS)] * self.frame_sign])
        joints_m, logits, kept = self.network.one(both, past, age_s)
        flipped_m = joints_m[1:, list(MIRROR_JOINTS)] * self.sign
        swapped = logits[1:, [2, 3, 0, 1]]
        return (joints_m[:1] + flipped_m) / 2, ((logits[:1] + swapped) / 2).sigmoid(), kept
