"""Citations of the data set and of a record: for their pages, and as files that
reference managers open."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.http import require_safe

from partnerships.exports.download import refusal
from partnerships.exports.reading import Reading
from partnerships.filters.clock import ClockForm
from partnerships.ledger.known_on import known_on
from partnerships.models import Partnership
from partnerships.selectors.extent import extent
from partnerships.web.addresses import path_of
from partnerships.web.caching import dated, trail_of
from partnerships.web.citations import DATA_SET, FORMATS, Citation
from partnerships.web.sharing import settled_past


def cited(
    request: HttpRequest,
    clock: ClockForm | Reading,
    page: str,
    *args: str,
    key: str,
    title: str,
    checked_through: date | None,
) -> Citation:
    """Return the citation of a page on its days, by the name of its route."""
    today, trail = timezone.localdate(), trail_of(request)
    settled = settled_past(clock.past, trail, today)
    known = clock.past.day if clock.past else settled.get("known_on", today)
    days = urlencode({"as_of": clock.on, **settled})
    return Citation(
        key=key,
        title=title,
        url=request.build_absolute_uri(f"{path_of(page, *args)}?{days}"),
        edition=trail.edition,
        on=clock.on,
        known_on=known,
        accessed=today,
        is_final="edition" in settled or known < today,
        checked_through=checked_through,
    )


def cite_files(clock: ClockForm, name: str, *args: str) -> dict[str, str]:
    """Return the paths of these files on the days of a page, by their endings."""
    query = f"?{urlencode(clock.given)}" if clock.given else ""
    return {ending: path_of(name, *args, ending) + query for ending in FORMATS}


def cited_data_set(
    request: HttpRequest, clock: ClockForm | Reading, checked_through: date | None
) -> Citation:
    return cited(
        request,
        clock,
        "home",
        key="data",
        title=DATA_SET,
        checked_through=checked_through,
    )


def cited_reading(request: HttpRequest, reading: Reading) -> Citation:
    """Return the citation of the data set as a file reads it."""
    with known_on(reading.past):
        return cited_data_set(request, reading, extent().checked_through)


def cited_record(
    request: HttpRequest, clock: ClockForm, partnership: Partnership
) -> Citation:
    """Return the citation of a record, which has ``checked_through``."""
    return cited(
        request,
        clock,
        *("partnership-detail", partnership.partner.slug),
        key=partnership.partner.slug,
        title=partnership.title,
        checked_through=partnership.checked_through,
    )


def _files(cite: Callable[..., Citation]) -> Callable:
    """Make of a function that cites a page on its days the view of its files."""

    @dated
    @require_safe
    @wraps(cite)
    def answer(request: HttpRequest, ending: str, **parts: Any) -> HttpResponse:
        clock = ClockForm(request.GET)
        if refused := refusal(clock):
            return refused
        with known_on(clock.past):
            citation = cite(request, clock, **parts)
        name = content_disposition_header(
            as_attachment=True, filename=f"{citation.id}.{ending}"
        )
        _, media_type = FORMATS[ending]
        return HttpResponse(
            citation.as_file(ending),
            content_type=f"{media_type}; charset=utf-8",
            headers={"Content-Disposition": str(name)},
        )

    return answer


@_files
def data_cite(request, clock):
    return cited_data_set(request, clock, extent().checked_through)


@_files
def partnership_cite(request, clock, slug):
    published = Partnership.objects.published().with_checked_through()
    try:
        partnership = published.select_related("partner").get(partner__slug=slug)
    except Partnership.DoesNotExist:
        raise Http404 from None
    return cited_record(request, clock, partnership)
