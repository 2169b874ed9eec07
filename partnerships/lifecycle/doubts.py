"""The questions that an editor is asked about what may be a slip, in sentences."""

from collections.abc import Collection, Iterator, Sequence

from partnerships.choices import Certainty, SafeStatus, Track
from partnerships.dates import PartialDate, day_in_words
from partnerships.lifecycle.events import Event, Holding
from partnerships.lifecycle.status import safe_eligibility
from partnerships.lifecycle.table import LINE, NEEDS_SIGNATURE, SAFE_ADOPTED_ON, K

#: Steps by which a partnership, or an agreement on SAFE, comes into being.
IN_BEING = {track: {*line[line.index(K.SIGNED) :]} for track, line in LINE.items()}
#: The EU had no security policy before that anybody could be a partner in.
FIRST_YEAR = 1990


def year_doubts(dated: PartialDate) -> list[str]:
    """Return the question about a date that lies long back."""
    year = (dated.earliest or dated.latest).year
    if year >= FIRST_YEAR:
        return []
    return [f"{year} is long ago: is the year right?"]


def step_doubts(
    event: Event,
    events: Sequence[Event],
    *,
    holdings: Collection[Holding] = (),
    iso_code: str = "",
) -> list[str]:
    """Return the questions about one of the events of a partnership, which are all that
    it would have; ``holdings`` and ``iso_code`` are those of its partner. What is
    rejected moves nothing, and is asked about nothing."""
    if event.certainty == Certainty.REJECTED:
        return []
    counted = [e for e in events if e.certainty != Certainty.REJECTED]
    doubts = [*_nothing_in_being(event, counted)]
    if event.track == Track.SAFE:
        doubts += _safe_doubts(event, counted, holdings, iso_code)
    return doubts


def _nothing_in_being(event: Event, events: Sequence[Event]) -> Iterator[str]:
    is_of_something = event.effect and event.kind in NEEDS_SIGNATURE
    if is_of_something and not any(
        other.attempt == event.attempt and _is_in_being(event.track, other, event)
        for other in events
    ):
        what = "agreement on SAFE" if event.track == Track.SAFE else "partnership"
        yield (
            f"{event} is about something in being, but no {what} is recorded as signed "
            "by then: is it the right step?"
        )


def _safe_doubts(
    event: Event,
    events: Sequence[Event],
    holdings: Collection[Holding],
    iso_code: str,
) -> Iterator[str]:
    if event.latest < SAFE_ADOPTED_ON:
        yield (
            f"{event} is before SAFE was adopted, on {day_in_words(SAFE_ADOPTED_ON)}: "
            "is the day right?"
        )
    if not event.effect:
        return
    day = max(event.latest, SAFE_ADOPTED_ON)
    standing = safe_eligibility((), holdings, iso_code, on=day)
    if standing == SafeStatus.NOT_NEEDED:
        yield (
            "This partner joins SAFE's common purchases on Member States' terms and "
            f"needs no agreement: is {event} about this partner?"
        )
    elif event.kind in IN_BEING[Track.SAFE] and not any(
        _is_in_being(Track.SDP, other, event) for other in events
    ):
        yield (
            f"{event} is about an agreement on SAFE, but no partnership is recorded as "
            "signed by then: is it the right track?"
        )


def _is_in_being(track: Track, other: Event, event: Event) -> bool:
    """Return whether another event may have brought a track into being by this one."""
    is_step = other.track == track and other.kind in IN_BEING[track]
    return is_step and other.has_begun(on=event.latest)
