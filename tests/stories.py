"""Stories of partnerships as rows, and the plain reading of the design.

``TABLE`` and the functions ``plain_…`` are that reading, the oracle of several tests.
They share no code with ``partnerships.lifecycle``.
"""

from datetime import date
from typing import NamedTuple

from partnerships.choices import AffiliationKind, MilestoneKind, Track
from partnerships.dates import parse
from partnerships.lifecycle.events import Event, Holding
from partnerships.models import Affiliation, Milestone

TABLE = {
    "sdp": [
        ("proposed", "proposed"),
        ("exploratory_talks", "exploratory"),
        ("negotiations_authorised", "negotiating"),
        ("negotiations_opened", "negotiating"),
        ("text_agreed", "negotiating"),
        ("signed", "signed"),
        ("resumed", "signed"),
        ("suspended", "suspended"),
        ("ended", "ended"),
        ("abandoned", "abandoned"),
        ("dialogue_held", None),
        ("reviewed", None),
        ("statement", None),
    ],
    "safe": [
        ("requested", "requested"),
        ("negotiations_recommended", "requested"),
        ("negotiations_authorised", "negotiating"),
        ("negotiations_opened", "negotiating"),
        ("negotiations_concluded", "agreed"),
        ("endorsed", "agreed"),
        ("signature_authorised", "agreed"),
        ("signed", "associated"),
        ("provisionally_applied", "associated"),
        ("concluded", "associated"),
        ("in_force", "in_force"),
        ("negotiations_failed", "no_agreement"),
        ("suspended", "suspended"),
        ("terminated", "terminated"),
        ("published", None),
        ("parliament_consented", None),
        ("statement", None),
    ],
}
STEPS_FORWARD = {
    "sdp": [kind for kind, _ in TABLE["sdp"][:6]],
    "safe": [kind for kind, _ in TABLE["safe"][:11]],
}
CLOSE_AN_ATTEMPT = ["abandoned", "negotiations_failed", "terminated"]
IMPLY_A_SIGNATURE = ["suspended", "resumed", "ended"]
OPEN_TO_ANYONE = ["requested", "statement"]
EXEMPT = ["negotiations_failed", "suspended", "terminated"]
TODAY = date(2025, 11, 22)
#: Of the partners of the fixture ``six``.
ISO_CODES = ["UA", "NO", "", "", "", ""]


class Row(NamedTuple):
    """A milestone as an editor types it; it is recorded on ``TODAY``."""

    track: str
    kind: str
    date: str

    @property
    def latest(self):
        return min(parse(self.date).latest, TODAY)

    @property
    def place(self):
        """0 for what changes no status, else its place in the table."""
        kinds = [kind for kind, status in TABLE[self.track] if status]
        return kinds.index(self.kind) + 1 if self.kind in kinds else 0


class Tie(NamedTuple):
    """An affiliation, held in [since, until); None is open."""

    kind: str
    since: date | None = None
    until: date | None = None


def holds(tie, on):
    return (tie.since or date.min) <= on < (tie.until or date.max)


def plain_deciding(rows, track, on):
    """Rows that may decide the status: those with the latest day, then step."""
    happened = [r for r in rows if r.track == track and r.place and r.latest <= on]
    last = max(((r.latest, r.place) for r in happened), default=None)
    return [r for r in happened if (r.latest, r.place) == last]


def plain_status(rows, track, on):
    deciding = plain_deciding(rows, track, on)
    return dict(TABLE[track])[deciding[0].kind] if deciding else None


def plain_standing(sdp, ties, iso_code, on):
    kinds = [tie.kind for tie in ties if holds(tie, on)]
    if "eea_efta" in kinds or iso_code == "UA":
        return "not_needed"
    if "eu_candidate" in kinds or "eu_potential_candidate" in kinds or sdp == "signed":
        return "eligible"
    return "not_eligible"


def plain_answer(rows, ties, iso_code, on):
    """(SDP status, SAFE status, headline) on that day."""
    sdp = plain_status(rows, "sdp", on) or "not_recorded"
    safe = plain_status(rows, "safe", on) or plain_standing(sdp, ties, iso_code, on)
    is_associated = sdp == "signed" and safe in ("associated", "in_force")
    return sdp, safe, "safe_associated" if is_associated else sdp


def plain_objections(rows, ties, iso_code):
    """Why these rows cannot stand together; empty if they can."""
    found = set()
    if any((parse(row.date).earliest or row.latest) > TODAY for row in rows):
        found.add("future")
    for track in TABLE:
        steps = sorted((r for r in rows if r.track == track), key=in_time)
        found |= set(plain_order_objections(steps))
    for row in rows:
        if row.track == "safe" and row.kind not in OPEN_TO_ANYONE + EXEMPT:
            sdp = plain_status(rows, "sdp", row.latest)
            if plain_standing(sdp, ties, iso_code, row.latest) == "not_eligible":
                found.add("not eligible")
    return found


def in_time(row):
    return row.latest, row.place


def plain_order_objections(rows):
    reached, last, is_ended = -1, None, False
    for row in rows:
        forward = STEPS_FORWARD[row.track]
        if is_ended and row.kind != "statement":
            yield "after ended"
        if row.kind == "resumed" and last != "suspended":
            yield "not suspended"
        if row.kind in forward:
            if forward.index(row.kind) < reached:
                yield "backwards"
            reached = max(reached, forward.index(row.kind))
        elif row.kind in IMPLY_A_SIGNATURE:
            reached = max(reached, forward.index("signed"))
        elif row.kind in CLOSE_AN_ATTEMPT:
            reached = -1
        last = row.kind if row.place else last
        is_ended = is_ended or row.kind == "ended"


def events(rows):
    return [
        Event(Track(row.track), MilestoneKind(row.kind), parse(row.date), row.latest)
        for row in rows
    ]


def holdings(ties):
    return [Holding(AffiliationKind(tie.kind), tie.since, tie.until) for tie in ties]


def fill(partnerships, records):
    """Store rows and ties as they are, past the rules, all recorded on ``TODAY``."""
    Milestone.objects.bulk_create(
        Milestone(partnership=partnership, recorded_on=TODAY, **row._asdict())
        for partnership, (rows, _) in zip(partnerships, records, strict=True)
        for row in rows
    )
    Affiliation.objects.bulk_create(
        Affiliation(
            partner=partnership.partner,
            kind=tie.kind,
            since=tie.since and str(tie.since),
            until=tie.until and str(tie.until),
        )
        for partnership, (_, ties) in zip(partnerships, records, strict=True)
        for tie in ties
    )


SIGNED = Row("sdp", "signed", "2024-06-23")
ENDED = Row("sdp", "ended", "2025-01-10")
CANADA = [
    SIGNED,
    Row("safe", "requested", "2024-06-23"),
    Row("safe", "negotiations_authorised", "2024-09-18"),
    Row("safe", "negotiations_concluded", "2024-12-01"),
    Row("safe", "signed", "2025-02-14"),
    Row("safe", "published", "2025-03-02"),
]
