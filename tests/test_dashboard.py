"""The dashboard in a real headless Chromium, fed by a replayed take: what is drawn is what was sent."""

import base64
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import msgspec
import numpy as np
import pytest
from avatars import write_avatar
from faces import EXPRESSIONS, write_guest_avatar
from pages import PATIENCE_S, browser_path, ensure_built, eventually, replaying
from scenes import CAMERA, body_of, random_event, random_pose
from test_calibration import body as standing
from test_serving import STATUS as RECORDING_ONLY

from mocap_bridge.camera import camera_from_world, project
from mocap_bridge.extra_bones import EXTRA_BONES
from mocap_bridge.outputs.take import open_output
from mocap_bridge.performers import load_performer
from mocap_bridge.records import RigPose, Scene
from mocap_bridge.replay import read_take
from mocap_bridge.rotations import IDENTITY, about, angle_between, bone_heads_m, multiply
from mocap_bridge.serving.guard import Bind
from mocap_bridge.serving.page import load_page
from mocap_bridge.serving.requests import Request
from mocap_bridge.serving.server import Server
from mocap_bridge.skeleton import BONE, BONES, REST_OFFSETS_M
from mocap_bridge.wire.take_json import TakeHeader

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright, of the extra [test]")
FPS, FRAMES = 15, 90
FILM_FPS = 30
SLOWEST_START_S = 6.0
SOFTWARE = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
SOFTWARE += ["--disable-gpu-rasterization", "--disable-gpu-compositing"]
Y = np.array([0.0, 1.0, 0.0])


def turning(frame: int) -> RigPose:
    """Somebody who turns about, swings an arm, and steps aside."""
    swing = about(np.array([0.0, 0.0, 1.0]), np.sin(frame / 8))
    rotations = np.tile([0.0, 0.0, 0.0, 1.0], (len(BONES), 1))
    rotations[BONE["Hips"]] = about(Y, 2 * np.pi * frame / FRAMES)
    rotations[BONE["LeftUpperArm"]] = swing
    rotations[BONE["UpperChest"]] = about(np.array([1.0, 0.0, 0.0]), 0.3)
    rotations[BONE["RightLowerLeg"]] = about(np.array([1.0, 0.0, 0.0]), 0.4)
    lengths_m = np.linalg.norm(REST_OFFSETS_M, axis=1)
    lengths_m[0] = 0.0
    hips_m = np.array([0.4 * np.sin(frame / 10), 0.92, -3.0])
    return RigPose(1, frame / FPS, hips_m, rotations, np.ones(len(BONES)), lengths_m, np.ones(4))


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people; the second one's bones are all turned, and hands up now and then."""
    path = tmp_path_factory.mktemp("take") / "x.take.jsonl"
    random = np.random.default_rng(5)
    other = random_pose(2, 0.0, random)
    output = open_output(f"{path}")
    output.begin(TakeHeader(source="made up", model="none", model_sha256="00"))
    for frame in range(FRAMES):
        turned = multiply(about(Y, frame / 9), other.rotations_xyzw[0])[None]
        poses = (
            turning(frame),
            replace(other, time_s=frame / FPS, rotations_xyzw=np.concatenate([turned, other.rotations_xyzw[1:]])),
        )
        events = (random_event(1, frame / FPS, random),) if frame % 45 > 30 else ()
        bodies = tuple(replace(body_of(pose, random), visibility=np.ones(30)) for pose in poses)
        output.send(Scene(frame, frame / FPS, CAMERA, bodies, poses, events))
    output.close()
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator["playwright.Browser"]:
    path = browser_path()
    ensure_built()
    with playwright.sync_playwright() as started:
        began_s = time.monotonic()
        chromium = started.chromium.launch(executable_path=path, args=SOFTWARE)
        page = chromium.new_page()
        page.goto("about:blank")
        page.close()
        if (took_s := time.monotonic() - began_s) > SLOWEST_START_S:
            chromium.close()
            pytest.skip(f"this machine is too busy for a browser: an empty page took it {took_s:.0f} s")
        yield chromium
        chromium.close()


