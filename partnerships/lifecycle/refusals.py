"""The rules that refuse a milestone, each with its sentence for the editor.

Missing steps are normal, they were often not public, and are never refused.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta

from partnerships.choices import Certainty, SafeStatus, Track
from partnerships.lifecycle.chronology import Chronology
from partnerships.lifecycle.events import Event, Holding
from partnerships.lifecycle.status import Story
from partnerships.lifecycle.table import (
    CLOSING,
    NEEDS_ELIGIBILITY,
    SAFE_ADOPTED_ON,
    TURNS,
    K,
)

Refusal = tuple[Event, str]


def refusals(
    events: Sequence[Event],
    *,
    holdings: Collection[Holding] = (),
    iso_code: str = "",
    today: date,
    judged: Sequence[Event] | None = None,
) -> list[Refusal]:
    """Return the events that cannot be recorded together, each with a sentence for the
    editor, or those of ``judged`` alone; ``holdings`` and ``iso_code`` are those of the
    partner, whose eligibility for SAFE follows from them. What is rejected moves
    nothing and is never refused, but for a date that is still to come."""
    judged = events if judged is None else judged
    refused = [
        (event, _is_after_today(event, today))
        for event in judged
        if (event.date.earliest or event.date.latest) > today
    ]
    counted = [event for event in events if event.certainty != Certainty.REJECTED]
    story = Story(counted, holdings, iso_code)
    for track in Track:
        on_track = [event for event in counted if event.track == track]
        refused += _attempt_refusals(on_track, track)
        refused += _order_refusals(story.chronologies[track][0])
    # Asks about the events of judged alone, since it weighs days for each.
    refused += _safe_refusals(
        story, [event for event in judged if event.certainty != Certainty.REJECTED]
    )
    asked = {id(event) for event in judged}
    return [(event, sentence) for event, sentence in refused if id(event) in asked]


def _attempt_refusals(events: list[Event], track: Track) -> Iterator[Refusal]:
    """Yield what does not fit into the attempts of a track: of two that are one step,
    the one that comes last, as what is entered does."""
    closing: dict[int, Event] = {}
    recorded: dict[tuple, Event] = {}
    for event in events:
        if event.kind in CLOSING[track]:
            first = closing.setdefault(event.attempt, event)
            if first.kind != event.kind:
                yield event, _closed_already(event, first)
        if event.effect and event.kind not in TURNS:
            first = recorded.setdefault((event.attempt, event.kind), event)
            if first is not event:
                yield event, _recorded_already(event, first)
    for event in events:
        if event.attempt > 1 and event.attempt - 1 not in closing:
            yield event, _nothing_closed(event)
        end = closing.get(event.attempt)
        if (
            end
            and end.kind == K.ENDED
            and not event.effect
            and event.kind != K.STATEMENT
            and (event.earliest or date.min) > end.latest
        ):
            yield event, _follows_the_end(event, end)


def _order_refusals(chronology: Chronology) -> Iterator[Refusal]:
    """Yield each event that no choice of days puts in its place, once."""
    events = sorted(chronology.events, key=_in_time)
    for attempt in sorted({event.attempt for event in events}):
        yield from _turn_refusals([e for e in events if e.attempt == attempt])
    named: set[int] = set()
    for before, after in chronology.clashes:
        late, sentence = _clash(before, after)
        if sentence and id(late) not in named:
            named.add(id(late))
            yield late, sentence


def _turn_refusals(events: list[Event]) -> Iterator[Refusal]:
    """Yield the turns of an attempt that do not alternate, by their number."""
    suspended, resumed = ([e for e in events if e.kind == kind] for kind in TURNS)
    if len(resumed) > len(suspended):
        yield resumed[-1], _resumes_nothing(resumed[-1])
    if len(suspended) > len(resumed) + 1:
        yield suspended[-1], _suspends_again(suspended[-1], suspended[-2])


def _safe_refusals(story: Story, events: list[Event]) -> Iterator[Refusal]:
    chronology = story.chronologies[Track.SAFE][0]
    bounds = {
        id(event): (chronology.earliest[j], chronology.latest[j])
        for j, event in enumerate(chronology.events)
    }
    for event in sorted(events, key=_in_time):
        if event.track != Track.SAFE:
            continue
        if event.effect and event.latest < SAFE_ADOPTED_ON:
            yield event, _before_safe(event)
        elif event.kind in NEEDS_ELIGIBILITY:
            own = event.earliest or SAFE_ADOPTED_ON, event.latest
            first, last = bounds.get(id(event), own)
            if first > last:  # its order is refused, and says nothing of its days
                first, last = own
            if not _is_ever_eligible(story, max(first, SAFE_ADOPTED_ON), last):
                yield event, _not_eligible(event)


def _is_ever_eligible(story: Story, first: date, last: date) -> bool:
    """Return whether the partner may be eligible on any day from ``first`` to ``last``:
    whether it may follows from bounds, and changes on their days alone."""
    next_day = timedelta(days=1)
    changes = {first, last}
    for event in story.chronologies[Track.SDP][0].events:
        changes |= {event.earliest or first, event.latest}
    for holding in story.holdings:
        for bound in (holding.since, holding.until):
            if bound:
                changes |= {bound.earliest or first, bound.latest}
    days = {day for change in changes for day in (change, change - next_day)}
    return any(
        story.safe_options(story.on(day).sdp, day) != {SafeStatus.NOT_ELIGIBLE}
        for day in sorted(days)
        if first <= day <= last
    )


def _in_time(event: Event) -> tuple:
    return event.attempt, event.latest, event.earliest or date.min, str(event.pk)


def _is_after_today(event: Event, today: date) -> str:
    if event.date.earliest is None:
        return (
            f"{event} is bounded by a day after today, but a milestone has happened by "
            f"the day on which it is recorded. Write ../{today} or an earlier bound; "
            "what is expected is recorded as “Announced”, with the day on which it is "
            "expected."
        )
    return (
        f"{event} begins after today. Record a milestone once it has happened; what is "
        "expected is recorded as “Announced”, with the day on which it is expected."
    )


def _recorded_already(event: Event, first: Event) -> str:
    return (
        f"{event} is already recorded in this attempt, as {first}: add your source to "
        "it, or correct its date."
    )


def _closed_already(event: Event, first: Event) -> str:
    return (
        f"{event} closes an attempt that {first} closed. Record it in the attempt that "
        "it closed, or remove one of the two."
    )


def _nothing_closed(event: Event) -> str:
    return (
        f"{event} is in attempt {event.attempt}, but nothing closed attempt "
        f"{event.attempt - 1}. Record {_closing_kinds(event)} there first, or choose "
        "the earlier attempt."
    )


def _follows_the_end(event: Event, ended: Event) -> str:
    return (
        f"{event} comes after {ended}. Once a partnership has ended, only a statement "
        "or a new attempt can follow; check both dates."
    )


def _resumes_nothing(event: Event) -> str:
    return (
        f"{event} resumes what was not suspended. Record “Suspended” with an earlier "
        "date first, or correct this date."
    )


def _suspends_again(event: Event, earlier: Event) -> str:
    return (
        f"{event} suspends what {earlier} has suspended: add your source to that one, "
        "or record “Resumed” between the two."
    )


def _clash(before: Event, after: Event) -> Refusal:
    """Return which of two that no choice of days puts in order is refused, and why; an
    empty sentence if that is said of another pair."""
    is_late = (before.earliest or date.min) > after.latest
    if after.comes_after(before):
        return after, _stated_wrongly(after, before, is_late)
    if not is_late:  # in a circle, which goes through one that editors stated
        return after, ""
    if before.attempt != after.attempt:
        return before, _of_earlier_attempt(before, after)
    if {before.kind, after.kind} == {*TURNS}:
        if after.kind == K.RESUMED:
            return after, _resumes_nothing(after)
        return before, f"{before} and {after} do not alternate. Correct their dates."
    if after.kind in CLOSING[after.track]:
        return before, _after_closing(before, after)
    return before, _backwards(before, after)


def _stated_wrongly(event: Event, other: Event, is_late: bool) -> str:
    if event is other:
        return f"{event} cannot have come after itself. Correct “came after”."
    if is_late:
        return (
            f"{event} came after {other}, as is recorded, but its date is earlier. "
            "Correct one of the dates, or “came after”."
        )
    return (
        f"{event} cannot have come after {other}: the steps, or another “came after”, "
        "say the opposite. Correct “came after”."
    )


def _of_earlier_attempt(event: Event, other: Event) -> str:
    return (
        f"{event}, of attempt {event.attempt}, would come after {other}, of attempt "
        f"{other.attempt}. Correct one of the dates, or the attempt."
    )


def _after_closing(event: Event, closing: Event) -> str:
    return (
        f"{event} would come after {closing}, which closed the attempt. Correct one of "
        f"the dates, or record it in attempt {event.attempt + 1}."
    )


def _backwards(event: Event, later: Event) -> str:
    sentence = (
        f"{event} would come after {later}, which is a later step. Correct one of the "
        f"dates; a new attempt can begin only after {_closing_kinds(event)}."
    )
    if event.kind == K.PROPOSED:
        sentence += " A proposal made once talks have begun is a statement."
    return sentence


def _closing_kinds(event: Event) -> str:
    return " or ".join(f"“{kind.label}”" for kind in K if kind in CLOSING[event.track])


def _before_safe(event: Event) -> str:
    return (
        f"{event} is before SAFE was adopted, on 27 May 2025. Correct the date, or "
        "record it as a statement."
    )


def _not_eligible(event: Event) -> str:
    return (
        f"{event} is a SAFE step, but the partner was not eligible that day: no signed "
        "partnership, no EU candidate or potential candidate, no EEA-EFTA state. "
        "Record the signature or the affiliation first, or correct this date."
    )
