"""TRC and CSV, read back by plain readers that know nothing of us."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scenes import CAMERA, random_scene

from mocap_bridge.errors import OutputError
from mocap_bridge.export.csv import COLUMNS, export_csv
from mocap_bridge.export.trc import export_trc
from mocap_bridge.records import Scene
from mocap_bridge.skeleton import BONES, JOINTS

TAKE = [random_scene((1, 5) if n in (2, 3) else (1,), n, 10 + n / 30) for n in range(6)]


def test_markers_are_the_joints_in_millimetres_and_the_unseen_are_left_out(tmp_path: Path) -> None:
    body = TAKE[1].bodies[0]
    hidden = replace(body, visibility=np.where(np.arange(30) == 4, 0.0, 1.0))
    (path,) = export_trc([TAKE[0], replace(TAKE[1], bodies=(hidden,)), *TAKE[4:]], tmp_path / "x.trc")
    lines = [line.split("\t") for line in path.read_text().split("\n")]
    assert lines[0] == ["PathFileType", "4", "(X/Y/Z)", "x.trc"]
    head = dict(zip(lines[1], lines[2], strict=True))
    assert (head["NumFrames"], head["NumMarkers"], head["Units"]) == ("4", "30", "mm")
    assert [name for name in lines[3][2:] if name] == list(JOINTS)
    row = lines[7]
    assert row[0] == "2"
    assert float(row[1]) == pytest.approx(1 / 30, abs=1e-6)
    assert row[2 + 12 : 2 + 15] == ["", "", ""]
    read_mm = np.array([np.nan if cell == "" else float(cell) for cell in row[2:]]).reshape(30, 3)
    seen = np.arange(30) != 4
    np.testing.assert_allclose(read_mm[seen], body.joints_world_m[seen] * 1000, atol=0.001)


def test_markers_of_a_person_who_is_away_are_empty(tmp_path: Path) -> None:
    paths = export_trc(TAKE, tmp_path / "duo.trc")
    assert [path.name for path in paths] == ["duo.person-1.trc", "duo.person-5.trc"]
    rows = [line.split("\t") for line in paths[1].read_text().splitlines()[6:]]
    assert [any(row[2:]) for row in rows] == [False, False, True, True, False, False]
    assert export_trc(TAKE, tmp_path / "solo.trc", person_id=5) == [tmp_path / "solo.trc"]


def test_a_table_holds_what_the_take_holds(tmp_path: Path) -> None:
    (path,) = export_csv(TAKE, tmp_path / "x.csv")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["frame"], row["person"]) for row in rows][2:6] == [("2", "1"), ("2", "5"), ("3", "1"), ("3", "5")]
    scene = TAKE[3]
    body, pose, row = scene.bodies[1], scene.poses[1], rows[5]
    assert float(row["time_s"]) == pytest.approx(scene.time_s, abs=1e-6)
    for number, joint in enumerate(JOINTS):
        place_m = [float(row[f"{joint}_{axis}_m"]) for axis in "xyz"]
        np.testing.assert_allclose(place_m, body.joints_world_m[number], atol=1e-5)
        assert float(row[f"{joint}_visibility"]) == pytest.approx(body.visibility[number], abs=1e-6)
    for number, bone in enumerate(BONES):
        turn = [float(row[f"{bone}_q{axis}"]) for axis in "xyzw"]
        np.testing.assert_allclose(turn, pose.rotations_xyzw[number], atol=1e-6)
    assert float(row["hips_y_m"]) == pytest.approx(pose.hips_world_m[1], abs=1e-5)
    assert float(row["R_Toe_contact"]) == pytest.approx(pose.contacts[3], abs=1e-6)


def test_a_person_without_joints_leaves_their_cells_empty(tmp_path: Path) -> None:
    (path,) = export_csv([replace(TAKE[0], bodies=())], tmp_path / "x.csv")
    with path.open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["Nose_x_m"] == ""
    assert row["hips_x_m"] != ""


def test_nobody_is_told_and_leaves_no_file(tmp_path: Path) -> None:
    for export in (export_trc, export_csv):
        with pytest.raises(OutputError, match="holds nobody"):
            export([Scene(0, 0.0, CAMERA)], tmp_path / "x")
        with pytest.raises(OutputError, match="cannot be written"):
            export(TAKE, tmp_path / "none" / "x")
    assert not list(tmp_path.iterdir())
