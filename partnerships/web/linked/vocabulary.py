"""The words of the record as one vocabulary (SKOS): areas, statuses, kinds, glossary;
and what the keys of the API mean, as a context of JSON-LD.

Addresses are for good. An area is named by its page, a status on a track and a word of
the glossary by their anchors there, every other value by its place in the vocabulary.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices

from partnerships import choices
from partnerships.web.glossary import TERMS
from partnerships.web.safe_words import SAFE_MEANINGS
from partnerships.web.status_words import SDP_MEANINGS

PREFIXES = {"skos": "http://www.w3.org/2004/02/skos/core#"}
#: By the beginning of its values' names: the list's title and its values.
_LISTS: dict[str, tuple[str, type[TextChoices]]] = {
    "status": ("Headline statuses", choices.Status),
    "milestone": ("Kinds of milestones", choices.MilestoneKind),
    "certainty": ("Certainty of milestones", choices.Certainty),
    "coverage": ("Places of an area in a partnership", choices.CoverageValue),
    "affiliation": ("Kinds of affiliations", choices.AffiliationKind),
    "engagement": ("Kinds of other ties", choices.EngagementKind),
    "source": ("Kinds of sources", choices.SourceKind),
    "region": ("Regions", choices.Region),
}
_SCHEMA = "http://schema.org/"
#: Keys of the API that mean what a term of schema.org means.
_KEYS = {
    **{"name": "name", "title": "name", "short_name": "alternateName"},
    **{"other_names": "alternateName", "summary": "description", "url": "url"},
    **{"publisher": "publisher", "authors": "author", "language": "inLanguage"},
    **{"published_on": "datePublished", "version": "version"},
}
#: Keys of a list about its pages, which are no part of the data.
_OF_LISTS = ("count", "may_match", "next", "previous")


@dataclass(frozen=True)
class Places:
    """Absolute addresses: of the vocabulary, of the glossary, of the page about the
    data, whose dictionary has the keys."""

    vocabulary: str
    glossary: str
    dictionary: str


def vocabulary(
    places: Places, areas: Iterable[tuple[str, int, str, str]]
) -> dict[str, Any]:
    """Return all words as JSON-LD; ``areas`` are absolute addresses with numbers,
    labels and full names."""
    here, glossary = places.vocabulary, places.glossary
    lists = {
        "areas": (
            "Areas of cooperation",
            [
                (url, str(number), label, "" if label == name else name)
                for url, number, label, name in areas
            ],
        ),
        "sdp-status": (
            "Statuses of a partnership",
            _values(f"{glossary}#sdp-status-", choices.SdpStatus, SDP_MEANINGS),
        ),
        "safe-status": (
            "Statuses on SAFE",
            _values(f"{glossary}#safe-status-", choices.SafeStatus, SAFE_MEANINGS),
        ),
        "glossary": (
            "Glossary",
            [(f"{glossary}#{t.slug}", "", t.word, t.meaning) for t in TERMS],
        ),
    }
    for name, (title, values) in _LISTS.items():
        lists[name] = title, _values(f"{here}#{name}-", values, {})
    graph: list[dict[str, Any]] = []
    for name, (title, concepts) in lists.items():
        scheme = f"{here}#{name}"
        graph.append(
            {"@id": scheme, "@type": "skos:ConceptScheme", "skos:prefLabel": _en(title)}
        )
        graph += (_concept(scheme, *concept) for concept in concepts)
    return {"@context": PREFIXES, "@graph": graph}


def api_context(places: Places) -> dict[str, Any]:
    """Return the context by which an answer of the API is JSON-LD: a thing is named by
    its page, a key without a term of its own by the data dictionary."""
    statuses = {
        "status": f"{places.vocabulary}#status-",
        "sdp_status": f"{places.glossary}#sdp-status-",
        "safe_status": f"{places.glossary}#safe-status-",
    }
    terms: dict[str, Any] = {key: _SCHEMA + term for key, term in _KEYS.items()}
    for status, values in statuses.items():
        for key in (status, f"{status}_may_be"):
            terms[key] = {
                "@id": f"{places.dictionary}#{key}",
                "@type": "@vocab",
                "@context": {"@vocab": values},
            }
    return {
        "@context": {
            "@version": 1.1,
            "@vocab": f"{places.dictionary}#",
            "html_url": "@id",
            "results": "@graph",
            **dict.fromkeys(_OF_LISTS),
            **terms,
        }
    }


def _values(
    beginning: str, values: type[TextChoices], meanings: dict[Any, str]
) -> list[tuple[str, str, str, str]]:
    return [
        (f"{beginning}{value.value}", value.value, value.label, meanings.get(value, ""))
        for value in values
    ]


def _concept(
    scheme: str, iri: str, notation: str, label: str, definition: str
) -> dict[str, Any]:
    described: dict[str, Any] = {
        "@id": iri,
        "@type": "skos:Concept",
        "skos:inScheme": {"@id": scheme},
        "skos:prefLabel": _en(label),
    }
    if notation:
        described["skos:notation"] = notation
    if definition:
        described["skos:definition"] = _en(definition)
    return described


def _en(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "en"}
