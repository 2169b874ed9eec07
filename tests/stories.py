"""Stories of partnerships as rows, and the plain reading of the design.

``TABLE`` and the functions ``plain_…`` are that reading, the oracle of several tests.
They share no code with ``partnerships.lifecycle``: they try every order of the rows.
"""

from datetime import date, timedelta
from functools import lru_cache
from itertools import permutations
from typing import NamedTuple

from partnerships.choices import AffiliationKind, Certainty, MilestoneKind, Track
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
        ("announced", None),
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
        ("resumed", "associated"),
        ("terminated", "terminated"),
        ("announced", None),
        ("published", None),
        ("parliament_consented", None),
        ("statement", None),
    ],
}
#: Kinds that come in this order in an attempt; those of one group in any.
GROUPS = {
    "sdp": [
        ["proposed"],
        ["exploratory_talks"],
        ["negotiations_authorised", "negotiations_opened", "text_agreed"],
        ["signed"],
    ],
    "safe": [
        ["requested", "negotiations_recommended"],
        ["negotiations_authorised", "negotiations_opened"],
        ["negotiations_concluded", "endorsed", "signature_authorised"],
        ["signed"],
        ["provisionally_applied", "concluded"],
        ["in_force"],
    ],
}
STEPS_FORWARD = {
    track: [kind for group in groups for kind in group]
    for track, groups in GROUPS.items()
}
CLOSE_AN_ATTEMPT = ["ended", "abandoned", "negotiations_failed", "terminated"]
OPEN_TO_ANYONE = ["requested", "statement", "announced"]
EXEMPT = ["negotiations_failed", "suspended", "resumed", "terminated"]
TODAY = date(2025, 11, 22)
SAFE_ADOPTED = date(2025, 5, 27)
DAY = timedelta(1)
#: Of the partners of the fixture ``six``.
ISO_CODES = ["UA", "NO", "", "", "", ""]


class Row(NamedTuple):
    """A milestone as an editor types it, recorded on ``TODAY``; ``follows`` is the row
    after which it came, where editors say so."""

    track: str
    kind: str
    date: str
    attempt: int = 1
    certainty: str = "confirmed"
    follows: "Row | None" = None

    @property
    def earliest(self):
        first = parse(self.date).earliest or date.min
        return max(first, SAFE_ADOPTED) if self.track == "safe" else first

    @property
    def latest(self):
        return min(parse(self.date).latest, TODAY)

    @property
    def effect(self):
        return self.certainty != "rejected" and dict(TABLE[self.track])[self.kind]


class Tie(NamedTuple):
    """An affiliation, held in [since, until); None is open."""

    kind: str
    since: date | None = None
    until: date | None = None


def plain_after(rows):
    """What these rows of one track, one after the other, set the status to; None if
    they cannot stand in that order."""
    attempt, group, seen, suspended, is_closed, status = 1, 0, [], False, False, ""
    for row in rows:
        groups = GROUPS[row.track]
        if row.attempt != attempt:
            if row.attempt < attempt:
                return None
            attempt, group, seen, suspended, is_closed = (
                row.attempt,
                0,
                [],
                False,
                False,
            )
        if is_closed or row.kind in seen:
            return None
        status = row.effect
        if row.kind in ("suspended", "resumed"):
            if suspended == (row.kind == "suspended"):
                return None
            suspended = not suspended
            group = max(group, len(groups[:4]))
            if row.kind == "resumed" and "in_force" in seen:
                status = "in_force"
        elif row.kind in CLOSE_AN_ATTEMPT:
            is_closed = True
        else:
            place = next(n for n, kinds in enumerate(groups) if row.kind in kinds)
            if place < group:
                return None
            group, seen = max(group, place), [*seen, row.kind]
    return status or "nothing"


def steps_of(rows, track):
    return tuple(r for r in rows if r.track == track and r.effect)


@lru_cache(maxsize=500)
def plain_orders(rows):
    """The orders of these rows that some choice of days fits."""
    found = []
    for order in permutations(rows):
        if (
            all(row.follows not in order[n:] for n, row in enumerate(order))
            and plain_after(order) is not None
            and _fits(order, date.min, date.max)
        ):
            found.append(order)
    return found


