"""The status of a partnership on a day, from the one table of effects.

Each function is given the alias of a row of partnerships, and writes a value that
follows from it and from the day, which is "%s". Tables of milestones are called like
their track.
"""

from collections.abc import Iterable, Mapping
from functools import cache

from partnerships.choices import (
    AffiliationKind,
    MilestoneKind,
    SafeStatus,
    SdpStatus,
    Status,
    Track,
)
from partnerships.lifecycle import table
from partnerships.querysets.sql.expression import SQL, Alias, quoted, quoted_list


def sdp_status(partnership: Alias) -> SQL:
    decided = _effect(Track.SDP, partnership)
    return SQL(f"COALESCE({decided}, {quoted(SdpStatus.NOT_RECORDED)})")


def safe_status(partnership: Alias) -> SQL:
    return SQL(
        f"COALESCE({_effect(Track.SAFE, partnership)}, CASE"
        f" WHEN {_is_named(partnership)}"
        f" OR {_holds(table.SAFE_NOT_NEEDED_KINDS, partnership)}"
        f" THEN {quoted(SafeStatus.NOT_NEEDED)}"
        f" WHEN {_holds(table.SAFE_ELIGIBLE_KINDS, partnership)}"
        f" OR {sdp_status(partnership)} = {quoted(SdpStatus.SIGNED)}"
        f" THEN {quoted(SafeStatus.ELIGIBLE)} ELSE {quoted(SafeStatus.NOT_ELIGIBLE)}"
        " END)"
    )


def status(partnership: Alias) -> SQL:
    """Write the headline. SAFE is looked up only for what is signed."""
    safe = _effect(Track.SAFE, partnership)
    signed = (
        f"CASE WHEN {safe} IN {quoted_list(table.SAFE_ASSOCIATED)}"
        f" THEN {quoted(Status.SAFE_ASSOCIATED)} ELSE {quoted(Status.SIGNED)} END"
    )
    decided = _effect(Track.SDP, partnership, {SdpStatus.SIGNED: SQL(signed)})
    return SQL(f"COALESCE({decided}, {quoted(Status.NOT_RECORDED)})")


def sdp_milestone(partnership: Alias) -> SQL:
    return _deciding(Track.SDP, "sdp.id", partnership)


def safe_milestone(partnership: Alias) -> SQL:
    return _deciding(Track.SAFE, "safe.id", partnership)


def signed_on(partnership: Alias) -> SQL:
    """Write the date of the latest signature."""
    return _deciding(Track.SDP, "sdp.date", partnership, [MilestoneKind.SIGNED])


def signed_latest(partnership: Alias) -> SQL:
    return _deciding(Track.SDP, "sdp.latest", partnership, [MilestoneKind.SIGNED])


def _deciding(
    track: Track,
    column: str,
    partnership: Alias,
    kinds: Iterable[MilestoneKind] | None = None,
) -> SQL:
    """Write a column of the deciding milestone, or of the latest of certain kinds."""
    among_equals = f"{track}.earliest DESC NULLS LAST, {track}.date, {track}.id"
    return _latest(track, SQL(column), partnership, kinds, f", {among_equals}")


def _effect(
    track: Track,
    partnership: Alias,
    in_place: Mapping[SdpStatus | SafeStatus, SQL] | None = None,
) -> SQL:
    """Write what the deciding milestone, or any of its step, sets the status to, or for
    some statuses what stands ``in_place`` of them."""
    instead = in_place or {}
    effects = {
        kind: instead.get(effect, quoted(effect))
        for kind, effect in table.EFFECTS[track].items()
        if effect
    }
    return _latest(track, _by_kind(track, effects), partnership)


def _latest(
    track: Track,
    value: SQL,
    partnership: Alias,
    kinds: Iterable[MilestoneKind] | None = None,
    then_by: str = "",
) -> SQL:
    kinds = kinds or [kind for kind, step in table.STEPS[track].items() if step]
    return SQL(
        f'(SELECT {value} FROM "partnerships_milestone" {track}'
        f" WHERE {track}.partnership_id = {partnership}.id"
        f" AND {track}.track = '{track}' AND {track}.kind IN {quoted_list(kinds)}"
        f" AND {track}.latest <= %s"
        f" ORDER BY {track}.latest DESC, {_step(track)} DESC{then_by} LIMIT 1)"
    )


@cache
def _step(track: Track) -> SQL:
    steps = {kind: SQL(str(step)) for kind, step in table.STEPS[track].items() if step}
    return _by_kind(track, steps)


def _by_kind(track: Track, values: Mapping[MilestoneKind, SQL]) -> SQL:
    cases = " ".join(f"WHEN '{kind}' THEN {value}" for kind, value in values.items())
    return SQL(f"CASE {track}.kind {cases} END")


def _is_named(partnership: Alias) -> SQL:
    """Write the condition that the Regulation names the country."""
    return SQL(
        'EXISTS (SELECT 1 FROM "partnerships_partner" p'
        f" WHERE p.id = {partnership}.partner_id"
        f" AND p.iso_code IN {quoted_list(table.SAFE_NOT_NEEDED_COUNTRIES)})"
    )


def _holds(kinds: Iterable[AffiliationKind], partnership: Alias) -> SQL:
    """Write the condition that an affiliation of these kinds holds, [since, until)."""
    return SQL(
        'EXISTS (SELECT 1 FROM "partnerships_affiliation" a'
        f" WHERE a.partner_id = {partnership}.partner_id"
        " AND (a.since_latest IS NULL OR a.since_latest <= %s)"
        " AND (a.until_latest IS NULL OR a.until_latest > %s)"
        f" AND a.kind IN {quoted_list(kinds)})"
    )
