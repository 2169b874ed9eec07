"""The words of the tracker with their meanings, as glossary.toml holds them."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
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
    """A word; ``slug`` is its anchor, for good."""

    slug: str
    word: str
    meaning: str
    citations: tuple[Citation, ...] = ()


def _terms() -> Iterator[Term]:
    file = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    for term in file["terms"]:
        citations = tuple(Citation(**c) for c in term.pop("citations", ()))
        yield Term(**term, citations=citations)


#: In the order of the page.
TERMS = list(_terms())
TERMS_BY_SLUG = {term.slug: term for term in TERMS}
