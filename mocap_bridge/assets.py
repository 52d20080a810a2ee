"""Where the files are that come with the program: models and configs, in the wheel or in a checkout."""

from pathlib import Path

from .errors import MocapError

_PACKAGE = Path(__file__).parent
_PLACES = (_PACKAGE / "_shipped", _PACKAGE.parent)  # the wheel carries copies; a checkout has the originals


def shipped(relative: str) -> Path:
    """The shipped file of this name, such as ``models/people_xs.onnx``. Raises MocapError if there is none."""
    for place in _PLACES:
        if (place / relative).is_file():
            return place / relative
    folder = Path(relative).parent
    there = sorted({file.name for place in _PLACES for file in (place / folder).glob(f"*{Path(relative).suffix}")})
    raise MocapError(
        f"this installation has no {relative} (looked in {' and '.join(str(place / folder) for place in _PLACES)}); "
        + (f"choose from {', '.join(there)}" if there else "install the package again")
    )
