"""The mean of two checkpoints: ``python -m models.training.blend OLD.pt NEW.pt --share 0.4 --out MEAN.pt``.

The ends of two schedules of one training lie in the same valley, and between them the loss is often lower than at
either (Wortsman et al., Model soups, ICML 2022). The mean has the progress of ``NEW``, and can be continued from.
"""

import argparse
from pathlib import Path
from typing import Any

import torch
from torch import Tensor


def main() -> None:
    parser = argparse.ArgumentParser(description="Average the weights of two checkpoints of one training.")
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--share", type=float, default=0.5, help="of the new one, 0..1")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    if not 0 <= options.share <= 1:
        parser.error(f"--share {options.share} must lie between 0 and 1")
    old, new = (torch.load(path, map_location="cpu", weights_only=True) for path in (options.old, options.new))
    try:
        mean = blended(old["ema"], new["ema"], options.share)
    except ValueError as error:
        parser.error(f"{options.old} and {options.new}: {error}")
    torch.save({"net": mean, "ema": mean, "progress": new["progress"]}, options.out)


def blended(old: dict[str, Tensor], new: dict[str, Tensor], share: float) -> dict[str, Any]:
    """Weights between two networks; ``share`` of the new one. Raises ValueError unless both are of one kind."""
    if {name: value.shape for name, value in old.items()} != {name: value.shape for name, value in new.items()}:
        raise ValueError("their networks differ, so a mean of their weights means nothing")
    return {
        name: torch.lerp(old[name].float(), value.float(), share) if value.is_floating_point() else value
        for name, value in new.items()
    }


if __name__ == "__main__":
    main()
