"""Records and the facts in them, in the order of the record; then sources."""

from dataclasses import replace

from partnerships import choices
from partnerships.exports import rows
from partnerships.exports.columns import Column, one_of, stored
from partnerships.exports.tables.table import (
    KEY,
    OF_FACT,
    OF_PARTNERSHIP,
    Table,
    fields,
)


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
            "The headline status that day, derived from the milestones. What is SAFE "
            "associated is signed too: count signatures by sdp_status.",
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
        *fields("partnership", "summary", "official_text_url"),
        *fields("partnership", "review_clause", "review_clause_ruling"),
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
        *fields("affiliation", "kind", "since", "until", "note", "ruling"),
        Column(
            "holds",
            "true or false",
            "True that day; false once it is over; empty where it may hold.",
        ),
        *OF_FACT,
    ],
    key=("id",),
    read=rows.affiliations,
    references=OF_PARTNERSHIP,
)

MILESTONES = Table(
    "milestones",
    "Milestones",
    [
        _id("milestone"),
        stored("milestone", "partnership", source="partnership__partner__slug"),
        *fields("milestone", "track", "kind", "date"),
        Column(
            "earliest", "date", "The first day that the date can be; empty if unknown."
        ),
        Column("latest", "date", "The last day that the date can be."),
        *fields("milestone", "place", "signatories", "reference", "note", "ruling"),
        *fields("milestone", "attempt", "certainty", "actor", "description"),
        *fields("milestone", "announces", "expected", "fell_through"),
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
        *OF_FACT,
        Column(
            "eli",
            "web address",
            "The European Legislation Identifier of the act that the reference names; "
            "empty where the EU’s rules leave a doubt.",
        ),
        Column("celex", "text", "The number of that act at EUR-Lex."),
    ],
    key=("id",),
    read=rows.milestones,
    references=OF_PARTNERSHIP | {"met_by": ("milestones", "id")},
)

CHECKS = Table(
    "checks",
    "Looks for news",
    [
        Column("id", "whole number", "Names the look.", source="pk"),
        stored("check", "partnership", source="partnership__partner__slug"),
        *fields("check", "through", "made_on", "found"),
        KEY,
        Column("url", "web address", "The page that says how far news is known."),
    ],
    key=("id",),
    read=rows.checks,
    references=OF_PARTNERSHIP,
)

AREAS = Table(
    "areas",
    "Areas of cooperation",
    fields("area", *rows.AREA),
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
        *fields("coverage", "partnership", "area"),
        *fields("area", "number", "name"),
        *fields("coverage", "value", "ruling"),
        *OF_FACT,
    ],
    key=("partnership", "area"),
    read=rows.coverage,
    references=OF_PARTNERSHIP | {"area": ("areas", "slug")},
)

ENGAGEMENTS = Table(
    "engagements",
    "Other ties",
    [
        _id("engagement"),
        stored("engagement", "partnership", source="partnership__partner__slug"),
        *fields("engagement", "kind", "title", "since", "until", "level", "frequency"),
        *fields("engagement", "amount", "currency", "amount_eur", "amount_is_total"),
        *fields("engagement", "note", "ruling", "state"),
        *OF_FACT,
    ],
    key=("id",),
    read=rows.engagements,
    references=OF_PARTNERSHIP,
)

SUBJECTS = Table(
    "subjects",
    "Subjects beside the areas",
    [
        _id("subject"),
        stored("subject", "partnership", source="partnership__partner__slug"),
        *fields("subject", "name", "note", "ruling"),
        *OF_FACT,
    ],
    key=("id",),
    read=rows.subjects,
    references=OF_PARTNERSHIP,
)

POSITIONS = Table(
    "positions",
    "Positions on the partnerships",
    [
        _id("position"),
        stored("position", "partnership", source="partnership__partner__slug"),
        *fields("position", "holder", "holder_kind", "date", "text", "ruling"),
        *OF_FACT,
    ],
    key=("id",),
    read=rows.positions,
    references=OF_PARTNERSHIP,
)

NAMESAKES = Table(
    "namesakes",
    "What looks like a partnership and is none",
    [
        _id("namesake"),
        *fields("namesake", "title", "parties", "date", "reason", "ruling"),
        *OF_FACT,
    ],
    key=("id",),
    read=rows.namesakes,
)

QUESTIONS = Table(
    "questions",
    "Questions about the instrument as a whole",
    [
        _id("question"),
        *fields("question", "slug", "text", "answer", "ruling"),
        replace(KEY, source="slug"),
        *OF_FACT[1:],
    ],
    key=("id",),
    read=rows.questions,
)

SOURCES = Table(
    "sources",
    "Sources",
    [
        *fields("source", "key", "publisher", "title", "authors", "published_on"),
        *fields("source", "knowledge_as_of", "url", "language"),
        *fields("source", "last_checked_on", "note", "kind", "eli", "celex", "doi"),
        *fields("source", "document_number", "archived_url", "no_address"),
        Column("html_url", "web address", "Its page, with all that it says."),
    ],
    key=("key",),
    read=rows.sources,
)
