"""Rows on subjects, positions and namesakes: what is named, said, or confused."""

from typing import Any

from partnerships.actions.statements.likeness import ask_about, is_like, meant
from partnerships.actions.statements.line import Line
from partnerships.actions.statements.on_record import ALL, OnRecord
from partnerships.actions.statements.relations import NOTHING, compare_dates, date_in
from partnerships.actions.vocabulary import CannotRead
from partnerships.choices import Verdict
from partnerships.dates import PartialDate
from partnerships.models import Namesake, Position, Subject
from partnerships.querysets.fact_kinds import dates_meet
from partnerships.text import search_form

_NO_DAY = ("no day", "no date", "yes")


def read_subject(line: Line, record: OnRecord) -> None:
    """Read a row on a subject, whose name is the value."""
    name = line.row["value"]
    line.says, line.value_of, line.adopted = "yes", "there", "yes"
    rows = record.rows("subject", line.partnership)
    line.fact = meant(line, rows, name, lambda row: row.name)
    if line.fact is None:
        line.adopted = ""
        line.fact = Subject(
            partnership=line.partnership, name=name, note=line.row["text"]
        )
        rows.append(line.fact)
        line.verdict, line.sentence = Verdict.NEW, NOTHING
    else:
        line.verdict = Verdict.SAME
        line.sentence = "On record, too."


def read_position(line: Line, record: OnRecord) -> None:
    """Read a row on a position: who took it, when, and what they said."""
    holder, text = line.row["detail"], line.row["text"]
    if not holder:
        raise CannotRead("Say under “Who, title, or expected” who said it.")
    is_of_all = search_form(line.row["partner"]) in ALL
    if not is_of_all:
        line.partnership = record.partnership(line.row["partner"])
    said = _read_day(line)
    rows = record.rows("position", line.partnership)
    own = [row for row in rows if search_form(row.holder) == search_form(holder)]
    line.fact = _position(line, own, said)
    if line.fact is None:
        if not text:
            raise CannotRead("Say in our words what they said, with the verb.")
        line.fact = Position(
            partnership=line.partnership,
            holder=holder,
            holder_kind=line.what.kind,
            date=said,
            text=text,
        )
        _begin(line, rows, "About all partnerships. " if is_of_all else "")
    else:
        _compare(line, said)


def _position(line: Line, own: list[Any], said: PartialDate | None) -> Any:
    """Return the position that a row means, of those of its holder: the one in these
    words; without words the one of that day; else one of that day is asked about."""
    text = search_form(line.row["text"])
    for row in own:
        if text and search_form(row.text) == text:
            return row
    near = [row for row in own if _may_be_one_day(row, said)]
    if not text:
        return meant(line, near, "", lambda row: row.text)
    return ask_about(line, near[0], near[0].text) if near else None


def read_namesake(line: Line, record: OnRecord) -> None:
    """Read a row on what is no partnership: its title, its parties, why it is none."""
    title, parties = line.row["detail"], line.row["partner"]
    if not title:
        raise CannotRead("Say its title under “Who, title, or expected”.")
    if parties and " and " not in parties:
        parties = f"the EU and {parties}"
    said = _read_day(line)
    rows = record.rows("namesake", None)
    line.fact = meant(line, rows, title, lambda row: row.title)
    like = [row for row in rows if said and _is_between(row, parties, said)]
    if line.fact is None and like and not line.is_like:
        line.fact = ask_about(line, like[0], like[0].title)
    if line.fact is None:
        if not parties:
            raise CannotRead("Say under “Partner” between whom it is.")
        if not line.row["text"]:
            raise CannotRead("Say in our words why it is no partnership.")
        line.fact = Namesake(
            title=title, parties=parties, date=said, reason=line.row["text"]
        )
        _begin(line, rows, f"Between {parties}. ")
    else:
        _compare(line, said)


def _is_between(row: Any, parties: str, said: PartialDate) -> bool:
    there, given = search_form(row.parties), search_form(parties)
    alike = is_like(given.removeprefix("the "), there.removeprefix("the "))
    return bool(given) and alike and dates_meet(said, row)


def _read_day(line: Line) -> PartialDate | None:
    """Read the day on which something was said or signed; None where none is known."""
    text = line.row["value"]
    if search_form(text) in _NO_DAY:
        line.says, line.value_of, line.values = "yes", "date", {}
        return None
    said = date_in(text)
    line.says, line.value_of, line.values = str(said), "date", {"date": said}
    return said


def _may_be_one_day(row: Any, said: PartialDate | None) -> bool:
    return said is None or row.date is None or dates_meet(said, row)


def _begin(line: Line, rows: list[Any], words: str) -> None:
    line.fact.derive()
    rows.append(line.fact)
    day = line.fact.date.display() if line.fact.date else "No day"
    line.verdict, line.sentence = Verdict.NEW, f"{words}{day}. {NOTHING}"


def _compare(line: Line, said: PartialDate | None) -> None:
    adopted = line.fact.date
    line.adopted = str(adopted or "yes")
    if said and adopted:
        compare_dates(line, said, adopted)
    elif said:
        line.verdict, line.sentence = Verdict.MORE_PRECISE, "The record gives no day."
    elif adopted:
        line.verdict = Verdict.COMPATIBLE
        line.sentence = f"The record says {adopted.display()}; both can be true."
    else:
        line.verdict, line.sentence = Verdict.SAME, "On record, too; without a day."
