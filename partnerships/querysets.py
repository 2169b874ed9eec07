"""What can be asked of each table. Querysets know no request and no clock."""

from collections.abc import Iterable
from datetime import date

from django.apps import apps
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Coalesce, Concat, RowNumber

from partnerships.choices import (
    CoverageValue,
    EngagementKind,
    MilestoneKind,
    PartnershipFact,
    SafeStatus,
    SdpStatus,
    Standing,
    Status,
    Track,
)
from partnerships.errors import PublishedRecord
from partnerships.ledger.records import AuditedQuerySet
from partnerships.lifecycle import (
    EFFECTS,
    SAFE_ASSOCIATED,
    SAFE_ELIGIBLE_KINDS,
    SAFE_NOT_NEEDED_COUNTRIES,
    SAFE_NOT_NEEDED_KINDS,
    STEPS,
)
from partnerships.text import search_form


def _model(name: str):
    return apps.get_model("partnerships", name)


class PartnershipQuerySet(AuditedQuerySet):
    def published(self):
        return self.filter(is_published=True)

    def with_status(self, *, on: date):
        """Annotate what held on that day, by what is recorded now.

        ``sdp_status``, ``safe_status`` and the headline ``status`` (values of the
        choices of those names), ``signed_on`` (partial date or None) and
        ``signed_latest`` (its latest day, for order).
        """
        milestones = _model("Milestone").objects.filter(partnership=OuterRef("pk"))
        signed = milestones.deciding(Track.SDP, on=on).filter(kind=MilestoneKind.SIGNED)
        standings = (
            _model("Affiliation")
            .objects.filter(partner=OuterRef("partner"))
            .holding(on=on)
        )
        safe_standing = Case(
            When(
                Q(Exists(standings.filter(kind__in=SAFE_NOT_NEEDED_KINDS)))
                | Q(partner__iso_code__in=SAFE_NOT_NEEDED_COUNTRIES),
                then=Value(SafeStatus.NOT_NEEDED),
            ),
            When(
                Q(Exists(standings.filter(kind__in=SAFE_ELIGIBLE_KINDS)))
                | Q(sdp_status=SdpStatus.SIGNED),
                then=Value(SafeStatus.ELIGIBLE),
            ),
            default=Value(SafeStatus.NOT_ELIGIBLE),
        )
        return self.annotate(
            sdp_status=Coalesce(
                _status(milestones, Track.SDP, on), Value(SdpStatus.NOT_RECORDED)
            ),
            safe_status=Coalesce(_status(milestones, Track.SAFE, on), safe_standing),
            status=Case(
                When(
                    sdp_status=SdpStatus.SIGNED,
                    safe_status__in=SAFE_ASSOCIATED,
                    then=Value(Status.SAFE_ASSOCIATED),
                ),
                default=F("sdp_status"),
            ),
            signed_on=Subquery(signed.values("date")[:1]),
            signed_latest=Subquery(signed.values("latest")[:1]),
        )

    def with_deciding(self, *, on: date):
        """Annotate ``sdp_milestone_id`` and ``safe_milestone_id``, which decided the
        status that day; None where no milestone did."""
        milestones = _model("Milestone").objects.filter(partnership=OuterRef("pk"))
        return self.annotate(
            **{
                f"{track}_milestone_id": Subquery(
                    milestones.deciding(track, on=on).values("pk")[:1]
                )
                for track in Track
            }
        )

    def with_coverage_counts(self):
        """Annotate ``areas_included`` and ``areas_already_exist``, counts of cells, and
        ``is_assessed``: whether there is a cell at all."""
        cells = _model("Coverage").objects.filter(partnership=OuterRef("pk"))
        return self.annotate(
            areas_included=_count(cells.filter(value=CoverageValue.INCLUDED)),
            areas_already_exist=_count(
                cells.filter(value=CoverageValue.ALREADY_EXISTS)
            ),
            is_assessed=Exists(cells.exclude(value=CoverageValue.NOT_ASSESSED)),
        )

    def first_of_each_status(self, most: int):
        """The first partnerships by name of each status; after ``with_status``."""
        place = Window(
            RowNumber(), partition_by="status", order_by=["partner__name", "pk"]
        )
        return self.annotate(place=place).filter(place__lte=most)

    def search(self, query: str):
        """Partnerships in which every word of the query stands, whatever its case and
        accents."""
        found = self
        for word in search_form(query).split():
            found = found.filter(
                Q(search_text__contains=word) | Q(partner__search_text__contains=word)
            )
        return found

    def covering(self, slugs: Iterable[str]):
        """Partnerships that include every one of these areas."""
        found = self
        for slug in slugs:
            cells = _model("Coverage").objects.filter(
                partnership=OuterRef("pk"),
                area__slug=slug,
                value=CoverageValue.INCLUDED,
            )
            found = found.filter(Exists(cells))
        return found

    def with_open_disagreement(self):
        return self.filter(pk__in=_model("Claim").objects.open().values("record"))

    def with_open_disagreement_count(self):
        """Annotate ``open_disagreements``, the number of facts in open disagreement."""
        facts = (
            _model("Claim")
            .objects.open()
            .filter(record=OuterRef("pk"))
            .order_by()
            .values("record")
            .annotate(n=Count("fact_id", distinct=True))
        )
        return self.annotate(
            open_disagreements=Coalesce(Subquery(facts.values("n")), 0)
        )

    def with_unsourced_fact(self):
        """Partnerships with a milestone or a coverage cell that no claim supports."""
        mine = Q(partnership=OuterRef("pk"))
        return self.filter(
            Exists(_model("Milestone").objects.unsourced().filter(mine))
            | Exists(_model("Coverage").objects.unsourced().filter(mine))
        )

    def not_reviewed_since(self, day: date):
        return self.filter(Q(reviewed_on__isnull=True) | Q(reviewed_on__lt=day))

    def delete(self):
        for partnership in self.published():
            raise PublishedRecord(partnership)
        return super().delete()

    delete.alters_data = True
    delete.queryset_only = True


def _status(milestones: QuerySet, track: Track, on: date) -> Subquery:
    """The effect of the deciding milestone of one track, by the one table of
    effects."""
    effect = Case(
        *(
            When(kind=kind, then=Value(status))
            for kind, status in EFFECTS[track].items()
            if status is not None
        ),
        output_field=CharField(),
    )
    deciding = milestones.deciding(track, on=on).annotate(effect=effect)
    return Subquery(deciding.values("effect")[:1])


def _count(cells: QuerySet) -> Coalesce:
    counted = cells.order_by().values("partnership").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


class FactQuerySet(AuditedQuerySet):
    """Facts that sources make claims about."""

    def unsourced(self):
        """Facts that no claim agrees or is compatible with."""
        return self.filter(~Exists(self._claims().supporting()))

    def with_open_disagreement(self):
        return self.filter(Exists(self._claims().open()))

    def _claims(self):
        about = {self.model._meta.model_name: OuterRef("pk")}
        return _model("Claim").objects.filter(**about)


class MilestoneQuerySet(FactQuerySet):
    def happened(self, *, on: date):
        return self.filter(latest__lte=on)

    def deciding(self, track: Track, *, on: date):
        """Milestones with an effect on the track that have happened by that day, the
        deciding one first."""
        steps = {kind: step for kind, step in STEPS[track].items() if step}
        step = Case(
            *(When(kind=kind, then=Value(place)) for kind, place in steps.items()),
            output_field=IntegerField(),
        )
        return (
            self.filter(track=track, kind__in=list(steps))
            .happened(on=on)
            .order_by(
                "-latest",
                step.desc(),
                F("earliest").desc(nulls_last=True),
                "date",
                "pk",
            )
        )


class CoverageQuerySet(FactQuerySet):
    def unsourced(self):
        return super().unsourced().exclude(value=CoverageValue.NOT_ASSESSED)


class EngagementQuerySet(FactQuerySet):
    def begun(self, *, on: date):
        """Those that had begun by that day, or whose beginning no source gives."""
        return self.filter(Q(since_latest__isnull=True) | Q(since_latest__lte=on))


class AffiliationQuerySet(FactQuerySet):
    def begun(self, *, on: date):
        return self.filter(Q(since_latest__isnull=True) | Q(since_latest__lte=on))

    def holding(self, *, on: date):
        """Those that held on that day, [since, until)."""
        return self.begun(on=on).filter(
            Q(until_latest__isnull=True) | Q(until_latest__gt=on)
        )


class ClaimQuerySet(AuditedQuerySet):
    def public(self):
        """Claims about published partnerships and about the instrument as a whole."""
        return self.filter(Q(question__isnull=False) | Q(record__is_published=True))

    def with_fact(self):
        """Annotate ``fact_id``, such as "milestone-7", and its ``fact_ruling``."""
        return self.annotate(
            fact_id=Case(
                *(
                    When(
                        **{f"{fact}__isnull": False},
                        then=Concat(
                            Value(f"{fact}-"), f"{fact}_id", output_field=CharField()
                        ),
                    )
                    for fact in (
                        "milestone",
                        "coverage",
                        "engagement",
                        "affiliation",
                        "question",
                    )
                ),
                default=Concat(
                    F("partnership_fact"),
                    Value("-"),
                    "partnership_id",
                    output_field=CharField(),
                ),
            ),
            fact_ruling=Coalesce(
                "milestone__ruling",
                "coverage__ruling",
                "engagement__ruling",
                "affiliation__ruling",
                "question__ruling",
                Case(
                    When(
                        partnership_fact=PartnershipFact.STATED_AREAS,
                        then=F("partnership__stated_areas_ruling"),
                    ),
                    default=F("partnership__review_clause_ruling"),
                ),
            ),
        )

    def with_standing(self):
        """Annotate ``standing``: how each claim stands to the adopted value.

        It agrees where the values are the same; it is compatible where both can be
        true, such as June 2025 and 23 June 2025; else it disagrees.
        """
        return self.annotate(
            adopted=_ADOPTED,
            adopted_since=Coalesce("affiliation__since", "engagement__since"),
            adopted_earliest=Coalesce(
                "milestone__earliest",
                "engagement__since_earliest",
                "affiliation__since_earliest",
                "question__earliest",
            ),
            adopted_latest=Coalesce(
                "milestone__latest",
                "engagement__since_latest",
                "affiliation__since_latest",
                "question__latest",
            ),
        ).annotate(standing=_STANDING)

    def in_order_of_facts(self):
        """Those about one fact together, in the order of the records: by partner, what
        is about the instrument as a whole last; the facts of a record in its own
        order. After ``with_fact``."""
        kind = Case(
            When(milestone__isnull=False, then=Value(0)),
            When(partnership__isnull=False, then=Value(1)),
            When(coverage__isnull=False, then=Value(2)),
            When(engagement__isnull=False, then=Value(3)),
            default=Value(4),
        )
        return self.order_by(
            F("record__partner__name").asc(nulls_last=True),
            kind,
            "milestone__latest",
            "coverage__area__number",
            "fact_id",
            "pk",
        )

    def supporting(self):
        """Claims that agree or are compatible."""
        return self.with_standing().filter(
            standing__in=[Standing.AGREES, Standing.COMPATIBLE]
        )

    def disagreeing(self):
        """Claims that disagree: each fact that they are about is a disagreement."""
        return self.with_fact().with_standing().filter(standing=Standing.DISAGREES)

    def open(self):
        """Disagreeing claims about facts without a ruling."""
        return self.disagreeing().filter(fact_ruling="")

    def ruled(self):
        """Disagreeing claims about facts on which the editors have ruled."""
        return self.disagreeing().exclude(fact_ruling="")


#: The adopted value of the fact that a claim is about, in the notation of
#: ``Claim.says``.
_ADOPTED = Case(
    When(milestone__isnull=False, then=F("milestone__date")),
    When(coverage__isnull=False, then=F("coverage__value")),
    When(engagement__kind=EngagementKind.DIALOGUE, then=F("engagement__frequency")),
    When(
        engagement__kind=EngagementKind.EPF_CONTRIBUTION,
        then=Concat(
            Cast("engagement__amount", CharField()), Value(" "), "engagement__currency"
        ),
    ),
    When(Q(engagement__isnull=False) | Q(affiliation__isnull=False), then=Value("yes")),
    When(question__isnull=False, then=F("question__answer")),
    When(
        partnership_fact=PartnershipFact.STATED_AREAS,
        then=Cast("partnership__stated_areas", CharField()),
    ),
    default=F("partnership__review_clause"),
    output_field=CharField(),
)
_IS_TIE = Q(engagement__isnull=False) | Q(affiliation__isnull=False)
_OVERLAPS = (
    Q(latest__isnull=False)
    & Q(adopted_latest__isnull=False)
    & (Q(earliest__isnull=True) | Q(earliest__lte=F("adopted_latest")))
    & (Q(adopted_earliest__isnull=True) | Q(adopted_earliest__lte=F("latest")))
)
_NOTHING_ADOPTED = (
    Q(coverage__value=CoverageValue.NOT_ASSESSED)
    | Q(partnership__isnull=False, adopted__isnull=True)
    | Q(partnership__isnull=False, adopted="")
    | (_IS_TIE & Q(latest__isnull=False, adopted_latest__isnull=True))
)
_STANDING = Case(
    When(
        Q(says=F("adopted")) | Q(says=F("adopted_since")), then=Value(Standing.AGREES)
    ),
    When(
        _OVERLAPS | _NOTHING_ADOPTED | (_IS_TIE & Q(says="yes")),
        then=Value(Standing.COMPATIBLE),
    ),
    default=Value(Standing.DISAGREES),
)
