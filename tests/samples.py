"""A random, valid and clearly marked data set of any size, for trying the tracker.

All of it is made up and says so: slugs begin with "sample-", names with "Sample".
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from django.db import transaction

from partnerships.choices import (
    AffiliationKind,
    Certainty,
    ChangeKind,
    CoverageValue,
    EngagementKind,
    Frequency,
    MilestoneKind,
    Region,
    Track,
)
from partnerships.ledger import context
from partnerships.lifecycle.table import SAFE_ADOPTED_ON
from partnerships.models import (
    Affiliation,
    Area,
    Check,
    Claim,
    Coverage,
    Engagement,
    Milestone,
    Partner,
    Partnership,
    Source,
)
from partnerships.text import search_form

K = MilestoneKind
BATCH = 500
AREAS = 26

#: Two stories along the steps of a track; each partnership gets a beginning of them.
SDP_STEPS = [
    K.PROPOSED,
    K.EXPLORATORY_TALKS,
    K.NEGOTIATIONS_AUTHORISED,
    K.NEGOTIATIONS_OPENED,
    K.TEXT_AGREED,
    K.SIGNED,
]
SAFE_STEPS = [
    K.REQUESTED,
    K.NEGOTIATIONS_AUTHORISED,
    K.NEGOTIATIONS_CONCLUDED,
    K.PROVISIONALLY_APPLIED,
    K.IN_FORCE,
]


def make_sample(partnerships: int, *, random: Random, today: date) -> Iterator[int]:
    """Add that many sample partnerships, all or nothing, in one operation; yields how
    many are made after each batch."""
    with (
        transaction.atomic(),
        context.change(actor="Sample data", reason="Sample", kind=ChangeKind.IMPORT),
    ):
        source, _ = Source.objects.get_or_create(
            key="sample-source",
            defaults={
                **{"publisher": "Sample", "title": "Sample", "kind": "research"},
                "no_address": "It is a sample.",
            },
        )
        areas = list(Area.objects.all()) or _sample_areas()
        first = Partner.objects.filter(slug__startswith="sample-").count() + 1
        numbers = range(first, first + partnerships)
        for start in range(0, partnerships, BATCH):
            batch = numbers[start : start + BATCH]
            _make_batch(batch, areas, source, random, today)
            yield start + len(batch)


def _sample_areas() -> list[Area]:
    return Area.objects.bulk_create(
        Area(number=n, slug=f"sample-area-{n}", name=f"Sample area {n}")
        for n in range(1, AREAS + 1)
    )


def _make_batch(numbers, areas, source, random, today):
    partners = Partner.objects.bulk_create(_partner(n, random) for n in numbers)
    affiliations = Affiliation.objects.bulk_create(
        Affiliation(
            partner=partner,
            kind=random.choice(list(AffiliationKind)[:6]),
            since=random.choice(["2004", None]),
        )
        for partner in partners
        if random.random() < 0.7
    )
    partnerships = Partnership.objects.bulk_create(
        _partnership(partner, random, today) for partner in partners
    )
    milestones = Milestone.objects.bulk_create(
        milestone
        for partnership in partnerships
        for milestone in _milestones(partnership, random, today)
    )
    Check.objects.bulk_create(
        Check(
            partnership=partnership,
            through=today - timedelta(days=random.randrange(60)),
            made_on=today,
        )
        for partnership in partnerships
    )
    cells = Coverage.objects.bulk_create(
        Coverage(partnership_id=partnership.pk, area_id=area.pk, value=_value(random))
        for partnership in partnerships
        for area in areas
    )
    engagements = Engagement.objects.bulk_create(
        Engagement(
            partnership=partnership,
            kind=EngagementKind.DIALOGUE,
            title="Sample dialogue",
            frequency=random.choice(Frequency.values),
        )
        for partnership in partnerships
    )
    records = {partnership.partner_id: partnership.pk for partnership in partnerships}
    facts = [
        (fact, fact.partnership_id) for fact in (*milestones, *cells, *engagements)
    ]
    facts += [(fact, records[fact.partner_id]) for fact in affiliations]
    Claim.objects.bulk_create(
        make_claim(fact, record_id, source, random) for fact, record_id in facts
    )


def _partner(number, random) -> Partner:
    name = f"Sample {number:05}"
    return Partner(
        slug=f"sample-{number:05}",
        name=name,
        region=random.choice(Region.values),
        search_text=search_form(name, "", ""),
    )


def _partnership(partner, random, today) -> Partnership:
    title = f"Sample partnership with {partner.name}"
    summary = "This record is made up."
    return Partnership(
        partner=partner,
        title=title,
        summary=summary,
        is_published=True,
        reviewed_on=today - timedelta(days=random.randrange(700)),
        search_text=search_form(title, summary),
    )


def _milestones(partnership, random, today) -> Iterator[Milestone]:
    day = date(2022, 1, 1) + timedelta(days=random.randrange(600))
    steps = [(Track.SDP, kind) for kind in SDP_STEPS[: random.randint(1, 6)]]
    if len(steps) == len(SDP_STEPS):
        steps += [(Track.SAFE, kind) for kind in SAFE_STEPS[: random.randint(0, 5)]]
    for track, kind in steps:
        first = SAFE_ADOPTED_ON if track == Track.SAFE else day
        day = max(first, day) + timedelta(days=random.randrange(1, 150))
        day = min(day, today)
        yield Milestone(
            partnership=partnership,
            track=track,
            kind=kind,
            date=_as_known(day, random),
            recorded_on=today,
            certainty=random.choice([*[Certainty.CONFIRMED] * 9, Certainty.REPORTED]),
            actor="Sample ministers" if kind == K.SIGNED else "",
        )
    yield Milestone(
        partnership=partnership,
        track=Track.SDP,
        kind=K.ANNOUNCED,
        date=day.isoformat(),
        announces=K.REVIEWED,
        expected=f"{today.year + 1}",
        recorded_on=today,
    )


def _as_known(day, random) -> str:
    """Return a day as the sources know it: most of them to the day."""
    return random.choice([*[day.isoformat()] * 8, f"{day:%Y-%m}", f"../{day}"])


def _value(random) -> str:
    values = [
        CoverageValue.INCLUDED,
        CoverageValue.NOT_INCLUDED,
        CoverageValue.ALREADY_EXISTS,
    ]
    return random.choices(values, weights=[6, 3, 1])[0]


def make_claim(fact, record_id, source, random) -> Claim:
    says = str(getattr(fact, "since", None) or fact.stated_value)
    if isinstance(fact, Milestone) and not says.startswith(".."):
        says = says[: random.choice([4, 7, 10])]
    claim = Claim(
        source_id=source.pk,
        record_id=record_id,
        says=says,
        locator="sample",
        **{fact._meta.model_name: fact},
    )
    claim.derive()
    return claim
