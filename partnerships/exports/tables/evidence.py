"""What each source says, where they disagree, and the log of all changes."""

from dataclasses import replace

from partnerships import choices
from partnerships.exports import rows
from partnerships.exports.columns import Column, one_of, stored
from partnerships.exports.tables.table import KEY, OF_PARTNERSHIP, Table, fields
from partnerships.log.changes import ACTIONS

_FACT_KIND = Column(
    "fact_kind",
    "identifier",
    "The kind of fact that it is about, as in milestone; stated_areas and "
    "review_clause are facts of the partnership itself.",
)
_FACT_KEY = Column(
    "fact_key",
    "identifier",
    "The key of that fact in the table of its kind; of a fact of the partnership "
    "itself, the slug of the partnership.",
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
        *fields("claim", "says", "wording", "locator"),
        one_of(
            "standing",
            choices.Standing.choices,
            "How it stands to the value that the editors adopted.",
        ),
        stored("claim", "aspect"),
        stored("source", "url", name="document_url", source="source__url"),
        stored("source", "no_address", source="source__no_address"),
        replace(KEY, meaning="Names it for good, as record_key in the log does."),
        _FACT_KIND,
        _FACT_KEY,
        Column("url", "web address", "Where the fact stands on the pages."),
    ],
    key=("id",),
    read=rows.claims,
    references=OF_PARTNERSHIP | {"source": ("sources", "key")},
)

DISAGREEMENTS = Table(
    "disagreements",
    "Where sources disagree",
    [
        Column("fact", "identifier", "What it is on, as fact among claims."),
        one_of(
            "field",
            [(rows.FACT_ITSELF, "The fact itself"), *choices.Aspect.choices],
            "Which of the values of that fact.",
        ),
        stored("claim", "partnership", source="record__partner__slug"),
        Column("label", "text", "The fact in words."),
        one_of(
            "state",
            choices.DisagreementState.choices,
            "Ruled once the editors have said why they adopted their value.",
        ),
        Column(
            "adopted",
            "text",
            "The value that the editors adopted; empty of a milestone that did not "
            "happen, by their ruling.",
        ),
        Column(
            "claims",
            "list",
            "What each source says, as JSON: the source’s key, its value, how that "
            "stands to the adopted one.",
        ),
        Column("ruling", "text", "Why the editors adopted that value."),
        _FACT_KIND,
        _FACT_KEY,
        Column("url", "web address", "Where the fact stands on the pages."),
    ],
    key=("fact", "field"),
    read=rows.disagreements,
    references=OF_PARTNERSHIP,
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
