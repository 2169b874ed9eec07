"""The citation of a record, and the record as linked data for programs."""

from typing import Any

from django.http import HttpRequest

from partnerships.choices import Region
from partnerships.exports.cite import cite_files, cited_record
from partnerships.exports.linked import data_set_of
from partnerships.filters.clock import ClockForm
from partnerships.models import Partner, Source
from partnerships.pages.data_links import data_url
from partnerships.selectors.record import Record
from partnerships.web.addresses import path_of
from partnerships.web.citations import LICENCE, Citation


def citation_context(
    request: HttpRequest, record: Record, clock: ClockForm
) -> dict[str, Any]:
    """Return what the page of a record says for this."""
    citation = cited_record(request, clock, record.partnership)
    slug = record.partnership.partner.slug
    twin = data_url(clock, "partnership-detail", slug)
    return {
        "citation": citation,
        "cite_files": cite_files(clock, "partnership-cite", slug),
        "structured": _linked_data(request, record, citation, twin),
        "data_url": twin,
    }


def _linked_data(
    request: HttpRequest, record: Record, citation: Citation, twin: str
) -> dict[str, Any]:
    """Return the record in the terms of schema.org, as a part of the data set."""
    partnership = record.partnership
    page = path_of("partnership-detail", partnership.partner.slug)
    data_set = data_set_of(request)
    sources = {c.source.pk: c.source for fact in record.facts for c in fact.claims}
    return {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": request.build_absolute_uri(page),
        "url": citation.url,
        "name": partnership.title,
        "description": partnership.summary or partnership.title,
        "inLanguage": "en-GB",
        "version": str(citation.edition),
        "license": LICENCE,
        "creator": data_set.tracker,
        "isPartOf": data_set.reference,
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
