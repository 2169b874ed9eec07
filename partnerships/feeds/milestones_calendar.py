"""The milestones as a calendar (RFC 5545): an event of whole days for each that is
known to the day; none for a month, a year or "no later than"."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from partnerships.feeds import ids, parameters, sentences
from partnerships.filters.clock import ClockForm
from partnerships.filters.milestones import MilestoneFilter
from partnerships.ledger.known_on import known_on
from partnerships.log.news import RecordedMilestone, milestone_news, recorded_milestones
from partnerships.models import Claim, Milestone
from partnerships.text import feed_text, in_a_line
from partnerships.web.citations import SITE
from partnerships.web.milestone_words import title

TITLE = f"{SITE}: milestones"
MOST_EVENTS = 1000


@require_safe
def milestones_ics(request):
    """Answer with the latest milestones of known days, by the timeline's parameters."""
    clock = ClockForm(request.GET)
    with known_on(clock.known):
        filterset = MilestoneFilter(request.GET, Milestone.objects.public().counted())
        if refused := parameters.refusal(filterset):
            return refused
        rows = filterset.qs.on_known_days().select_related("partnership__partner")
        rows = recorded_milestones(rows, known_on=clock.known)
        latest = rows.in_order(newest_first=True)[:MOST_EVENTS]
        recorded = sentences.with_their_outcomes(
            milestone_news(latest, known_on=clock.known)
        )
    calendar = _calendar(parameters.title(TITLE, filterset))
    for milestone in recorded:
        calendar.add_component(_event(milestone, request, on=clock.on))
    return HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")


def _calendar(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", f"-//{SITE}//Milestones//EN")
    calendar.add("version", "2.0")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    return calendar


def _event(recorded: RecordedMilestone, request: HttpRequest, *, on: date) -> Event:
    milestone = recorded.fact.about
    event = Event()
    event.add("uid", str(ids.milestone_id(milestone)))
    event.add("dtstamp", recorded.changed_at)
    event.add("created", recorded.recorded_at)
    event.add("last-modified", recorded.changed_at)
    event.add("dtstart", milestone.earliest)
    event.add("dtend", milestone.latest + timedelta(days=1))
    event.add("summary", feed_text(title(milestone)))
    description = "\n".join(_lines(milestone, recorded.fact.claims, on=on))
    event.add("description", feed_text(description))
    event.add("url", request.build_absolute_uri(sentences.address(milestone)))
    labels = [milestone.get_track_display(), milestone.get_kind_display()]
    event.add("categories", labels)
    event.add("transp", "TRANSPARENT")
    if place := feed_text(in_a_line(milestone.place)):
        event.add("location", place)
    return event


def _lines(milestone: Milestone, claims: list[Claim], *, on: date) -> Iterator[str]:
    """Yield the lines of an event: the milestone, each source with its address."""
    yield from sentences.paragraphs(milestone, on=on)
    for claim in claims:
        yield f"Source: {sentences.source_sentence(claim)} {claim.source.url}".strip()
