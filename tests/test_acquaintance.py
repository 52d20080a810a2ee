"""A named performer: learned in one run, known in the next."""

from pathlib import Path

import numpy as np
import pytest

from mocap_bridge.camera import level_camera
from mocap_bridge.commands.acquaintance import Acquaintance
from mocap_bridge.performers import load_performer, performer_file, performer_of, save_performer
from mocap_bridge.pipeline import PipelineSettings
from mocap_bridge.records import RigPose, Scene
from mocap_bridge.settings import load_settings
from mocap_bridge.skeleton import BONE, BONES, REST_OFFSETS_M

LENGTHS_M = 0.9 * np.linalg.norm(REST_OFFSETS_M, axis=1) * (np.arange(len(BONES)) > 0)


def acquaintance(folder: Path, **settings: object) -> Acquaintance:
    return Acquaintance(load_settings(None, {"performer": "anna", "performers": str(folder), **settings}))


def watched(anna: Acquaintance, seconds: float, legs: float = 1.0) -> None:
    visibility = np.ones(22)
    visibility[[BONE["LeftLowerLeg"], BONE["RightLowerLeg"]]] = legs
    for frame in range(round(30 * seconds)):
        rest = np.tile([0.0, 0.0, 0.0, 1.0], (22, 1))
        pose = RigPose(3, frame / 30, np.zeros(3), rest, visibility, LENGTHS_M, np.zeros(4))
        anna.watch(Scene(frame, frame / 30, level_camera((640, 480)), (), (pose,)))


def test_somebody_new_is_learned_and_kept_for_the_next_run(tmp_path: Path) -> None:
    first = acquaintance(tmp_path, **{"lift.height_m": 1.55})
    assert first.applied(PipelineSettings()).build.bone_lengths_m == ()
    watched(first, 6.0)
    first.keep()
    then = acquaintance(tmp_path).applied(PipelineSettings())
    np.testing.assert_allclose(then.build.bone_lengths_m, LENGTHS_M, atol=1e-4)
    assert (then.lift.height_m, then.track.max_people) == (1.55, 1)


def test_a_height_that_is_given_wins_over_the_one_kept(tmp_path: Path) -> None:
    save_performer(performer_of(LENGTHS_M, 1.55), performer_file("anna", str(tmp_path)))
    settings = load_settings(None, {"performer": "anna", "performers": str(tmp_path), "lift.height_m": 1.6})
    assert Acquaintance(settings).applied(settings.pipeline()).lift.height_m == 1.6


@pytest.mark.parametrize(("seconds", "legs"), [(2.0, 1.0), (20.0, 0.0)])
def test_who_was_hardly_seen_is_not_kept(
    tmp_path: Path, seconds: float, legs: float, capsys: pytest.CaptureFixture[str]
) -> None:
    anna = acquaintance(tmp_path)
    watched(anna, seconds, legs)
    anna.keep()
    assert load_performer(performer_file("anna", str(tmp_path))) is None
    assert "mocap-bridge calibrate" in capsys.readouterr().err


def test_who_is_known_is_not_measured_again(tmp_path: Path) -> None:
    file = performer_file("anna", str(tmp_path))
    save_performer(performer_of(LENGTHS_M / 0.9, 1.7), file)
    before = file.read_text()
    anna = acquaintance(tmp_path)
    watched(anna, 6.0)
    anna.keep()
    assert file.read_text() == before


def test_without_a_name_nothing_changes(tmp_path: Path) -> None:
    nobody, pipeline = Acquaintance(load_settings()), PipelineSettings()
    watched(nobody, 6.0)
    nobody.keep()
    assert nobody.applied(pipeline) is pipeline
