"""The relation of a statement to the record: the verdict on a row, and its sentence."""

from partnerships import written_dates
from partnerships.actions.statements.line import Line
from partnerships.actions.vocabulary import CannotRead
from partnerships.choices import Verdict
from partnerships.dates import InvalidPartialDate, PartialDate
from partnerships.querysets.fact_kinds import dates_meet

NOTHING = "Nothing like it is on record."


def date_in(text: str, *, open_ended: bool = False) -> PartialDate:
    """Return the date that a cell holds; raise CannotRead where it holds none."""
    try:
        return written_dates.read(text, open_ended=open_ended)
    except InvalidPartialDate as error:
        raise CannotRead(str(error)) from error


def compare_dates(line: Line, said: PartialDate, adopted: PartialDate) -> None:
    """Compare a date with the one on record."""
    words = f"The record says {adopted.display()}"
    if str(adopted) == str(said):
        line.verdict, line.sentence = Verdict.SAME, f"{words}, too."
    elif not dates_meet(said, adopted):
        line.verdict, line.sentence = Verdict.DISAGREES, f"{words}."
    elif said.is_day and not adopted.is_day:
        line.verdict, line.sentence = Verdict.MORE_PRECISE, f"{words}."
    else:
        line.verdict, line.sentence = Verdict.COMPATIBLE, f"{words}; both can be true."


def compare_texts(line: Line) -> None:
    """Compare a text or a value with the one on record."""
    adopted = line.adopted
    said, there = (
        {part.strip() for part in text.replace(";", ",").split(",")}
        for text in (line.says, adopted)
    )
    words = f"The record says {adopted.replace('_', ' ')}"
    if not adopted:
        line.verdict, line.sentence = Verdict.NEW, "Nothing is on record."
    elif adopted == line.says:
        line.verdict, line.sentence = Verdict.SAME, f"{words}, too."
    elif line.what.aspect and (said <= there or there <= said):
        line.verdict, line.sentence = Verdict.COMPATIBLE, f"{words}; both can be true."
    else:
        line.verdict, line.sentence = Verdict.DISAGREES, f"{words}."
