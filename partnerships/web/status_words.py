"""Statuses in words: of one record, with its partner, its days, and how far they are
known; and of each status as such, for the glossary."""

from typing import Any

from django.utils import timezone

from partnerships.choices import (
    AffiliationKind,
    Certainty,
    MilestoneKind,
    SafeStatus,
    SdpStatus,
    Status,
    Track,
)
from partnerships.dates import PartialDate, day_in_words
from partnerships.lifecycle.table import SAFE_ASSOCIATED
from partnerships.selectors.course import Course, SafeEligibility
from partnerships.selectors.record import Record
from partnerships.text import as_sentence, capitalised, in_a_line
from partnerships.web.milestone_words import (
    ends_in_words,
    in_sentence,
    in_text,
    sentence,
    step_in_words,
    when,
)

K = MilestoneKind

#: What each status means, whosever it is.
SDP_MEANINGS = {
    SdpStatus.NOT_RECORDED: "No step towards a partnership is recorded.",
    SdpStatus.PROPOSED: "Somebody has proposed a partnership.",
    SdpStatus.EXPLORATORY: "Talks explore whether there will be a partnership.",
    SdpStatus.NEGOTIATING: "The two sides negotiate a partnership.",
    SdpStatus.SIGNED: "The partnership is signed.",
    SdpStatus.SUSPENDED: "The partnership was signed and is suspended.",
    SdpStatus.ENDED: "The partnership has ended.",
    SdpStatus.ABANDONED: "The attempt at a partnership was given up.",
}
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

_CHOICES = {"status": Status, "sdp_status": SdpStatus, "safe_status": SafeStatus}
#: What follows "may be" where the label cannot.
_AFTER_MAY_BE: dict[str, str] = {
    Status.NOT_RECORDED: "without any step",
    Status.EXPLORATORY: "in exploratory talks",
    Status.NEGOTIATING: "under negotiation",
    Status.SAFE_ASSOCIATED: "associated with SAFE",
    SafeStatus.NO_AGREEMENT: "without an agreement",
}
#: What may be of a partnership, and of an agreement on SAFE, where that may be.
_PERHAPS: dict[str, str] = _AFTER_MAY_BE | {
    SdpStatus.ABANDONED: "given up",
    SafeStatus.REQUESTED: "asked for",
    SafeStatus.AGREED: "agreed, not signed",
    SafeStatus.ASSOCIATED: "signed",
    SafeStatus.NO_AGREEMENT: "given up",
    SafeStatus.TERMINATED: "ended",
}
_WITHOUT_A_STEP = {
    *(SafeStatus.NONE, SafeStatus.NOT_NEEDED),
    *(SafeStatus.ELIGIBLE, SafeStatus.NOT_ELIGIBLE),
}
_BEFORE_SIGNATURE = {
    *(SdpStatus.NOT_RECORDED, SdpStatus.PROPOSED, SdpStatus.EXPLORATORY),
    *(SdpStatus.NEGOTIATING, SdpStatus.ABANDONED),
    *(SafeStatus.REQUESTED, SafeStatus.NEGOTIATING, SafeStatus.AGREED),
    *(SafeStatus.NO_AGREEMENT, *_WITHOUT_A_STEP),
}