def _fits(rows, first, last):
    """Whether these rows can happen one after the other from the first to the last."""
    for row in rows:
        first = max(first, row.earliest)
        if first > min(row.latest, last):
            return False
    return True


def plain_options(rows, track, on):
    """What the rows of a track may set the status to by that day; None for nothing."""
    found = set()
    for order in plain_orders(steps_of(rows, track)):
        for n in range(len(order) + 1):
            if _fits(order[:n], date.min, on) and _fits(order[n:], on + DAY, date.max):
                found.add(plain_after(order[:n]) if n else None)
    return found


def plain_late(rows, track, on):
    """The rows that have happened, in order, each as late as bounds and an order allow:
    one answer for each order that allows the latest days."""
    orders = plain_orders(steps_of(rows, track))
    late = [
        [min(row.latest for row in order[n:]) for n in range(len(order))]
        for order in orders
    ]
    found = []
    for order, days in zip(orders, late, strict=True):
        happened = [row for row, day in zip(order, days, strict=True) if day <= on]
        found.append((sum(day.toordinal() for day in days), happened))
    latest = max((total for total, _ in found), default=None)
    return [happened for total, happened in found if total == latest] or [[]]


def plain_statuses(rows, track, on):
    """What the rows set the status to, each as late as can be; None for nothing."""
    late = plain_late(rows, track, on)
    return {plain_after(happened) if happened else None for happened in late}


def plain_deciding(rows, track, on):
    """The row that decided the status, for each answer that there is; None for none."""
    return {
        happened[-1] if happened else None for happened in plain_late(rows, track, on)
    }


def plain_signatures(rows, on):
    """The last signature that has happened in the attempt of what happened last, for
    each answer that there is."""
    found = set()
    for happened in plain_late(rows, "sdp", on):
        signed = [
            row
            for row in happened
            if row.kind == "signed" and row.attempt == happened[-1].attempt
        ]
        found.add(signed[-1] if signed else None)
    return found


def plain_eligibilities(sdp, ties, iso_code, on):
    """What a partner without a step towards SAFE may be, its SDP status among these:
    first what it certainly is."""
    if on < SAFE_ADOPTED:
        return ["none"]
    needless = iso_code == "UA"
    may, must = set(), set()
    for tie in ties:
        if (tie.since or date.min) <= on < (tie.until or date.max):
            may.add(tie.kind)
            if tie.since:
                must.add(tie.kind)
    candidate = {"eu_candidate", "eu_potential_candidate"}
    found = []
    for held in _subsets(may - must):
        for status in sdp:
            kinds = must | held
            if "eea_efta" in kinds or needless:
                found.append("not_needed")
            elif kinds & candidate or status == "signed":
                found.append("eligible")
            else:
                found.append("not_eligible")
    return found


def _subsets(kinds):
    found = [set()]
    for kind in sorted(kinds):
        found += [{*one, kind} for one in found]
    return found


def plain_headline(sdp, safe):
    is_associated = sdp == "signed" and safe in ("associated", "in_force")
    return "safe_associated" if is_associated else sdp


def plain_answers(rows, ties, iso_code, on):
    """For sdp_status, safe_status and status: what may be said to be certain, by the
    orders that allow the latest days, and all that may hold."""
    sdp = {status or "not_recorded" for status in plain_statuses(rows, "sdp", on)}
    sdp_may = {status or "not_recorded" for status in plain_options(rows, "sdp", on)}
    safe = {
        status or plain_eligibilities(sdp, ties, iso_code, on)[0]
        for status in plain_statuses(rows, "safe", on)
    }
    safe_may = set()
    for status in plain_options(rows, "safe", on):
        safe_may |= (
            {status} if status else {*plain_eligibilities(sdp_may, ties, iso_code, on)}
        )
    return (
        (sdp, sdp_may),
        (safe, safe_may),
        (
            {plain_headline(a, b) for a in sdp for b in safe},
            {plain_headline(a, b) for a in sdp_may for b in safe_may},
        ),
    )


