"""What follows from the facts: statuses over time, areas by partners."""

from partnerships import choices
from partnerships.exports import rows
from partnerships.exports.columns import Column, one_of, stored
from partnerships.exports.reading import Reading
from partnerships.exports.tables.table import OF_PARTNERSHIP, Table, fields

_OF_TRACKS = dict(choices.SdpStatus.choices + choices.SafeStatus.choices)

STATUSES = Table(
    "statuses",
    "Statuses over time",
    [
        stored("milestone", "partnership"),
        stored("milestone", "track"),
        one_of(
            "status",
            list(_OF_TRACKS.items()),
            "The status that certainly held, derived from the milestones: of talks, "
            "from the day on which they were authorised or opened.",
        ),
        Column("since", "date", "The first day of it."),
        Column(
            "until",
            "date",
            "The first day on which it held no more; empty in the last row of a track.",
        ),
        Column("certain", "true or false", "False where another status may have held."),
        Column("may_be", "list", "What else it may have been, as JSON."),
        Column("reported", "true or false", "True where press reports alone say it."),
        Column(
            "milestone",
            "whole number",
            "The id of the milestone that decides it; empty where none does.",
        ),
        Column("date", "partial date", "When that milestone was, as its sources say."),
        one_of("milestone_kind", choices.MilestoneKind.choices, "Its kind."),
        Column(
            "checked_through",
            "date",
            "The day through which the editors looked for news of the partner: of "
            "later days nothing is known. Empty where they never did.",
        ),
    ],
    key=("partnership", "track", "since"),
    read=rows.statuses,
    references=OF_PARTNERSHIP | {"milestone": ("milestones", "id")},
)


def _partners(reading: Reading) -> list[Column]:
    """Return a column for each partner, by its slug."""
    values = choices.CoverageValue.choices
    return [
        one_of(slug, values, f"Whether the partnership with {name} covers the area.")
        for slug, name in rows.partners(reading)
    ]


MATRIX = Table(
    "matrix",
    "Areas by partners",
    fields("area", *rows.AREA),
    key=("slug",),
    read=rows.matrix,
    references={"slug": ("areas", "slug")},
    widen=_partners,
)
