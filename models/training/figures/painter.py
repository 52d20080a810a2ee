"""Draws dressed people on any graphics card, or on none: OpenGL without a window, skinning on the card.

With Mesa's software driver set ``LP_NUM_THREADS=0`` when several processes draw at once. Camera axes are x right,
y down, z forward, in metres.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import moderngl
import numpy as np
import numpy.typing as npt

from mocap_bridge.records import Array, Image
from models.training.figures.bodies import Part
from models.training.figures.meshes import CORNER_FORMAT

NEAREST_M = 0.15
SUPERSAMPLED = 1.5
"""The card draws this much larger; averaging gives soft edges."""
GREY = 128
"""What lies behind a person in the finished picture."""

_VERTEX_SHADER = """
#version 330
in vec3 position; in vec3 normal; in vec2 uv; in vec4 bones; in vec4 weights;
uniform mat4 skin[31]; uniform mat3 camera_from_body; uniform vec3 body_in_camera; uniform vec4 view;
out vec3 turned; out vec2 at; out vec3 rest; out vec3 seen_from;
void main() {
    mat4 blend = skin[int(bones.x + .5)] * weights.x + skin[int(bones.y + .5)] * weights.y
               + skin[int(bones.z + .5)] * weights.z + skin[int(bones.w + .5)] * weights.w;
    vec3 here = camera_from_body * (blend * vec4(position, 1)).xyz + body_in_camera;
    turned = camera_from_body * (mat3(blend) * normal); at = uv; rest = position; seen_from = -here;
    // view = centre and half size of what is seen, as x/z and y/z; depth = 1 - nearest / z. GL's up is our down,
    // so that the first row that is read back is the top one.
    gl_Position = vec4((here.xy - view.xy * here.z) / view.zw, here.z - 2. * NEAREST, here.z);
}
""".replace("NEAREST", str(NEAREST_M))

_FRAGMENT_SHADER = """
#version 330
in vec3 turned; in vec2 at; in vec3 rest; in vec3 seen_from; out vec4 colour;
uniform sampler2D texture_map; uniform sampler2D fabric_map; uniform sampler2D print_map;
uniform vec3 mean; uniform float keep_hue; uniform float least_alpha;
uniform vec4 dye_above; uniform vec4 dye_below; uniform float waist;
uniform vec2 fabric; uniform vec4 print_box; uniform float folds; uniform float gloss;
uniform vec3 key; uniform vec3 key_colour; uniform vec3 fill; uniform vec3 fill_colour;
uniform vec3 up; uniform vec3 sky; uniform vec3 ground;
void main() {
    vec4 own = texture(texture_map, at);
    if (own.a < least_alpha) discard;
    vec3 grey = vec3(.3, .6, .1);
    vec3 detail = mix(vec3(dot(own.rgb, grey) / max(dot(mean, grey), .02)), own.rgb / max(mean, vec3(.02)), keep_hue);
    vec4 dye = rest.y > waist ? dye_above : dye_below;
    vec3 base = mix(own.rgb, dye.rgb * detail, dye.a);
    if (fabric.y > 0.) {
        vec3 woven = texture(fabric_map, vec2(rest.x + .6 * rest.z, rest.y) * fabric.x).rgb;
        base = mix(base, woven * min(detail, 1.4), fabric.y);
    }
    vec2 on_print = (rest.xy - print_box.xy) / max(print_box.zw, vec2(1e-3)) + .5;
    if (print_box.z > 0. && rest.z > 0. && all(greaterThan(on_print, vec2(0))) && all(lessThan(on_print, vec2(1))))
        base = texture(print_map, on_print).rgb;
    vec3 n = normalize(turned);
    vec3 sight = normalize(seen_from);
    if (dot(n, sight) < 0.) n = -n;
    vec3 p = rest * 34.;
    n = normalize(n + folds * vec3(sin(p.y + 2. * sin(p.x * .7)), sin(p.x * 1.3 + 2. * sin(p.y * .6 + p.z)),
                                   sin(p.y * .8 + p.x)));
    float facing = dot(n, sight);
    vec3 light = mix(ground, sky, dot(n, up) * .5 + .5) * mix(.62, 1., facing)
               + key_colour * max(dot(n, key) * .85 + .15, 0.) + fill_colour * max(dot(n, fill), 0.);
    vec3 shine = key_colour * gloss * pow(max(dot(n, normalize(key + sight)), 0.), 18.);
    vec3 lit = base * light + shine;
    // A camera's shoulder: highlights run into white instead of stopping there.
    colour = vec4(mix(lit, .7 + .3 * (1. - exp((.7 - lit) / .3)), step(.7, lit)), 1);
}
"""


@dataclass(frozen=True, eq=False)
class View:
    """Where a camera stands and which part of its picture is drawn."""

    camera_from_body: Array  # (3, 3)
    body_in_camera_m: Array  # (3,)
    center: Array  # (2,) x/z and y/z in the middle of the picture
    half: float  # half the picture's width, as x/z


@dataclass(frozen=True, eq=False)
class Light:
    """Two lamps and the light of the room. Directions point to the lamp, in camera axes; colours are RGB."""

    key: Array
    key_colour: Array
    fill: Array
    fill_colour: Array
    up: Array
    sky: Array
    ground: Array


@dataclass(frozen=True, eq=False)
class Dye:
    """How one part looks in one picture. The defaults leave its own texture as it is."""

    above: tuple[float, ...] = (1.0, 1.0, 1.0, 0.0)  # colour and how much of it, above the waist
    below: tuple[float, ...] = (1.0, 1.0, 1.0, 0.0)
    keep_hue: bool = False  # the texture's own variation of hue survives the dye
    fabric: int = 0  # row of the fabrics handed to the painter
    fabric_per_m: float = 0.0
    fabric_share: float = 0.0
    print: int = 0  # row of the prints
    print_box_m: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0)  # centre and size at rest; no width = no print
    folds: float = 0.0
    gloss: float = 0.0


@dataclass(frozen=True, eq=False)
class Model:
    """A person's parts, uploaded."""

    parts: list[tuple[Part, moderngl.VertexArray, list[moderngl.Buffer]]]

    def release(self) -> None:
        """Frees the card's memory; Python would not."""
        for _, array, buffers in self.parts:
            array.release()
            for buffer in buffers:
                buffer.release()


