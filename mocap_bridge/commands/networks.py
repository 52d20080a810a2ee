"""From the name of a model to the three callables of the line."""

from functools import partial
from pathlib import Path

import cv2

from ..assets import shipped
from ..daemon import Networks
from ..detect import DOUBTFUL, PeopleFinder
from ..errors import ModelError
from ..estimate import PoseEstimator
from ..model import read_card
from ..pipeline import Estimate
from ..refine import Lifter
from ..search import Search, search_everywhere

OURS = {"xs": "models/mobilehumanpose_xs.onnx"}


def load_networks(model: str, independent: bool = False) -> Networks:
    """The networks for ``xs``, ``blazepose`` or the path of an ONNX file. Raises ModelError.

    ``independent`` pictures are searched everywhere at once, and each crop is also seen mirrored and turned: there is
    no next picture that could show more, and no hurry.
    """
    # As for the networks: OpenCV's second thread spins after every crop, for 7 % of what the whole line takes, and
    # crops are too small to come any sooner by it.
    cv2.setNumThreads(1)
    find = PeopleFinder(shipped("models/people_xs.onnx"), DOUBTFUL)
    detect = partial(search_everywhere, find) if independent else Search(find)
    lifter = Lifter(shipped("models/lifter.onnx"))
    # Its memory calms our own eyes and finds the pose better; sharper ones it would only make late.
    lift = (lambda: lifter.alone) if model == "blazepose" else lifter.person
    estimate, name, sha256 = _estimator(model, independent)
    return Networks(detect, estimate, lift, name, sha256)


def _estimator(model: str, thorough: bool) -> tuple[Estimate, str, str]:
    if model == "blazepose":
        from ..blazepose import BlazePose  # needs the extra [mediapipe], which takes seconds to import

        return BlazePose(), "blazepose", ""
    path = shipped(OURS[model]) if model in OURS else Path(model).expanduser()
    if not path.is_file():
        raise ModelError(
            f"no model {model!r}; choose from {', '.join(OURS)}, blazepose, or give the path of an .onnx file"
        )
    return PoseEstimator(path, thorough), path.stem, read_card(path.with_suffix(".toml")).sha256
