"""Findings of the search in words: what each is, where it stands, and the sentence in
which the words are."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from partnerships.choices import Track
from partnerships.models import Engagement, Milestone, Position
from partnerships.selectors.site_search import MOST, FoundRows, fits
from partnerships.text import as_sentence, capitalised, in_a_line, words_only
from partnerships.web import milestone_words
from partnerships.web.addresses import path_of
from partnerships.web.fact_addresses import fact_path
from partnerships.web.glossary import TERMS
from partnerships.web.markup import joined

#: Characters of an excerpt around the first word that was sought.
AROUND = 110
_WORD = re.compile(r"(\w+)")
_END_OF_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WORDS_OF_TERMS = [
    (term, words_only(term.word), words_only(f"{term.word} {term.meaning}"))
    for term in TERMS
]


@dataclass(frozen=True)
class Hit:
    """A finding: its name, its address, where it is, and the sentence with the
    words."""

    title: SafeString
    path: str
    where: str
    excerpt: SafeString


@dataclass(frozen=True)
class Hits:
    """The findings of a kind, or the first of them."""

    head: str
    hits: list[Hit]
    has_more: bool


#: The parameters of the past that a page tells.
_PAST = ("known_on", "edition")


class _Kind(NamedTuple):
    """The name of many, what one is called, where it is, its texts that are quoted, the
    path of its page, and the days that this page knows."""

    head: str
    title: Callable[[Any], str]
    where: Callable[[Any], str]
    texts: Callable[[Any], Iterable[str]]
    path: Callable[[Any], str] = fact_path
    days: tuple[str, ...] = ("as_of", *_PAST)


def _where_of_milestone(row: Milestone) -> str:
    return f"{Track(row.track).upper()}, {row.date.display()}"


def _where_of_tie(row: Engagement) -> str:
    said = row.get_kind_display()
    if row.amount:
        said += f": {row.currency} {row.amount:,}{' in all' * row.amount_is_total}"
    if row.amount_eur:
        said += f", EUR {row.amount_eur:,} by its source"
    return said


def _title_of_position(row: Position) -> str:
    about = f"{row.partnership.partner}: " if row.partnership else ""
    return f"{about}{row.holder}"


_KINDS = {
    "area": _Kind(
        "Areas",
        lambda row: row.short_name or row.name,
        lambda row: f"Area {row.number}",
        lambda row: [row.name] if row.short_name else [],
        lambda row: path_of("area-detail", row.slug),
    ),
    "milestone": _Kind(
        "Milestones",
        milestone_words.title,
        _where_of_milestone,
        lambda row: [
            *(milestone_words.sentence(row), row.note),
            *(f"Signed by: {row.signatories}" * bool(row.signatories), row.reference),
        ],
    ),
    "engagement": _Kind(
        "Other ties",
        str,
        _where_of_tie,
        lambda row: [row.note, row.level],
    ),
    "source": _Kind(
        "Sources",
        lambda row: row.title,
        lambda row: row.publisher,
        lambda row: [row.authors, row.celex, row.doi, row.document_number],
        lambda row: path_of("source-detail", row.key),
        _PAST,
    ),
    "position": _Kind(
        "Positions",
        _title_of_position,
        lambda row: row.date.display() if row.date else "",
        lambda row: [row.text],
    ),
    "namesake": _Kind(
        "Not a partnership",
        lambda row: row.title,
        lambda row: row.parties,
        lambda row: [row.reason],
    ),
    "question": _Kind(
        "Questions about the instrument",
        lambda row: row.text,
        lambda row: "",
        lambda row: [row.answer],
        days=_PAST,
    ),
    "partnership": _Kind(
        "Summaries of records",
        lambda row: row.partner.name,
        lambda row: row.title,
        lambda row: [row.summary],
        lambda row: path_of("partnership-detail", row.partner.slug),
    ),
}


def hits_of(found: FoundRows, words: list[str], days: Mapping[str, str]) -> Hits:
    """Return the findings of a kind in words, with addresses on these days."""
    kind = _KINDS[found.kind]
    query = {name: days[name] for name in kind.days if name in days}
    hits = [_hit(kind, row, words, query) for row in found.rows]
    return Hits(kind.head, hits, found.has_more)


def terms_with(words: list[str]) -> list[Hits]:
    """Return the terms of the glossary that have all of the words, those first whose
    own name has them; nothing where there are none."""
    found = [
        (not _has_all(words, name), term)
        for term, name, text in _WORDS_OF_TERMS
        if _has_all(words, text)
    ]
    hits = [
        Hit(
            marked(capitalised(term.word), words),
            f"{path_of('glossary')}#{term.slug}",
            "",
            marked(excerpt(as_sentence(capitalised(term.meaning)), words), words),
        )
        for _, term in sorted(found, key=lambda one: one[0])
    ]
    return [Hits("Glossary", hits[:MOST], len(hits) > MOST)] if hits else []


def marked(text: str, words: list[str]) -> SafeString:
    """Return a text with each word marked that was sought, or has it in part."""
    return joined(
        "",
        (
            format_html("<mark>{}</mark>", piece)
            if place % 2 and _count(piece, words)
            else piece
            for place, piece in enumerate(_WORD.split(text))
        ),
    )


def excerpt(text: str, words: list[str]) -> str:
    """Return the sentence of a text with most of the words; of a long one what is
    around the first of them."""
    sentences = _END_OF_SENTENCE.split(in_a_line(text))
    best = max(sentences, key=lambda said: _count(said, words))
    if len(best) <= 3 * AROUND:
        return best
    found = (word.start() for word in _WORD.finditer(best) if _count(word[0], words))
    first = next(found, 0)
    start = best.rfind(" ", 0, max(first - AROUND, 1)) + 1
    cut = best[start : first + 2 * AROUND]
    if first + 2 * AROUND < len(best):
        cut = f"{cut.rpartition(' ')[0]} …"
    return f"{'… ' * bool(start)}{cut}"


def _hit(kind: _Kind, row: Any, words: list[str], query: Mapping[str, str]) -> Hit:
    texts = [text for text in kind.texts(row) if text]
    best = max(texts, key=lambda text: _count(text, words), default="")
    path, hash_sign, anchor = kind.path(row).partition("#")
    days = f"?{urlencode(query)}" if query else ""
    return Hit(
        marked(in_a_line(kind.title(row)), words),
        f"{path}{days}{hash_sign}{anchor}",
        in_a_line(kind.where(row)),
        marked(excerpt(best, words), words),
    )


def _has_all(words: list[str], text: str) -> bool:
    return all(fits(word, text) is not None for word in words)


def _count(text: str, words: list[str]) -> int:
    """Return how many of the words a text has."""
    folded = words_only(text)
    return sum(fits(word, folded) is not None for word in words)
