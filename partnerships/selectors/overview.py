"""The state of play: counts over all records, and their latest milestones."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Value

from partnerships.choices import CoverageValue, SafeStatus, Status
from partnerships.ledger.editions import kept_by_edition
from partnerships.models import Area, Coverage, Milestone, Partnership
from partnerships.querysets.facts import MilestoneQuerySet
from partnerships.querysets.names import by_name
from partnerships.selectors.disagreements import disputing_claims
from partnerships.selectors.news import newest_first

SIGNED = (Status.SIGNED, Status.SAFE_ASSOCIATED)
#: What is read of each partnership: there may be hundreds.
_SHOWN = (
    *("official_text_url", "is_published", "partner__name", "partner__slug"),
    *("partner__iso_code", "partner__region"),
)


@dataclass(frozen=True)
class Statistics:
    """Counts over all published partnerships on the day ``as_of``, as known on the day
    ``known_on``, in that ``edition`` of the data set.

    All counts are of what is certain on that day. ``signed_total`` is how many are
    signed, ``signed_reported`` how many of these by press reports alone,
    ``signed_may_not_be`` how many of these may not be, and ``signed_may_be`` how many
    more may be. ``by_status_may_be`` and ``by_safe_status_may_be`` are how many more
    may have each status. ``areas_common_to_all_signed`` are numbers
    of areas that all signed partnerships include whose areas are all assessed;
    ``signed_not_assessed`` is the number of those left out. ``checked_through`` is the
    first of the days through which editors have looked for news of each partnership,
    None where they have not looked for all. ``open_questions`` are the questions about
    the instrument as a whole among the facts on which sources disagree and the editors
    have not ruled.
    """

    as_of: date
    known_on: date
    partnerships: int
    by_status: dict[Status, int]
    by_status_may_be: dict[Status, int]
    by_safe_status: dict[SafeStatus, int]
    by_safe_status_may_be: dict[SafeStatus, int]
    signed_total: int
    signed_reported: int
    signed_may_not_be: int
    signed_may_be: int
    areas_common_to_all_signed: list[int]
    signed_not_assessed: int
    checked_through: date | None
    open_disagreements: int
    open_questions: list[str]
    edition: int


@kept_by_edition(maxsize=3, of_past=3)
def published_as_of(on: date) -> list[Partnership]:
    """Return all published partnerships by name, with their partners, as they stood on
    a day, and ``checked_through``. Three queries; none where those of an edition and
    the day are known, which pages share and leave as they are."""
    published = Partnership.objects.published().with_checked_through()
    named = published.select_related("partner").order_by(*by_name())
    return named.only(*_SHOWN).as_of(on)


def statistics(
    partnerships: Sequence[Partnership],
    *,
    on: date,
    known_on: date,
    edition: int,
) -> Statistics:
    """Return the counts over these partnerships, which have their statuses of the day
    ``on`` and ``checked_through``; ``known_on`` and ``edition`` say what they were read
    from. Two queries; none where what they count is known of an edition."""
    counts = Counter(partnership.status for partnership in partnerships)
    may_be = Counter(s for row in partnerships for s in row.status_may_be)
    by_safe = Counter(partnership.safe_status for partnership in partnerships)
    safe_may_be = Counter(s for row in partnerships for s in row.safe_status_may_be)
    signed = [row for row in partnerships if row.status in SIGNED]
    assessed, common = _common_areas(tuple(row.pk for row in signed))
    open_facts = _open_facts()
    checked = [row.checked_through for row in partnerships if row.checked_through]
    return Statistics(
        as_of=on,
        known_on=known_on,
        partnerships=len(partnerships),
        by_status={status: counts[status] for status in Status},
        by_status_may_be={status: may_be[status] for status in Status},
        by_safe_status={status: by_safe[status] for status in SafeStatus},
        by_safe_status_may_be={status: safe_may_be[status] for status in SafeStatus},
        signed_total=len(signed),
        signed_reported=sum(row.status_reported for row in signed),
        signed_may_not_be=sum(
            not {*SIGNED}.issuperset(r.status_may_be) for r in signed
        ),
        signed_may_be=sum(
            row.status not in SIGNED and not {*SIGNED}.isdisjoint(row.status_may_be)
            for row in partnerships
        ),
        areas_common_to_all_signed=common,
        signed_not_assessed=len(signed) - assessed,
        checked_through=min(checked) if len(checked) == len(partnerships) > 0 else None,
        open_disagreements=len(open_facts),
        open_questions=list(filter(None, open_facts.values())),
        edition=edition,
    )


def latest_milestones(
    *, on: date, most: int
) -> tuple[list[Milestone], list[Milestone]]:
    """Return public milestones by a day: the latest ``most`` that have happened, newest
    first; and all that may have happened, since their earliest day has come and their
    latest has not, the soonest certain first. One query."""
    public = Milestone.objects.filter(partnership__is_published=True).counted()
    public = public.settled()  # once, for both
    latest = public.happened(on=on).in_order(newest_first=True).values("pk")[:most]
    rows = (
        public.begun(on=on)
        .filter(Q(last_day__gt=on) | Q(pk__in=latest))
        .select_related("partnership__partner")
        .in_order()
    )
    uncertain = [milestone for milestone in rows if not milestone.has_happened(on=on)]
    happened = [m for m in reversed(rows) if m.has_happened(on=on)]
    return newest_first(happened), uncertain


def milestones_by_day(milestones: MilestoneQuerySet) -> Counter[tuple[date, str]]:
    """Return the number of these milestones by their latest day and their track; the
    total is the number of all. One query, of as many rows as there are such days."""
    numbers = milestones.settled().order_by().values_list("last_day", "track")
    counted = numbers.annotate(n=Count("pk"))
    return Counter({(latest, track): n for latest, track, n in counted})


@kept_by_edition(maxsize=3, of_past=10)
def _common_areas(signed: tuple[int, ...]) -> tuple[int, list[int]]:
    """Return how many partnerships of these ids have all of their areas assessed, and
    the numbers of the areas that each of those includes. One query."""
    cells = Coverage.objects.filter(partnership__in=signed).order_by()
    assessed = cells.exclude(value=CoverageValue.NOT_ASSESSED).values("partnership")
    areas = Area.objects.order_by().values(all=Value(1)).annotate(n=Count("pk"))
    whole = assessed.annotate(n=Count("pk")).filter(n=areas.values("n")[:1])
    counted = (
        cells.filter(partnership__in=whole.values("partnership"))
        .values_list("area__number")
        .annotate(of=Count("pk"), n=Count("pk", filter=Q(value=CoverageValue.INCLUDED)))
    )
    rows = list(counted.order_by("area__number"))
    return max((of for _, of, _ in rows), default=0), [
        number for number, of, n in rows if n == of
    ]


@kept_by_edition(maxsize=1, of_past=10)
def _open_facts() -> dict[str, str | None]:
    """Return the facts on which sources disagree and the editors have not ruled, by
    their ids: of a question its text, None of a fact in a record."""
    claims = disputing_claims().open()
    facts = claims.order_by("question__slug").values_list("fact_id", "question__text")
    return dict(facts.distinct())
