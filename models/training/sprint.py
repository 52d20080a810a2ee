"""Half an hour on a borrowed graphics card: render, train a large teacher, distil it into the small network.

    python -m models.training.sprint --pack assets.pack --minutes 27 --out OUT
    python -m models.training.sprint --pack assets.pack --minutes 2 --out OUT --rehearse     # tiny, on any CPU

Renders come from several processes and stay on the card; crops are composed there. The teacher has the first part of
the time. Then two students of the shipped size learn from the same batches, one from teacher and labels, one from
labels alone; the one that the kept-back people prefer becomes ``mobilehumanpose_xs.pt``. ``OUT`` is written every
minute: checkpoints below 16 MiB each that ``models.training.export`` takes, ``sprint.json`` with all scores, and the
log. A later call with ``--resume OUT`` and the same ``--of`` goes on where this one was.
"""

import argparse
import sys
from pathlib import Path

import torch

from mocap_bridge.errors import MocapError
from models.training.gpu.run import Run, Scale
from models.training.gpu.stock import Size
from models.training.pose.mobilehumanpose import SIZES
from models.training.unpack import unpack

FULL = Scale(batch=384, first_renders=40_000, stock=Size(renders=250_000, places=1500, judged=1024))
TINY = Scale(
    batch=8, first_renders=64, stock=Size(renders=512, places=12, judged=16), sizes_px=((0.7, 128), (1.01, 192))
)
RATE_OF_ONE = 1.5e-4
"""Adam's highest rate for a batch of one; it grows with the square root of the batch."""


def main() -> None:
    options = parsed()
    try:
        sprint(options)
    except (MocapError, OSError, FloatingPointError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Render, train a teacher, distil: within one short loan of a GPU.")
    parser.add_argument("--pack", type=Path, required=True, help="file of models.training.pack")
    parser.add_argument("--out", type=Path, required=True, help="folder of checkpoints, scores and log")
    parser.add_argument("--minutes", type=float, required=True, help="of this call")
    parser.add_argument("--of", type=float, help="minutes of all calls together; default: this call is the last")
    parser.add_argument("--resume", type=Path, help="folder that an earlier call wrote")
    parser.add_argument("--work", type=Path, default=Path("runs/sprint"), help="folder to unpack into")
    parser.add_argument("--processes", type=int, help="renderers; 14 suit 16 cores")
    parser.add_argument("--teacher", default="l", choices=tuple(SIZES))
    parser.add_argument("--batch", type=int)
    parser.add_argument("--rate", type=float, help="highest; default grows with the square root of the batch")
    parser.add_argument("--compile", action="store_true", help="let torch compile the networks first")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rehearse", action="store_true", help="everything tiny, on the CPU")
    options = parser.parse_args()
    if not options.rehearse and not torch.cuda.is_available():
        parser.error("there is no graphics card here; --rehearse runs everything tiny on the CPU")
    if options.minutes <= 0 or (options.of is not None and options.of < options.minutes):
        parser.error("--minutes must be more than 0, and no more than --of")
    if options.resume is not None and not options.resume.is_dir():
        parser.error(f"--resume names {options.resume}, which is no folder")
    return options


def sprint(options: argparse.Namespace) -> None:
    """All of it. MocapError, OSError or FloatingPointError if it cannot go on; what was saved stays."""
    torch.manual_seed(options.seed)
    torch.backends.cudnn.benchmark = True
    scale = TINY if options.rehearse else FULL
    run = Run(
        scale.with_batch(options.batch),
        torch.device("cpu" if options.rehearse else "cuda"),
        options.out,
        minutes=options.minutes,
        of_minutes=options.of,
    )
    run.say(f"{unpack(options.pack, options.work)} files unpacked into {options.work}")
    rate = options.rate or RATE_OF_ONE * run.scale.batch**0.5
    run.make_learners(options.teacher, rate, options.compile)
    run.resume(options.resume, options.work)
    run.train(options.work, options.processes or (1 if options.rehearse else 14), options.seed)


if __name__ == "__main__":
    main()
