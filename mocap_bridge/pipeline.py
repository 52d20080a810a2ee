"""The line of data, in one generator: this file is the map of the project.

capture -> detect -> track -> estimate -> lift -> smooth -> retarget -> events -> outputs

``detect``, ``estimate``, ``lift`` and ``events`` are plain callables, so tests pass plain functions; ``lift`` makes the
callable of one person, which may remember that person's past. Nothing here reads a clock: the same frames through the
same settings give the same scenes, bit by bit.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import msgspec
import numpy as np

from .floor import Floor, Unsunk
from .framing import Framing, Shown
from .guest import GuestMerge, GuestSettings
from .lift import LiftSettings, Placer
from .photo import later_looks, once, unless_seen
from .predict import Predictor
from .records import (
    ActiveEvent,
    Array,
    BodyJoints,
    Boxes,
    Camera,
    Frame,
    Image,
    JointEstimate,
    Lifted,
    RigPose,
    Scene,
    Track,
)
from .retarget import Build, FeetSettings, Retargeter
from .skeleton import MIRROR_JOINTS
from .smooth import BodySmoother, HindsightSmoother, SmoothSettings
from .swaps import Unswap
from .track import Stir, Tracker, TrackSettings, for_photos, look

Detect = Callable[[Image], Boxes]
Estimate = Callable[[Frame, Track], JointEstimate]
Lift = Callable[[JointEstimate, Camera], Lifted]
FindEvents = Callable[[float, Sequence[BodyJoints], Sequence[RigPose], bool], tuple[ActiveEvent, ...]]
"""Time, bodies, poses, whether poses are mirrored -> what is active now (``watch.Watch``)."""


def no_events(
    time_s: float, bodies: Sequence[BodyJoints], poses: Sequence[RigPose], mirror: bool
) -> tuple[ActiveEvent, ...]:
    """Nothing ever happens."""
    return ()


class PipelineSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be tuned between the camera and the outputs."""

    track: TrackSettings = TrackSettings()
    lift: LiftSettings = LiftSettings()
    smooth: SmoothSettings = SmoothSettings()
    mirror: bool = False
    """Avatars move like a mirror image: the performer's left arm moves the avatar's right one."""
    body: Shown = "auto"
    """How much of a body to follow: ``auto`` (legs only while they are seen), ``full`` or ``upper``."""
    independent: bool = False
    """Every picture stands alone (a folder of photos): no tracking from one to the next, no smoothing."""
    feet: FeetSettings = FeetSettings()
    build: Build = Build()
    """What is known of the performer's body; lengths that are not are learned from each person."""
    hindsight: int = 0
    """Frames that come before a scene is made, which then knows them; scenes come so many frames late."""
    guest: GuestSettings = GuestSettings()
    """Whose face and fingers another program tells, and which of them are taken."""


@dataclass(frozen=True, eq=False)
class Moment:
    """What was seen in one frame, and whose it is; not smoothed yet."""

    frame: Frame
    camera: Camera
    seen: tuple[tuple["Person", BodyJoints], ...]


class Person:
    """All that is remembered of one person; made with a new id and dropped with it."""

    def __init__(self, settings: PipelineSettings, lift: Lift) -> None:
        self.lift = lift
        self.unswap = Unswap()
        self.place = Placer(settings.lift)
        self.frame = Framing(settings.body)
        self.hindsight = HindsightSmoother(settings.smooth) if settings.hindsight else None
        self.smooth = self.hindsight or BodySmoother(settings.smooth)
        self.unsunk = Unsunk()
        self.predict = Predictor()
        self.retarget = Retargeter(settings.feet, settings.build)


def scenes(
    frames: Iterable[Frame],
    detect: Detect,
    estimate: Estimate,
    lift: Callable[[], Lift],
    settings: PipelineSettings = PipelineSettings(),  # noqa: B008  frozen
    lap: Callable[[str], None] = lambda stage: None,
    events: FindEvents = no_events,
) -> Iterator[Scene]:
    """One scene per frame, also when nobody is there.

    ``lap`` is called with a stage's name as soon as that stage is done, so that a caller may time the line.
    """
    moments, merge = _moments(frames, detect, estimate, lift, settings, lap), GuestMerge(settings.guest)
    for moment in _with_hindsight(moments, settings.hindsight) if settings.hindsight else moments:
        frame, people = moment.frame, [person for person, _ in moment.seen]
        bodies = [body if settings.independent else person.smooth(body) for person, body in moment.seen]
        bodies = [person.unsunk(body, moment.camera) for person, body in zip(people, bodies, strict=True)]
        lap("smooth")
        mirror = settings.mirror if frame.mirror is None else frame.mirror
        poses = [_solve(person, body, mirror) for person, body in zip(people, bodies, strict=True)]
        poses = [person.predict(pose, frame.age_s) for person, pose in zip(people, poses, strict=True)]
        poses = merge(poses, frame.guest, frame.time_s)
        lap("retarget")
        active = events(frame.time_s, bodies, poses, mirror)
        lap("events")
        yield Scene(frame.index, frame.time_s, moment.camera, tuple(bodies), tuple(poses), active)
        lap("outputs")


