"""One call of a sprint: its clock, its networks, and the loop that teaches them."""

import json
import shutil
import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from models.training.gpu.crops import Asked, Crops, Stock, compose
from models.training.gpu.distill import distilled
from models.training.gpu.learner import Learner
from models.training.gpu.renderers import Order, Renderers
from models.training.gpu.score import score
from models.training.gpu.stock import Size, judging, open_stock, wait_for_renders
from models.training.gpu.views import Dice
from models.training.pose.loss import pose_loss
from models.training.train import SIZES_PX

SHIPPED = "mobilehumanpose_xs"
TEACHER, DISTILLED, PLAIN = "teacher", "xs_distilled", "xs_plain"
TEACHER_SHARE = 0.45
"""Of the time; the students have the rest."""
SAVE_S, SCORE_S = 60.0, 180.0


@dataclass(frozen=True)
class Scale:
    """How large everything is."""

    batch: int
    first_renders: int  # before training begins
    stock: Size
    sizes_px: tuple[tuple[float, int], ...] = SIZES_PX  # crop sizes, each until this share of a phase

    def with_batch(self, batch: int | None) -> "Scale":
        return replace(self, batch=batch) if batch else self


@dataclass
class Diary:
    """What is known so far; written beside the checkpoints."""

    spent_s: float = 0.0  # of all calls
    rendered: int = 0
    better: str = ""
    scores: list[dict[str, Any]] = field(default_factory=list)


