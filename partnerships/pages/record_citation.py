"""The citation of a record, and the record as linked data for programs."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from partnerships.choices import Region
from partnerships.filters.clock import ClockForm
from partnerships.models import Partner, Source
from partnerships.pages.data_links import data_url
from partnerships.selectors.record import Record
from partnerships.selectors.trail import edition_number
from partnerships.web.caching import trail_of
from partnerships.web.citations import DATA_SET_OF_RECORD, LICENCE, SITE, Citation
from partnerships.web.sharing import settled_day


def citation_context(
    request: HttpRequest, record: Record, clock: ClockForm
) -> dict[str, Any]:
    """Return what the page of a record says for this."""
    citation = _citation(request, record, clock)
    slug = record.partnership.partner.slug
    twin = data_url(clock, "partnership-detail", slug)
    return {
        "citation": citation,
        "structured": _linked_data(request, record, citation, twin),
        "data_url": twin,
    }


def _address(request: HttpRequest, record: Record, **days: date | None) -> str:
    """Return the absolute address of a record, on the days given."""
    query = urlencode({name: str(day) for name, day in days.items() if day})
    path = reverse("partnership-detail", args=[record.partnership.partner.slug])
    return request.build_absolute_uri(path + (f"?{query}" if query else ""))


def _citation(request: HttpRequest, record: Record, clock: ClockForm) -> Citation:
    """Return the citation of a record as its page shows it."""
    today, trail = timezone.localdate(), trail_of(request)
    known_on = clock.known or settled_day(trail, today)
    edition = edition_number(known_on=known_on) if clock.known else trail.edition
    return Citation(
        key=record.partnership.partner.slug,
        title=record.partnership.title,
        url=_address(request, record, as_of=record.on, known_on=known_on),
        edition=edition,
        on=record.on,
        known_on=known_on,
        accessed=today,
    )


def _linked_data(
    request: HttpRequest, record: Record, citation: Citation, twin: str
) -> dict[str, Any]:
    """Return the record in the terms of schema.org, as a part of the data set."""
    partnership = record.partnership
    home = request.build_absolute_uri(reverse("home"))
    sources = {c.source.pk: c.source for fact in record.facts for c in fact.claims}
    return {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": _address(request, record),
        "url": citation.url,
        "name": partnership.title,
        "description": partnership.summary or partnership.title,
        "inLanguage": "en-GB",
        "version": str(citation.edition),
        "license": LICENCE,
        "creator": {"@type": "Organization", "name": SITE, "url": home},
        "isPartOf": {
            "@type": "Dataset",
            "@id": f"{home}#dataset",
            "name": DATA_SET_OF_RECORD,
            "url": home,
        },
        "about": _partner(partnership.partner),
        "encoding": {
            "@type": "MediaObject",
            "encodingFormat": "application/json",
            "contentUrl": request.build_absolute_uri(twin),
        },
        "citation": [_source(source) for source in sources.values()],
    }


def _partner(partner: Partner) -> dict[str, Any]:
    is_country = partner.region != Region.INTERNATIONAL
    named = {"@type": "Country" if is_country else "Organization", "name": partner.name}
    item = f"http://www.wikidata.org/entity/{partner.wikidata}"
    same = [item if partner.wikidata else "", partner.eu_uri]
    return named | ({"sameAs": list(filter(None, same))} if any(same) else {})


def _source(source: Source) -> dict[str, Any]:
    work = {
        "@type": "CreativeWork",
        "name": source.title,
        "publisher": {"@type": "Organization", "name": source.publisher},
    }
    return work | ({"url": source.url} if source.url else {})
