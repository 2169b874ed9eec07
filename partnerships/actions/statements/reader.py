"""The reader of a document's rows, in their order."""

from collections.abc import Callable, Iterable, Mapping

from partnerships.actions.statements.certainty import weigh
from partnerships.actions.statements.coverage import read_area, read_own
from partnerships.actions.statements.doubts import ask_doubts
from partnerships.actions.statements.line import COLUMNS, SURE, Line
from partnerships.actions.statements.milestones import read_aspect, read_milestone
from partnerships.actions.statements.on_record import OnRecord
from partnerships.actions.statements.orders import ask_orders
from partnerships.actions.statements.own_word import OwnWord
from partnerships.actions.statements.positions import (
    read_namesake,
    read_position,
    read_subject,
)
from partnerships.actions.statements.ties import read_standing, read_tie
from partnerships.actions.vocabulary import CannotRead, what_is_meant
from partnerships.models import Source
from partnerships.text import tidy

_READ: dict[str, Callable[[Line, OnRecord], None]] = {
    "milestone": read_milestone,
    "coverage": read_area,
    "partnership": read_own,
    "engagement": read_tie,
    "affiliation": read_standing,
    "subject": read_subject,
    "position": read_position,
    "namesake": read_namesake,
}
#: These find their partnership, if they have one.
_OF_NO_RECORD = ("position", "namesake")


class Reader:
    """Reads the rows of one document in their order: partner and place carry down, and
    a row on where something was signed follows the row on the signature."""

    def __init__(self, source: Source) -> None:
        self.record = OnRecord()
        self.own_word = OwnWord(source)

    def read(self, rows: Iterable[Mapping[str, str]]) -> list[Line]:
        """Return a line for each row that is not empty, in a constant number of queries
        and one for each kind of fact of each partnership that is named."""
        lines, carried = [], {"partner": "", "place": ""}
        for number, given in enumerate(rows, start=1):
            row = {name: tidy(given.get(name, "")).strip() for name in (*COLUMNS, SURE)}
            for name in carried:
                row[name] = carried[name] = row[name] or carried[name]
            if not any(row[name] for name in ("what", "value", "words")):
                continue
            lines.append(line := Line(row, number))
            try:
                self._understand(line)
            except CannotRead as error:
                line.problem = str(error)
        ask_orders(lines, self.record)
        ask_doubts(lines, self.record, self.own_word.source)
        for line in lines:
            line.problem = line.problem or line.undecided
        return lines

    def _understand(self, line: Line) -> None:
        line.what = what_is_meant(line.row["what"])
        if line.what.model not in _OF_NO_RECORD:
            line.partnership = self.record.partnership(line.row["partner"])
        if not line.row["value"]:
            raise CannotRead("Say the value: a day, a place, included, a number.")
        if not line.row["place"]:
            raise CannotRead("Say where in the document, as in “paragraph 2”.")
        if line.what.aspect:
            read_aspect(line, self.record)
        else:
            _READ[line.what.model](line, self.record)
        _refuse_lost_words(line)
        self.own_word.compare(line)
        weigh(line, self.own_word.source)
        if line.fact.pk is None:
            line.sentence = line.sentence.replace("The record", "A row above")
        if line.recorded_as and line.fact.pk:
            line.sentence = f"Already recorded as “{line.recorded_as}”. {line.sentence}"
            if line.row["text"]:
                line.sentence += " What it says in our words stays as it is."


def _refuse_lost_words(line: Line) -> None:
    """Raise CannotRead where a row has words of ours that its fact does not take."""
    field, text = line.what.own_words, line.row["text"]
    is_asked_about = line.is_like and line.fact.pk
    if (
        text
        and not is_asked_about
        and not (field and getattr(line.fact, field) == text)
    ):
        raise CannotRead(
            "“In our words” is for what a row makes. Leave it empty here; what is on "
            "record is changed on its own page."
        )
