"""The search of the whole public record: partners by any of their names, then whatever
else has the words in its texts; whole words before parts of them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Case, IntegerField, Model, QuerySet, Value, When

from partnerships.ledger.editions import kept_by_edition
from partnerships.models import (
    Area,
    Engagement,
    Milestone,
    Namesake,
    Partnership,
    Position,
    Question,
    Source,
)
from partnerships.models.country_names import names_in_eu_languages
from partnerships.querysets.names import by_name
from partnerships.text import words_only

#: The most rows of one kind that are shown.
MOST = 10
#: A shorter word is sought at the beginnings of words alone, and in texts as a whole.
SHORTEST_PART = 4
#: Words between names, and the most words that a name has.
_BETWEEN = {"and", "or", "with", "vs", "versus", "compare"}
LONGEST_NAME = 12
#: Words that say nothing, where there are others.
_EMPTY = {"the"}


class Name(NamedTuple):
    """A name of a partner, and its words folded."""

    text: str
    words: str


class Text(NamedTuple):
    """The folded words of a row, with the record that it belongs to, or None."""

    pk: int
    record: int | None
    words: str


@dataclass(frozen=True)
class Index:
    """All that can be found: names by the id of a partnership, best known first, and
    texts by kind, which is the name of a model."""

    names: Mapping[int, list[Name]]
    texts: Mapping[str, list[Text]]


@dataclass(frozen=True)
class FoundPartner:
    """A partnership whose partner has a name with the words, and that name;
    ``is_exact`` if it is nothing else."""

    pk: int
    name: str
    is_exact: bool


@dataclass(frozen=True)
class FoundRows:
    """The first rows of a kind with the words in their texts."""

    kind: str
    rows: list[Any]
    has_more: bool


@dataclass(frozen=True)
class _Kind:
    model: type[Model]
    public: Callable[[], QuerySet]
    columns: tuple[str, ...]
    record: str = ""  # the column of its partnership
    by: Callable[[Any, date], QuerySet] = lambda rows, on: rows


_KINDS = {
    "area": _Kind(Area, Area.objects.all, ("name", "short_name")),
    "milestone": _Kind(
        Milestone,
        lambda: Milestone.objects.public().counted(),
        (
            *("kind", "track", "description", "actor", "place"),
            *("signatories", "reference", "note"),
        ),
        "partnership",
        lambda rows, on: rows.begun(on=on).in_order(newest_first=True),
    ),
    "engagement": _Kind(
        Engagement,
        lambda: Engagement.objects.public(),
        ("kind", "title", "level", "note"),
        "partnership",
        lambda rows, on: rows.perhaps_begun(on=on),
    ),
    "source": _Kind(
        Source,
        lambda: Source.objects.public(),
        ("key", "publisher", "title", "authors", "celex", "doi", "document_number"),
    ),
    "position": _Kind(
        Position,
        lambda: Position.objects.public(),
        ("holder", "text"),
        "partnership",
        lambda rows, on: rows.by(on=on),
    ),
    "namesake": _Kind(
        Namesake,
        lambda: Namesake.objects.public(),
        ("title", "parties", "reason"),
        by=lambda rows, on: rows.by(on=on),
    ),
    "question": _Kind(Question, Question.objects.all, ("text", "answer")),
    "partnership": _Kind(
        Partnership,
        lambda: Partnership.objects.published(),
        ("summary",),
        "pk",
        lambda rows, on: rows.order_by(*by_name()),
    ),
}


def sought_words(query: str) -> list[str]:
    """Return the words of a query, folded, without those that say nothing."""
    words = words_only(query).split()
    return [word for word in words if word not in _EMPTY] or words


def found_partners(index: Index, words: list[str]) -> list[FoundPartner]:
    """Return the partnerships whose partners have a name with all of the words: first
    those that are called so, then those with the words in a name, the better known name
    first, then those with parts of words."""
    sought = f" {' '.join(words)} "
    found = []
    for pk, names in index.names.items():
        ranked = [
            (0 if name.words == sought else 1 + rank, place, name.text)
            for place, name in enumerate(names)
            if (rank := _rank(words, name.words, shortest=0)) is not None
        ]
        if ranked:
            rank, place, text = min(ranked)
            found.append((rank, place, names[0].words, pk, text))
    return [FoundPartner(pk, text, rank == 0) for rank, _, _, pk, text in sorted(found)]


def named_together(index: Index, words: list[str]) -> list[int]:
    """Return the partnerships whose partners are named one after the other, if the
    words are nothing else: "Japan, South Korea and Norway"."""
    names = {
        name.words.strip(): pk
        for pk, listed in reversed([*index.names.items()])
        for name in listed
    }
    named, rest = [], [word for word in words if word not in _BETWEEN]
    while rest:
        for length in range(min(len(rest), LONGEST_NAME), 0, -1):
            if pk := names.get(" ".join(rest[:length])):
                named.append(pk)
                rest = rest[length:]
                break
        else:
            return []
    return list(dict.fromkeys(named))


def found_rows(
    index: Index, words: list[str], *, on: date, without: Iterable[int] = ()
) -> list[FoundRows]:
    """Return what else has all of the words in its texts and the names of its partner,
    and one of them at least in its texts, by the day ``on``; single letters are not
    sought there. The summaries of the partnerships ``without`` are left out. A query
    for each kind that has any."""
    words = [word for word in words if len(word) > 1] or words
    names = {
        pk: "".join(name.words for name in names) for pk, names in index.names.items()
    }
    left_out = {*without}
    found = []
    for kind, texts in index.texts.items():
        ranks: dict[int, list[int]] = defaultdict(list)
        for text in texts:
            if kind == "partnership" and text.pk in left_out:
                continue
            if (rank := _rank_of(words, text, names)) is not None:
                ranks[rank].append(text.pk)
        if ranks and (rows := _rows(_KINDS[kind], ranks, on)):
            found.append(FoundRows(kind, rows[:MOST], len(rows) > MOST))
    return found


def fits(word: str, words: str, *, shortest: int = SHORTEST_PART) -> bool | None:
    """Return True if a word is one of these, False if it begins one or is part of one,
    None if it is not there. ``shortest`` is the shortest that may begin one."""
    if f" {word} " in words:
        return True
    if len(word) >= SHORTEST_PART:
        return False if word in words else None
    return False if len(word) >= shortest and f" {word}" in words else None


def _rank_of(words: list[str], text: Text, names: Mapping[int, str]) -> int | None:
    if all(fits(word, text.words) is None for word in words):
        return None
    own = text.words + names.get(text.record or 0, "")
    return _rank(words, own, shortest=SHORTEST_PART)


def _rank(words: list[str], text: str, *, shortest: int) -> int | None:
    """Return 0 where all words are in a text, 1 where some are so in part, else
    None."""
    rank = 0
    for word in words:
        is_whole = fits(word, text, shortest=shortest)
        if is_whole is None:
            return None
        rank = rank if is_whole else 1
    return rank


def _rows(kind: _Kind, ranks: Mapping[int, list[int]], on: date) -> list[Any]:
    pks = [pk for some in ranks.values() for pk in some]
    rows = kind.by(kind.public().filter(pk__in=pks), on)
    if kind.record == "partnership":
        rows = rows.select_related("partnership__partner")
    elif kind.record:
        rows = rows.select_related("partner")
    order: Sequence[Any] = rows.query.order_by or kind.model._meta.ordering or ()
    whole = When(pk__in=ranks.get(0, []), then=Value(0))
    rank = Case(whole, default=Value(1), output_field=IntegerField())
    return list(rows.order_by(rank, *order)[: MOST + 1])


@kept_by_edition(maxsize=1)
def search_index() -> Index:
    """Return all that can be found, in nine queries; in none where the index of an
    edition is known."""
    partners = Partnership.objects.published().order_by(*by_name())
    names = {
        pk: _names(*values)
        for pk, *values in partners.values_list(
            "pk",
            *("partner__name", "partner__official_name", "partner__other_names"),
            *("partner__iso_code", "partner__iso_alpha3", "partner__wikidata"),
        )
    }
    return Index(names, {name: _texts(kind) for name, kind in _KINDS.items()})


def _names(
    name: str, official: str, others: str, iso_code: str, alpha3: str, wikidata: str
) -> list[Name]:
    known = [name, official, *others.splitlines(), iso_code, alpha3, wikidata]
    known += names_in_eu_languages(iso_code)
    return [Name(text, words_only(text)) for text in dict.fromkeys(filter(None, known))]


def _texts(kind: _Kind) -> list[Text]:
    fields = [kind.model._meta.get_field(name) for name in kind.columns]
    labels: list[dict[str, str]] = [
        {value: f"{label} {value}" for value, label in _choices_of(field)}
        for field in fields
    ]
    columns = ["pk", kind.record or "pk", *kind.columns]
    return [
        Text(
            pk,
            record if kind.record else None,
            words_only(" ".join(map(_in_words, values, labels))),
        )
        for pk, record, *values in kind.public().order_by().values_list(*columns)
    ]


def _choices_of(field: Any) -> list[tuple[str, str]]:
    return getattr(field, "flatchoices", [])  # of relations there are none


def _in_words(value: str, labels: Mapping[str, str]) -> str:
    """Return a text, or a choice with its label: "European Peace Facility contribution
    epf_contribution", for readers know some by their letters."""
    return labels.get(value, value)
