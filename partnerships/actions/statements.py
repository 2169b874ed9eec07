"""The statements of a document, row by row, as editors write them: read against the
record, with their relation to it, before anything is saved."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from partnerships import written_dates
from partnerships.actions.vocabulary import CannotRead, what_is_meant
from partnerships.choices import (
    CoverageValue,
    MilestoneKind,
    PartnershipFact,
    Verdict,
)
from partnerships.dates import InvalidPartialDate, PartialDate
from partnerships.models import (
    Area,
    Claim,
    Coverage,
    Milestone,
    Partner,
    Partnership,
    Source,
)
from partnerships.querysets.fact_kinds import dates_meet
from partnerships.text import search_form, tidy

#: The columns of a row. ``detail`` says who acted; of an announcement, when what is
#: announced is expected; of a statement, what it was.
COLUMNS = ("partner", "what", "value", "words", "place", "detail", "decision", "ruling")
ADOPT, KEEP = "adopt", "keep"
_CELL_VALUES = {
    search_form(word): value
    for value in CoverageValue
    if value != CoverageValue.NOT_ASSESSED
    for word in (value.label, value.value.replace("_", " "))
} | {"yes": CoverageValue.INCLUDED, "no": CoverageValue.NOT_INCLUDED}


@dataclass
class Line:
    """One row as it is read. ``problem`` says why it cannot be; else ``fact`` is what
    it speaks of, new or on record, ``says`` its value in the record's notation, and
    ``verdict`` how that stands to the record, in a ``sentence`` too."""

    row: Mapping[str, str]
    number: int
    problem: str = ""
    partnership: Any = None
    what: Any = None
    fact: Any = None
    says: str = ""
    verdict: Verdict | None = None
    sentence: str = ""
    #: A correction of what the record rests on alone.
    corrects_record: bool = False

    @property
    def asks(self) -> bool:
        """True where the editor decides whether the record takes the value."""
        return self.verdict in (Verdict.DISAGREES, Verdict.MORE_PRECISE)

    @property
    def is_denial(self) -> bool:
        """True where it says of a step that it had not happened by a day."""
        return bool(self.what.kind) and self.says.endswith("/..")

    @property
    def adopted(self) -> str:
        """The value on record, in the record's notation; empty where it has none."""
        value = getattr(self.fact, self.what.field)
        return "" if value in (None, CoverageValue.NOT_ASSESSED) else str(value)

    @property
    def adopts(self) -> bool:
        """True where the record is to take the value."""
        if self.asks:
            return self.row["decision"] == ADOPT
        return self.verdict == Verdict.NEW or self.corrects_record

    @property
    def lacks_ruling(self) -> bool:
        """True where the record is kept against it, and nobody has ruled why."""
        is_kept = self.row["decision"] == KEEP and self.verdict == Verdict.DISAGREES
        ruling = self.row["ruling"] or getattr(self.fact, self.what.ruling_field)
        return is_kept and not ruling

    def claim(self, source: Source) -> Claim:
        """Return the claim of the source that the row is, not saved."""
        return Claim(
            source=source,
            **{self.fact._meta.model_name: self.fact},
            partnership_fact=self.what.own or "",
            aspect=self.what.aspect or "",
            says=self.says,
            wording=self.row["words"].strip('“”"'),
            locator=self.row["place"],
        )


