"""Who is the first, the second, the third: receivers that know no persons know places."""

from collections.abc import Iterable

MOST_PEOPLE = 16
"""Places there are: what VMC's receivers, one port each, will hardly exceed."""


class Slots:
    """A small stable number per person: the lowest free one, given back ``keep_s`` after the person was last seen."""

    def __init__(self, count: int, keep_s: float = 2.0) -> None:
        self.count = count
        self._keep_s = keep_s
        self._held: dict[int, tuple[int, float]] = {}  # slot -> person id, when last seen

    def assign(self, person_ids: Iterable[int], time_s: float) -> dict[int, int | None]:
        """Slot -> the person in it now, or None while it is kept for one who has just vanished.

        People beyond ``count`` get no slot and are missing from the answer.
        """
        present = list(person_ids)
        # A clock that jumps back is another recording: whoever was seen "in the future" is gone.
        self._held = {
            slot: held
            for slot, held in self._held.items()
            if held[0] in present or 0.0 <= time_s - held[1] < self._keep_s
        }
        slots = {person_id: slot for slot, (person_id, _) in self._held.items()}
        for person_id in present:
            slot = slots.get(person_id)
            if slot is None:
                slot = next((free for free in range(self.count) if free not in self._held), None)
            if slot is not None:
                self._held[slot] = (person_id, time_s)
        return {
            slot: person_id if person_id in present else None for slot, (person_id, _) in sorted(self._held.items())
        }
