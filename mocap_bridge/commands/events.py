"""``events``: what rules there are, whether a file of them is right, and when they would fire in a take."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ..replay import Take
    from ..rules import Rules
    from ..timeline import Span

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Rules that tell when somebody raises the hands, jumps, waves: list, check, try and learn them.",
)

RulesFile = Annotated[str, typer.Argument(metavar="FILE", help="A rules file (see configs/events.toml).")]
TakeArgument = Annotated[str, typer.Argument(metavar="TAKE", help="A file that record has written (x.take.jsonl).")]
Files = Annotated[
    list[str] | None,
    typer.Option("--events", metavar="FILE", help="Rules of your own beside the shipped ones, any number of times."),
]
Picture = Annotated[str | None, typer.Option("--out", metavar="FILE.png", help="Also draw a timeline.")]
Only = Annotated[list[str] | None, typer.Option("--only", metavar="NAME", help="Only this event, any number of times.")]


@app.command("list")
def list_(events: Files = None) -> None:
    """List the events that would be looked for.

    Example: mocap-bridge events list --events mine.toml
    """
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for heading in ("event", "of", "what"):
        table.add_column(heading)
    for rule in _rules(events).rules:
        after = f" (after {rule.after}, within {rule.within_s:g} s)" if rule.after else ""
        table.add_row(rule.name, rule.scope, (rule.about or rule.when.text) + after)
    Console().print(table)


@app.command()
def words() -> None:
    """List every word that a rule may use.

    Example: mocap-bridge events words
    """
    from rich.console import Console
    from rich.table import Table

    from ..rules.functions import FUNCTIONS
    from ..rules.signatures import SPECIAL
    from ..skeleton import BONES, JOINTS

    table = Table()
    for heading in ("function", "gives"):
        table.add_column(heading)
    special = {
        "pick": "the first where something is true, else the second",
        "other": "the same of the partner, where scope is pair",
        "inside": "whether somebody stands in a zone, or a place is above it",
        "unlike": "how far a body is from a learned pose, in torsos",
    }
    for function in FUNCTIONS.values():
        table.add_row(" or ".join(function.forms), function.meaning)
    for name, forms in SPECIAL.items():
        table.add_row(" or ".join(forms), special[name])
    Console().print(table)
    print(f"joints: {' '.join(JOINTS)}")
    print(f"bones (where they begin): {' '.join(BONES)}")
    print("directions: left up ahead   numbers: height height_m torso_m")
    print("between them: + - * / < <= > >= and or not ( )")


@app.command()
def check(file: RulesFile) -> None:
    """Say what is wrong with a rules file, with line and column; exit code 2 if anything is.

    Example: mocap-bridge events check mine.toml
    """
    from ..errors import SettingsError
    from ..rulebook import check_file

    problems = check_file(file)
    for problem in problems:
        print(f"{file}:{problem.line}:{problem.column}: {problem.message}")
    if problems:
        raise SettingsError(f"{file} has {len(problems)} problem{'s' if len(problems) > 1 else ''}")
    print(f"{file} is right")


@app.command("test")
def fired(take: TakeArgument, events: Files = None, only: Only = None, out: Picture = None) -> None:
    """Say when the rules would fire in a take, as if it happened again.

    Example: mocap-bridge events test dance.take.jsonl --events mine.toml --out dance.png
    """
    from ..errors import OutputError
    from ..replay import read_take
    from .takes import tell_torn

    if out and not out.lower().endswith(".png"):
        raise OutputError(f"--out {out}: the name must end in .png")
    rules = _rules(events)
    known = [rule.name for rule in rules.rules]
    for name in only or ():
        if name not in known:
            from ..errors import SettingsError
            from ..rules.vocabulary import nearest

            raise SettingsError(f'there is no event "{name}"{nearest(name, known)}; there are {", ".join(known)}')
    recording = read_take(take)
    found, begin_s, end_s = _spans(recording, rules)
    spans = [span for span in found if not only or span.name in only]
    for span in spans:
        who = "room" if span.person_id == 0 else f"person {span.person_id}"
        other = f" and {span.other_id}" if span.other_id >= 0 else ""
        count = f"  number {span.count}" if span.count else ""
        print(
            f"{span.begin_s - begin_s:8.2f} s  {span.end_s - span.begin_s:6.2f} s  {span.name}  {who}{other}  "
            f"strength {span.strength:.2f}{count}"
        )
    print(f"{len(spans)} events in {end_s - begin_s:.1f} s")
    if out:
        _draw(spans, (begin_s, end_s), recording.path.name, out)
    tell_torn(recording)


@app.command()
def learn(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the event shall be called.")],
    take: Annotated[str, typer.Option("--take", metavar="TAKE", help="A take that shows it.")],
    at: Annotated[str, typer.Option("--at", metavar="S,S,S", help="When, seconds from the begin of the take.")],
    person: Annotated[int | None, typer.Option(metavar="ID", help="Whose pose, if several are there.")] = None,
    file: Annotated[str | None, typer.Option("-o", "--file", metavar="FILE.toml", help="The file to write.")] = None,
) -> None:
    """Write a rule for a pose from a few moments that show it, and try it on the rest of the take.

    Example: mocap-bridge events learn hero --take poses.take.jsonl --at 3.2,7.9,12.4
    """
    from pathlib import Path

    from ..errors import OutputError, SettingsError
    from ..learning import learned, look, quoted, rule_text
    from ..replay import read_take
    from ..rules import check
    from .takes import tell_torn

    if wrong := check(f'[[event]]\nname = {quoted(name)}\nwhen = "True"\n'):
        raise SettingsError(f"{name}: {wrong[0].message}")
    try:
        moments_s = [float(one) for one in at.split(",")]
    except ValueError:
        raise SettingsError(f"--at {at}: write seconds with commas between, such as 3.2,7.9") from None
    path = Path(file or f"{name}.toml")
    if path.exists():
        raise OutputError(f"{path} exists already; choose another name with -o")
    recording = read_take(take)
    seen = look(recording.scenes)
    if not seen:
        raise SettingsError(f"{take} shows nobody")
    try:
        lesson = learned(seen, moments_s, person)
    except ValueError as error:
        raise SettingsError(f"--at {at}: {error}") from None
    text = rule_text(name, lesson, recording.path.name)
    if problems := check(text):
        raise SettingsError("; ".join(problem.message for problem in problems))
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from error
    count = len(lesson.examples)
    by = f"by {len(lesson.joints)} joints"
    print(f"{path}: looks like one of {count} moments within {lesson.threshold:.3f} torsos, {by}")
    if count > 1:
        print(f"the moments differ by {lesson.apart:.3f}; {lesson.recognised} of {count} would be found by the others")
    print(f"the rest of the take comes as near as {lesson.nearest_else:.3f}")
    times = ", ".join(f"{at_s:.2f}" for at_s in lesson.elsewhere_s[:20])
    if count > 1 and lesson.apart >= lesson.nearest_else:
        print("so these moments differ more from each other than from the rest: choose some that look more alike")
    print(f"it would also fire {len(lesson.elsewhere_s)} times elsewhere" + (f", at {times} s" if times else ""))
    tell_torn(recording)


def _rules(events: list[str] | None) -> "Rules":
    from ..rulebook import SHIPPED, load_rules

    return load_rules([SHIPPED, *(events or ())])


def _spans(recording: "Take", rules: "Rules") -> "tuple[list[Span], float, float]":
    """What the rules find in a take, and when the take begins and ends."""
    from collections.abc import Iterator

    from ..records import Scene
    from ..timeline import spans
    from ..watch import watched

    times_s = [0.0, 0.0]

    def timed() -> "Iterator[Scene]":
        for number, scene in enumerate(recording.scenes):
            times_s[:] = [scene.time_s if number == 0 else times_s[0], scene.time_s]
            yield scene

    found = spans(watched(timed(), rules, bool(recording.header.settings.get("mirror", False))))
    return found, times_s[0], times_s[1]


def _draw(found: "list[Span]", between_s: tuple[float, float], title: str, out: str) -> None:
    import cv2

    from ..errors import OutputError
    from ..timeline import timeline

    done, coded = cv2.imencode(".png", cv2.cvtColor(timeline(found, between_s, title), cv2.COLOR_RGB2BGR))
    if not done:
        raise OutputError(f"{out} cannot be written: the picture could not be coded")
    try:
        with open(out, "wb") as file:
            file.write(coded.tobytes())
    except OSError as error:
        raise OutputError(f"{out} cannot be written: {error.strerror}") from error
