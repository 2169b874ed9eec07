"""The table of effects: what a milestone of each kind does, and what opens SAFE."""

from datetime import date

from partnerships.choices import (
    AffiliationKind,
    MilestoneKind,
    SafeStatus,
    SdpStatus,
    Track,
)

K = MilestoneKind
Effect = SdpStatus | SafeStatus

#: What a milestone of each kind sets its track's status to, each track in the order of
#: its steps; None for kinds that change no status.
EFFECTS: dict[Track, dict[MilestoneKind, Effect | None]] = {
    Track.SDP: {
        K.PROPOSED: SdpStatus.PROPOSED,
        K.EXPLORATORY_TALKS: SdpStatus.EXPLORATORY,
        K.NEGOTIATIONS_AUTHORISED: SdpStatus.NEGOTIATING,
        K.NEGOTIATIONS_OPENED: SdpStatus.NEGOTIATING,
        K.TEXT_AGREED: SdpStatus.NEGOTIATING,
        K.SIGNED: SdpStatus.SIGNED,
        K.RESUMED: SdpStatus.SIGNED,
        K.SUSPENDED: SdpStatus.SUSPENDED,
        K.ENDED: SdpStatus.ENDED,
        K.ABANDONED: SdpStatus.ABANDONED,
        K.ANNOUNCED: None,
        K.DIALOGUE_HELD: None,
        K.REVIEWED: None,
        K.STATEMENT: None,
    },
    Track.SAFE: {
        K.REQUESTED: SafeStatus.REQUESTED,
        K.NEGOTIATIONS_RECOMMENDED: SafeStatus.REQUESTED,
        K.NEGOTIATIONS_AUTHORISED: SafeStatus.NEGOTIATING,
        K.NEGOTIATIONS_OPENED: SafeStatus.NEGOTIATING,
        K.NEGOTIATIONS_CONCLUDED: SafeStatus.AGREED,
        K.ENDORSED: SafeStatus.AGREED,
        K.SIGNATURE_AUTHORISED: SafeStatus.AGREED,
        K.SIGNED: SafeStatus.ASSOCIATED,
        K.PROVISIONALLY_APPLIED: SafeStatus.ASSOCIATED,
        K.CONCLUDED: SafeStatus.ASSOCIATED,
        K.IN_FORCE: SafeStatus.IN_FORCE,
        K.NEGOTIATIONS_FAILED: SafeStatus.NO_AGREEMENT,
        K.SUSPENDED: SafeStatus.SUSPENDED,
        K.RESUMED: SafeStatus.ASSOCIATED,  # or what ``AFTER_RESUMPTION`` has set
        K.TERMINATED: SafeStatus.TERMINATED,
        K.ANNOUNCED: None,
        K.PUBLISHED: None,
        K.PARLIAMENT_CONSENTED: None,
        K.STATEMENT: None,
    },
}

#: Kinds that close an attempt: the steps may start anew after them, in the next one.
CLOSING = {
    Track.SDP: {K.ENDED, K.ABANDONED},
    Track.SAFE: {K.NEGOTIATIONS_FAILED, K.TERMINATED},
}

#: Kinds that alternate once there is a signature, as often as it happens.
TURNS = (K.SUSPENDED, K.RESUMED)

#: What a resumption brings back where it has happened before: else the signature.
AFTER_RESUMPTION: dict[Track, list[MilestoneKind]] = {
    Track.SDP: [],
    Track.SAFE: [K.IN_FORCE],
}

#: The steps of an attempt that goes all the way, in their order.
LINE: dict[Track, list[MilestoneKind]] = {
    track: [
        kind
        for kind, effect in effects.items()
        if effect and kind not in CLOSING[track].union(TURNS)
    ]
    for track, effects in EFFECTS.items()
}


def _ranks(track: Track) -> dict[MilestoneKind, tuple[int, int]]:
    """Return the first and the last rank of each kind with an effect. One of two events
    of an attempt comes first if its last rank is below the other's first. Kinds that
    set one status share a rank, but for the signature; turns come anywhere after it."""
    ranks: dict[MilestoneKind, tuple[int, int]] = {}
    rank, last = 0, None
    for kind in LINE[track]:
        effect = None if kind == K.SIGNED else EFFECTS[track][kind]
        rank += last is None or effect != last
        ranks[kind], last = (rank, rank), effect
    turns = (ranks[K.SIGNED][0] + 1, max(rank, ranks[K.SIGNED][0] + 1))
    closing = (turns[1] + 1, turns[1] + 1)
    return ranks | dict.fromkeys(TURNS, turns) | dict.fromkeys(CLOSING[track], closing)


RANKS = {track: _ranks(track) for track in Track}

#: Kinds that follow a signature alone; that end an attempt before one; and that an
#: attempt has once, before the last step of its line.
NEEDS_SIGNATURE = {*TURNS, K.ENDED, K.TERMINATED, K.REVIEWED}
BEFORE_SIGNATURE = {K.ABANDONED, K.NEGOTIATIONS_FAILED}
ONCE = {K.PUBLISHED, K.PARLIAMENT_CONSENTED}

#: Kinds that change no status, and the step of the line that waits for each.
AWAITED = {K.PARLIAMENT_CONSENTED: K.CONCLUDED}

#: SAFE steps that a partner with no standing cannot take. A request is open to anyone,
#: and what ends an attempt can always be recorded.
NEEDS_ELIGIBILITY = [
    *(K.NEGOTIATIONS_RECOMMENDED, K.NEGOTIATIONS_AUTHORISED),
    *(K.NEGOTIATIONS_OPENED, K.NEGOTIATIONS_CONCLUDED),
    *(K.ENDORSED, K.SIGNATURE_AUTHORISED, K.SIGNED, K.PROVISIONALLY_APPLIED),
    *(K.CONCLUDED, K.IN_FORCE, K.PUBLISHED, K.PARLIAMENT_CONSENTED),
]

#: When Council Regulation (EU) 2025/1106, which makes SAFE, was adopted.
SAFE_ADOPTED_ON = date(2025, 5, 27)
#: Standing that gives access to SAFE's common procurement without a partnership.
SAFE_NOT_NEEDED_KINDS = {AffiliationKind.EEA_EFTA}
SAFE_NOT_NEEDED_COUNTRIES = {"UA"}  # Ukraine is named by the Regulation itself
#: Standing that makes a partner eligible; so does a signed partnership.
SAFE_ELIGIBLE_KINDS = {
    AffiliationKind.EU_CANDIDATE,
    AffiliationKind.EU_POTENTIAL_CANDIDATE,
}
#: The affiliations that decide each standing, where one does.
SAFE_DECISIVE_KINDS = {
    SafeStatus.NOT_NEEDED: SAFE_NOT_NEEDED_KINDS,
    SafeStatus.ELIGIBLE: SAFE_ELIGIBLE_KINDS,
    SafeStatus.NOT_ELIGIBLE: set(),
}
SAFE_ASSOCIATED = {SafeStatus.ASSOCIATED, SafeStatus.IN_FORCE}
