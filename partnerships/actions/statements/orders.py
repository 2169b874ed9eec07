"""Orders of two steps that a document leaves open, and that decide a status."""

from collections.abc import Iterable
from copy import copy

from partnerships.actions.statements.line import Line
from partnerships.actions.statements.on_record import OnRecord
from partnerships.lifecycle.open_orders import open_order
from partnerships.models import Milestone


def ask_orders(lines: Iterable[Line], record: OnRecord) -> None:
    """Ask, at each row that makes a step or changes its day, if it came before or after
    the step beside which that is open. Two new steps are asked about once."""
    steps = [line for line in lines if _moves(line)]
    as_entered = {id(line.fact): _as_entered(line) for line in steps}
    asked: set[frozenset[int]] = set()
    for line in steps:
        others = record.steps(line.partnership)
        by_pk = {}
        for step in others:
            entered = as_entered.get(id(step), step)
            event = entered.as_event()
            by_pk[event.pk] = (step, event)
        own = next(event for step, event in by_pk.values() if step is line.fact)
        rival = open_order([event for _, event in by_pk.values()], own)
        if rival is None:
            continue
        step, _ = by_pk[rival.pk]
        pair = frozenset({id(line.fact), id(step)})
        if pair not in asked:
            asked.add(pair)
            line.rival = step


def _moves(line: Line) -> bool:
    """Return whether a row makes a step that changes a status, or changes its day."""
    is_read = line.what and line.what.is_step and not line.problem
    return bool(is_read and line.adopts and line.values and line.fact.as_event().effect)


def _as_entered(line: Line) -> Milestone:
    """Return the step of a row with the day that the row gives it."""
    step = copy(line.fact)
    step.date = line.values["date"]
    step.derive()
    return step
