"""SAFE in words: of one record, first what firms of the partner may do, then the
agreement; and of each SAFE status as such."""

from typing import Any

from partnerships.choices import (
    AffiliationKind,
    Certainty,
    SafeStatus,
    SdpStatus,
    Track,
)
from partnerships.dates import day_in_words
from partnerships.lifecycle.table import SAFE_ASSOCIATED
from partnerships.selectors.course import SafeEligibility
from partnerships.selectors.record import Record
from partnerships.text import as_sentence, capitalised
from partnerships.web.milestone_words import in_text, sentence
from partnerships.web.status_words import (
    WITHOUT_A_STEP,
    agreement,
    doubt,
    of_past_day,
    to_be,
)

_OWN_TERMS = (
    "how far its firms {may} go above 35 % of components {is} for that agreement to say"
)
#: The same of SAFE: first what firms of the partner may do, then the agreement.
SAFE_MEANINGS = {
    SafeStatus.NONE: "SAFE did not exist yet: its Regulation is of 27 May 2025.",
    SafeStatus.NOT_NEEDED: (
        "May join common purchases on Member States’ terms, without loans; needs no "
        "partnership for that."
    ),
    SafeStatus.ELIGIBLE: (
        "May join common purchases; its firms supply up to 35 % of components."
    ),
    SafeStatus.NOT_ELIGIBLE: (
        "May not join common purchases; sources differ on whether its firms may "
        "supply up to 35 % of components."
    ),
    SafeStatus.REQUESTED: "Agreement asked for; until then as before.",
    SafeStatus.NEGOTIATING: "Agreement being negotiated; until then as before.",
    SafeStatus.AGREED: "Agreement agreed, not signed; until then as before.",
    SafeStatus.ASSOCIATED: (
        "Takes part under its own agreement, signed or applied provisionally; "
        f"{_OWN_TERMS.format(may='may', **{'is': 'is'})}."
    ),
    SafeStatus.IN_FORCE: (
        "Takes part under its own agreement, in force; "
        f"{_OWN_TERMS.format(may='may', **{'is': 'is'})}."
    ),
    SafeStatus.NO_AGREEMENT: "Talks ended without agreement; as before.",
    SafeStatus.SUSPENDED: "Agreement suspended; as without one.",
    SafeStatus.TERMINATED: "Agreement ended; as without one.",
}
#: The effect in a few words of no tense, for beside a badge, where the meaning is long.
_SAFE_EFFECTS = {
    SafeStatus.NONE: "SAFE did not exist yet",
    SafeStatus.NOT_NEEDED: "Common purchases on Member States’ terms",
    SafeStatus.ELIGIBLE: "Common purchases; up to 35 % of components",
    SafeStatus.NOT_ELIGIBLE: "No common purchases",
    SafeStatus.ASSOCIATED: "Part in SAFE under its own agreement",
    SafeStatus.IN_FORCE: "Part in SAFE under its own agreement",
}

_SAFE_LEADS = {
    SafeStatus.NEGOTIATING: "An agreement on SAFE {is} {reportedly}being negotiated.",
    SafeStatus.AGREED: "An agreement on SAFE {is} {reportedly}agreed, not signed.",
    SafeStatus.SUSPENDED: "Its agreement on SAFE {is} {reportedly}suspended.",
    SafeStatus.TERMINATED: "Its agreement on SAFE {has} {reportedly}ended.",
}
_STANDING = {
    AffiliationKind.EU_CANDIDATE: "an EU candidate",
    AffiliationKind.EU_POTENTIAL_CANDIDATE: "a potential EU candidate",
}
_PAST = {"is": "was", "has": "had", "may": "could", "takes": "took", "needs": "needed"}
_PAST |= {"belongs": "belonged"}


def effect_of(status: str) -> str:
    """Return the effect of a SAFE status, whosever it is, in a few words."""
    found = SafeStatus(status)
    return _SAFE_EFFECTS.get(found) or SAFE_MEANINGS[found].removesuffix(".")


