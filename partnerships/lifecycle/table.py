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

#: What a milestone of each kind sets its track's status to, each track in the order of
#: its steps; None for kinds that change no status.
EFFECTS: dict[Track, dict[MilestoneKind, SdpStatus | SafeStatus | None]] = {
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
        K.TERMINATED: SafeStatus.TERMINATED,
        K.PUBLISHED: None,
        K.PARLIAMENT_CONSENTED: None,
        K.STATEMENT: None,
    },
}

#: Each kind's place in the order of its track's steps; ties in date go to the later
#: one. Kinds without an effect come first: they never stand after a step of their day.
STEPS: dict[Track, dict[MilestoneKind, int]] = {
    track: {
        kind: 0 if effect is None else place
        for place, (kind, effect) in enumerate(effects.items(), start=1)
    }
    for track, effects in EFFECTS.items()
}

#: Kinds that close an attempt: the steps may start anew after them.
CLOSING = {
    Track.SDP: {K.ABANDONED},
    Track.SAFE: {K.NEGOTIATIONS_FAILED, K.TERMINATED},
}

#: Kinds that may follow any step; each says that a signature came before it.
AFTER_SIGNATURE = {K.SUSPENDED, K.RESUMED, K.ENDED}

#: The steps of an attempt that goes all the way, in their order.
LINE: dict[Track, list[MilestoneKind]] = {
    track: [
        kind
        for kind, step in steps.items()
        if step and kind not in AFTER_SIGNATURE | CLOSING[track]
    ]
    for track, steps in STEPS.items()
}

#: Kinds that follow a signature alone; that end an attempt before one; and that an
#: attempt has once, before the last step of its line.
NEEDS_SIGNATURE = AFTER_SIGNATURE | {K.TERMINATED, K.REVIEWED}
BEFORE_SIGNATURE = {K.ABANDONED, K.NEGOTIATIONS_FAILED}
ONCE = {K.PUBLISHED, K.PARLIAMENT_CONSENTED}

#: SAFE steps that need an eligible partner. A request is open to anyone, and what ends
#: an attempt can always be recorded.
NEEDS_ELIGIBILITY = [
    *(K.NEGOTIATIONS_RECOMMENDED, K.NEGOTIATIONS_AUTHORISED),
    *(K.NEGOTIATIONS_OPENED, K.NEGOTIATIONS_CONCLUDED),
    *(K.ENDORSED, K.SIGNATURE_AUTHORISED, K.SIGNED, K.PROVISIONALLY_APPLIED),
    *(K.CONCLUDED, K.IN_FORCE, K.PUBLISHED, K.PARLIAMENT_CONSENTED),
]

#: When Council Regulation (EU) 2025/1106, which makes SAFE, was adopted.
SAFE_ADOPTED_ON = date(2025, 5, 27)
#: Affiliations that give access to SAFE's common procurement without a partnership.
SAFE_NOT_NEEDED_KINDS = {AffiliationKind.EEA_EFTA}
SAFE_NOT_NEEDED_COUNTRIES = {"UA"}  # Ukraine is named by the Regulation itself
#: Affiliations that make a partner eligible; so does a signed partnership.
SAFE_ELIGIBLE_KINDS = {
    AffiliationKind.EU_CANDIDATE,
    AffiliationKind.EU_POTENTIAL_CANDIDATE,
}
#: The affiliations that decide whether a partner is eligible, where one does.
SAFE_DECISIVE_KINDS = {
    SafeStatus.NOT_NEEDED: SAFE_NOT_NEEDED_KINDS,
    SafeStatus.ELIGIBLE: SAFE_ELIGIBLE_KINDS,
    SafeStatus.NOT_ELIGIBLE: set(),
}
SAFE_ASSOCIATED = {SafeStatus.ASSOCIATED, SafeStatus.IN_FORCE}