class Run:
    """The state of one call. Times are seconds of all calls together."""

    def __init__(self, scale: Scale, device: torch.device, out: Path, minutes: float, of_minutes: float | None) -> None:
        self.scale, self.device, self.out = scale, device, out
        self.learners: dict[str, Learner] = {}
        self.diary = Diary()
        self._began_s, self._minutes, self._of_minutes = time.monotonic(), minutes, of_minutes
        self._before_s = 0.0
        out.mkdir(parents=True, exist_ok=True)

    def make_learners(self, teacher: str, rate: float, compiled: bool) -> None:
        for name, size in {TEACHER: teacher, DISTILLED: "xs", PLAIN: "xs"}.items():
            self.learners[name] = Learner(name, size, rate, self.device, compiled)

    def resume(self, folder: Path | None, assets: Path) -> None:
        """Networks and time of an earlier call, if there was one; students begin with the pack's checkpoint."""
        if folder is not None:
            self.diary = Diary(**json.loads((folder / "sprint.json").read_text()))
            self._before_s = self.diary.spent_s
        for name, learner in self.learners.items():
            begun = [assets / "runs" / "checkpoints" / f"{SHIPPED}.pt"] if name != TEACHER else []
            before = [folder / f"{name}.pt"] if folder is not None else []
            found = next((path for path in (*before, *begun) if path.is_file()), None)
            if found is not None:
                learner.load(found)
            self.say(f"{name}: {f'from {found}' if found else 'from nothing'}, {learner.progress.samples} samples")

    def train(self, assets: Path, processes: int, seed: int) -> None:
        """Until the time is over. RenderError, FloatingPointError: what was saved before stays."""
        order = Order(assets / "data", assets / "runs" / "poses.npz", val=False, seed=1000 * (seed + 1))
        renderers = Renderers(order, processes)
        try:
            stock, kept = open_stock(assets, self.scale.stock, seed, self.device)
            judges = judging(assets, kept, self.scale.stock, self.scale.sizes_px[-1][1], self.device)
            self.say(f"{len(stock.real)} real people, {len(kept)} kept back, {len(stock.places)} places")
            wait_for_renders(stock, renderers, self.scale.first_renders)
            self.say(f"{renderers.rendered} renders, {renderers.rendered / self._own_s:.0f}/s since the start")
            self._until_over(stock, renderers, judges, Dice(seed + int(self._before_s), self.device))
            self.judge(judges)
            self.save(renderers.rendered)
        finally:
            renderers.close()

    def _until_over(self, stock: Stock, renderers: Renderers, judges: dict[str, Crops], dice: Dice) -> None:
        saved_s = scored_s = self._own_s
        crops, rendered = 0, renderers.rendered
        while self._own_s < 60 * self._minutes and self._share < 1:
            for block in renderers.ready():
                stock.renders.add(block)
            losses = self.step(stock, dice)
            crops += self.scale.batch
            if (passed_s := self._own_s - saved_s) > SAVE_S:
                rates = f"{crops / passed_s:.0f} crops/s, {(renderers.rendered - rendered) / passed_s:.0f} renders/s"
                self.say(f"{self._share:.0%}, {rates} | " + " ".join(f"{n} {v:.3f}" for n, v in losses.items()))
                saved_s, crops, rendered = self._own_s, 0, renderers.rendered
                self.save(renderers.rendered)
            if self._own_s - scored_s > SCORE_S:
                self.judge(judges)
                scored_s = self._own_s

    def step(self, stock: Stock, dice: Dice) -> dict[str, float]:
        """One batch for whoever's turn it is; the parts of the loss of the last one who learned."""
        teaches = self._share < TEACHER_SHARE
        begin, end = (0.0, TEACHER_SHARE) if teaches else (TEACHER_SHARE, 1.0)
        done = min((self._share - begin) / (end - begin), 1.0)
        size_px = next(size_px for until, size_px in self.scale.sizes_px if done < until)
        crops = compose(stock, Asked(self.scale.batch, size_px), dice)
        batch = crops.batch()
        if teaches:
            teacher = self.learners[TEACHER]
            loss, parts = pose_loss(teacher.answer(crops.images), batch, self.device)
            teacher.learn(loss, done, self.scale.batch)
            return parts
        losses: dict[str, float] = {}
        wisdom = self.learners[TEACHER].verdict(crops.images)
        for name in (PLAIN, DISTILLED):
            student = self.learners[name]
            answer = student.answer(crops.images)
            loss, losses = pose_loss(answer, batch, self.device)
            if name == DISTILLED:
                loss = distilled(loss, answer, wisdom, crops.labels["presence"], done)
            student.learn(loss, done, self.scale.batch)
        return losses

    def judge(self, judges: dict[str, Crops]) -> None:
        """Score everybody who has learned something, and note which student is better."""
        means: dict[str, float] = {}
        for name, learner in self.learners.items():
            for kind, crops in judges.items():
                found = score(learner, crops)
                self.say(f"{name} on {found.people} {kind}: PCK {found.pck:.3f}, depth {found.depth_mm:.0f} mm")
                self.diary.scores.append({"spent_s": self._now_s, "network": name, "set": kind} | asdict(found))
                means[name] = means.get(name, 0.0) + found.pck / len(judges)
        self.diary.better = max((PLAIN, DISTILLED), key=means.__getitem__)

    def save(self, rendered: int) -> None:
        """Checkpoints, the better student under its shipping name, and the diary."""
        for learner in self.learners.values():
            learner.save(self.out)
        if self.diary.better:
            shutil.copyfile(self.out / f"{self.diary.better}.pt", self.out / f"{SHIPPED}.pt")
        self.diary.spent_s, self.diary.rendered = self._now_s, rendered
        (self.out / "sprint.json").write_text(json.dumps(asdict(self.diary), indent=1))

    def say(self, words: str) -> None:
        """To the terminal and to the log."""
        line = f"{self._own_s:7.1f} s  {words}"
        print(line, flush=True)
        with (self.out / "sprint.log").open("a") as file:
            file.write(line + "\n")

    @property
    def _own_s(self) -> float:
        """Since this call began."""
        return time.monotonic() - self._began_s

    @property
    def _now_s(self) -> float:
        """Of all calls."""
        return self._before_s + self._own_s

    @property
    def _share(self) -> float:
        """Of the time of all calls, 0..1."""
        return self._now_s / (60 * self._of_minutes if self._of_minutes else self._before_s + 60 * self._minutes)