class Reader:
    """Reads the rows of one document in their order: partner and place carry down, and
    a row on where something was signed follows the row on the signature."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.steps: dict[int, list[Milestone]] = {}
        self.newest: dict[int, Milestone] = {}
        self.cells: dict[int, dict[int, Coverage]] = {}
        self.said: dict[tuple, list[tuple[int, Claim]]] = defaultdict(list)

    def read(self, rows: Iterable[Mapping[str, str]]) -> list[Line]:
        """Return a line for each row that is not empty, in a constant number of queries
        and two for each partnership that is named."""
        lines, carried = [], {"partner": "", "place": ""}
        for number, given in enumerate(rows, start=1):
            row = {name: tidy(given.get(name, "")).strip() for name in COLUMNS}
            for name in carried:
                row[name] = carried[name] = row[name] or carried[name]
            if not any(row[name] for name in ("what", "value", "words")):
                continue
            lines.append(line := Line(row, number))
            try:
                self._understand(line)
            except CannotRead as error:
                line.problem = str(error)
        return lines

    def _understand(self, line: Line) -> None:
        line.partnership = self._partnership(line.row["partner"])
        line.what = what_is_meant(line.row["what"])
        if not line.row["value"]:
            raise CannotRead("Say the value: a day, a place, included, a number.")
        if not line.row["place"]:
            raise CannotRead("Say where in the document, as in “paragraph 2”.")
        if line.what.kind:
            self._read_milestone(line)
        elif line.what.aspect:
            self._read_aspect(line)
        elif line.what.own:
            self._read_own(line)
        else:
            self._read_area(line)
        self._compare_with_own_word(line)
        self._compare_with_rows_above(line)
        if line.problem:
            return
        if line.adopts and line.is_denial:
            line.problem = "The record cannot say “not before”: keep it, and rule."
        elif line.asks and line.row["decision"] not in (ADOPT, KEEP):
            line.problem = "Decide: adopt it, or keep what the record says."
        elif line.lacks_ruling:
            line.problem = "Say in the ruling why the record stands."

    # Names

    @cached_property
    def _partnerships(self) -> dict[str, Partnership]:
        found: dict[str, Partnership] = {}
        for row in Partnership.objects.select_related("partner").order_by("pk"):
            partner = row.partner
            names = (partner.name, partner.official_name, partner.slug)
            codes = (partner.iso_code, partner.iso_alpha3)
            for name in (*names, *codes, *partner.other_names.splitlines()):
                if name:
                    found.setdefault(search_form(name), row)
        return found

    def _partnership(self, name: str) -> Partnership:
        if not name:
            raise CannotRead("Say which partner it is about.")
        if row := self._partnerships.get(search_form(name)):
            return row
        if Partner.objects.filter(search_text__contains=search_form(name)).exists():
            raise CannotRead(f"“{name}” is not enough: write the partner's short name.")
        raise CannotRead(f"There is no record of “{name}”: add its partnership first.")

    @cached_property
    def _areas(self) -> dict[str, Area]:
        found: dict[str, Area] = {}
        for area in Area.objects.order_by("number"):
            for name in (str(area.number), area.slug, area.name, area.short_name):
                found.setdefault(search_form(name), area)
        return found

    # What is said

    def _read_milestone(self, line: Line) -> None:
        said = _date(line.row["value"], open_ended=True)
        line.says = str(said)
        line.fact = self._step(line, said)
        if line.fact is None and said.latest is None:
            raise CannotRead(
                "No such step is on record, so there is nothing to deny. Enter a step "
                "with the day on which it happened."
            )
        if line.fact is None:
            line.fact = _new_step(line, said, self._attempt(line))
            self._steps(line.partnership).append(line.fact)
        else:
            _refuse_other_detail(line)
        self.newest[line.partnership.pk] = line.fact
        _compare_dates(line, said)

    def _step(self, line: Line, said: PartialDate) -> Milestone | None:
        """Return the milestone that a row speaks of, if it is there."""
        what = line.what
        steps = [
            step
            for step in self._steps(line.partnership)
            if (step.track, step.kind) == (what.track, what.kind)
            and step.announces == (what.announces or "")
            and not (what.recurs and not dates_meet(said, step))
            and _is_of(line, step)
        ]
        return steps[-1] if steps else None

    def _steps(self, partnership: Partnership) -> list[Milestone]:
        """Return the milestones of a record, those that earlier rows make included."""
        if partnership.pk not in self.steps:
            rows = partnership.milestones.counted().order_by("attempt", "latest", "pk")
            self.steps[partnership.pk] = list(rows)
        return self.steps[partnership.pk]

    def _attempt(self, line: Line) -> int:
        steps = self._steps(line.partnership)
        own = [step.attempt for step in steps if step.track == line.what.track]
        return max(own, default=1)

    def _read_aspect(self, line: Line) -> None:
        step = self.newest.get(line.partnership.pk)
        if step is None:
            raise CannotRead("Say first, in a row above, what happened and when.")
        line.fact, line.says = step, line.row["value"]
        _compare_texts(line)

    def _read_area(self, line: Line) -> None:
        area = self._areas.get(search_form(line.what.area))
        if area is None:
            raise CannotRead(f"“{line.what.area}” is no area: write its number.")
        value = _CELL_VALUES.get(search_form(line.row["value"]))
        if value is None:
            raise CannotRead("Write included, not included or already exists.")
        line.fact, line.says = self._cell(line.partnership, area), str(value)
        _compare_texts(line)

    def _cell(self, partnership: Partnership, area: Area) -> Coverage:
        if partnership.pk not in self.cells:
            rows = partnership.coverage.select_related("area")
            self.cells[partnership.pk] = {row.area_id: row for row in rows}
        blank = Coverage(partnership=partnership, area=area)
        return self.cells[partnership.pk].setdefault(area.pk, blank)

    def _read_own(self, line: Line) -> None:
        line.fact, line.says = line.partnership, line.row["value"]
        is_number = line.says.isdecimal() and len(line.says) < 5
        if line.what.own == PartnershipFact.STATED_AREAS and not is_number:
            raise CannotRead("Write the stated number as a number, as in 17.")
        _compare_texts(line)

    # What the source said before

    @cached_property
    def _own_words(self) -> dict[tuple, list[Claim]]:
        """The claims that the source has, by what they are about."""
        found = defaultdict(list)
        claims = self.source.claims.order_by("pk") if self.source.pk else ()
        for claim in claims:
            kind = claim.fact_kind
            assert kind is not None
            about = (kind.model, getattr(claim, kind.column))
            found[*about, claim.partnership_fact, claim.aspect].append(claim)
        return found

    def _compare_with_own_word(self, line: Line) -> None:
        if line.fact.pk is None:
            return
        new = line.claim(self.source)
        new.set_bounds()
        about = (line.fact._meta.model_name, line.fact.pk)
        earlier = self._own_words.get((*about, new.partnership_fact, new.aspect), ())
        for old in earlier:
            setattr(old, line.fact._meta.model_name, line.fact)
            if old.says == new.says or not new.clashes_with(old):
                continue
            others = line.fact.claims.exclude(source=self.source).filter(
                partnership_fact=old.partnership_fact, aspect=old.aspect
            )
            line.corrects_record = (
                old.says == line.adopted
                and not line.is_denial
                and not others.supporting().exists()
            )
            if line.corrects_record or not line.asks:
                line.verdict = Verdict.CORRECTS
            line.sentence += f" This source said {old.says}: its claim is replaced."

    def _compare_with_rows_above(self, line: Line) -> None:
        new = line.claim(self.source)
        new.set_bounds()
        above = self.said[id(line.fact), new.partnership_fact, new.aspect]
        for number, old in above:
            is_date = bool(line.what.kind)
            if old.says != new.says and (not is_date or new.clashes_with(old)):
                line.problem = (
                    f"Row {number} says {old.says} of it: one document says one thing "
                    "of one value. Keep one of the two."
                )
        above.append((line.number, new))


def _date(text: str, *, open_ended: bool = False) -> PartialDate:
    try:
        return written_dates.read(text, open_ended=open_ended)
    except InvalidPartialDate as error:
        raise CannotRead(str(error)) from error


def _new_step(line: Line, said: PartialDate, attempt: int) -> Milestone:
    what, detail = line.what, line.row["detail"]
    step = Milestone(
        partnership=line.partnership,
        track=what.track,
        kind=what.kind,
        date=said,
        attempt=attempt,
        announces=what.announces or "",
    )
    if what.announces:
        step.expected = _date(detail) if detail else None
        step.description = f"{what.announces.label.lower()} announced"
    elif what.kind == MilestoneKind.STATEMENT:
        step.description = detail
    else:
        step.actor = detail
    step.set_bounds()
    return step


def _is_of(line: Line, step: Milestone) -> bool:
    """Return whether a step is the one meant: several statements are made on a day."""
    detail, is_statement = line.row["detail"], step.kind == MilestoneKind.STATEMENT
    same = search_form(step.description) == search_form(detail)
    return same or not (is_statement and detail)


def _refuse_other_detail(line: Line) -> None:
    """Raise CannotRead where a row says who acted, or when something is expected, and
    the step on record says otherwise or nothing of it."""
    detail, step = line.row["detail"], line.fact
    if not detail or step.kind == MilestoneKind.STATEMENT:
        return
    if line.what.announces:
        there, said = str(step.expected or ""), str(_date(detail))
    else:
        there, said = search_form(step.actor), search_form(detail)
    if there != said:
        raise CannotRead(
            "The step is on record, without this under “Who, or expected”: leave that "
            "empty, and change it on the step's own page."
        )


def _compare_dates(line: Line, said: PartialDate) -> None:
    adopted = line.fact.date
    words = f"The record says {adopted.display()}"
    if line.fact.pk is None and line.fact.date is said:
        line.verdict = Verdict.NEW
        line.sentence = f"{said.display()}. Nothing like it is on record."
    elif str(adopted) == line.says:
        line.verdict, line.sentence = Verdict.SAME, f"{words}, too."
    elif not dates_meet(said, line.fact):
        line.verdict, line.sentence = Verdict.DISAGREES, f"{words}."
    elif said.is_day and not adopted.is_day:
        line.verdict, line.sentence = Verdict.MORE_PRECISE, f"{words}."
    else:
        line.verdict, line.sentence = Verdict.COMPATIBLE, f"{words}; both can be true."


def _compare_texts(line: Line) -> None:
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
