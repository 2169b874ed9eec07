"""The milestones as a calendar (RFC 5545): an event of whole days for each that is
known to the day, and for each step that is announced for a day and awaited; none for a
month, a year or "no later than"."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe
from icalendar import Calendar, vDuration, vText

from partnerships.choices import MilestoneKind
from partnerships.feeds import ids, parameters, sentences
from partnerships.filters.clock import ClockForm
from partnerships.filters.milestones import MilestoneFilter
from partnerships.ledger.known_on import known_on
from partnerships.ledger.past import Past
from partnerships.log.news import RecordedMilestone, milestone_news, recorded_milestones
from partnerships.models import Claim, Milestone
from partnerships.selectors.by_record import kept_by_record
from partnerships.text import feed_text, in_a_line
from partnerships.web.caching import dated
from partnerships.web.citations import SITE
from partnerships.web.milestone_words import is_awaited, title, title_ahead

DESCRIPTION = (
    "Milestones whose days are known and, as tentative, steps that are announced for a "
    "day and not recorded. A month or a year or “no later than” has no event: that "
    "would make up a day. An announcement says by when its step is expected. The "
    "timeline has them all."
)
REFRESH = timedelta(hours=12)
MOST_EVENTS = 1000
_TIME = "%Y%m%dT%H%M%SZ"
_MOST_BYTES = 74  # of a line, without its end


class _Event(NamedTuple):
    """``days`` are a partial date of known days; ``more`` are lines that only some
    events have."""

    uid: UUID
    title: str
    days: Any
    labels: list[str]
    more: list[bytes]


@dated
@require_safe
def milestones_ics(request):
    """Answer with the latest milestones of known days, by the timeline's parameters."""
    clock = ClockForm(request.GET)
    site = request.build_absolute_uri("/").removesuffix("/")
    with known_on(clock.past):
        filterset = MilestoneFilter(request.GET, Milestone.objects.public().counted())
        if refused := parameters.refusal(filterset):
            return refused
        rows = filterset.qs.for_a_calendar().in_order(newest_first=True)
        latest = list(rows.values_list("partnership", "pk")[:MOST_EVENTS])
        records = {record for record, _ in latest}
        events = _events(records, site, clock.on, clock.past)
        name = parameters.title("milestones", filterset)
    calendar = _calendar(name).to_ical()
    head, end, line = calendar.rpartition(b"END:VCALENDAR")
    shown = (events[record][pk] for record, pk in latest)
    content = b"".join([head, *shown, end, line])
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")


@kept_by_record(maxsize=4)
def _events(
    records: Collection[int] | None, site: str, on: date, past: Past | None
) -> dict[int, dict[int, bytes]]:
    """Return the events of public milestones, by the ids of partnership and milestone.
    Six queries."""
    rows = Milestone.objects.public().counted().for_a_calendar()
    if records is not None:
        rows = rows.filter(partnership__in=records)
    rows = recorded_milestones(rows, past=past)
    recorded = sentences.with_their_outcomes(
        milestone_news(rows.select_related("partnership__partner"), past=past)
    )
    events: dict[int, dict[int, bytes]] = defaultdict(dict)
    for one in recorded:
        milestone = one.fact.about
        written = b"".join(_written(e, one, site, on=on) for e in _of(milestone, on=on))
        events[milestone.partnership_id][milestone.pk] = written
    return events


def _calendar(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", f"-//{SITE}//Milestones//EN")
    calendar.add("version", "2.0")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("description", DESCRIPTION)
    calendar.add("x-wr-caldesc", DESCRIPTION)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    return calendar


def _of(milestone: Milestone, *, on: date) -> Iterator[_Event]:
    """Yield the event of a milestone of known days, and that of the step which it leads
    to expect on such, while nothing came of it."""
    track = milestone.get_track_display()
    if milestone.date.has_known_days:
        labels = [track, milestone.get_kind_display()]
        place = feed_text(in_a_line(milestone.place))
        more = [b"LOCATION:" + _text(place)] if place else []
        uid = ids.milestone_id(milestone)
        yield _Event(uid, title(milestone), milestone.date, labels, more)
    expected = milestone.expected
    if expected is None or not expected.has_known_days:
        return
    if is_awaited(milestone, milestone.partnership.milestones.all(), on=on):
        labels = [track, str(MilestoneKind(milestone.announces).label), "Expected"]
        uid, more = ids.expected_id(milestone), [b"STATUS:TENTATIVE"]
        yield _Event(uid, title_ahead(milestone), expected, labels, more)


def _written(
    event: _Event, recorded: RecordedMilestone, site: str, *, on: date
) -> bytes:
    """Return an event as icalendar writes it, which takes five times as long."""
    milestone, until = recorded.fact.about, event.days.latest + timedelta(days=1)
    description = "\n".join(_lines(milestone, recorded.fact.claims, on=on))
    lines = [
        b"BEGIN:VEVENT",
        b"SUMMARY:" + _text(feed_text(event.title)),
        f"DTSTART;VALUE=DATE:{_digits(event.days.earliest)}".encode(),
        f"DTEND;VALUE=DATE:{_digits(until)}".encode(),
        f"DTSTAMP:{recorded.changed_at:{_TIME}}".encode(),
        f"UID:{event.uid}".encode(),
        b"CATEGORIES:" + b",".join(map(_text, event.labels)),
        f"CREATED:{recorded.recorded_at:{_TIME}}".encode(),
        b"DESCRIPTION:" + _text(feed_text(description)),
        f"LAST-MODIFIED:{recorded.changed_at:{_TIME}}".encode(),
        *event.more,
        b"TRANSP:TRANSPARENT",
        f"URL:{site}{sentences.address(milestone)}".encode(),
        b"END:VEVENT",
    ]
    return b"".join(b"\r\n ".join(_folded(line)) + b"\r\n" for line in lines)


def _digits(day: date) -> str:
    return day.isoformat().replace("-", "")


def _text(value: str) -> bytes:
    return vText(value).to_ical()


def _folded(line: bytes) -> Iterator[bytes]:
    """Yield the parts of a line of at most 74 bytes, cut neither inside a character nor
    behind a sign that escapes the next one."""
    start = 0
    while len(line) - start > _MOST_BYTES:
        end = start + _MOST_BYTES
        while line[end] & 0b1100_0000 == 0b1000_0000:  # inside a character of UTF-8
            end -= 1
        if line[end - 1] in b"\\^":
            end -= 1
        yield line[start:end]
        start = end
    yield line[start:]


def _lines(milestone: Milestone, claims: list[Claim], *, on: date) -> Iterator[str]:
    """Yield the lines of an event: the milestone, each source with its address."""
    yield from sentences.paragraphs(milestone, on=on)
    for claim in claims:
        yield f"Source: {sentences.source_sentence(claim)} {claim.source.url}".strip()
