"""The status of a partnership on a day, in SQL, from the one table of effects.

Each function is given the name of a row of partnerships and writes a value that follows
from it and from the day.
"""

from functools import cache

from partnerships.choices import (
    AffiliationKind,
    MilestoneKind,
    SafeStatus,
    SdpStatus,
    Status,
    Track,
)
from partnerships.lifecycle.table import (
    EFFECTS,
    SAFE_ASSOCIATED,
    SAFE_ELIGIBLE_KINDS,
    SAFE_NOT_NEEDED_COUNTRIES,
    SAFE_NOT_NEEDED_KINDS,
    STEPS,
)
from partnerships.querysets.sql.expression import listed


def sdp_status(partnership: str) -> str:
    decided = _effect(Track.SDP, partnership, _effects(Track.SDP))
    return f"COALESCE({decided}, '{SdpStatus.NOT_RECORDED}')"


def safe_status(partnership: str) -> str:
    return (
        f"COALESCE({safe_decided(partnership)}, CASE"
        f" WHEN {_is_named(partnership)}"
        f" OR {_holds(SAFE_NOT_NEEDED_KINDS, partnership)}"
        f" THEN '{SafeStatus.NOT_NEEDED}'"
        f" WHEN {_holds(SAFE_ELIGIBLE_KINDS, partnership)}"
        f" OR {sdp_status(partnership)} = '{SdpStatus.SIGNED}'"
        f" THEN '{SafeStatus.ELIGIBLE}' ELSE '{SafeStatus.NOT_ELIGIBLE}' END)"
    )


def safe_decided(partnership: str) -> str:
    """The SAFE status, where a milestone decides it."""
    return _effect(Track.SAFE, partnership, _effects(Track.SAFE))


def held(partnership: str) -> str:
    """The affiliations that hold, as bits in the order of the choices."""
    bits = " ".join(
        f"WHEN '{kind}' THEN {1 << n}" for n, kind in enumerate(AffiliationKind)
    )
    held = f"SUM(DISTINCT CASE a.kind {bits} END)"
    return f"(SELECT COALESCE({held}, 0) {_holding(partnership)})"


def status(partnership: str) -> str:
    """The headline. SAFE is looked up inside of what the other track says, and so only
    for what is signed."""
    signed = (
        f"THEN CASE WHEN {safe_decided(partnership)} IN {listed(SAFE_ASSOCIATED)}"
        f" THEN '{Status.SAFE_ASSOCIATED}' ELSE '{Status.SIGNED}' END"
    )
    effects = _effects(Track.SDP).replace(f"THEN '{SdpStatus.SIGNED}'", signed)
    decided = _effect(Track.SDP, partnership, effects)
    return f"COALESCE({decided}, '{Status.NOT_RECORDED}')"


def sdp_milestone(partnership: str) -> str:
    return deciding(Track.SDP, "sdp.id", partnership)


def safe_milestone(partnership: str) -> str:
    return deciding(Track.SAFE, "safe.id", partnership)


def signed_on(partnership: str) -> str:
    """The date of the latest signature."""
    return deciding(Track.SDP, "sdp.date", partnership, [MilestoneKind.SIGNED])


def signed_latest(partnership: str) -> str:
    return deciding(Track.SDP, "sdp.latest", partnership, [MilestoneKind.SIGNED])


def deciding(track: Track, what: str, partnership: str, kinds=None) -> str:
    """What of the deciding milestone of the track, which is called like the track; of
    certain kinds alone, the latest of those."""
    among_equals = f"{track}.earliest DESC NULLS LAST, {track}.date, {track}.id"
    return _latest(track, what, partnership, kinds, f", {among_equals}")


def _effect(track: Track, partnership: str, effects: str) -> str:
    """What the deciding milestone sets the status to. Of one step's milestones any will
    do: all set the same."""
    return _latest(track, effects, partnership)


def _latest(track: Track, what: str, partnership: str, kinds=None, order="") -> str:
    kinds = kinds or [kind for kind, step in STEPS[track].items() if step]
    return (
        f'(SELECT {what} FROM "partnerships_milestone" {track}'
        f" WHERE {track}.partnership_id = {partnership}.id"
        f" AND {track}.track = '{track}' AND {track}.kind IN {listed(kinds)}"
        f" AND {track}.latest <= %s"
        f" ORDER BY {track}.latest DESC, {_steps(track)} DESC{order} LIMIT 1)"
    )


@cache
def _effects(track: Track) -> str:
    return _by_kind(track, {k: f"'{e}'" for k, e in EFFECTS[track].items() if e})


@cache
def _steps(track: Track) -> str:
    return _by_kind(track, {k: step for k, step in STEPS[track].items() if step})


def _by_kind(track: Track, values: dict) -> str:
    cases = " ".join(f"WHEN '{kind}' THEN {value}" for kind, value in values.items())
    return f"CASE {track}.kind {cases} END"


def _is_named(partnership: str) -> str:
    """Whether the Regulation names the country."""
    return (
        'EXISTS (SELECT 1 FROM "partnerships_partner" p'
        f" WHERE p.id = {partnership}.partner_id"
        f" AND p.iso_code IN {listed(SAFE_NOT_NEEDED_COUNTRIES)})"
    )


def _holds(kinds, partnership: str) -> str:
    return f"EXISTS (SELECT 1 {_holding(partnership)} AND a.kind IN {listed(kinds)})"


def _holding(partnership: str) -> str:
    """The affiliations that hold, [since, until)."""
    return (
        'FROM "partnerships_affiliation" a'
        f" WHERE a.partner_id = {partnership}.partner_id"
        " AND (a.since_latest IS NULL OR a.since_latest <= %s)"
        " AND (a.until_latest IS NULL OR a.until_latest > %s)"
    )
