"""The colours that one person wears in one picture, and the light that falls on it: drawn anew every time."""

import numpy as np

from mocap_bridge.records import Array
from models.training.figures.bodies import Part, Person
from models.training.figures.looks import cloth_colour, hair_colour, skin_colour
from models.training.figures.painter import Dye, Light

Random = np.random.Generator

PRINT_SHARE = 0.3


def random_dyes(person: Person, fabrics: int, prints: int, rng: Random) -> list[Dye]:
    """One dye per part of a person; ``fabrics`` and ``prints`` are how many the painter holds."""
    skin, hair = skin_colour(rng), hair_colour(rng)
    printed = rng.random() < PRINT_SHARE
    dyes = []
    for part in person.parts:
        if part.kind == "skin":
            own = 1.0 if rng.random() < 0.85 else rng.uniform(0.6, 1.0)
            dyes.append(Dye((*skin, own), (*skin, own), keep_hue=True, gloss=float(rng.uniform(0, 0.12))))
        elif part.kind == "hair":
            dyes.append(Dye((*hair, 0.95), (*hair, 0.95), gloss=float(rng.uniform(0.02, 0.2))))
        elif part.kind == "eyes":
            dyes.append(Dye(gloss=0.2))
        elif part.kind == "shoes":
            colour = (*cloth_colour(rng), float(rng.uniform(0.3, 1.0)) * (rng.random() < 0.7 or part.texture is None))
            dyes.append(Dye(colour, colour, gloss=float(rng.uniform(0, 0.3))))
        else:
            dyes.append(_cloth(person, part, fabrics, prints if printed else 0, rng))
    return dyes


def random_light(camera_from_body: Array, rng: Random) -> Light:
    """A lamp from above or the side, a weaker one from anywhere, and the light of the room."""
    up = camera_from_body @ np.array([0.0, 1.0, 0.0])
    ambient = rng.uniform(0.3, 0.85)
    return Light(
        key=_direction(rng, 0.8 * up + np.array([0.0, 0.0, -0.4])),
        key_colour=_tint(rng) * rng.uniform(0.15, 1.0),
        fill=_direction(rng, 0.3 * up),
        fill_colour=_tint(rng) * rng.uniform(0.0, 0.4),
        up=up,
        sky=_tint(rng) * ambient,
        ground=_tint(rng) * ambient * rng.uniform(0.4, 0.95),
    )


def _cloth(person: Person, part: Part, fabrics: int, prints: int, rng: Random) -> Dye:
    """Two colours, a fabric, and a print on the chest where ``prints`` is not 0."""
    own = part.texture is not None
    amount = 1.0 if not own else float(rng.uniform(0.4, 1.0)) * (rng.random() < 0.65)
    above, below = cloth_colour(rng), cloth_colour(rng)
    if not own:
        below = above  # a shirt that hangs over the waist has one colour
    width_m, height_m = rng.uniform(0.12, 0.34, 2)
    x, y = person.chest_m[0], person.chest_m[1] - rng.uniform(0.0, 0.08)
    woven = rng.random() < (0.25 if own else 0.6)
    return Dye(
        above=(*above, amount),
        below=(*below, amount),
        fabric=int(rng.integers(fabrics)),
        fabric_per_m=float(np.exp(rng.uniform(np.log(1.2), np.log(8.0)))),
        fabric_share=float(rng.uniform(0.7, 1.0)) if woven else 0.0,
        print=int(rng.integers(prints)) if prints else 0,
        print_box_m=(x, y, width_m, height_m) if prints else (0.0, 0.0, 0.0, 0.0),
        folds=float(rng.uniform(0.0, 0.16)),
        gloss=float(rng.uniform(0.0, 0.06)),
    )


def _direction(rng: Random, towards: Array) -> Array:
    direction = rng.normal(0, 0.6, 3) + towards
    return np.asarray(direction / np.linalg.norm(direction))


def _tint(rng: Random) -> Array:
    return np.asarray(np.clip(1 + rng.normal(0, 0.1, 3), 0.6, 1.4))
