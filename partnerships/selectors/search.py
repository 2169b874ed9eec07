"""Search for partnerships by words in their texts and their facts."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Concat

from partnerships.choices import CoverageValue, MilestoneKind
from partnerships.models import Area, Claim, Coverage, Milestone, Partnership, Source
from partnerships.text import query_words, search_form

#: Folded texts by kind of fact ("area", "milestone", "source"), each with the id of
#: the area, of the partnership whose milestone it is, or of the source.
Texts = Mapping[str, list[tuple[int, str]]]


def matching(
    partnerships: QuerySet[Partnership], query: str, *, on: date
) -> QuerySet[Partnership]:
    """Return the partnerships in which every word of the query stands, whatever its
    case and accents: in their own texts, in the name of an area that they include, in a
    milestone that may have happened by the day ``on``, or in a source of theirs. One
    query is made here, for the texts.

    The texts of facts are few, and folded here: a column that holds them folded, as
    partners have, would not know what they were on an earlier day of the second clock.
    """
    words = query_words(query)
    milestones = Milestone.objects.begun(on=on)  # reads once what settles their days
    texts = _texts(milestones) if words else {}
    for word in words:
        partnerships = partnerships.filter(
            Q(search_text__contains=word)
            | Q(partner__search_text__contains=word)
            | _in_facts(word, texts, milestones)
        )
    return partnerships


def _texts(milestones: QuerySet[Milestone]) -> Texts:
    columns = ("place", "signatories", "reference", "note", "actor", "description")
    told = milestones.exclude(**dict.fromkeys(columns, ""))
    parts = [
        _text("area", Area.objects.all(), "pk", "name", "short_name"),
        _text("source", Source.objects.all(), "pk", "key", "publisher", "title"),
        _text("milestone", told, "partnership_id", *columns),
    ]
    texts: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for kind, pk, text in parts[0].union(*parts[1:], all=True):
        texts[kind].append((pk, search_form(text)))
    return texts


def _text(kind: str, rows: QuerySet, key: str, *columns: str) -> QuerySet:
    """Return rows of the kind, the id in the column ``key``, the columns as text."""
    spaced = [part for column in columns for part in (column, Value(" "))]
    text = Concat(*spaced, output_field=TextField())
    return rows.order_by().values_list(Value(kind), key, text)


def _in_facts(word: str, texts: Texts, milestones: QuerySet[Milestone]) -> Q:
    ids = {
        kind: {pk for pk, text in rows if word in text} for kind, rows in texts.items()
    }
    covered = Coverage.objects.filter(
        value=CoverageValue.INCLUDED, area__in=ids.get("area", ())
    )
    cited = Claim.objects.filter(source__in=ids.get("source", ()))
    of_kind = milestones.filter(
        kind__in=[kind for kind in MilestoneKind if word in search_form(kind.label)]
    )
    return (
        Q(pk__in=covered.order_by().values("partnership"))
        | Q(pk__in=cited.order_by().values("record"))
        | Q(pk__in=of_kind.order_by().values("partnership"))
        | Q(pk__in=ids.get("milestone", ()))
    )
