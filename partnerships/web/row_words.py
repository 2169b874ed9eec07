"""A partnership in a line: how it stands, and what it means for SAFE. For lists."""

from collections.abc import Iterable
from typing import Any

from partnerships.choices import SafeStatus, SdpStatus
from partnerships.models import Milestone
from partnerships.text import capitalised
from partnerships.web import milestone_words, status_words

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


def safe_line(row: Any) -> str:
    """Return what SAFE is to a partner: "May join SAFE purchases, up to 35 %"."""
    said = _SHORT[SafeStatus(row.safe_status)]
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
