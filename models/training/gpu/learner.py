"""A network in training: its averaged twin, its optimiser, and a checkpoint that is whole and good at any moment."""

# mypy: allow-untyped-decorators

import copy
import io
import os
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor

from models.training.pose.mobilehumanpose import Answer, MobileHumanPose, normalised
from models.training.train import EMA_DECAY, Progress, follow, rate_at

LARGEST_FILE_BYTES = 16 * 2**20


class Learner:
    """One network and what it has learned."""

    def __init__(self, name: str, size: str, rate: float, device: torch.device, compiled: bool = False) -> None:
        self.name, self.rate, self.step = name, rate, 0
        self.net = MobileHumanPose(size).to(device, memory_format=torch.channels_last)
        self.ema = copy.deepcopy(self.net).eval()
        self.progress = Progress()
        self._ask = torch.compile(self.net) if compiled else self.net
        self._optimiser = torch.optim.AdamW(self.net.parameters(), rate, weight_decay=0.01, fused=True)
        self._finite = torch.ones((), dtype=torch.bool, device=device)

    def load(self, path: Path) -> None:
        """Continue from a checkpoint of ``save`` or of ``models.training.train``. Adam begins anew."""
        state = torch.load(path, map_location="cpu", weights_only=True)
        self.ema.load_state_dict(state["ema"])
        self.net.load_state_dict(state.get("net", state["ema"]))
        self.progress = Progress(**state["progress"])

    def answer(self, images: Tensor) -> Answer:
        """What the network says of uint8 (B, P, P, 3)."""
        self.net.train()
        with _half_precision(images.device):
            answer: Answer = self._ask(normalised(images))
        return answer

    @torch.no_grad()
    def verdict(self, images: Tensor) -> Answer:
        """What the averaged network says."""
        with _half_precision(images.device):
            answer: Answer = self.ema(normalised(images))
        return answer

    def learn(self, loss: Tensor, share: float, samples: int) -> None:
        """One step; ``share`` 0..1 of this network's time gives the rate."""
        for group in self._optimiser.param_groups:
            group["lr"] = self.rate * rate_at(share, self.step)
        self._finite &= torch.isfinite(loss.detach())
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 2.0)
        self._optimiser.step()
        self.step += 1
        self.progress.samples += samples
        follow(self.ema, self.net, min(EMA_DECAY, (self.step + 10) / (self.step + 30)))

    def save(self, folder: Path) -> None:
        """Write the checkpoint. FloatingPointError, and the last one stays, if the loss was not a number since then."""
        weights = torch.stack([value.isfinite().all() for value in self.ema.parameters()])
        if not bool(self._finite & weights.all()):
            raise FloatingPointError(
                f"the loss of {self.name} was no number within its last {self.step} steps; "
                f"{folder / self.name}.pt is of before: continue from it with a lower --rate"
            )
        folder.mkdir(parents=True, exist_ok=True)
        half = folder / f"{self.name}.half"
        half.write_bytes(self._bytes())
        os.replace(half, folder / f"{self.name}.pt")

    def _bytes(self) -> bytes:
        """Half precision; without the network that is still moving where both would be too large."""
        state: dict[str, object] = {"progress": asdict(self.progress)}
        state |= {"ema": _halved(self.ema), "net": _halved(self.net)}
        data = _packed(state)
        if len(data) > LARGEST_FILE_BYTES:
            del state["net"]
            data = _packed(state)
        return data


def _half_precision(device: torch.device) -> torch.autocast:
    """On a card; a rehearsal's few crops are not worth compiling kernels for."""
    return torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda")


def _halved(net: MobileHumanPose) -> dict[str, Tensor]:
    return {name: value.half() if value.is_floating_point() else value for name, value in net.state_dict().items()}


def _packed(state: dict[str, object]) -> bytes:
    file = io.BytesIO()
    torch.save(state, file)
    return file.getvalue()
