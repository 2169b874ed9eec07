"""What each table is: its columns in the order of the record, its keys, its rows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from partnerships import choices
from partnerships.exports import rows
from partnerships.exports.columns import EDITION, Column, computed, of
from partnerships.exports.parameters import Asked
from partnerships.ledger.known_on import known_on
from partnerships.log.descriptions import ACTIONS


@dataclass(frozen=True)
class Table:
    """``key`` are the columns that name a row, ``references`` those that name a row of
    another table; ``rows`` yields tuples in a total order that is always the same."""

    name: str
    title: str
    own: list[Column]
    key: tuple[str, ...]
    read: Callable[[Asked, list], Iterator[tuple]]
    references: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def columns(self) -> list[Column]:
        return [*self.own, EDITION]

    def rows(self, asked: Asked) -> Iterator[tuple]:
        with known_on(asked.known):
            yield from self.read(asked, [column.expression for column in self.own])


_OF_PARTNERSHIP = {"partnership": ("partnerships", "slug")}


def _id(fact: str) -> Column:
    meaning = f"Names it among claims, there as {fact}-7. The same as in the API."
    return computed("id", "whole number", meaning, source="pk")


PARTNERSHIPS = Table(
    "partnerships",
    "Partnerships",
    [
        of("partner", "slug", source="partner__slug"),
        of("partnership", "title"),
        of("partner", "name", source="partner__name", called="partner_name"),
        of(
            "partner",
            "official_name",
            source="partner__official_name",
            called="partner_official_name",
        ),
        of(
            "partner",
            "iso_code",
            source="partner__iso_code",
            called="partner_iso_code",
        ),
        of("partner", "region", source="partner__region", called="partner_region"),
        computed(
            "status",
            "one of a list",
            "The headline status that day, derived from the milestones.",
            values=choices.Status.choices,
        ),
        computed(
            "sdp_status",
            "one of a list",
            "Where the instrument itself stood that day.",
            values=choices.SdpStatus.choices,
        ),
        computed(
            "safe_status",
            "one of a list",
            "Where the partner stood with SAFE, Regulation (EU) 2025/1106, that day.",
            values=choices.SafeStatus.choices,
        ),
        computed(
            "signed_on", "partial date", "When it was last signed; empty if it was not."
        ),
        computed(
            "areas_included",
            "whole number",
            "How many areas of cooperation it includes.",
        ),
        computed(
            "areas_already_exist",
            "whole number",
            "In how many areas the tie was there before the partnership.",
        ),
        of("partnership", "stated_areas", called="areas_stated", source="stated_areas"),
        of("partnership", "stated_areas_ruling", called="areas_stated_ruling"),
        computed(
            "open_disagreements",
            "whole number",
            "On how many facts sources disagree and the editors have not ruled.",
        ),
        of("partnership", "summary"),
        of("partnership", "official_text_url"),
        of("partnership", "review_clause"),
        of("partnership", "review_clause_ruling"),
        of("partnership", "reviewed_on"),
    ],
    key=("slug",),
    read=rows.partnerships,
)

AFFILIATIONS = Table(
    "affiliations",
    "Affiliations of partners",
    [
        _id("affiliation"),
        of("partnership", "partner", source="partner__slug", called="partnership"),
        *(of("affiliation", n) for n in ("kind", "since", "until", "note", "ruling")),
    ],
    key=("id",),
    read=rows.affiliations,
    references=_OF_PARTNERSHIP,
)

MILESTONES = Table(
    "milestones",
    "Milestones",
    [
        _id("milestone"),
        of("milestone", "partnership", source="partnership__partner__slug"),
        of("milestone", "track"),
        of("milestone", "kind"),
        of("milestone", "date"),
        computed(
            "earliest", "date", "The first day that the date can be; empty if unknown."
        ),
        computed("latest", "date", "The last day that the date can be."),
        *(
            of("milestone", name)
            for name in ("place", "signatories", "reference", "note", "ruling")
        ),
    ],
    key=("id",),
    read=rows.milestones,
    references=_OF_PARTNERSHIP,
)

AREAS = Table(
    "areas",
    "Areas of cooperation",
    [of("area", name) for name in ("number", "slug", "name")],
    key=("slug",),
    read=rows.areas,
)

COVERAGE = Table(
    "coverage",
    "Coverage of areas",
    [
        computed(
            "id",
            "whole number",
            "Names it among claims, there as coverage-7; empty where nobody has "
            "recorded the cell.",
        ),
        of("coverage", "partnership"),
        of("coverage", "area"),
        *(of("area", name) for name in ("number", "name")),
        *(of("coverage", name) for name in ("value", "ruling")),
    ],
    key=("partnership", "area"),
    read=rows.coverage,
    references=_OF_PARTNERSHIP | {"area": ("areas", "slug")},
)

ENGAGEMENTS = Table(
    "engagements",
    "Other ties",
    [
        _id("engagement"),
        of("engagement", "partnership", source="partnership__partner__slug"),
        *(
            of("engagement", name)
            for name in (
                *("kind", "title", "since", "until", "level", "frequency"),
                *("amount", "currency", "amount_eur", "amount_is_total"),
                *("note", "ruling"),
            )
        ),
    ],
    key=("id",),
    read=rows.engagements,
    references=_OF_PARTNERSHIP,
)

QUESTIONS = Table(
    "questions",
    "Questions about the instrument as a whole",
    [
        _id("question"),
        *(of("question", name) for name in ("slug", "text", "answer", "ruling")),
    ],
    key=("id",),
    read=rows.questions,
)

SOURCES = Table(
    "sources",
    "Sources",
    [
        of("source", name)
        for name in (
            *("key", "publisher", "title", "authors", "published_on"),
            *("knowledge_as_of", "url", "language", "last_checked_on", "note"),
        )
    ],
    key=("key",),
    read=rows.sources,
)

CLAIMS = Table(
    "claims",
    "Claims: what each source says of each fact",
    [
        computed("id", "whole number", "Names the claim.", source="pk"),
        of("claim", "partnership", source="record__partner__slug"),
        computed(
            "fact",
            "identifier",
            "What it is about: the table's word and the id there, as in milestone-7; "
            "stated_areas-7 and review_clause-7 are facts of the partnership itself.",
            source="fact_id",
        ),
        of("claim", "source", source="source__key"),
        *(of("claim", name) for name in ("says", "wording", "locator")),
        computed(
            "standing",
            "one of a list",
            "How it stands to the value that the editors adopted.",
            values=choices.Standing.choices,
        ),
    ],
    key=("id",),
    read=rows.claims,
    references=_OF_PARTNERSHIP | {"source": ("sources", "key")},
)

CHANGES = Table(
    "changes",
    "The log of all changes",
    [
        computed("number", "whole number", "Its place in the log."),
        computed("at", "time", "When it was made, in UTC."),
        computed("by", "text", "The public name of whoever made it."),
        computed("reason", "text", "Why."),
        computed(
            "kind",
            "one of a list",
            "What kind of change it is.",
            values=choices.ChangeKind.choices,
        ),
        computed(
            "action",
            "one of a list",
            "What was done to the record.",
            values=[(action, action.capitalize()) for action in ACTIONS.values()],
        ),
        computed("record_model", "identifier", "What kind of record was changed."),
        computed("record_key", "text", "What names the record among its kind."),
        computed("record_label", "text", "The record in words."),
        computed(
            "partnership",
            "identifier",
            "The partnership in whose log it is, by its slug; empty for what "
            "belongs to none.",
        ),
        computed(
            "fields",
            "list",
            "Each public field that changed, as JSON: name, label, old and new value.",
        ),
    ],
    key=("number",),
    read=rows.changes,
)

TABLES = {
    table.name: table
    for table in (
        *(PARTNERSHIPS, AFFILIATIONS, MILESTONES, AREAS, COVERAGE, ENGAGEMENTS),
        *(QUESTIONS, SOURCES, CLAIMS, CHANGES),
    )
}
