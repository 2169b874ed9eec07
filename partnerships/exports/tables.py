"""The tables: their columns in the order of the record, their keys, their rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from partnerships import choices
from partnerships.exports import rows
from partnerships.exports.columns import EDITION, Column, one_of, stored
from partnerships.exports.reading import Reading, go_on
from partnerships.ledger.known_on import known_on
from partnerships.log.changes import ACTIONS


@dataclass(frozen=True)
class Table:
    """A kind of row with its columns, to which each file adds the edition.

    ``key`` are the columns that name a row, ``references`` those that name a row of
    another table. ``read`` is given the lookups of the columns and yields tuples in
    a total order that is always the same.
    """

    name: str
    title: str
    record_columns: Sequence[Column]
    key: tuple[str, ...]
    read: Callable[[Reading, Sequence[str]], Iterator[tuple]]
    references: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def columns(self) -> list[Column]:
        return [*self.record_columns, EDITION]

    @property
    def lookups(self) -> list[str]:
        return [column.source or column.name for column in self.record_columns]

    def rows(self, reading: Reading) -> Iterator[tuple]:
        """Yield the rows of an edition, without its number, while somebody waits."""
        with known_on(reading.past):
            for row in self.read(reading, self.lookups):
                go_on()
                yield row


_OF_PARTNERSHIP = {"partnership": ("partnerships", "slug")}


def _fields(model: str, *fields: str) -> list[Column]:
    return [stored(model, field) for field in fields]


def _id(fact: str) -> Column:
    meaning = f"Names it among claims, there as {fact}-7. The same as in the API."
    return Column("id", "whole number", meaning, source="pk")


PARTNERSHIPS = Table(
    "partnerships",
    "Partnerships",
    [
        stored("partner", "slug", source="partner__slug"),
        stored("partnership", "title"),
        *(
            stored("partner", name, name=f"partner_{name}", source=f"partner__{name}")
            for name in ("name", "official_name", "iso_code", "region")
        ),
        one_of(
            "status",
            choices.Status.choices,
            "The headline status that day, derived from the milestones.",
        ),
        one_of(
            "sdp_status",
            choices.SdpStatus.choices,
            "Where the instrument itself stood that day.",
        ),
        one_of(
            "safe_status",
            choices.SafeStatus.choices,
            "Where the partner stood with SAFE, Regulation (EU) 2025/1106, that day.",
        ),
        Column(
            "signed_on",
            "partial date",
            "When the partnership that stood that day, or was the last to end by then, "
            "was signed; empty if none was.",
        ),
        Column(
            "areas_included",
            "whole number",
            "How many areas of cooperation it includes.",
        ),
        Column(
            "areas_already_exist",
            "whole number",
            "In how many areas the tie was there before the partnership.",
        ),
        stored("partnership", "stated_areas", name="areas_stated"),
        stored("partnership", "stated_areas_ruling", name="areas_stated_ruling"),
        Column(
            "open_disagreements",
            "whole number",
            "On how many facts sources disagree and the editors have not ruled.",
        ),
        *_fields("partnership", "summary", "official_text_url"),
        *_fields("partnership", "review_clause", "review_clause_ruling"),
        Column(
            "reviewed_on",
            "date",
            "When editors last looked for news of it; empty if they never did.",
            source="looked_on",
        ),
        *(
            Column(
                f"{name}_may_be",
                "list",
                f"What else {name} may be that day, as JSON, where days or "
                "affiliations are not known exactly.",
            )
            for name in ("status", "sdp_status", "safe_status")
        ),
        *(
            Column(
                f"{name}_reported",
                "true or false",
                f"True where press reports alone say what {name} is.",
            )
            for name in ("status", "sdp_status", "safe_status")
        ),
        stored("check", "through", name="checked_through", source="checked_through"),
        *(
            stored("partner", name, name=f"partner_{name}", source=f"partner__{name}")
            for name in ("other_names", "iso_alpha3", "wikidata", "eu_uri")
        ),
    ],
    key=("slug",),
    read=rows.partnerships,
)

AFFILIATIONS = Table(
    "affiliations",
    "Affiliations of partners",
    [
        _id("affiliation"),
        stored("partnership", "partner", source="partner__slug", name="partnership"),
        *_fields("affiliation", "kind", "since", "until", "note", "ruling"),
        Column(
            "holds",
            "true or false",
            "True that day; false once it is over; empty where it may hold.",
        ),
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
        stored("milestone", "partnership", source="partnership__partner__slug"),
        *_fields("milestone", "track", "kind", "date"),
        Column(
            "earliest", "date", "The first day that the date can be; empty if unknown."
        ),
        Column("latest", "date", "The last day that the date can be."),
        *_fields("milestone", "place", "signatories", "reference", "note", "ruling"),
        *_fields("milestone", "attempt", "certainty", "actor", "description"),
        *_fields("milestone", "announces", "expected", "fell_through"),
        Column(
            "follows",
            "whole number",
            "The id of a milestone that came before it, where dates and steps leave "
            "the order open and the editors say so.",
            source="follows_id",
        ),
        Column(
            "met_by",
            "whole number",
            "Of an announcement: the id of the milestone that it announced; empty "
            "where none is recorded.",
        ),
    ],
    key=("id",),
    read=rows.milestones,
    references=_OF_PARTNERSHIP,
)

CHECKS = Table(
    "checks",
    "Looks for news",
    [
        Column("id", "whole number", "Names the look.", source="pk"),
        stored("check", "partnership", source="partnership__partner__slug"),
        *_fields("check", "through", "made_on", "found"),
    ],
    key=("id",),
    read=rows.checks,
    references=_OF_PARTNERSHIP,
)

AREAS = Table(
    "areas",
    "Areas of cooperation",
    _fields("area", "number", "slug", "name", "short_name"),
    key=("slug",),
    read=rows.areas,
)

COVERAGE = Table(
    "coverage",
    "Coverage of areas",
    [
        Column(
            "id",
            "whole number",
            "Names it among claims, there as coverage-7; empty where nobody has "
            "recorded the cell.",
        ),
        *_fields("coverage", "partnership", "area"),
        *_fields("area", "number", "name"),
        *_fields("coverage", "value", "ruling"),
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
        stored("engagement", "partnership", source="partnership__partner__slug"),
        *_fields("engagement", "kind", "title", "since", "until", "level", "frequency"),
        *_fields("engagement", "amount", "currency", "amount_eur", "amount_is_total"),
        *_fields("engagement", "note", "ruling", "state"),
    ],
    key=("id",),
    read=rows.engagements,
    references=_OF_PARTNERSHIP,
)

SUBJECTS = Table(
    "subjects",
    "Subjects beside the areas",
    [
        _id("subject"),
        stored("subject", "partnership", source="partnership__partner__slug"),
        *_fields("subject", "name", "note", "ruling"),
    ],
    key=("id",),
    read=rows.subjects,
    references=_OF_PARTNERSHIP,
)

POSITIONS = Table(
    "positions",
    "Positions on the partnerships",
    [
        _id("position"),
        stored("position", "partnership", source="partnership__partner__slug"),
        *_fields("position", "holder", "holder_kind", "date", "text", "ruling"),
    ],
    key=("id",),
    read=rows.positions,
    references=_OF_PARTNERSHIP,
)

NAMESAKES = Table(
    "namesakes",
    "What looks like a partnership and is none",
    [
        _id("namesake"),
        *_fields("namesake", "title", "parties", "date", "reason", "ruling"),
    ],
    key=("id",),
    read=rows.namesakes,
)

QUESTIONS = Table(
    "questions",
    "Questions about the instrument as a whole",
    [_id("question"), *_fields("question", "slug", "text", "answer", "ruling")],
    key=("id",),
    read=rows.questions,
)

SOURCES = Table(
    "sources",
    "Sources",
    [
        *_fields("source", "key", "publisher", "title", "authors", "published_on"),
        *_fields("source", "knowledge_as_of", "url", "language"),
        *_fields("source", "last_checked_on", "note", "kind", "eli", "celex", "doi"),
        *_fields("source", "document_number", "archived_url", "no_address"),
    ],
    key=("key",),
    read=rows.sources,
)

CLAIMS = Table(
    "claims",
    "Claims: what each source says of each fact",
    [
        Column("id", "whole number", "Names the claim.", source="pk"),
        stored("claim", "partnership", source="record__partner__slug"),
        Column(
            "fact",
            "identifier",
            "What it is about: the table's word and the id there, as in milestone-7; "
            "stated_areas-7 and review_clause-7 are facts of the partnership itself.",
            source="fact_id",
        ),
        stored("claim", "source", source="source__key"),
        *_fields("claim", "says", "wording", "locator"),
        one_of(
            "standing",
            choices.Standing.choices,
            "How it stands to the value that the editors adopted.",
        ),
        stored("claim", "aspect"),
        stored("source", "url", name="document_url", source="source__url"),
        stored("source", "no_address", source="source__no_address"),
    ],
    key=("id",),
    read=rows.claims,
    references=_OF_PARTNERSHIP | {"source": ("sources", "key")},
)

CHANGES = Table(
    "changes",
    "The log of all changes",
    [
        Column("number", "whole number", "Its place in the log."),
        Column("at", "time", "When it was made, in UTC."),
        Column("by", "text", "The public name of whoever made it."),
        Column("reason", "text", "Why."),
        one_of("kind", choices.ChangeKind.choices, "What kind of change it is."),
        one_of(
            "action",
            [(action, action.capitalize()) for action in ACTIONS.values()],
            "What was done to the record.",
        ),
        Column(
            "record_model",
            "identifier",
            "What kind of record was changed.",
            source="model",
        ),
        Column(
            "record_key", "text", "What names the record among its kind.", source="key"
        ),
        Column("record_label", "text", "The record in words.", source="label"),
        Column(
            "partnership",
            "identifier",
            "The partnership in whose log it is, by its slug; empty for what "
            "belongs to none.",
        ),
        Column(
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
        *(PARTNERSHIPS, AFFILIATIONS, MILESTONES, CHECKS, AREAS, COVERAGE),
        *(ENGAGEMENTS, SUBJECTS, POSITIONS, NAMESAKES, QUESTIONS, SOURCES, CLAIMS),
        CHANGES,
    )
}
