"""The bridge in other people's Python: scenes of a file, and scenes of a bridge elsewhere."""

import socket
from contextlib import closing
from pathlib import Path

import pytest
from clips import write_clip
from scenes import random_scene

import mocap_bridge
from mocap_bridge.errors import SettingsError, SourceError
from mocap_bridge.outputs import open_output
from mocap_bridge.outputs.zeromq import ZeromqOutput


def test_scenes_of_a_file_come_one_per_frame(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.avi", frames=5)
    found = list(mocap_bridge.scenes(str(clip), every_frame=True))
    assert [scene.frame_index for scene in found] == [0, 1, 2, 3, 4]


def test_settings_with_a_guest_open_its_port(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.avi", frames=2)
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as other:
        other.bind(("127.0.0.1", 0))
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        (tmp_path / "guest.toml").write_text(f'[guest]\nlisten = "{taken}"\n')
        with pytest.raises(SettingsError, match="does another program listen there"):
            next(mocap_bridge.scenes(str(clip), settings=str(tmp_path / "guest.toml"), every_frame=True))
    assert len(list(mocap_bridge.scenes(str(clip), settings=str(tmp_path / "guest.toml"), every_frame=True))) == 2


def test_a_loop_that_is_left_closes_the_source(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.avi", frames=50)
    frames = mocap_bridge.scenes(str(clip), every_frame=True)
    assert next(frames).frame_index == 0
    frames.close()  # type: ignore[attr-defined]


def test_what_a_bridge_publishes_can_be_subscribed_to() -> None:
    with closing(open_output("zeromq:tcp://127.0.0.1:0")) as output:
        assert isinstance(output, ZeromqOutput)
        scenes = mocap_bridge.subscribe(output.address, silence_s=0.2)
        assert list(scenes) == []
        scenes, found = mocap_bridge.subscribe(output.address, silence_s=5.0), None
        import threading

        stop = threading.Event()

        def publish() -> None:
            frame = 0
            while not stop.wait(0.02):
                output.send(random_scene((4,), frame, frame / 30, events=1))
                frame += 1

        thread = threading.Thread(target=publish)
        thread.start()
        try:
            found = next(scenes)
        finally:
            stop.set()
            thread.join()
            scenes.close()  # type: ignore[attr-defined]
    assert [pose.person_id for pose in found.poses] == [4]
    assert [event.name for event in found.events] == ["hands_up"]


def test_an_address_that_is_none_is_told() -> None:
    with pytest.raises(SourceError, match="cannot be subscribed to"):
        next(mocap_bridge.subscribe("127.0.0.1"))


def test_there_is_nothing_else_at_the_top() -> None:
    assert set(mocap_bridge.__all__) == {"scenes", "subscribe"}
    with pytest.raises(AttributeError, match="no attribute 'scense'"):
        _ = mocap_bridge.scense  # type: ignore[attr-defined]
