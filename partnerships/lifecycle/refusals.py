"""The rules that refuse a milestone, each with its sentence for the editor."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from partnerships.choices import SafeStatus, Track
from partnerships.lifecycle import table
from partnerships.lifecycle.events import Event, Holding, place_of, sorted_by_time
from partnerships.lifecycle.status import safe_eligibility, sdp_status
from partnerships.lifecycle.table import K


def refusals(
    events: Sequence[Event],
    *,
    holdings: Collection[Holding] = (),
    iso_code: str = "",
    today: date,
) -> list[tuple[Event, str]]:
    """Return the events that cannot be recorded, in order of time, each with a sentence
    for the editor: (event, sentence).

    Missing steps are normal, they were often not public, and are never refused.
    """
    refused = [
        (
            event,
            f"{event} begins after today. Record a milestone once it has happened; "
            "an announcement is recorded as a statement.",
        )
        for event in events
        if (event.date.earliest or event.date.latest) > today
    ]
    for track in Track:
        refused += order_refusals(sorted_by_time(events, track))
    for event in sorted_by_time(events, Track.SAFE):
        if event.kind in table.NEEDS_ELIGIBILITY:
            sdp = sdp_status(events, on=event.latest)
            eligibility = safe_eligibility(sdp, holdings, iso_code, on=event.latest)
            if eligibility == SafeStatus.NOT_ELIGIBLE:
                refused.append((event, _not_eligible(event)))
    return refused


def order_refusals(events: list[Event]) -> Iterator[tuple[Event, str]]:
    """Yield the refusals along one track, its events given in order of time."""
    furthest = previous = ended = None
    for event in events:
        if ended and event.kind != K.STATEMENT:
            yield event, _follows_the_end(event, ended)
        elif event.kind == K.RESUMED and (not previous or previous.kind != K.SUSPENDED):
            yield event, _resumes_nothing(event)
        elif furthest and _is_backwards(event, furthest):
            yield event, _goes_back(event, furthest)
        if not event.step:
            continue
        previous = event
        if event.kind in table.CLOSING[event.track]:
            furthest = None
        elif not furthest or place_of(event) >= place_of(furthest):
            furthest = event
        if event.kind == K.ENDED:
            ended = event


def _is_backwards(event: Event, furthest: Event) -> bool:
    return (
        0 < place_of(event) < place_of(furthest)
        and event.kind not in table.AFTER_SIGNATURE
        and event.kind not in table.CLOSING[event.track]
    )


def _follows_the_end(event: Event, ended: Event) -> str:
    return (
        f"{event} comes after {ended}. Once a partnership has ended, only a statement "
        "can follow; check both dates."
    )


def _resumes_nothing(event: Event) -> str:
    return (
        f"{event} resumes what was not suspended. Record “Suspended” with an earlier "
        "date first, or correct this date."
    )


def _goes_back(event: Event, furthest: Event) -> str:
    closing_kinds = table.CLOSING[event.track]
    closing = " or ".join(
        f"“{kind.label}”" for kind in table.STEPS[event.track] if kind in closing_kinds
    )
    return (
        f"{event} would come after {furthest}, which is a later step. Correct one of "
        f"the dates; a new attempt can begin only after {closing}."
    )


def _not_eligible(event: Event) -> str:
    return (
        f"{event} is a SAFE step, but the partner was not eligible that day: no signed "
        "partnership, no EU candidate or potential candidate, no EEA-EFTA state. "
        "Record the signature or the affiliation first, or correct this date."
    )
