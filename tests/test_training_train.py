"""Checkpoints of the pose network's training: older ones are continued, two trainings meet."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs torch, of the extra [train]")

from models.training.export import load  # noqa: E402
from models.training.pose.mobilehumanpose import MobileHumanPose  # noqa: E402
from models.training.train import Progress, meet, restore, save  # noqa: E402


def a_training(seed: int) -> "tuple[MobileHumanPose, torch.optim.Optimizer]":
    torch.manual_seed(seed)
    net = MobileHumanPose()
    optimiser = torch.optim.AdamW(net.parameters(), 1e-3)
    for parameter in net.parameters():
        parameter.grad = torch.ones_like(parameter)
    optimiser.step()
    return net, optimiser


def saved(path: Path, seed: int) -> MobileHumanPose:
    net, optimiser = a_training(seed)
    save(path, net, net, optimiser, Progress(samples=7))
    return net


def test_a_training_goes_on_where_it_was_saved(tmp_path: Path) -> None:
    kept = saved(tmp_path / "x.pt", 1)
    net, optimiser = a_training(2)
    assert restore(tmp_path / "x.pt", net, net, optimiser).samples == 7
    for name, value in kept.state_dict().items():
        assert torch.equal(net.state_dict()[name], value), name


def test_a_checkpoint_from_before_there_were_maps_is_continued_with_new_ones(tmp_path: Path) -> None:
    kept = saved(tmp_path / "x.pt", 1)
    state = torch.load(tmp_path / "x.pt", weights_only=True)
    for part in ("net", "ema"):
        state[part] = {name: value for name, value in state[part].items() if not name.startswith("fine.")}
    torch.save(state, tmp_path / "x.pt")
    net, optimiser = a_training(2)
    new = net.fine.maps.weight.clone()
    restore(tmp_path / "x.pt", net, net, optimiser)
    assert torch.equal(net.fine.maps.weight, new)
    assert torch.equal(net.volume.weight, kept.volume.weight)


def test_a_checkpoint_from_before_there_were_maps_is_not_exported(tmp_path: Path) -> None:
    saved(tmp_path / "x.pt", 1)
    state = torch.load(tmp_path / "x.pt", weights_only=True)
    state["ema"] = {name: value for name, value in state["ema"].items() if not name.startswith("fine.")}
    torch.save(state, tmp_path / "x.pt")
    with pytest.raises(ValueError, match="no maps"):
        load(tmp_path / "x.pt")


def test_a_checkpoint_that_lacks_more_is_refused(tmp_path: Path) -> None:
    saved(tmp_path / "x.pt", 1)
    state = torch.load(tmp_path / "x.pt", weights_only=True)
    del state["ema"]["volume.weight"]
    torch.save(state, tmp_path / "x.pt")
    with pytest.raises(RuntimeError, match=r"volume\.weight"):
        restore(tmp_path / "x.pt", *(net := a_training(2))[:1], *net)


def test_two_trainings_meet_half_way(tmp_path: Path) -> None:
    theirs = saved(tmp_path / "x.pt", 1)
    mine, _ = a_training(2)
    before = mine.stem[0].weight.clone()
    meet(mine, MobileHumanPose(), tmp_path / "x.pt")
    assert torch.allclose(mine.stem[0].weight, (before + theirs.stem[0].weight) / 2)
    meet(mine, mine, tmp_path / "nobody.pt")
    assert torch.allclose(mine.stem[0].weight, (before + theirs.stem[0].weight) / 2)