def plain_objections(rows, ties, iso_code):
    """Why these rows cannot stand together; empty if they can."""
    found = set()
    if any(
        (parse(row.date).earliest or parse(row.date).latest) > TODAY for row in rows
    ):
        found.add("future")
    rows = [row for row in rows if row.certainty != "rejected"]
    for track in TABLE:
        if not plain_orders(steps_of(rows, track)):
            found.add("order")
        mine = [row for row in rows if row.track == track]
        closing = {row.attempt for row in mine if row.kind in CLOSE_AN_ATTEMPT}
        if any(row.attempt > 1 and row.attempt - 1 not in closing for row in mine):
            found.add("nothing closed")
        for end in mine:
            if end.kind == "ended" and any(
                row.attempt == end.attempt
                and not row.effect
                and row.kind != "statement"
                and (parse(row.date).earliest or date.min) > end.latest
                for row in mine
            ):
                found.add("after ended")
    for row in rows:
        if row.track != "safe":
            continue
        if row.effect and row.latest < SAFE_ADOPTED:
            found.add("before SAFE")
        elif row.kind not in OPEN_TO_ANYONE + EXEMPT and not _is_ever_eligible(
            row, rows, ties, iso_code
        ):
            found.add("not eligible")
    return found


def _is_ever_eligible(row, rows, ties, iso_code):
    days = {row.earliest, row.latest, SAFE_ADOPTED}
    for other in rows:
        days |= {other.earliest, other.latest}
    for tie in ties:
        days |= {tie.since or SAFE_ADOPTED, tie.until or SAFE_ADOPTED}
    near = sorted(
        {
            day + shift
            for day in days
            if day > date.min
            for shift in (-DAY, 0 * DAY, DAY)
        }
    )
    for day in near:
        if not row.earliest <= day <= row.latest or (
            row.effect and not _may_be_on(row, rows, day)
        ):
            continue
        sdp = {s or "not_recorded" for s in plain_options(rows, "sdp", day)}
        if {*plain_eligibilities(sdp, ties, iso_code, day)} != {"not_eligible"}:
            return True
    return False


def _may_be_on(row, rows, day):
    """Whether some choice of days puts a row on that day."""
    for order in plain_orders(steps_of(rows, "safe")):
        n = order.index(row)
        if _fits(order[:n], date.min, day) and _fits(order[n:][1:], day, date.max):
            return True
    return False


def events(rows):
    return [
        Event(
            Track(row.track),
            MilestoneKind(row.kind),
            parse(row.date),
            row.latest,
            row.attempt,
            Certainty(row.certainty),
            pk=number,
            follows=rows.index(row.follows) if row.follows in rows else None,
        )
        for number, row in enumerate(rows)
    ]


def holdings(ties):
    return [
        Holding(
            AffiliationKind(tie.kind),
            tie.since and parse(str(tie.since)),
            tie.until and parse(str(tie.until)),
        )
        for tie in ties
    ]


def fill(partnerships, records):
    """Store rows and ties as they are, past the rules, all recorded on ``TODAY``."""
    made = {
        (partnership.pk, row): Milestone(
            partnership=partnership,
            recorded_on=TODAY,
            announces="signed" if row.kind == "announced" else "",
            **row._asdict() | {"follows": None},
        )
        for partnership, (rows, _) in zip(partnerships, records, strict=True)
        for row in rows
    }
    Milestone.objects.bulk_create(made.values())
    for (pk, row), milestone in made.items():
        if (pk, row.follows) in made:
            stored = Milestone.objects.filter(pk=milestone.pk)
            stored.update(follows=made[pk, row.follows])  # keeps ``recorded_on``
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


SIGNED = Row("sdp", "signed", "2025-06-01")
ENDED = Row("sdp", "ended", "2025-10-10")
CANADA = [
    SIGNED,
    Row("safe", "requested", "2025-06-23"),
    Row("safe", "negotiations_authorised", "2025-09-18"),
    Row("safe", "negotiations_concluded", "2025-10-01"),
    Row("safe", "signed", "2025-11-14"),
    Row("safe", "published", "2025-11-20"),
]
