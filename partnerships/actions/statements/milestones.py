"""Rows on what happened: steps, announcements, statements, what is known of them."""

from partnerships.actions.statements.line import Line
from partnerships.actions.statements.on_record import OnRecord
from partnerships.actions.statements.relations import (
    NOTHING,
    compare_dates,
    compare_texts,
    date_in,
)
from partnerships.actions.vocabulary import CannotRead
from partnerships.choices import Aspect, Certainty, MilestoneKind, Verdict
from partnerships.dates import PartialDate
from partnerships.models import Milestone
from partnerships.querysets.fact_kinds import dates_meet
from partnerships.text import search_form

_ABOVE = {
    "milestone": "Say first, in a row above, what happened and when.",
    "engagement": "Name the tie first, in a row above.",
}


def read_milestone(line: Line, record: OnRecord) -> None:
    """Read a row on a step; one that is not on record is new."""
    said = date_in(line.row["value"], open_ended=True)
    line.says, line.value_of = str(said), "date"
    line.values = {"date": said} if said.latest else {}
    line.fact = _step(line, said, record)
    if line.fact is None and said.latest is None:
        raise CannotRead(
            "No such step is on record, so there is nothing to deny. Enter a step "
            "with the day on which it happened."
        )
    if line.fact is None:
        line.fact = _new_step(line, said, record)
        record.steps(line.partnership).append(line.fact)
        line.verdict = Verdict.NEW
        line.sentence = f"{said.display()}. {NOTHING}"
    else:
        _refuse_other_detail(line)
        line.adopted = str(line.fact.date)
        compare_dates(line, said, line.fact.date)
        if line.fact.certainty == Certainty.REJECTED:
            line.sentence = (
                f"The editors rejected it: {line.fact.ruling} {line.sentence}"
            )
        elif line.verdict == Verdict.DISAGREES:
            kind, day = line.fact.get_kind_display(), line.fact.date.display()
            line.sentence = f"Already recorded as {kind}, {day}."
    record.newest["milestone", line.partnership.pk] = line.fact


def read_aspect(line: Line, record: OnRecord) -> None:
    """Read a row on the place of a step, the level of a tie, or the like: of the one in
    a row above."""
    what, given = line.what, line.row["value"]
    line.fact = record.newest.get((what.model, line.partnership.pk))
    if line.fact is None:
        raise CannotRead(_ABOVE[what.model])
    line.says, line.value_of = given, str(what.aspect)
    line.adopted = str(getattr(line.fact, what.aspect) or "")
    line.values = {what.aspect: given}
    if what.aspect == Aspect.AMOUNT_EUR:
        line.says = whole_euro(given)
        line.values = {what.aspect: int(line.says)}
    compare_texts(line)


def whole_euro(text: str) -> str:
    """Return an amount in whole euro as its digits; raise CannotRead if it is none."""
    digits = text.removeprefix("€").strip().replace(",", "").replace(" ", "")
    if not digits.isdecimal() or len(digits) > 15:
        raise CannotRead("Write the amount in whole euro, as in 14500000.")
    return digits


def _step(line: Line, said: PartialDate, record: OnRecord) -> Milestone | None:
    """Return the milestone that a row speaks of, if it is there; else one that the
    editors rejected, if the row says it of that time, or denies it."""
    steps = [
        step
        for step in record.steps(line.partnership)
        if _is_of(line, step) and not (line.what.recurs and not dates_meet(said, step))
    ]
    if not steps:
        steps = [
            step
            for step in record.rejected(line.partnership)
            if _is_of(line, step) and (said.latest is None or dates_meet(said, step))
        ]
    return steps[-1] if steps else None


def _is_of(line: Line, step: Milestone) -> bool:
    """Return whether a step is of the kind meant, and, since several statements are
    made on a day, the one meant."""
    what = line.what
    if (step.track, step.kind) != (what.track, what.kind):
        return False
    if step.announces != (what.announces or ""):
        return False
    detail, is_statement = line.row["detail"], step.kind == MilestoneKind.STATEMENT
    same = search_form(step.description) == search_form(detail)
    return same or not (is_statement and detail)


def _new_step(line: Line, said: PartialDate, record: OnRecord) -> Milestone:
    what, detail = line.what, line.row["detail"]
    steps = record.steps(line.partnership)
    step = Milestone(
        partnership=line.partnership,
        track=what.track,
        kind=what.kind,
        date=said,
        attempt=max((s.attempt for s in steps if s.track == what.track), default=1),
        announces=what.announces or "",
        note=line.row["text"],
    )
    if what.announces:
        step.expected = date_in(detail) if detail else None
        step.description = f"{what.announces.label.lower()} announced"
    elif what.kind == MilestoneKind.STATEMENT:
        step.description = detail
    else:
        step.actor = detail
    step.derive()
    return step


def _refuse_other_detail(line: Line) -> None:
    """Raise CannotRead where a row says who acted, or when something is expected, and
    the step on record says otherwise or nothing of it."""
    detail, step = line.row["detail"], line.fact
    if not detail or step.kind == MilestoneKind.STATEMENT:
        return
    if line.what.announces:
        there, said = str(step.expected or ""), str(date_in(detail))
    else:
        there, said = search_form(step.actor), search_form(detail)
    if there != said:
        raise CannotRead(
            "The step is on record, without this under “Who, title, or expected”: "
            "leave that empty, and change it on the step's own page."
        )
