"""The queryset of claims. It knows no request and no clock."""

from datetime import date
from typing import Any

from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Concat

from partnerships.choices import DisagreementState, SourceKind, Standing
from partnerships.ledger.recorder import AuditedQuerySet
from partnerships.querysets.fact_kinds import FACT_KINDS, FactKind
from partnerships.querysets.names import by_name
from partnerships.querysets.sql import standing
from partnerships.querysets.sql.expression import RowSQL


class ClaimQuerySet(AuditedQuerySet):
    def public(self):
        """Claims about published partnerships and about what belongs to none."""
        return self.filter(Q(record__is_published=True) | self.about_no_record())

    @staticmethod
    def about_no_record() -> Q:
        """Return the condition for claims about what belongs to no partnership: the
        instrument as a whole, and what is none. A partner without a record is a
        draft."""
        return Q(record__isnull=True, affiliation__isnull=True)

    def about_facts_by(self, *, on: date):
        """Claims about milestones that have happened by that day, about engagements
        that had begun by it, about affiliations that had or may have, and about what
        has no date."""
        claims = self
        for kind in FACT_KINDS:
            if kind.true_from:
                claims = claims.exclude(**{f"{kind.model}__{kind.true_from}__gt": on})
        return claims

    def with_fact(self):
        """Annotate ``fact_id``, such as "milestone-7", and its ``fact_ruling``."""
        return self.annotate(
            fact_id=RowSQL(standing.fact_id), fact_ruling=RowSQL(standing.fact_ruling)
        )

    def with_fact_key(self):
        """Annotate ``fact_key``, the natural key of the fact's row, as the log has
        it."""
        cases = (
            When(**{f"{kind.model}__isnull": False}, then=self._key_of(kind))
            for kind in FACT_KINDS
        )
        return self.annotate(fact_key=Case(*cases))

    def _key_of(self, kind: FactKind):
        model: Any = self.model._meta.get_field(kind.model).related_model
        first, *others = (F(f"{kind.model}__{name}") for name in model.NATURAL_KEY)
        if not others:
            return first
        parts = [part for other in others for part in (Value("/"), other)]
        return Concat(first, *parts, output_field=CharField())

    def with_standing(self):
        """Annotate ``adopted``, the value of the fact in the notation of ``says``, and
        ``standing``: how each claim stands to it.

        It agrees where both values are equal; it is compatible where both can be true,
        such as June 2025 and 23 June 2025; else it disagrees.
        """
        return self.annotate(
            adopted=RowSQL(standing.adopted), standing=RowSQL(standing.standing)
        )

    def in_order_of_facts(self):
        """Order claims by the facts that they are about, in the order of the records:
        by partner, what is about the instrument as a whole last; the facts of a record
        in its own order. After ``with_fact``."""
        place = Case(
            *(
                When(**{f"{kind.model}__isnull": False}, then=Value(kind.place))
                for kind in FACT_KINDS
            )
        )
        return self.order_by(
            by_name("record__partner")[0],
            place,
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

    def firm(self):
        """Claims that support a fact, not one of its other values, on which a status
        may rest: those of documents that are no digest."""
        claims = self.supporting().filter(aspect="")
        return claims.exclude(source__kind=SourceKind.DIGEST)

    def disagreeing(self):
        """Claims that disagree: each fact that they are about is a disagreement, whose
        state can be filtered by as ``disagreement``."""
        claims = self.with_fact().with_standing().filter(standing=Standing.DISAGREES)
        return claims.alias(disagreement=RowSQL(standing.disagreement))

    def open(self):
        """Disagreeing claims about facts without a ruling."""
        return self.disagreeing().filter(disagreement=DisagreementState.OPEN)

    def ruled(self):
        """Disagreeing claims about facts on which the editors have ruled."""
        return self.disagreeing().filter(disagreement=DisagreementState.RULED)