def _moments(
    frames: Iterable[Frame],
    detect: Detect,
    estimate: Estimate,
    lift: Callable[[], Lift],
    settings: PipelineSettings,
    lap: Callable[[str], None],
) -> Iterator[Moment]:
    """From pictures to bodies in the world."""
    tracker, floor = Tracker(settings.track), Floor(settings.lift.floor == "feet")
    stir = None if settings.independent else Stir()
    people: dict[int, Person] = {}
    for frame in frames:
        lap("capture")
        find = detect
        if settings.independent:
            tracker, floor, people = Tracker(for_photos(settings.track)), Floor(settings.lift.floor == "feet"), {}
            find = once(detect)
        estimates = _seen(frame, tracker, stir, find, estimate, lap)
        first = {one.person_id: one for one in estimates}
        for later in later_looks(frame) if settings.independent else ():
            estimates = _seen(later, tracker, stir, find, partial(unless_seen, first, estimate), lap)
            first = {one.person_id: replace(one, time_s=frame.time_s) for one in estimates} | first
        estimates = [first[one.person_id] for one in estimates]
        people = {i: person for i, person in people.items() if i in tracker.known_ids}
        people |= {e.person_id: Person(settings, lift()) for e in estimates if e.person_id not in people}
        estimates = [people[e.person_id].unswap(e) for e in estimates]
        # By the tilt that the camera is said to have: what is found must not confirm itself through the lifter.
        lifted = [people[e.person_id].lift(e, frame.camera) for e in estimates]
        lap("lift")
        bodies = [
            _placed(people[e.person_id], e, seen, frame.camera, tracker.box_px(e.person_id))
            for e, seen in zip(estimates, lifted, strict=True)
        ]
        bodies = [people[body.person_id].frame(body, frame.camera.size_px) for body in bodies]
        floor.watch(bodies, frame.camera, frame.time_s)
        camera = floor.level(frame.camera)
        bodies = [floor.stand(body, frame.camera) for body in bodies]
        lap("place")
        yield Moment(frame, camera, tuple((people[body.person_id], body) for body in bodies))


def _seen(
    frame: Frame,
    tracker: Tracker,
    stir: Stir | None,
    detect: Detect,
    estimate: Estimate,
    lap: Callable[[str], None],
) -> list[JointEstimate]:
    """The joints of everybody in a picture."""
    height_px, width_px = frame.image_rgb.shape[:2]
    tracks = tracker.begin(frame.time_s, (width_px, height_px), partial(_find, detect, frame.image_rgb, lap))
    lap("track")
    estimates = [estimate(frame, track) for track in tracks]
    lap("estimate")
    looks = {one.person_id: look(frame.image_rgb, one) for one in estimates}
    settled = list(tracker.settle(estimates, looks, stir(frame, tracks) if stir else {}))
    lap("track")
    return settled


def _with_hindsight(moments: Iterable[Moment], frames: int) -> Iterator[Moment]:
    """Each moment when so many later ones have been learned, or no more come."""
    waiting: deque[Moment] = deque()
    for moment in moments:
        for person, body in moment.seen:
            if person.hindsight:
                person.hindsight.learn(body)
        waiting.append(moment)
        if len(waiting) > frames:
            yield waiting.popleft()
    yield from waiting


def _find(detect: Detect, image_rgb: Image, lap: Callable[[str], None]) -> Boxes:
    lap("track")
    boxes = detect(image_rgb)
    lap("detect")
    return boxes


def _placed(person: Person, estimate: JointEstimate, lifted: Lifted, camera: Camera, box_px: Array) -> BodyJoints:
    return replace(person.place(estimate, lifted.joints_m, camera, box_px), contacts=lifted.contacts)


def _solve(person: Person, body: BodyJoints, mirror: bool) -> RigPose:
    return person.retarget(mirrored(body) if mirror else body)


def mirrored(body: BodyJoints) -> BodyJoints:
    """The body as a mirror shows it: x turned round, left and right swapped; pixels stay with their joints."""
    swap = list(MIRROR_JOINTS)
    return BodyJoints(
        person_id=body.person_id,
        time_s=body.time_s,
        joints_world_m=body.joints_world_m[swap] * np.array([-1.0, 1.0, 1.0]),
        visibility=body.visibility[swap],
        joints_px=body.joints_px[swap],
        box_px=body.box_px,
        contacts=body.contacts[[2, 3, 0, 1]],
    )