@contextmanager
def opened(browser: "playwright.Browser", url: str, width: int = 700) -> Iterator["playwright.Page"]:
    """A page that has said nothing in its console by the end.

    So low that the world view lies below the fold, where it is posed and not drawn: processors draw slowly.
    """
    page = browser.new_page(viewport={"width": width, "height": 500})
    page.set_default_timeout(PATIENCE_S * 1e3)
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    try:
        page.goto(url)
        yield page
        # Chromium's own remarks about drawing in software, and about reading pixels back, are not the page's.
        assert [text for text in told if "GL Driver Message" not in text and "swiftshader" not in text.lower()] == []
    finally:
        page.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recordings")


@pytest.fixture(scope="module")
def live(browser: "playwright.Browser", take: Path, folder: Path) -> Iterator["playwright.Page"]:
    with replaying(take, folder) as url, opened(browser, url) as page:
        eventually(lambda: says(page, "mocap.stage.newest?.people.length === 2"))
        yield page


def says(page: "playwright.Page", expression: str) -> object:
    # Not wait_for_function: it evaluates text inside the page, which the page's policy rightly forbids.
    return page.evaluate(f"() => Boolean(window.mocap) && ({expression})")


SHOWN = """() => ({
    frame: mocap.stage.newest.frame,
    people: [...mocap.figures.people].map(([id, {avatar}]) => [id, avatar.rotations(), avatar.constructor.name]),
})"""


def largest_error_deg(page: "playwright.Page", take: Path, samples: int = 8) -> float:
    """Between what three.js holds and what the take holds, over some frames and all bones."""
    scenes = {scene.frame_index: scene for scene in read_take(take).scenes}
    worst_deg, frames = 0.0, set()
    for _ in range(samples):
        shown = page.evaluate(SHOWN)
        frames.add(shown["frame"])
        poses = {pose.person_id: pose for pose in scenes[shown["frame"]].poses}
        assert sorted(poses) == sorted(person for person, *_ in shown["people"])
        for person, rotations, _ in shown["people"]:
            held = np.array([rotations[bone] for bone in BONES])
            worst_deg = max(worst_deg, float(np.degrees(angle_between(held, poses[person].rotations_xyzw)).max()))
        page.wait_for_timeout(150)
    assert len(frames) > 2, "the page stands still"
    return worst_deg


def test_the_mannequins_bones_follow_the_take(live: "playwright.Page", take: Path) -> None:
    assert largest_error_deg(live, take) < 1.0


@pytest.mark.parametrize("kind", ["vrm0", "vrm1"])
def test_a_dropped_avatars_bones_follow_the_take(
    live: "playwright.Page", take: Path, kind: str, tmp_path: Path
) -> None:
    live.set_input_files("#vrm-file", write_avatar(tmp_path / "hero.vrm", kind))
    eventually(lambda: says(live, "[...mocap.figures.people.values()].every(({avatar}) => avatar.vrm)"))
    eventually(lambda: says(live, "mocap.stage.newest.people.length === mocap.figures.people.size"))
    live.wait_for_timeout(300)
    assert largest_error_deg(live, take) < 1.0
    hips = live.evaluate(
        """() => [mocap.stage.newest.people.map(({hips_world_m}) => hips_world_m),
        [...mocap.figures.people.values()].map(({avatar: {vrm}}) => (vrm.scene.updateMatrixWorld(true),
            vrm.humanoid.getRawBoneNode('hips').matrixWorld.elements.slice(12, 15)))]"""
    )
    assert np.allclose(*hips, atol=0.005)


GUEST = """() => {
    const [{avatar}] = mocap.figures.people.values();
    const {humanoid, expressionManager, scene} = avatar.vrm;
    const bones = Object.entries(humanoid.humanBones).map(([bone, {node}]) => [bone, node.quaternion.toArray()]);
    const shown = expressionManager.expressions.map(({expressionName, weight}) => [expressionName, weight]);
    let lifted;
    scene.traverse((node) => (lifted = node.morphTargetInfluences ?? lifted));
    return {bones: Object.fromEntries(bones), shown: Object.fromEntries(shown), lifted: [...lifted]};
}"""


