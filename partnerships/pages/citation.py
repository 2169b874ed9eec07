"""What a record says of itself to those who cite it and to machines."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from partnerships.choices import Region
from partnerships.pages.common import data_url
from partnerships.web.caching import trail_of
from partnerships.web.citations import SITE, Citation

LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def context(request, record, clock, log):
    """What the page of a record, with its newest changes, says for this."""
    cited = citation(request, record, clock, log)
    slug = record.partnership.partner.slug
    twin = data_url(clock, "partnership-detail", slug)
    return {
        "citation": cited,
        "address": address(request, record, **clock.given),
        "structured": linked_data(request, record, cited, twin),
        "data_url": twin,
    }


def address(request, record, **days):
    """The absolute address of a record, on the days given."""
    query = urlencode({name: day for name, day in days.items() if day})
    path = reverse("partnership-detail", args=[record.partnership.partner.slug])
    return request.build_absolute_uri(path + (f"?{query}" if query else ""))


def citation(request, record, clock, log):
    """How to cite a record as this page shows it.

    What was known on a day is settled once the day is over. So the address names
    yesterday, unless something changed today: then it names today, and is settled
    tomorrow.
    """
    today, trail = timezone.localdate(), trail_of(request)
    changed_on = trail.changed_at.date() if trail.changed_at else today
    is_settled = changed_on < today and not trail.is_waiting
    known_on = clock.known or (today - timedelta(days=1) if is_settled else today)
    return Citation(
        key=record.partnership.partner.slug,
        title=record.partnership.title,
        url=address(request, record, as_of=record.on, known_on=known_on),
        edition=log[0].entry.edition if log else trail.edition,
        on=record.on,
        known_on=known_on,
        accessed=today,
    )


def linked_data(request, record, cited, twin):
    """The record in the terms of schema.org, as a part of the data set."""
    partnership = record.partnership
    home = request.build_absolute_uri(reverse("home"))
    sources = {c.source.pk: c.source for fact in record.facts for c in fact.claims}
    return {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": address(request, record),
        "url": cited.url,
        "name": partnership.title,
        "description": partnership.summary or partnership.title,
        "inLanguage": "en-GB",
        "version": str(cited.edition),
        "license": LICENCE,
        "creator": {"@type": "Organization", "name": SITE, "url": home},
        "isPartOf": {
            "@type": "Dataset",
            "@id": f"{home}#dataset",
            "name": "Security and Defence Partnerships of the European Union",
            "url": home,
        },
        "about": {
            "@type": _kind(partnership.partner),
            "name": partnership.partner.name,
        },
        "encoding": {
            "@type": "MediaObject",
            "encodingFormat": "application/json",
            "contentUrl": request.build_absolute_uri(twin),
        },
        "citation": [_source(source) for source in sources.values()],
    }


def _kind(partner):
    is_country = partner.region != Region.INTERNATIONAL
    return "Country" if is_country else "Organization"


def _source(source):
    found = {
        "@type": "CreativeWork",
        "name": source.title,
        "publisher": {"@type": "Organization", "name": source.publisher},
    }
    if source.url:
        found["url"] = source.url
    return found
