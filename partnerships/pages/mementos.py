"""Mementos (RFC 7089): what a record's page said at the end of a day, by both clocks,
and the two ways to it: a TimeGate, which leads to a day, and a TimeMap, which lists
them."""

from datetime import UTC, date, datetime, timedelta
from functools import wraps

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.http import http_date, parse_http_date, urlencode
from django.views.decorators.http import require_safe

from partnerships.dates import end_of
from partnerships.filters.clock import ClockForm
from partnerships.log.mementos import memento_days
from partnerships.models import Partnership
from partnerships.web.addresses import path_of
from partnerships.web.signposts import add_links, link

LINKS = "application/link-format"


def with_mementos(page):
    """Let a record's page name its TimeGate and its TimeMap; that of a day that is
    over, by both clocks, is a memento."""

    @wraps(page)
    def signed(request, slug):
        response = page(request, slug=slug)
        clock = ClockForm(request.GET)
        days = set(clock.given.values())
        if response.status_code != 200 or not clock.is_valid():
            return response
        if not days:
            add_links(response, *_ways(request, slug))
        elif len(clock.given) == 2 and len(days) == 1 and clock.on < _today():
            response["Memento-Datetime"] = _moment(clock.on)
            original = link(_url(request, "partnership-detail", slug), "original")
            add_links(response, original, *_ways(request, slug))
        return response

    return signed


@require_safe
def timegate(request, slug):
    """Lead to the newest memento up to the day of ``Accept-Datetime``, or to the first;
    to the page itself while there is none."""
    days = memento_days(_published(slug))
    wanted = request.headers.get("Accept-Datetime")
    try:
        until = _day_of(wanted) if wanted else date.max
    except ValueError:
        text = f"Accept-Datetime is no date of HTTP. Write it as in {http_date(0)}, "
        text += "or leave it out for the newest memento.\n"
        return _varying(HttpResponse(text, status=400, content_type="text/plain"))
    original = _url(request, "partnership-detail", slug)
    day = max((d for d in days if d <= until), default=min(days, default=None))
    response = HttpResponseRedirect(_on(original, day) if day else original)
    add_links(response, link(original, "original"), *_ways(request, slug)[1:])
    add_links(response, *_mementos(original, days[:1] + days[1:][-1:]))
    return _varying(response)


@require_safe
def timemap(request, slug):
    """List the mementos of a record, one for each day on which it changed."""
    days = memento_days(_published(slug))
    original = _url(request, "partnership-detail", slug)
    gate, itself = _ways(request, slug)
    itself = itself.replace('"timemap"', '"self"')
    links = [link(original, "original"), gate, itself, *_mementos(original, days)]
    return HttpResponse(",\n".join(links) + "\n", content_type=LINKS)


def _published(slug):
    """Return the partnership; raises Http404 where readers see none."""
    published = Partnership.objects.published().select_related("partner")
    if partnership := published.filter(partner__slug=slug).first():
        return partnership
    raise Http404


def _mementos(original, days):
    """Return links to the mementos of these days, the first and the last so named."""
    links = []
    for day in days:
        ends = ["first"] * (day == days[0]) + ["last"] * (day == days[-1])
        at = f'; datetime="{_moment(day)}"'
        links.append(link(_on(original, day), " ".join([*ends, "memento"])) + at)
    return links


def _ways(request, slug):
    return [
        link(_url(request, "timegate", slug), "timegate"),
        link(_url(request, "timemap", slug), "timemap", LINKS),
    ]


def _on(original, day):
    return f"{original}?{urlencode({'as_of': day, 'known_on': day})}"


def _url(request, name, slug):
    return request.build_absolute_uri(path_of(name, slug))


def _moment(day):
    """Return the last second of a day, as HTTP has it."""
    return http_date((end_of(day) - timedelta(seconds=1)).timestamp())


def _day_of(text):
    return datetime.fromtimestamp(parse_http_date(text), UTC).date()


def _today():
    return timezone.now().date()


def _varying(response):
    response["Vary"] = "accept-datetime"
    response["Cache-Control"] = "no-cache"
    return response