def test_a_guests_fingers_and_face_are_shown_on_the_mannequin_and_on_a_dropped_avatar(
    browser: "playwright.Browser", tmp_path: Path
) -> None:
    golden = Path(__file__).parent / "golden" / "guest.take.jsonl"
    pose = next(pose for scene in read_take(golden).scenes for pose in scene.poses)
    said = {blend.name: blend.value for blend in pose.blends}
    told = ("Joy", "mouthSmileLeft", "Blink", "A", "LookLeft", None)
    expected = {ours: said.get(theirs, 0.0) for ours, theirs in zip(EXPRESSIONS, told, strict=True)}
    with replaying(golden, tmp_path) as url, opened(browser, url) as page:
        eventually(lambda: says(page, "mocap.stage.newest?.people.length === 1"))
        _, held, _ = page.evaluate(SHOWN)["people"][0]
        assert page.evaluate("() => [...mocap.figures.people.values()][0].avatar.countenance.root.visible")
        for bone, turn in zip(EXTRA_BONES, pose.extra_rotations_xyzw, strict=True):
            if turn.any() and bone not in ("LeftEye", "RightEye", "Jaw"):
                assert np.degrees(angle_between(np.array(held[bone]), turn)) < 0.01, bone
        for kind, flip in (("vrm1", 1.0), ("vrm0", -1.0)):  # 0.x models face away
            page.set_input_files("#vrm-file", write_guest_avatar(tmp_path / f"{kind}.vrm", kind))
            worn = f"vrm?.meta.metaVersion === '{kind[-1]}'"
            worn = f"[...mocap.figures.people.values()].some(({{avatar: {{vrm}}}}) => {worn})"
            eventually(partial(says, page, worn))
            page.wait_for_timeout(300)  # a scene later
            seen = page.evaluate(GUEST)
            names = [bone[0].lower() + bone[1:] for bone in EXTRA_BONES]
            for row, name in enumerate(names):
                thumb = name.replace("ThumbProximal", "ThumbMetacarpal").replace("ThumbIntermediate", "ThumbProximal")
                turn = pose.extra_rotations_xyzw[row] if pose.extra_rotations_xyzw[row].any() else IDENTITY
                held = np.array(seen["bones"][thumb]) * [flip, 1.0, flip, 1.0]
                assert np.degrees(angle_between(held, turn)) < 0.01, name
            assert seen["shown"] == pytest.approx(expected, abs=1e-6)
            assert seen["lifted"] == pytest.approx(list(expected.values()), abs=1e-6)  # the mesh itself moves


DROPPED = """async name => {
    const files = new DataTransfer();
    files.items.add(new File([await mocap.worn.bytes], name));
    const told = { bubbles: true, cancelable: true, dataTransfer: files };
    const drag = (kind) => document.body.dispatchEvent(new DragEvent(kind, told));
    drag("dragover");
    const invited = document.getElementById("drop").checkVisibility();
    drag("drop");
    return invited;
}"""


def test_an_avatar_is_dropped_on_the_page_and_taken_off_again(live: "playwright.Page", tmp_path: Path) -> None:
    hero = base64.b64encode(write_avatar(tmp_path / "hero.vrm", "vrm1").read_bytes()).decode()
    live.evaluate("hero => { window.mocap.worn = { bytes: Uint8Array.from(atob(hero), c => c.charCodeAt(0)) }; }", hero)
    assert live.evaluate(DROPPED, "hero.vrm")
    eventually(lambda: says(live, "[...mocap.figures.people.values()].every(({avatar}) => avatar.vrm)"))
    eventually(lambda: live.is_visible("#avatar-credit"))
    live.click("#undress")
    eventually(lambda: says(live, "[...mocap.figures.people.values()].every(({avatar}) => !avatar.vrm)"))
    assert not live.is_visible("#avatar-credit")


