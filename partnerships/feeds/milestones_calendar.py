"""The milestones as a calendar (RFC 5545): an event of whole days for each that is
known to the day; none for a month, a year or "no later than"."""

from datetime import timedelta

from django.http import HttpResponse
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from partnerships.feeds import parameters
from partnerships.feeds.ids import milestone_id
from partnerships.feeds.milestones import (
    address,
    particulars,
    public_milestones,
    source_sentence,
)
from partnerships.feeds.sentences import what_happened, when_it_happened
from partnerships.feeds.text import clean, in_a_line
from partnerships.filters.clock import ClockForm
from partnerships.ledger.known_on import known_on
from partnerships.log.news import RecordedMilestone, milestone_news, recorded_milestones
from partnerships.web.citations import SITE

MOST_EVENTS = 1000


@require_safe
def milestones_ics(request):
    """The milestones of known days, the latest ``MOST_EVENTS`` of them, with the
    timeline's parameters."""
    clock = ClockForm(request.GET)
    with known_on(clock.known):
        asked = public_milestones(request)
        if refused := parameters.refusal(asked):
            return refused
        rows = asked.qs.on_known_days().select_related("partnership__partner")
        rows = recorded_milestones(rows, known_on=clock.known)
        latest = rows.order_by("-latest", "-pk")[:MOST_EVENTS]
        news = milestone_news(latest, known_on=clock.known)
    calendar = _calendar(parameters.title(f"{SITE}: milestones", asked))
    for one in news:
        calendar.add_component(_event(one, request, on=clock.on))
    return HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")


def _calendar(title):
    calendar = Calendar()
    calendar.add("prodid", f"-//{SITE}//Milestones//EN")
    calendar.add("version", "2.0")
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    return calendar


def _event(news: RecordedMilestone, request, *, on):
    milestone = news.fact.about
    event = Event()
    event.add("uid", str(milestone_id(milestone)))
    event.add("dtstamp", news.changed_at)
    event.add("created", news.recorded_at)
    event.add("last-modified", news.changed_at)
    event.add("dtstart", milestone.earliest)
    event.add("dtend", milestone.latest + timedelta(days=1))
    event.add("summary", clean(what_happened(milestone)))
    event.add("description", clean("\n".join(_told(news.fact, on=on))))
    event.add("url", request.build_absolute_uri(address(milestone)))
    labels = [milestone.get_track_display(), milestone.get_kind_display()]
    event.add("categories", labels)
    event.add("transp", "TRANSPARENT")
    if place := clean(in_a_line(milestone.place)):
        event.add("location", place)
    return event


def _told(fact, *, on):
    yield when_it_happened(fact.about)
    yield from particulars(fact.about, on=on)
    for claim in fact.claims:
        yield f"Source: {source_sentence(claim)} {claim.source.url}".strip()
