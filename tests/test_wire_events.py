"""Pairs, counters and directions of events, over every wire; plain events look as they always did."""

from dataclasses import replace

import numpy as np
from pythonosc.osc_bundle import OscBundle
from scenes import random_scene

from mocap_bridge.records import ActiveEvent, Scene
from mocap_bridge.wire.mocap import LARGEST_BUNDLE, MocapBundles
from mocap_bridge.wire.scene_msgpack import scene_from_msgpack, scene_to_msgpack
from mocap_bridge.wire.sendable import sendable
from mocap_bridge.wire.take_json import LineReader, TakeHeader, scene_line

PLAIN = ActiveEvent("hands_up", 4, 0.5, 1.25, np.array([0.5, 1.0, -2.0]))
FULL = ActiveEvent("high_five", 4, 1.0, 1.5, np.array([0.0, 1.5, -3.0]), 7, 3, np.array([0.0, 0.0, 1.0]))
ROOM = ActiveEvent("party", 0, 1.0, 1.5, np.zeros(3))


def scene(*events: ActiveEvent) -> Scene:
    return replace(random_scene((4, 7), 3, 2.0), events=events)


def same(found: tuple[ActiveEvent, ...], sent: tuple[ActiveEvent, ...]) -> bool:
    return len(found) == len(sent) and all(a.same(b) for a, b in zip(found, sent, strict=True))


def test_a_take_keeps_all_of_an_event() -> None:
    line = scene_line(scene(PLAIN, FULL, ROOM))
    reader = LineReader(TakeHeader(source="x", model="xs", model_sha256="00"))
    found = reader.scene(line)
    assert same(found.events, (PLAIN, FULL, ROOM))
    assert scene_line(found) == line
    assert line.count(b'"count"') == line.count(b'"other_id"') == line.count(b'"direction_world"') == 1


def test_messagepack_keeps_all_of_an_event() -> None:
    assert same(scene_from_msgpack(scene_to_msgpack(scene(PLAIN, FULL, ROOM))).events, (PLAIN, FULL, ROOM))
    assert b"count" not in scene_to_msgpack(scene(PLAIN))


def test_osc_adds_a_second_message_only_where_there_is_more_to_say() -> None:
    bundles = MocapBundles()(scene(PLAIN, FULL))
    told = [(message.address, list(message)) for packet in bundles for message in OscBundle(packet)]
    more = [values for address, values in told if address == "/mocap/event_more"]
    assert more == [[1, 7, 3, 0.0, 0.0, 1.0]]
    assert [values[2] for address, values in told if address == "/mocap/event"] == ["hands_up", "high_five"]
    assert all(len(packet) <= LARGEST_BUNDLE for packet in bundles)


def test_both_messages_of_an_event_are_in_one_bundle() -> None:
    many = [replace(FULL, name=f"high_five_{number}") for number in range(40)]
    for packet in MocapBundles()(scene(*many)):
        assert len(packet) <= LARGEST_BUNDLE
        messages = [(message.address, list(message)) for message in OscBundle(packet)]
        numbers = [values[0] for address, values in messages if address == "/mocap/event"]
        assert numbers == [values[0] for address, values in messages if address == "/mocap/event_more"]


def test_a_broken_direction_or_partner_does_not_leave() -> None:
    for broken in (
        replace(FULL, direction_world=np.array([np.nan, 0.0, 0.0])),
        replace(FULL, other_id=2**31),
        replace(FULL, count=-1),
    ):
        whole, lost = sendable(scene(PLAIN, broken))
        assert whole is not None
        assert ([event.name for event in whole.events], lost) == (["hands_up"], 1)
