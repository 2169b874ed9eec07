"""The brief of a record: what it says on one sheet, its sources as numbered notes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from partnerships.choices import CoverageValue
from partnerships.models import Source
from partnerships.selectors.facts import Fact
from partnerships.selectors.record import Record
from partnerships.web.record_words import Entry, entries


@dataclass(frozen=True)
class Noted:
    """A fact, or an entry of one, with the numbers of its notes."""

    about: Any
    notes: list[int]


@dataclass(frozen=True)
class Brief:
    """The facts of a brief in the order of the sheet, what did not happen apart, areas
    by their short names, and the sources that the notes name: the first is note 1."""

    standing: list[Noted]
    milestones: list[Noted]
    rejected: list[Noted]
    covered: list[str]
    in_being: list[str]
    left_out: list[str]
    sources: list[Source]


def brief(record: Record) -> Brief:
    """Return the brief of a record."""
    sources: dict[Source, int] = {}
    listed = entries(record)
    return Brief(
        standing=[_noted(fact, sources) for fact in record.affiliations],
        milestones=[_entry(e, sources) for e in listed if e.doubt != "rejected"],
        rejected=[_entry(e, sources) for e in listed if e.doubt == "rejected"],
        covered=_names(record, CoverageValue.INCLUDED),
        in_being=_names(record, CoverageValue.ALREADY_EXISTS),
        left_out=_names(record, CoverageValue.NOT_INCLUDED),
        sources=[*sources],
    )


def _entry(entry: Entry, sources: dict[Source, int]) -> Noted:
    return Noted(entry, _numbers(entry.fact, sources))


def _noted(fact: Fact[Any], sources: dict[Source, int]) -> Noted:
    return Noted(fact.about, _numbers(fact, sources))


def _numbers(fact: Fact[Any], sources: dict[Source, int]) -> list[int]:
    """Return the numbers of a fact's sources, each new one the next."""
    cited: Iterable[Source] = dict.fromkeys(claim.source for claim in fact.claims)
    return sorted(sources.setdefault(source, len(sources) + 1) for source in cited)


def _names(record: Record, value: CoverageValue) -> list[str]:
    cells = record.cells_with(value)
    return [cell.area.short_name or cell.area.name for cell in cells]
