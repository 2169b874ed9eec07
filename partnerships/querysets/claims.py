from django.db.models import Q

from partnerships.choices import Standing
from partnerships.ledger.records import AuditedQuerySet
from partnerships.querysets import standing
from partnerships.querysets.written import Written


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
