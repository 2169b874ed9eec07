"""A partnership in a line: how it stands, and what it means for SAFE. For lists."""

from collections.abc import Iterable
from typing import Any

from partnerships.choices import SafeStatus, SdpStatus, Track
from partnerships.dates import day_in_words
from partnerships.models import Milestone
from partnerships.selectors.partnership_list import Listed
from partnerships.text import as_sentence, capitalised
from partnerships.web import milestone_words, status_words

_INSTRUMENT = "Security and Defence Partnership"
_WITHOUT = {
    SdpStatus.NOT_RECORDED: "No step towards a partnership known",
    SdpStatus.NEGOTIATING: "Being negotiated",
    SdpStatus.EXPLORATORY: "Exploratory talks",
}
#: Statuses that a milestone tells better than its label.
_TOLD = {*SdpStatus} - {SdpStatus.NOT_RECORDED, SdpStatus.SIGNED}
_SHORT = {
    SafeStatus.NONE: "SAFE did not exist yet",
    SafeStatus.NOT_NEEDED: "Joins SAFE purchases on Member States’ terms",
    SafeStatus.ELIGIBLE: "May join SAFE purchases, up to 35 %",
    SafeStatus.NOT_ELIGIBLE: "Outside SAFE’s common purchases",
    SafeStatus.REQUESTED: "Has asked for an agreement on SAFE",
    SafeStatus.NEGOTIATING: "In talks on an agreement on SAFE",
    SafeStatus.AGREED: "SAFE agreement agreed, not signed",
    SafeStatus.ASSOCIATED: "In SAFE under its own agreement",
    SafeStatus.IN_FORCE: "In SAFE under its own agreement, in force",
    SafeStatus.NO_AGREEMENT: "SAFE talks ended without agreement",
    SafeStatus.SUSPENDED: "SAFE agreement suspended",
    SafeStatus.TERMINATED: "SAFE agreement ended",
}

#: From those inside SAFE to those outside.
_NEAREST = [
    *(SafeStatus.IN_FORCE, SafeStatus.ASSOCIATED, SafeStatus.NOT_NEEDED),
    *(SafeStatus.AGREED, SafeStatus.NEGOTIATING, SafeStatus.REQUESTED),
    *(SafeStatus.ELIGIBLE, SafeStatus.NO_AGREEMENT, SafeStatus.SUSPENDED),
    *(SafeStatus.TERMINATED, SafeStatus.NOT_ELIGIBLE, SafeStatus.NONE),
]


def sdp_line(row: Any, deciding: Milestone | None) -> str:
    """Return how a partnership stands, since when: "Signed 21 May 2024", "European
    Parliament asks that a partnership be explored, 11 February 2026". ``deciding`` is
    the milestone that decides it, where that tells more than the status."""
    status = SdpStatus(row.sdp_status)
    reportedly = "reportedly " * row.sdp_status_reported
    if status == SdpStatus.SIGNED:
        day = f" {row.signed_on.display()}" if row.signed_on else ""
        return capitalised(f"{reportedly}signed{day}")
    if deciding is None or status not in _TOLD:
        return _WITHOUT.get(status, status.label)
    what = capitalised(milestone_words.what(deciding))
    signed = f"; signed {row.signed_on.display()}" if row.signed_on else ""
    return f"{what}, {deciding.date.display()}{signed}"


def sentence(row: Any, listed: Listed) -> str:
    """Return how a partnership stands in a sentence that stands alone: "Norway signed
    its Security and Defence Partnership with the EU on 28 May 2024."; without a step
    that decides it, what was said of it last, where there is that."""
    partner = milestone_words.in_text(row.partner)
    if row.sdp_status == SdpStatus.SIGNED and row.signed_on:
        reportedly = "reportedly " * row.sdp_status_reported
        when = milestone_words.when(row.signed_on)
        said = f"{partner} {reportedly}signed its {_INSTRUMENT} with the EU {when}"
        return as_sentence(capitalised(said))
    told = _told(listed)
    said = _event(told) if told else ""
    if listed.deciding is None:
        said += " " * bool(said) + _no_step(row, partner, is_further=bool(said))
    elif row.signed_on:
        said += f" It was signed {milestone_words.when(row.signed_on)}."
    return said


def _told(listed: Listed) -> Milestone | None:
    """Return the milestone that the sentence of a row tells."""
    newest = listed.newest
    if listed.deciding is None and newest and newest.track == Track.SDP:
        return newest
    return listed.deciding


def _event(milestone: Milestone) -> str:
    if milestone.description:  # has no subject of its own
        return f"{milestone_words.title(milestone)}, {milestone.date.display()}."
    return milestone_words.sentence(milestone)


def _no_step(row: Any, partner: str, *, is_further: bool) -> str:
    step = f"no {'further ' * is_further}step towards a partnership with {partner}"
    if status_words.of_past_day(row):
        return f"By {day_in_words(row.status_on)} {step} was known."
    return f"{capitalised(step)} is known."


def last_change(listed: Listed) -> str:
    """Return the newest milestone of a row, with its day: "20 May 2026: European
    Parliament consents to SAFE agreement"; its day alone where the state of the row
    tells it, empty where there is none."""
    newest = listed.newest
    if newest is None:
        return ""
    day = capitalised(newest.date.display())
    if newest == _told(listed):
        return day
    return f"{day}: {milestone_words.what(newest)}"


def areas_line(row: Any, count: int) -> str:
    """Return how many areas the tracker counts, of ``count``, and how many a source
    states, for both count differently."""
    if not row.is_assessed:
        said = "Areas not assessed"
    else:
        said = f"{row.areas_included} of our {count} areas"
    if row.stated_areas:
        said += f" ({row.stated_areas} by its source’s own count)"
    return said


def sources_line(listed: Listed) -> str:
    """Return how many sources speak of a row, and how many of its facts they dispute:
    "4 sources; 2 facts disputed, both ruled on"."""
    if not listed.sources:
        return "No source recorded"
    if listed.sources == 1:
        return "One source: nothing to compare"
    said = f"{listed.sources} sources; "
    if not listed.disputed:
        return f"{said}no fact disputed"
    said += f"{listed.disputed} fact{'s' * (listed.disputed > 1)} disputed"
    unruled = listed.disputed - listed.ruled
    if not unruled:
        return f"{said}, ruled on"
    return (
        f"{said}, {unruled} without a ruling" if listed.ruled else f"{said}, no ruling"
    )


def safe_line(row: Any) -> str:
    """Return what SAFE is to a partner: "May join SAFE purchases, up to 35 %"."""
    said = _SHORT[SafeStatus(row.safe_status)].replace(" %", "\u00a0%")
    return (
        f"Reportedly: {milestone_words.in_sentence(said)}"
        if row.safe_status_reported
        else said
    )


def safe_terms(rows: Iterable[Any]) -> list[tuple[str, str]]:
    """Return what SAFE is to these partners, the nearest to it first, with the names of
    those to whom it is that."""
    names: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: _NEAREST.index(row.safe_status)):
        names.setdefault(safe_line(row), []).append(row.partner.name)
    return [(terms, ", ".join(who)) for terms, who in names.items()]


def doubts(row: Any) -> str:
    """Return what else may be, of both: "may be negotiated; SAFE: may be agreed"."""
    own = status_words.may_be(row, "sdp_status")
    safe = status_words.may_be(row, "safe_status")
    return "; ".join(filter(None, [own, safe and f"SAFE: {safe}"]))