class Painter:
    """An OpenGL context with one canvas of ``size_px`` (width, height)."""

    def __init__(self, size_px: tuple[int, int], fabrics: list[Image], prints: list[Image], eyes: Image) -> None:
        self.size_px = size_px
        large = (round(size_px[0] * SUPERSAMPLED), round(size_px[1] * SUPERSAMPLED))
        egl: Any = "egl"  # moderngl's annotation asks for a dict, its manual for a name
        self._context = moderngl.create_context(standalone=True, backend=egl)
        self._program = self._context.program(vertex_shader=_VERTEX_SHADER, fragment_shader=_FRAGMENT_SHADER)
        for unit, name in enumerate(("texture_map", "fabric_map", "print_map")):
            self._program[name] = unit
        self._canvas = self._context.framebuffer(
            [self._context.renderbuffer(large, 4)], self._context.depth_renderbuffer(large)
        )
        self._canvas.use()
        self._context.enable(moderngl.DEPTH_TEST)
        self._fabrics = [self._texture(picture) for picture in fabrics]
        self._prints = [self._texture(picture) for picture in prints]
        self._eyes = self._texture(eyes)
        self._white = self._texture(np.full((2, 2, 3), 255, np.uint8))
        self._textures: dict[Path, tuple[moderngl.Texture, Array, bool]] = {}

    def upload(self, parts: tuple[Part, ...]) -> Model:
        """Put a person on the card."""
        names = ("position", "normal", "uv", "bones", "weights")
        uploaded = []
        for part in parts:
            if not len(part.triangles):
                continue
            used, triangles = np.unique(part.triangles, return_inverse=True)
            corners = self._context.buffer(part.corners[used].tobytes())
            index = self._context.buffer(triangles.reshape(-1).astype(np.int32).tobytes())
            array = self._context.vertex_array(self._program, [(corners, CORNER_FORMAT, *names)], index)
            uploaded.append((part, array, [corners, index]))
        return Model(uploaded)

    def clear(self) -> None:
        self._context.clear(0.0, 0.0, 0.0, 0.0, depth=1.0)

    def draw(self, model: Model, dyes: list[Dye], skin: Array, view: View, light: Light, waist_m: float) -> None:
        """Draw a person over what is there. ``skin`` (B, 4, 4) moves the body at rest; one dye per part."""
        program: Any = self._program  # its values have a type per kind of variable
        program["skin"].write(np.ascontiguousarray(np.swapaxes(skin, 1, 2), np.float32).tobytes())
        program["camera_from_body"].write(np.ascontiguousarray(view.camera_from_body.T, np.float32).tobytes())
        program["body_in_camera"] = tuple(view.body_in_camera_m)
        program["view"] = (*view.center, view.half, view.half * self.size_px[1] / self.size_px[0])
        program["waist"] = waist_m
        for name, value in vars(light).items():
            program[name] = tuple(value)
        for (part, array, _), dye in zip(model.parts, dyes, strict=True):
            self._prepare(part, dye)
            array.render()

    def read(self) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """What is drawn: colour times alpha, and alpha (H, W, 4) 0..255 from the top; distance in metres (H, W)."""
        width, height = self._canvas.size
        raw = np.frombuffer(self._canvas.read(components=4), np.uint8).reshape(height, width, 4)
        soft = cv2.resize(raw, self.size_px, interpolation=cv2.INTER_AREA).astype(np.float32)
        depth = np.frombuffer(self._canvas.read(attachment=-1, components=1, dtype="f4"), np.float32)
        depth = cv2.resize(depth.reshape(height, width), self.size_px, interpolation=cv2.INTER_NEAREST)
        with np.errstate(divide="ignore"):
            return soft, NEAREST_M / (1 - depth)

    def _prepare(self, part: Part, dye: Dye) -> None:
        texture, mean, cut_out = self._look_of(part)
        texture.use(0)
        self._fabrics[dye.fabric].use(1)
        self._prints[dye.print].use(2)
        program = self._program
        program["mean"] = tuple(mean)
        program["least_alpha"] = 0.45 if cut_out else 0.0
        program["keep_hue"] = float(dye.keep_hue)
        program["dye_above"], program["dye_below"] = dye.above, dye.below
        program["fabric"] = (dye.fabric_per_m, dye.fabric_share)
        program["print_box"] = dye.print_box_m
        program["folds"], program["gloss"] = dye.folds, dye.gloss

    def _look_of(self, part: Part) -> tuple[moderngl.Texture, Array, bool]:
        """Texture, its mean colour, and whether holes in it are holes in the part."""
        if part.texture is None:
            return (self._eyes if part.kind == "eyes" else self._white), np.ones(3), False
        if part.texture not in self._textures:
            picture = cv2.imread(str(part.texture), cv2.IMREAD_UNCHANGED)
            if picture is None:
                raise FileNotFoundError(f"{part.texture} cannot be read as a picture")
            picture = cv2.resize(picture, (512, 512), interpolation=cv2.INTER_AREA)
            order = cv2.COLOR_BGRA2RGBA if picture.shape[2] == 4 else cv2.COLOR_BGR2RGB
            picture = np.asarray(cv2.cvtColor(picture, order))
            solid = picture[..., :3][picture[..., 3] > 128] if picture.shape[2] == 4 else picture.reshape(-1, 3)
            mean = np.median(solid, axis=0) / 255
            self._textures[part.texture] = (self._texture(picture), mean, picture.shape[2] == 4)
        return self._textures[part.texture]

    def _texture(self, picture: Image) -> moderngl.Texture:
        flipped = np.ascontiguousarray(picture[::-1])
        height, width, channels = flipped.shape
        texture = self._context.texture((width, height), channels, flipped.tobytes(), alignment=1)
        texture.build_mipmaps()
        texture.filter = (moderngl.LINEAR_MIPMAP_NEAREST, moderngl.LINEAR)
        return texture
