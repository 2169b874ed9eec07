"""The status on a day, from what has happened by then."""

from collections.abc import Iterable
from datetime import date

from partnerships.choices import SafeStatus, SdpStatus, Status, Track
from partnerships.lifecycle import table
from partnerships.lifecycle.events import Event, Holding, sorted_by_time


def headline(sdp: str, safe: str) -> Status:
    """Return the headline status of a pair of track statuses."""
    if sdp == SdpStatus.SIGNED and safe in table.SAFE_ASSOCIATED:
        return Status.SAFE_ASSOCIATED
    return Status(sdp)


def sdp_status(events: Iterable[Event], *, on: date) -> SdpStatus:
    """Return the SDP status on that day."""
    deciding = deciding_event(events, Track.SDP, on)
    effect = table.EFFECTS[Track.SDP][deciding.kind] if deciding else None
    return SdpStatus(effect or SdpStatus.NOT_RECORDED)


def safe_eligibility(
    sdp: SdpStatus, holdings: Iterable[Holding], iso_code: str, *, on: date
) -> SafeStatus:
    """Return the SAFE status of a partner with no SAFE milestone, from its affiliations
    that day, its signature or its country."""
    held = {holding.kind for holding in holdings if holding.holds_on(on)}
    if (
        held & table.SAFE_NOT_NEEDED_KINDS
        or iso_code in table.SAFE_NOT_NEEDED_COUNTRIES
    ):
        return SafeStatus.NOT_NEEDED
    if held & table.SAFE_ELIGIBLE_KINDS or sdp == SdpStatus.SIGNED:
        return SafeStatus.ELIGIBLE
    return SafeStatus.NOT_ELIGIBLE


def deciding_event(events: Iterable[Event], track: Track, on: date) -> Event | None:
    """Return the event that decides the status of a track that day: the latest one with
    an effect that has happened by then; None if there is none."""
    happened = [
        event
        for event in sorted_by_time(events, track)
        if event.step and event.has_happened(on=on)
    ]
    return happened[-1] if happened else None
