"""A statement of damage, line by line, as readers read it."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import QuerySet

from partnerships.ledger.registry import tracked
from partnerships.log.descriptions import ReferencedRecords, full_name
from partnerships.models import LedgerEntry, Partnership

#: A line: a hash of what was found, a word to search for, then a sentence that begins
#: with a change or with a row of the record, most often.
_LINE = re.compile(
    r"[0-9a-f]{32} \w+: "
    r"(?:(?:change (?P<number>\d{1,18}) \()?(?P<record>[a-z]+) (?P<pk>\d{1,18})\)? )?"
    r"(?P<rest>.*)"
)
_FIELDS = re.compile(r": (\w[\w ]*(?:, \w[\w ]*)*)$")


class Stated(NamedTuple):
    """A sentence of a statement: the change and the record that it begins with, as far
    as there are such, the record by its name and the slug of its public partnership;
    ``text`` is the rest of it."""

    number: int | None
    name: str
    slug: str
    text: str


def stated(problems: str, *, among: QuerySet[LedgerEntry]) -> list[Stated]:
    """Return the lines of a statement, with the names of records as the entries that
    readers see have them."""
    lines = [m for m in map(_LINE.fullmatch, problems.splitlines()) if m]
    records = ReferencedRecords(among, {})
    records.load(dict.fromkeys(_rows(lines)))
    public = set(
        Partnership.objects.published().values_list("partner__slug", flat=True)
    )
    return [_stated(line, records, public) for line in lines]


def statements_about(number: int, *, among: QuerySet[LedgerEntry]) -> list[int]:
    """Return the numbers of the changes that state damage to this one."""
    named = among.filter(record="damage", public__contains=f": change {number} (")
    return sorted(entry.number or 0 for entry in named.only("number"))


def _rows(lines: list[re.Match]) -> Iterator[tuple[str, int]]:
    for line in lines:
        if line["record"] in tracked() and tracked()[line["record"]].live:
            yield line["record"], int(line["pk"])


def _stated(line: re.Match, records: ReferencedRecords, public: set[str]) -> Stated:
    record, number = line["record"], line["number"] and int(line["number"])
    if record is None:
        return Stated(None, "", "", line["rest"])
    if record not in tracked():
        return Stated(None, "", "", f"{record} {line['pk']} {line['rest']}")
    model: Any = tracked()[record].model
    instance = next((records.get(*row) for row in _rows([line])), None)
    owner = getattr(instance, "partnership", instance)
    slug = getattr(getattr(owner, "partner", owner), "slug", "")
    name = full_name(instance) or f"{model._meta.verbose_name} {line['pk']}"
    text = _FIELDS.sub(lambda m: f": {_labels(model, m[1])}", line["rest"])
    return Stated(number, name, slug if slug in public else "", text)


def _labels(model: Any, names: str) -> str:
    labels = {f.column: str(f.verbose_name) for f in model._meta.concrete_fields}
    return ", ".join(labels.get(name, name) for name in names.split(", "))