#: The beginning of a headline: of today, and of a day that is over.
_LEADS = {
    SdpStatus.NOT_RECORDED: (
        "No step towards a partnership with {x} is known",
        "By {on} no step towards a partnership with {x} was known",
    ),
    SdpStatus.PROPOSED: (
        "A partnership with {x} is {reportedly}proposed",
        "By {on} a partnership with {x} had {reportedly}been proposed",
    ),
    SdpStatus.EXPLORATORY: (
        "Talks with {x} {reportedly}explore a partnership",
        "On {on} talks with {x} {reportedly}explored a partnership",
    ),
    SdpStatus.NEGOTIATING: (
        "A partnership with {x} is {reportedly}being negotiated",
        "On {on} a partnership with {x} was {reportedly}being negotiated",
    ),
    SdpStatus.SIGNED: ("{reportedly}signed with {x}",) * 2,
    SdpStatus.SUSPENDED: (
        "The partnership with {x} is {reportedly}suspended",
        "By {on} the partnership with {x} had {reportedly}been suspended",
    ),
    SdpStatus.ENDED: (
        "The partnership with {x} has {reportedly}ended",
        "By {on} the partnership with {x} had {reportedly}ended",
    ),
    SdpStatus.ABANDONED: (
        "The attempt at a partnership with {x} is {reportedly}given up",
        "By {on} the attempt at a partnership with {x} had {reportedly}been given up",
    ),
}
_PROPOSED_BY = (
    "{actor} has {reportedly}proposed a partnership with {x}",
    "By {on} {actor} had {reportedly}proposed a partnership with {x}",
)
_SAFE_LEADS = {
    SafeStatus.NEGOTIATING: "An agreement on SAFE {is} {reportedly}being negotiated.",
    SafeStatus.AGREED: "An agreement on SAFE {is} {reportedly}agreed, not signed.",
    SafeStatus.SUSPENDED: "Its agreement on SAFE {is} {reportedly}suspended.",
    SafeStatus.TERMINATED: "Its agreement on SAFE {has} {reportedly}ended.",
}
_AGREEMENT_STEPS = {
    K.SIGNED: "signed",
    K.PROVISIONALLY_APPLIED: "applied provisionally",
    K.CONCLUDED: "concluded",
    K.IN_FORCE: "in force",
    K.SUSPENDED: "suspended",
    K.RESUMED: "resumed",
}
#: Who acts next on an agreement that is signed.
_NEXT = {
    K.PARLIAMENT_CONSENTED: "the European Parliament votes on its consent",
    K.CONCLUDED: "the Council concludes it",
    K.IN_FORCE: "it enters into force",
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


def label(partnership: Any, name: str = "status") -> str:
    """Return the status of that name of a row of partnerships, with how sure it is:
    "Reportedly signed; may be associated with SAFE"."""
    said = _label(name, getattr(partnership, name))
    is_reported = getattr(partnership, f"{name}_reported")
    said = f"Reportedly {in_sentence(said)}" if is_reported else said
    return "; ".join(filter(None, [said, may_be(partnership, name)]))


def may_be(partnership: Any, name: str = "status") -> str:
    """Return what else a status may be, or may have been on a day that is over: "may be
    agreed or associated"; empty where it is certain."""
    values, is_past = getattr(partnership, f"{name}_may_be"), _is_past(partnership)
    said = []
    if name == "status" and partnership.status == Status.SAFE_ASSOCIATED:
        # It is signed by any choice of days that leaves this: SAFE alone may differ.
        values = [value for value in values if value != Status.SIGNED]
        if without := _without_agreement(partnership):
            said.append(f"SAFE {_perhaps('safe_status', without, is_past=is_past)}")
    said = [_perhaps(name, values, is_past=is_past), *said] if values else said
    return "; ".join(said)


def headline(record: Record, courses: list[Course]) -> str:
    """Return the status of a record in a few sentences: what it is, since when, who
    acts next, and how far that is known."""
    row: Any = record.partnership  # with its statuses
    is_past = _is_past(row)
    is_associated = row.status == Status.SAFE_ASSOCIATED
    deciding = dict(record.because).get(Track.SDP)
    actor = deciding.about.actor if deciding else ""
    is_proposed = deciding and deciding.about.kind == K.PROPOSED and actor
    leads = _PROPOSED_BY if is_proposed else _LEADS[SdpStatus(row.sdp_status)]
    lead = leads[is_past].format(
        x=in_text(row.partner),
        on=day_in_words(record.on),
        actor=in_a_line(actor),
        reportedly="reportedly " * row.sdp_status_reported,
    )
    sentences = [lead]
    if is_associated:
        reportedly = "reportedly " * row.safe_status_reported
        sentences[0] += f", and {reportedly}taking part in SAFE under its own agreement"
        signed = f"signed {_day(row.signed_on)}; " if row.signed_on else ""
        sentences.append(f"{signed}the SAFE agreement {_agreement(record)}")
        ahead = [_NEXT[k] for c in courses for k in c.ahead.onward if k in _NEXT]
        sentences += [f"next: {ahead[0]}"] if ahead and not is_past else []
    elif row.sdp_status == SdpStatus.SIGNED:
        sentences[0] += f" {when(row.signed_on)}" if row.signed_on else ""
        if deciding and deciding.about.kind == K.RESUMED:
            sentences.append(sentence(deciding.about))
    elif deciding:
        sentences.append(sentence(deciding.about))
    sentences += [
        _doubt(row, "sdp_status", row.sdp_status_may_be),
        _doubt(row, "safe_status", _without_agreement(row) or _with_agreement(row)),
        checked(record),
    ]
    return " ".join(as_sentence(capitalised(said)) for said in sentences if said)


def safe_sentences(record: Record, eligibility: SafeEligibility) -> str:
    """Return where a partner stands with SAFE: first what its firms may do, then how
    far an agreement has come."""
    row: Any = record.partnership  # with its statuses
    status = SafeStatus(row.safe_status)
    verbs = _verbs(row)
    deciding = dict(record.because).get(Track.SAFE)
    reportedly = "reportedly " * row.safe_status_reported
    if deciding and status in SAFE_ASSOCIATED:
        is_told = row.status == Status.SAFE_ASSOCIATED  # by the headline, with days
        kind = K(deciding.about.kind)
        how = _AGREEMENT_STEPS[kind] if is_told else _agreement(record)
        said = [
            f"{capitalised(in_text(row.partner))} {reportedly}{verbs['takes']} part "
            f"under its own agreement, {how}; {_OWN_TERMS.format(**verbs)}."
        ]
    else:
        said = [safe_effect(record, eligibility)]
        if status in _SAFE_LEADS:
            said.append(_SAFE_LEADS[status].format(reportedly=reportedly, **verbs))
        if deciding:
            said.append(sentence(deciding.about))
        elif status in (SafeStatus.ELIGIBLE, SafeStatus.NOT_ELIGIBLE):
            said.append(no_step(Track.SAFE, record))
    steps = [v for v in row.safe_status_may_be if v not in _WITHOUT_A_STEP]
    said.append(as_sentence(_doubt(row, "safe_status", steps)))
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
    be, is_past = _be(record.partnership), _is_past(record.partnership)
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
    is_past, be = _is_past(row), _be(row)
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


def no_step(track: Track, record: Record) -> str:
    """Return that nothing is recorded on a track, and how far that is known; nothing
    where a step may have been taken."""
    if any(fact.about.track == track for fact in record.uncertain):
        return ""
    towards = "a SAFE agreement" if track == Track.SAFE else "a partnership"
    how_far = checked(record)
    said = f"No step towards {towards} is known"
    return f"{said} ({in_sentence(how_far)})." if how_far else f"{said}."


def checked(record: Record) -> str:
    """Return through which day editors have looked, where the record is of a later
    day."""
    through = record.partnership.checked_through
    if through is None:
        return "No check is recorded"
    return f"Checked through {day_in_words(through)}" if through < record.on else ""


def waiting(course: Course) -> str:
    """Return since when a track has stood so, and for how many days by the day up to
    which its record is known: "at least" so many where the first is not exact."""
    if course.deciding is None or course.until is None:
        return ""
    is_waiting = course.ahead.onward and not course.is_over
    stands = "Waiting" if is_waiting else "It has stood so"
    said = f"{stands} since {_since(course)}"
    if not (course.is_exact or course.days):
        return f"{said}."
    days = f"{course.days:,} day{'' if course.days == 1 else 's'}"
    least = "" if course.is_exact else "at least "
    return f"{said}: {least}{days} by {day_in_words(course.until)}."


def steps_in_words(kinds: list[MilestoneKind]) -> str:
    """Return steps ahead in a line: "the Council’s conclusion, entry into force"."""
    return ", ".join(map(step_in_words, kinds))


def _agreement(record: Record) -> str:
    """Return the steps of the agreement that holds, with their days."""
    deciding = dict(record.because)[Track.SAFE].about
    return ", ".join(
        f"{_AGREEMENT_STEPS[K(milestone.kind)]} {_day(milestone.date)}"
        for milestone in [fact.about for fact in record.milestones]
        if (milestone.track, milestone.attempt) == (Track.SAFE, deciding.attempt)
        and milestone.kind in _AGREEMENT_STEPS
    )


def _without_agreement(row: Any) -> list[str]:
    """Return what else SAFE may be where the headline counts an agreement on it."""
    if row.status != Status.SAFE_ASSOCIATED:
        return []
    return [value for value in row.safe_status_may_be if value not in SAFE_ASSOCIATED]


def _with_agreement(row: Any) -> list[str]:
    """Return what else SAFE may be where the headline may count an agreement on it."""
    if Status.SAFE_ASSOCIATED not in row.status_may_be:
        return []
    return [value for value in row.safe_status_may_be if value in SAFE_ASSOCIATED]


def _doubt(row: Any, name: str, values: list[str]) -> str:
    """Return what else a partnership, or an agreement on SAFE, may be."""
    is_early = getattr(row, name) in _BEFORE_SIGNATURE
    subject = f"{'a' if is_early else 'the'} partnership"
    if name == "safe_status":
        subject = "an agreement on SAFE" if is_early else "the agreement on SAFE"
    said = [_PERHAPS.get(v) or in_sentence(_label(name, v)) for v in values]
    options = " or ".join(dict.fromkeys(said))
    return f"By the days known, {subject} may also {_be(row)} {options}" * bool(said)


def _perhaps(name: str, values: list[str], *, is_past: bool) -> str:
    """Return these values as what may be: "may be eligible or need no partnership"."""
    said = [
        _AFTER_MAY_BE.get(value) or in_sentence(_label(name, value))
        for value in values
        if value != SafeStatus.NOT_NEEDED
    ]
    be = "have been" if is_past else "be"
    options = [f"{be} {' or '.join(said)}"] if said else []
    if SafeStatus.NOT_NEEDED in values:
        need = ("needed" if said else "have needed") if is_past else "need"
        options.append(f"{need} no partnership")
    return f"may {' or '.join(options)}" if options else ""


def _since(course: Course) -> str:
    """Return since when a track has stood so: "5 March 2026 or earlier"."""
    decides = course.deciding.about  # type: ignore[union-attr]  # as ``waiting`` asks
    day = decides.date
    if decides.last_day < day.latest:
        settled = day_in_words(decides.last_day)
        return settled if course.is_exact else f"{settled} or earlier"
    if day.earliest is None:
        return f"{day.display().removeprefix('no later than ')} or earlier"
    if "/" in str(day):
        return f"some day between {ends_in_words(day)}"
    return day.display()


def _is_past(row: Any) -> bool:
    return row.status_on < timezone.localdate()


def _be(row: Any) -> str:
    return "have been" if _is_past(row) else "be"


def _verbs(row: Any) -> dict[str, str]:
    return {v: past if _is_past(row) else v for v, past in _PAST.items()}


def _label(name: str, value: str) -> str:
    choices: Any = _CHOICES[name]
    return choices(value).label


def _day(day: PartialDate) -> str:
    """Return a day behind a step: "5 March 2026", "by March 2026", "in March 2026"."""
    if day.is_day:
        return day.display()
    return when(day).replace("no later than ", "by ")
