"""What may be a slip in the facts that a document makes or changes."""

from collections.abc import Iterable
from copy import copy
from typing import Any

from partnerships.actions.statements.line import Line
from partnerships.actions.statements.on_record import OnRecord
from partnerships.choices import CoverageValue, SourceKind
from partnerships.models import Source

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
        questions = fact.new_doubts(**known)
        line.doubt = " ".join(question for _, question in questions)
        if is_press and line.says == CoverageValue.NOT_INCLUDED:
            line.doubt = PRESS_SAYS_NOT


def _as_entered(line: Line) -> Any:
    """Return the fact of a row with the values that the row gives it."""
    fact = copy(line.fact)
    for name, value in line.values.items():
        setattr(fact, name, value)
    fact.set_bounds()
    return fact
