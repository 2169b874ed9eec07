"""Questions about what may be a slip in the facts that a document makes."""

import re
from collections.abc import Iterable, Iterator
from copy import copy
from typing import Any

from django.utils import timezone

from partnerships.actions.statements.line import Line
from partnerships.actions.statements.on_record import OnRecord
from partnerships.choices import CoverageValue, MilestoneKind, SourceKind
from partnerships.models import Source

#: Words by which a document speaks of what has not happened yet.
_TO_COME = re.compile(
    r"\b(will|would|shall|announc\w+|planned|plans|intends?|expect\w*|upcoming|soon"
    r"|to (sign|be signed|join|start|begin|open))\b",
    re.IGNORECASE,
)
SPEAKS_OF_WHAT_IS_TO_COME = (
    "Its words speak of what is to come: has it happened, or is it “Announced: {}”?"
)
OLDER = "The document is of {}, before that day: does it say that this has happened?"
PRESS_SAYS_NOT = (
    "The press gives examples: does this go area by area, and say that it is left out?"
)


def ask_doubts(lines: Iterable[Line], record: OnRecord, source: Source) -> None:
    """Note, at each row that makes a fact or changes its value, the questions about it,
    as the document would leave the record."""
    is_press = source.kind in (SourceKind.AGENCY, SourceKind.PRESS)
    read = [line for line in lines if line.fact and not line.problem]
    made = [line for line in read if line.adopts and line.values]
    as_entered = {id(line.fact): _as_entered(line) for line in made}
    for line in made:
        fact, known = as_entered[id(line.fact)], {}
        if line.what.is_step:
            steps = record.steps(line.partnership)
            known["among"] = [as_entered.get(id(step), step) for step in steps]
        doubts = [question for _, question in fact.new_doubts(**known)]
        doubts += _not_yet(line, source) if line.what.is_step else ()
        if is_press and line.says == CoverageValue.NOT_INCLUDED:
            doubts.append(PRESS_SAYS_NOT)
        line.doubt = " ".join(doubts)


def _not_yet(line: Line, source: Source) -> Iterator[str]:
    """Yield the questions about a step of which the document may say that it is to
    come."""
    step, day = line.fact, source.published_on
    if step.kind in (MilestoneKind.ANNOUNCED, MilestoneKind.STATEMENT):
        return
    if _TO_COME.search(line.row["words"]):
        yield SPEAKS_OF_WHAT_IS_TO_COME.format(step.get_kind_display())
    if not (day and day.latest and step.earliest):
        return
    if day.latest < step.earliest <= timezone.localdate():
        yield OLDER.format(day.display())


def _as_entered(line: Line) -> Any:
    """Return the fact of a row with the values that the row gives it."""
    fact = copy(line.fact)
    for name, value in line.values.items():
        setattr(fact, name, value)
    fact.derive()
    return fact
