"""The data set and what those need to know of it who index it; in the terms of
schema.org.

This module is pure: no database, no request, no clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from partnerships.web.citations import DATA_SET, LICENCE, NOT_OFFICIAL, SITE

DESCRIPTION = (
    "Status, dated milestones, areas of cooperation and other ties of each "
    "partnership, every fact with its sources, where they disagree, and what the "
    f"editors ruled. {NOT_OFFICIAL}"
)
KEYWORDS = [
    *("European Union", "Security and Defence Partnership", "SAFE"),
    *("Common Security and Defence Policy", "defence cooperation", "foreign policy"),
]


@dataclass(frozen=True)
class File:
    """A file of the data set: its absolute address, its title, its media type."""

    url: str
    title: str
    media_type: str


@dataclass(frozen=True)
class DataSet:
    """The data set in an edition; ``home`` and ``page``, the one about it, are
    absolute addresses.

    It tells of the days from ``first_day`` to ``checked_through``, the last one through
    which editors have looked for news of every partnership. ``partners`` are names with
    the EU's URIs of countries, which may be empty; ``variables`` names with meanings.
    ``contact`` is an address of the web or of mail, empty where there is none.
    """

    home: str
    page: str
    edition: int
    began_on: date | None
    changed_on: date | None
    first_day: date | None = None
    checked_through: date | None = None
    partners: Sequence[tuple[str, str]] = ()
    files: Sequence[File] = ()
    variables: Sequence[tuple[str, str]] = ()
    contact: str = ""

    @property
    def id(self) -> str:
        """The name that it has on every page."""
        return f"{self.home}#dataset"

    @property
    def tracker(self) -> dict[str, str]:
        """The tracker, which publishes it."""
        return {
            "@type": "Organization",
            "@id": f"{self.home}#tracker",
            "name": SITE,
            "url": self.home,
        }

    @property
    def reference(self) -> dict[str, str]:
        """As much as each page says of it that shows a part."""
        return {
            "@type": "Dataset",
            "@id": self.id,
            "name": DATA_SET,
            "url": self.page,
        }

    @property
    def summary(self) -> dict[str, Any]:
        """As much as can be said without reading any of it."""
        return {"@context": "https://schema.org"} | _without_none(
            self.reference
            | {
                "description": DESCRIPTION,
                "identifier": self.id,
                "license": LICENCE,
                "isAccessibleForFree": True,
                "inLanguage": "en-GB",
                "keywords": KEYWORDS,
                "version": str(self.edition),
                "datePublished": self.began_on,
                "dateModified": self.changed_on,
                "creator": self.tracker,
                "publisher": self.tracker,
            }
        )

    def in_full(self, citation: str) -> dict[str, Any]:
        """Return all of it, with the words by which it is cited."""
        coverage = f"{self.first_day}/{self.checked_through or '..'}"
        return self.summary | _without_none(
            {
                "temporalCoverage": coverage if self.first_day else None,
                "spatialCoverage": [
                    {"@type": "Place", "name": name} | ({"sameAs": uri} if uri else {})
                    for name, uri in self.partners
                ],
                "variableMeasured": [
                    {"@type": "PropertyValue", "name": name, "description": meaning}
                    for name, meaning in self.variables
                ],
                "includedInDataCatalog": {
                    "@type": "DataCatalog",
                    "@id": f"{self.home}#catalog",
                    "name": SITE,
                    "url": self.page,
                },
                "citation": citation,
                "distribution": [
                    {
                        "@type": "DataDownload",
                        "name": file.title,
                        "encodingFormat": file.media_type,
                        "contentUrl": file.url,
                    }
                    for file in self.files
                ],
            }
        )


def _without_none(described: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in described.items() if value is not None}
