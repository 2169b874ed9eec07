"""The certainty of a step by who speaks of it (docs/decisions.md, "Which sources
suffice")."""

from partnerships.actions.statements.line import Line
from partnerships.choices import Certainty, MilestoneKind, SourceKind
from partnerships.models import Milestone, Source

#: Steps of which the press alone makes a report; of talks, requests and mandates it
#: suffices.
_NEED_OFFICIAL_TEXT = {
    *(MilestoneKind.SIGNED, MilestoneKind.PROVISIONALLY_APPLIED),
    *(MilestoneKind.CONCLUDED, MilestoneKind.IN_FORCE),
    *(MilestoneKind.SUSPENDED, MilestoneKind.RESUMED),
    *(MilestoneKind.ENDED, MilestoneKind.TERMINATED),
}
_PRESS = {SourceKind.AGENCY, SourceKind.PRESS}
_OFFICIAL = {SourceKind.OFFICIAL, SourceKind.PARLIAMENT}


def weigh(line: Line, source: Source) -> None:
    """Make a new step one that is reported, where the press alone speaks of it; confirm
    one that was, where an official text does."""
    step = line.fact
    if not isinstance(step, Milestone) or line.what.aspect or not line.values:
        return
    if step.pk is None:
        if source.kind in _PRESS and step.kind in _NEED_OFFICIAL_TEXT:
            step.certainty = Certainty.REPORTED
            line.sentence += " Recorded as reported: the press alone says so."
    elif step.certainty == Certainty.REPORTED and source.kind in _OFFICIAL:
        confirmed = {"certainty": Certainty.CONFIRMED}
        is_dated = line.asks or line.adopts
        line.values = line.values | confirmed if is_dated else confirmed
        line.confirms = not is_dated
        line.sentence += " An official text confirms what was reported."
    elif step.certainty == Certainty.REPORTED and source.kind in _PRESS:
        line.sentence += (
            " If this report is independent of the first, confirm the step on its own "
            "page, with a ruling that names both."
        )
