"""Begin from an earlier network of 21 joints instead of from chance.

The file is a checkpoint whose ``ema`` holds the same layers under short names and saw BGR pictures. Joints that it
did not know begin as copies of the nearest one it did.
"""

from pathlib import Path

import torch
from torch import Tensor

from mocap_bridge.skeleton import JOINT, JOINTS
from models.training.pose.mobilehumanpose import DEPTH_CELLS, MobileHumanPose

_OLD_JOINTS = 21
_NEAREST = {"Nose": "Head", "Ear": "Head", "Index": "Hand", "Pinky": "Hand", "Heel": "Ankle"}
_PREFIXES = {"first": "stem", "last": "neck", "L": "blocks", "fin": "volume"} | {
    f"d{stage}": f"decoder.{stage}" for stage in range(3)
}


def warm_start(net: MobileHumanPose, path: Path) -> str:
    """Copy what fits; returns the words for the model's card. Raises KeyError for a file of another network."""
    old: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=False)["ema"]
    state = net.state_dict()
    taken = 0
    for old_name, value in old.items():
        prefix, _, rest = old_name.partition(".")
        if prefix not in _PREFIXES:
            continue
        parts = rest.split(".")
        if prefix.startswith("d"):
            parts = parts[1:]  # the old decoder stages wrap their layers once more
        if prefix == "L":
            parts[1] = "body"
        name = ".".join([_PREFIXES[prefix], *parts])
        if name == "stem.0.weight":
            value = value.flip(1)
        if prefix == "fin":
            value = _more_joints(value)
        state[name].copy_(value)
        taken += 1
    if taken < len(state) - 2:
        raise KeyError(f"{path} fills only {taken} of {len(state)} tensors; it is a checkpoint of another network")
    return f"an earlier network of our own, {_OLD_JOINTS} joints ({path.name}), of renders and the same photos"


def _more_joints(volume: Tensor) -> Tensor:
    """(21 * 32, ...) to (30 * 32, ...)."""
    per_joint = volume.reshape(_OLD_JOINTS, DEPTH_CELLS, *volume.shape[1:])
    return torch.cat([per_joint[_old_row(name)] for name in JOINTS])


def _old_row(name: str) -> int:
    if JOINT[name] < _OLD_JOINTS:
        return JOINT[name]
    side, _, part = name.rpartition("_")
    nearest = _NEAREST[part]
    return JOINT[nearest] if nearest in JOINT else JOINT[f"{side}_{nearest}"]