def test_a_file_that_is_no_avatar_is_refused_and_nobody_undresses(live: "playwright.Page", tmp_path: Path) -> None:
    (tmp_path / "x.vrm").write_bytes(b"glTF nonsense")
    live.set_input_files("#vrm-file", tmp_path / "x.vrm")
    live.wait_for_selector("#toasts .trouble")
    assert "x.vrm is no whole glTF file" in live.inner_text("#toasts .trouble")
    eventually(lambda: says(live, "mocap.figures.people.size === 2"))


def test_recording_from_the_page_makes_a_valid_take(live: "playwright.Page", folder: Path) -> None:
    live.keyboard.press("r")
    eventually(lambda: says(live, "mocap.controls.status.recording?.frames > 10"))
    live.click("#record")
    eventually(lambda: says(live, "!mocap.controls.status.recording"))
    (recorded,) = folder.glob("*.take.jsonl")
    scenes = list(read_take(recorded).scenes)
    assert len(scenes) > 10
    assert {pose.person_id for scene in scenes for pose in scene.poses} == {1, 2}


@pytest.fixture(scope="module")
def t_pose(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody whose arms hang for a second, and are then held out for five."""
    path = tmp_path_factory.mktemp("pose") / "t.take.jsonl"
    output = open_output(f"{path}")
    output.begin(TakeHeader(source="made up", model="none", model_sha256="00"))
    for frame in range(6 * FPS):
        output.send(Scene(frame, frame / FPS, CAMERA, (standing(85.0 if frame < FPS else 0.0, time_s=frame / FPS),)))
    output.close()
    return path


def test_a_performer_measured_from_the_page_is_counted_down_told_and_kept(
    browser: "playwright.Browser", t_pose: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with replaying(t_pose, tmp_path) as url, opened(browser, url) as page:
        eventually(lambda: says(page, "mocap.controls.status?.frames > 0"))
        page.evaluate(FOLLOWED)
        page.keyboard.press("c")
        page.keyboard.type("anna")
        page.keyboard.press("Tab")
        page.keyboard.type("1.62")
        page.keyboard.press("Enter")
        eventually(lambda: page.is_visible("#calibrate-share"))
        assert page.is_disabled("#calibrate-go")
        said = page.locator("#calibrate-said")
        eventually(lambda: "kept in" in said.inner_text())
        assert said.inner_text().startswith("anna is 1.62 m tall")
        assert page.is_visible("#calibrate-dialog")
        assert page.is_enabled("#calibrate-go")
        eventually(lambda: page.is_hidden("#calibrate-share"))
        counted = {text.removeprefix("Hold it … ") for text in page.evaluate("() => mocap.told") if "Hold" in text}
        assert len(counted) > 1  # a busy page skips some
        assert counted <= {"1", "2", "3"}
        (kept,) = tmp_path.rglob("anna.toml")
        performer = load_performer(kept)
        assert performer is not None
        assert performer.height_m == 1.62
        shares = np.array(performer.lengths_m[1:]) / np.linalg.norm(REST_OFFSETS_M, axis=1)[1:]
        assert np.ptp(shares) < 0.02  # nobody is made of bones of different sizes
        page.fill("#calibrate-dialog input[name=performer]", "ben")
        page.click("#calibrate-go")
        eventually(lambda: says(page, "mocap.controls.status.calibration?.performer === 'ben'"))
        page.keyboard.press("Escape")  # whoever closes the dialog breaks it off
        eventually(lambda: says(page, "!mocap.controls.status.calibration"))
        eventually(lambda: "broken off" in (said.text_content() or ""))
    assert not list(tmp_path.rglob("ben.toml"))


FOLLOWED = """() => {
    const said = document.getElementById("calibrate-said");
    mocap.told = [];
    new MutationObserver(() => mocap.told.push(said.textContent)).observe(said, { childList: true });
}"""


def test_stop_and_start_are_obeyed(live: "playwright.Page") -> None:
    live.click("#run")
    eventually(lambda: says(live, "!mocap.controls.status.running"))
    assert live.inner_text("#pulse") == "stopped"
    frame = live.evaluate("() => mocap.recent.newest.frame")
    live.wait_for_timeout(300)
    assert live.evaluate("() => mocap.recent.newest.frame") == frame
    live.click("#run")
    eventually(lambda: says(live, f"mocap.recent.newest.frame !== {frame}"))


def test_an_output_is_edited_added_and_removed(live: "playwright.Page") -> None:
    live.fill("#outputs input[name=port]", "39997")
    live.click("#outputs .apply")
    eventually(lambda: says(live, "mocap.controls.status.outputs[0].url === 'osc:127.0.0.1:39997'"))
    live.fill("#add-output input[name=port]", "39998")
    live.click("#add-output button")
    eventually(lambda: says(live, "mocap.controls.status.outputs[1]?.packets > 3"))
    live.click("#outputs li:nth-child(2) button[aria-label^=Remove]")
    eventually(lambda: says(live, "mocap.controls.status.outputs.length === 1"))


def test_events_and_people_are_listed(live: "playwright.Page") -> None:
    eventually(lambda: live.is_visible("#timeline"))
    eventually(lambda: live.inner_text("#people .doing") == "hands_up" if live.is_visible("#people .doing") else False)
    assert live.locator("#people li").count() == 2


RULE = '[[event]]\nname = "here_i_am"\nwhen = "y(Head_top) > -9"\n'


def test_a_rule_typed_into_the_editor_is_checked_fires_and_is_saved(live: "playwright.Page", folder: Path) -> None:
    live.keyboard.press("u")
    eventually(lambda: "left_hand_up" in live.input_value("#rules-text"))
    live.fill("#rules-text", RULE.replace("Head_top", "Haed_top"))
    eventually(lambda: "Head_top" in live.inner_text("#rules-problems"))  # it names the nearest
    assert live.inner_text("#rules-problems button").startswith("3:")
    assert live.locator("#rules-marks mark").all_inner_texts() == ["Haed_top"]  # underlined where it stands
    assert live.get_attribute("#rules-text", "aria-invalid") == "true"
    assert live.is_disabled("#rules-use")
    live.click("#rules-problems .mend")
    assert live.input_value("#rules-text") == RULE
    eventually(lambda: live.is_enabled("#rules-save"))
    live.click("#rules-save")
    eventually(lambda: says(live, "mocap.recent.newest.events.some(({name}) => name === 'here_i_am')"))
    assert (folder / "my-events.toml").read_text() == RULE
    live.focus("#rules-text")
    live.keyboard.press("Escape")
    assert not live.is_visible("#rules")


PIXELS = """points => {
    const {effects, effectsCanvas} = mocap.screen;
    const scene = {...mocap.recent.newest, people: [points.person]};
    return points.places.map(({at, pixel}) => {
        effects.draw(scene, [{at, tone: 0}]);
        const sheet = document.createElement('canvas');
        Object.assign(sheet, {width: effectsCanvas.width, height: effectsCanvas.height});
        const context = sheet.getContext('2d');
        context.drawImage(effectsCanvas, 0, 0);
        const [w, h] = scene.camera.size_px;
        const place = [pixel[0] / w * sheet.width, pixel[1] / h * sheet.height].map(Math.floor);
        return [...context.getImageData(...place, 1, 1).data];
    });
}"""


def test_an_effect_behind_the_body_is_hidden_and_before_it_is_seen(live: "playwright.Page") -> None:
    live.click("#effects-on")
    eventually(lambda: says(live, "mocap.screen.effects && mocap.screen.effectsCanvas.width > 100"))
    pose = turning(0)  # faces the camera
    heads_m = bone_heads_m(pose.hips_world_m, pose.rotations_xyzw, REST_OFFSETS_M)
    chest_m = (heads_m[BONE["Chest"]] + heads_m[BONE["UpperChest"]]) / 2
    places = [chest_m + offset for offset in np.array([[0, 0, -0.3], [0, 0, 0.3], [0, 0, 0.0], [0.5, 0, -0.3]])]
    pixels = project(camera_from_world(np.array(places), CAMERA), CAMERA)
    person = {
        "id": 77,
        "hips_world_m": pose.hips_world_m.tolist(),
        "rotations_xyzw": pose.rotations_xyzw.tolist(),
        "bone_lengths_m": pose.bone_lengths_m.tolist(),
    }
    asked = [{"at": at.tolist(), "pixel": pixel.tolist()} for at, pixel in zip(places, pixels, strict=True)]
    behind, before, inside, beside = live.evaluate(PIXELS, {"person": person, "places": asked})
    assert behind == inside == [0, 0, 0, 0]
    assert min(before[3], beside[3]) > 200
    live.click("#effects-on")


def test_the_page_fits_a_phone_and_every_button_can_be_reached_by_keyboard(
    browser: "playwright.Browser", take: Path, tmp_path: Path
) -> None:
    with replaying(take, tmp_path) as url, opened(browser, url, width=390) as page:
        eventually(lambda: says(page, "mocap.stage.newest?.people.length === 2"))
        assert page.evaluate("() => document.documentElement.scrollWidth") == 390
        reached = set()
        for _ in range(40):
            page.keyboard.press("Tab")
            reached.add(page.evaluate("() => document.activeElement.id || document.activeElement.textContent.trim()"))
        assert {"run", "record", "calibrate", "theme", "stage", "effects-on", "vrm-file", "Add"} <= reached
        small = page.evaluate(
            """() => [...document.querySelectorAll('button, input, select')].filter((part) => part.checkVisibility())
            .map((part) => part.getBoundingClientRect()).filter(({right}) => right > 390).length"""
        )
        assert small == 0
        page.evaluate("() => document.activeElement.blur()")
        page.keyboard.press("l")
        assert page.evaluate("() => document.documentElement.dataset.theme") == "dark"
        page.keyboard.press("?")
        assert page.is_visible("#keys-dialog")
        assert page.locator("#keys div").count() > 10
        page.keyboard.press("Escape")
        assert not page.is_visible("#keys-dialog")
        nameless = page.evaluate(
            """() => [...document.querySelectorAll('button, input, select, textarea, canvas:not([aria-hidden])')]
            .filter((part) => !(part.ariaLabel || part.labels?.length || part.textContent.trim()))
            .map((part) => part.outerHTML)"""
        )
        assert nameless == []


def open_sockets(url: str) -> int:
    """As the program counts them."""
    with urlopen(f"{url}metrics", timeout=20) as told:
        return int(float(re.search(r"(?m)^mocap_dashboard_clients (\S+)", told.read().decode())[1]))  # type: ignore[index]


HIDDEN = """hidden => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_a_page_that_nobody_sees_asks_for_nothing_and_one_whose_program_is_gone_says_so_and_comes_back(
    browser: "playwright.Browser", take: Path, tmp_path: Path
) -> None:
    with replaying(take, tmp_path) as url:
        page = browser.new_page(viewport={"width": 700, "height": 500})
        page.goto(url)
        eventually(lambda: says(page, "mocap.recent.newest"))
        assert open_sockets(url) == 2  # a take holds no pictures
        page.evaluate(HIDDEN, True)
        eventually(lambda: open_sockets(url) == 1)
        page.evaluate(HIDDEN, False)
        eventually(lambda: open_sockets(url) == 2)
        assert not page.is_visible("#lost")
    eventually(lambda: page.is_visible("#lost"))
    assert page.inner_text("#pulse") == "no connection"
    assert page.title().startswith("no connection")
    with replaying(take, tmp_path, address=urlsplit(url).netloc):
        page.evaluate("() => { mocap.recent.newest = null; }")
        # Unless the page was faster: it comes back by itself, and hides the button.
        page.evaluate(
            "() => { if (!document.getElementById('lost').hidden) document.getElementById('again').click(); }"
        )
        eventually(lambda: says(page, "mocap.recent.newest") and not page.is_visible("#lost"))
        assert page.inner_text("#pulse") == "live"
    page.close()


SLOWLY = """() => {
    mocap.moments = [];
    const {picture} = mocap.screen, draw = picture.draw.bind(picture);
    picture.draw = (bitmap, scene) => {
        if (bitmap) mocap.moments.push([mocap.screen.shown, scene.frame]);
        draw(bitmap, scene);
    };
    setInterval(() => { for (const end = performance.now() + 350; performance.now() < end; ); }, 360);
}"""


def test_a_slow_page_stays_up_to_date_and_joints_are_of_their_pictures_moment(browser: "playwright.Browser") -> None:
    with (
        Server(Bind("127.0.0.1", 0), load_page(), _obey) as server,
        opened(browser, server.url) as page,
        filming(server) as newest,
    ):
        eventually(lambda: says(page, "mocap.screen.shown"))
        page.evaluate(SLOWLY)
        page.wait_for_timeout(6000)
        moments = page.evaluate("() => mocap.moments")
        behind = newest() - page.evaluate("() => mocap.recent.newest.frame")
    assert len(moments) > 4
    apart = [abs(picture - joints) for picture, joints in moments]
    assert np.median(apart) <= FILM_FPS * 0.1
    assert max(apart) <= FILM_FPS * 0.4
    assert behind < 2 * FILM_FPS  # without a window 4 s of scenes wait, and more with every second


@contextmanager
def filming(server: Server) -> Iterator[Callable[[], int]]:
    """Two people before a camera of ``FILM_FPS``, and a status now and then; yields what tells the newest frame."""
    random, ended = np.random.default_rng(3), threading.Event()
    poses = (random_pose(1, 0.0, random), random_pose(2, 0.0, random))
    bodies = tuple(body_of(pose, random) for pose in poses)
    image = random.integers(0, 255, (480, 640, 3), np.uint8)
    frame = 0

    def show() -> None:
        nonlocal frame
        while not ended.wait(1 / FILM_FPS):
            if frame % 10 == 0:
                server.tell(msgspec.structs.replace(RECORDING_ONLY, can=("picture",)))
            server.show(Scene(frame, frame / FILM_FPS, CAMERA, bodies, poses, ()), image)
            frame += 1

    thread = threading.Thread(target=show)
    thread.start()
    try:
        yield lambda: frame
    finally:
        ended.set()
        thread.join()


async def _obey(_: Request) -> str:
    return ""


def test_a_wrong_token_is_refused_and_the_right_one_opens(
    browser: "playwright.Browser", take: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOCAP_BRIDGE_TOKEN", "only-for-those-who-know")
    with replaying(take, tmp_path, address="0.0.0.0:0") as url:
        address = url.split("#")[0]
        page = browser.new_page()
        page.goto(f"{address}#token=a-wrong-token-of-letters")
        page.wait_for_selector("#token-dialog[open]")
        assert page.evaluate("() => mocap.recent.newest") is None
        assert page.is_visible("#token-wrong")
        page.keyboard.press("Escape")  # there is nothing behind it
        assert page.is_visible("#token-dialog")
        page.fill("#token-dialog input", url)  # the whole address will do
        page.click("#token-dialog button")
        eventually(lambda: says(page, "mocap.recent.newest"))
        assert "token" not in page.url
        page.close()
        with opened(browser, url) as page:
            eventually(lambda: says(page, "mocap.recent.newest"))


def test_a_page_from_elsewhere_gets_nothing(browser: "playwright.Browser", take: Path, tmp_path: Path) -> None:
    elsewhere = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=tmp_path))
    threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
    try:
        with replaying(take, tmp_path) as url:
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{elsewhere.server_port}/")
            for path in ("stream", "picture", "control"):
                got = page.evaluate(
                    """address => new Promise((told) => {
                        const socket = new WebSocket(address);
                        socket.onopen = () => told('open');
                        socket.onerror = () => told('refused');
                    })""",
                    url.replace("http", "ws") + path,
                )
                assert got == "refused"
            page.close()
    finally:
        elsewhere.shutdown()
        elsewhere.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass
