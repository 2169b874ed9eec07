from django.db.models import Case, F, Q, Value, When
from django.db.models.expressions import RawSQL

from partnerships.choices import Standing
from partnerships.ledger.recorder import AuditedQuerySet
from partnerships.querysets.sql import standing
from partnerships.querysets.sql.expression import Written


class ClaimQuerySet(AuditedQuerySet):
    def public(self):
        """Claims about published partnerships and about the instrument as a whole."""
        return self.filter(Q(question__isnull=False) | Q(record__is_published=True))

    def with_fact(self):
        """Annotate ``fact_id``, such as "milestone-7", and its ``fact_ruling``."""
        return self.annotate(
            fact_id=Written(standing.fact_id),
            fact_ruling=Written(standing.fact_ruling),
        )

    def with_standing(self):
        """Annotate ``adopted``, the value of the fact in the notation of ``says``, and
        ``standing``: how each claim stands to it.

        It agrees where the values are the same; it is compatible where both can be
        true, such as June 2025 and 23 June 2025; else it disagrees.
        """
        return self.annotate(
            adopted=Written(standing.adopted),
            standing=Written(standing.standing),
        )

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

    def open_of_all(self):
        """The same, sooner where all claims are asked about and not a few."""
        return self.filter(pk__in=RawSQL(standing.open_claims(), ()))

    def ruled(self):
        """Disagreeing claims about facts on which the editors have ruled."""
        return self.disagreeing().exclude(fact_ruling="")
