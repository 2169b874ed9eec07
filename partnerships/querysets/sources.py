"""The queryset of sources. It knows no request and no clock."""

from django.db.models import Exists, OuterRef

from partnerships.ledger.recorder import AuditedQuerySet
from partnerships.querysets.facts import related


class SourceQuerySet(AuditedQuerySet):
    def public(self):
        """Sources that a public claim cites: others may be those of drafts."""
        citing = related(self.model, "claims").public()
        return self.filter(Exists(citing.filter(source=OuterRef("pk"))))