def safe_sentences(record: Record, eligibility: SafeEligibility) -> str:
    """Return where a partner stands with SAFE: first what its firms may do, then how
    far an agreement has come, once there is a step towards one."""
    row: Any = record.partnership  # with its statuses
    status = SafeStatus(row.safe_status)
    verbs = _verbs(row)
    deciding = dict(record.because).get(Track.SAFE)
    reportedly = "reportedly " * row.safe_status_reported
    if deciding and status in SAFE_ASSOCIATED:
        steps = f"{reportedly}{agreement(record)}"
        said = [f"Its agreement on SAFE: {steps}; {_OWN_TERMS.format(**verbs)}."]
    else:
        said = [safe_effect(record, eligibility)]
        if status in _SAFE_LEADS:
            said.append(_SAFE_LEADS[status].format(reportedly=reportedly, **verbs))
        if deciding:
            said.append(sentence(deciding.about))
    others = [v for v in row.safe_status_may_be if v not in WITHOUT_A_STEP]
    said.append(as_sentence(doubt(row, "safe_status", others)))
    return " ".join(filter(None, said))


def safe_effect(record: Record, eligibility: SafeEligibility) -> str:
    """Return what firms of a partner may do under SAFE without an agreement of its own,
    and why; what they perhaps may do, where its standing that day is not certain."""
    verbs, may_be = _verbs(record.partnership), eligibility.may_be
    may, partner = verbs["may"], capitalised(in_text(record.partnership.partner))
    if eligibility.status == SafeStatus.NONE:
        day = day_in_words(record.on)
        return f"SAFE did not exist yet on {day}: its Regulation is of 27 May 2025."
    if eligibility.status == SafeStatus.NOT_NEEDED:
        why = (
            "the Regulation names it"
            if eligibility.is_named
            else f"it {verbs['belongs']} to the EEA and EFTA"
        )
        said = [
            f"{partner} {may} join common purchases on Member States’ terms, without "
            f"loans: {why}. It {verbs['needs']} no partnership for that."
        ]
    elif eligibility.status == SafeStatus.ELIGIBLE:
        said = [
            f"{partner} {may} join common purchases as {_standing(eligibility)}, and "
            f"its firms {may} supply up to 35 % of components."
        ]
    elif may_be:
        return _perhaps_open(record, eligibility)
    else:
        return (
            f"{partner} {may} not join common purchases: it {verbs['has']} no signed "
            "partnership, and no other standing that opens SAFE. "
            f"Whether its firms {may} supply up to 35 % of components is disputed."
        )
    be, is_past = to_be(record.partnership), of_past_day(record.partnership)
    if SafeStatus.NOT_NEEDED in may_be:
        also = "have belonged" if is_past else "belong"
        need = "have needed" if is_past else "need"
        said.append(
            f"By the days known, it may also {also} to the EEA and EFTA, and so {need} "
            "no partnership for that."
        )
    if SafeStatus.NOT_ELIGIBLE in may_be:
        said.append(f"By the days known, that standing may already {be} over.")
    return " ".join(said)


def _standing(eligibility: SafeEligibility) -> str:
    """Return what makes a partner eligible: "an EU candidate and a signed partner"."""
    kinds = [AffiliationKind(f.about.kind) for f in eligibility.affiliations]
    said = [_STANDING[kind] for kind in kinds]
    if signature := eligibility.signature:
        is_reported = signature.about.certainty == Certainty.REPORTED
        said.append("a signed partner" + " (by press reports alone)" * is_reported)
    return " and ".join(said)


def _perhaps_open(record: Record, eligibility: SafeEligibility) -> str:
    """Return what firms may do where nothing that opens SAFE is certain, but something
    may have been there on the day."""
    row: Any = record.partnership
    is_past, be = of_past_day(row), to_be(row)
    why = []
    on_their_terms = SafeStatus.NOT_NEEDED in eligibility.may_be
    if on_their_terms:
        belong = "have belonged" if is_past else "belong"
        why.append(f"it may {belong} to the EEA and EFTA")
    standing = [_STANDING[kind] for kind in eligibility.perhaps if kind in _STANDING]
    if standing:
        why.append(f"it may {be} {' or '.join(standing)}")
    if SdpStatus.SIGNED in row.sdp_status_may_be:
        why.append(f"its partnership may {be} signed")
    partner = capitalised(in_text(row.partner))
    terms = " on Member States’ terms, without loans" * on_their_terms
    return (
        f"{partner} may {be} able to join common purchases{terms}: "
        f"{', or '.join(why)}. The days known leave that open."
    )


def _verbs(row: Any) -> dict[str, str]:
    return {v: past if of_past_day(row) else v for v, past in _PAST.items()}
