"""The words of the tracker with their meanings, as glossary.toml holds them."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path


@dataclass(frozen=True)
class Citation:
    """A place in a source on record, by its key, or in an act of the EU."""

    place: str
    source: str = ""
    url: str = ""

    def __str__(self) -> str:
        return f"{self.source}, {self.place}" if self.source else self.place


@dataclass(frozen=True)
class Term:
    """A word; ``slug`` is its anchor, for good, and ``ours`` is true of a word that
    this tracker uses in a sense of its own."""

    slug: str
    word: str
    meaning: str
    citations: tuple[Citation, ...] = ()
    ours: bool = False


def _terms() -> Iterator[Term]:
    file = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    for term in file["terms"]:
        citations = tuple(Citation(**c) for c in term.pop("citations", ()))
        yield Term(**term, citations=citations)


def by_letter(terms: Iterable[Term]) -> list[tuple[str, list[Term]]]:
    """Return these terms by their first letters, in the order of the alphabet; one
    that begins with an article stands under what follows it."""
    ordered = sorted(terms, key=lambda term: _sorted_as(term.word))
    groups = groupby(ordered, key=lambda term: _sorted_as(term.word)[0].upper())
    return [(letter, list(listed)) for letter, listed in groups]


def _sorted_as(word: str) -> str:
    words = word.casefold().removeprefix("the ")
    return words.lstrip("0123456789 %") or words


#: By subject.
TERMS = list(_terms())
TERMS_BY_SLUG = {term.slug: term for term in TERMS}
