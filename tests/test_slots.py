"""Places for people: kept, given back, never given twice."""

from mocap_bridge.slots import Slots


def test_a_person_keeps_the_slot_and_a_newcomer_takes_the_lowest_free_one() -> None:
    slots = Slots(count=3)
    assert slots.assign([7, 9], 0.0) == {0: 7, 1: 9}
    assert slots.assign([9], 1.0) == {0: None, 1: 9}  # 7 may come back
    assert slots.assign([9, 4], 1.9) == {0: None, 1: 9, 2: 4}
    assert slots.assign([9, 4, 8], 1.95) == {0: None, 1: 9, 2: 4}  # no room
    assert slots.assign([4, 8, 9], 2.1) == {0: 8, 1: 9, 2: 4}  # 7 has been gone for 2 s
    assert slots.assign([], 0.0) == {}  # the clock begins anew: another recording
