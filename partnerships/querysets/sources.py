"""The queryset of sources. It knows no request and no clock."""

import re
from urllib.parse import urlsplit

from django.db.models import Exists, OuterRef

from partnerships.ledger.recorder import AuditedQuerySet
from partnerships.querysets.facts import related

#: Parameters that say who sent the reader, and choose no document.
_SENT_BY = re.compile(r"(utm_\w+|fbclid|gclid|mc_cid|mc_eid)=", re.IGNORECASE)


def _spelled_alike(url: str) -> tuple[str, str, list[str]]:
    """Return an address without what leads to no other document: its scheme, "www.", a
    slash at its end, a place in the page, and who sent the reader."""
    address = urlsplit(url)
    host = (address.hostname or "").removeprefix("www.")
    chosen = [p for p in address.query.split("&") if p and not _SENT_BY.match(p)]
    return host, address.path.rstrip("/"), sorted(chosen)


class SourceQuerySet(AuditedQuerySet):
    def public(self):
        """Sources that a public claim cites: others may be those of drafts."""
        citing = related(self.model, "claims").public()
        return self.filter(Exists(citing.filter(source=OuterRef("pk"))))

    def at(self, url: str):
        """Return the source at an address, however that is spelled; None if there is
        none. Two queries."""
        try:
            meant = _spelled_alike(url)
        except ValueError:  # no address
            return None
        of_host = self.filter(url__icontains=meant[0]).order_by("pk")
        for pk, there in of_host.values_list("pk", "url") if meant[0] else ():
            if _spelled_alike(there) == meant:
                return self.get(pk=pk)
        return None
