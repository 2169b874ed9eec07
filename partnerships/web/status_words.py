"""Statuses in words: of one record, with its partner, its days, and how far they are
known; and of each status as such, for the glossary."""

from datetime import date
from typing import Any

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
from partnerships.text import as_sentence, capitalised
from partnerships.web.milestone_words import (
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
#: The same of SAFE: first what firms of the partner may do, then the agreement.
SAFE_MEANINGS = {
    SafeStatus.NONE: "SAFE did not exist yet: its Regulation is of 27 May 2025.",
    SafeStatus.NOT_NEEDED: "Joins common purchases on Member States’ terms; no loans.",
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
        "Takes part under its own agreement, signed or applied provisionally; how far "
        "its firms may go above 35 % of components is for that agreement to say."
    ),
    SafeStatus.IN_FORCE: (
        "Takes part under its own agreement, in force; how far its firms may go above "
        "35 % of components is for that agreement to say."
    ),
    SafeStatus.NO_AGREEMENT: "Talks ended without agreement; as before.",
    SafeStatus.SUSPENDED: "Agreement suspended; as without one.",
    SafeStatus.TERMINATED: "Agreement ended; as without one.",
}

_CHOICES = {"status": Status, "sdp_status": SdpStatus, "safe_status": SafeStatus}
#: What follows "may be" where the label cannot.
_AFTER_MAY_BE: dict[str, str] = {
    Status.NOT_RECORDED: "without any step",
    Status.EXPLORATORY: "in exploratory talks",
    Status.NEGOTIATING: "under negotiation",
    Status.SAFE_ASSOCIATED: "associated with SAFE",
    SafeStatus.NOT_NEEDED: "in no need of a partnership",
    SafeStatus.NO_AGREEMENT: "without an agreement",
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
_SAFE_LEADS = {
    SafeStatus.NEGOTIATING: "An agreement on SAFE {is} {reportedly}being negotiated.",
    SafeStatus.AGREED: "An agreement on SAFE {is} {reportedly}agreed, not signed.",
    SafeStatus.SUSPENDED: "Its agreement on SAFE {is} {reportedly}suspended.",
    SafeStatus.TERMINATED: "Its agreement on SAFE {has} {reportedly}ended.",
}
_ASSOCIATION = {
    K.SIGNED: "signed",
    K.PROVISIONALLY_APPLIED: "applied provisionally",
    K.CONCLUDED: "concluded",
    K.IN_FORCE: "in force",
}
#: Who acts next on an agreement that is signed.
_NEXT = {K.CONCLUDED: "the Council concludes it", K.IN_FORCE: "it enters into force"}
_STANDING = {
    AffiliationKind.EU_CANDIDATE: "an EU candidate",
    AffiliationKind.EU_POTENTIAL_CANDIDATE: "a potential EU candidate",
}
_PAST = {"is": "was", "has": "had", "may": "could", "takes": "took", "needs": "needed"}
_PAST |= {"belongs": "belonged"}


def label(partnership: Any, name: str = "status") -> str:
    """Return the status of that name of a row of partnerships, with how sure it is:
    "Reportedly signed; may be associated with SAFE"."""
    said = _CHOICES[name](getattr(partnership, name)).label
    is_reported = name != "sdp_status" and getattr(partnership, f"{name}_reported")
    said = f"Reportedly {_uncapitalised(said)}" if is_reported else said
    return "; ".join(filter(None, [said, may_be(partnership, name)]))


def may_be(partnership: Any, name: str = "status") -> str:
    """Return what else a status may be: "may be agreed or associated"; empty where it
    is certain."""
    values = getattr(partnership, f"{name}_may_be")
    options = [_CHOICES[name](value) for value in values]
    said = [_AFTER_MAY_BE.get(one) or _uncapitalised(one.label) for one in options]
    return f"may be {' or '.join(said)}" if said else ""


def headline(record: Record, courses: list[Course], *, today: date) -> str:
    """Return the status of a record in a few sentences: what it is, since when, who
    acts next, and how far that is known."""
    row, is_past = record.partnership, record.on < today
    deciding = dict(record.because).get(Track.SDP)
    is_reported = deciding and deciding.about.certainty == Certainty.REPORTED
    lead = _LEADS[SdpStatus(row.sdp_status)][is_past].format(
        x=in_text(row.partner),
        on=day_in_words(record.on),
        reportedly="reportedly " if is_reported else "",
    )
    sentences = [lead]
    if row.status == Status.SAFE_ASSOCIATED:
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
    sentences += [_doubt(row, "status", is_past=is_past), checked(record)]
    return " ".join(as_sentence(capitalised(said)) for said in sentences if said)


def safe_sentences(record: Record, eligibility: SafeEligibility, *, today: date) -> str:
    """Return where a partner stands with SAFE: first what its firms may do, then how
    far an agreement has come."""
    row, is_past = record.partnership, record.on < today
    status = SafeStatus(row.safe_status)
    verbs = {verb: past if is_past else verb for verb, past in _PAST.items()}
    deciding = dict(record.because).get(Track.SAFE)
    reportedly = "reportedly " * row.safe_status_reported
    if status in SAFE_ASSOCIATED:
        how = _ASSOCIATION.get(deciding.about.kind, "resumed")
        said = [
            f"{capitalised(in_text(row.partner))} {reportedly}{verbs['takes']} part "
            f"under its own agreement, {how}; how far its firms may go above 35 % of "
            "components is not recorded."
        ]
    else:
        said = [safe_effect(record, eligibility, today=today)]
        if status in _SAFE_LEADS:
            said.append(_SAFE_LEADS[status].format(reportedly=reportedly, **verbs))
        if deciding:
            said.append(sentence(deciding.about))
        elif status in (SafeStatus.ELIGIBLE, SafeStatus.NOT_ELIGIBLE):
            said.append(no_step(Track.SAFE, record))
    said.append(as_sentence(_doubt(row, "safe_status", is_past=is_past)))
    return " ".join(filter(None, said))


def safe_effect(record: Record, eligibility: SafeEligibility, *, today: date) -> str:
    """Return what firms of a partner may do under SAFE without an agreement of its own,
    and why."""
    verbs = {v: past if record.on < today else v for v, past in _PAST.items()}
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
        return (
            f"{partner} {may} join common purchases on Member States’ terms, without "
            f"loans: {why}. It {verbs['needs']} no partnership for that."
        )
    if eligibility.status == SafeStatus.ELIGIBLE:
        kinds = [AffiliationKind(f.about.kind) for f in eligibility.affiliations]
        standing = [_STANDING[kind] for kind in kinds]
        standing += ["a signed partner"] if eligibility.signature else []
        return (
            f"{partner} {may} join common purchases as {' and '.join(standing)}, and "
            f"its firms {may} supply up to 35 % of components."
        )
    return (
        f"{partner} {may} not join common purchases: it {verbs['has']} no signed "
        f"partnership, and no other standing that opens SAFE {verbs['is']} recorded. "
        f"Whether its firms {may} supply up to 35 % of components is disputed."
    )


def no_step(track: Track, record: Record) -> str:
    """Return that nothing is recorded on a track, and how far that is known; nothing
    where a step may have been taken."""
    if any(fact.about.track == track for fact in record.uncertain):
        return ""
    towards = "a SAFE agreement" if track == Track.SAFE else "a partnership"
    how_far = checked(record)
    said = f"No step towards {towards} is known"
    return f"{said} ({_uncapitalised(how_far)})." if how_far else f"{said}."


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
    if course.deciding is None:
        return ""
    is_waiting = course.ahead.onward and not course.is_over
    stands = "Waiting" if is_waiting else "It has stood so"
    said = f"{stands} since {course.deciding.about.date.display()}"
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
    said = [
        f"{_ASSOCIATION[K(milestone.kind)]} {_day(milestone.date)}"
        for milestone in [fact.about for fact in record.milestones]
        if (milestone.track, milestone.attempt) == (Track.SAFE, deciding.attempt)
        and milestone.kind in _ASSOCIATION
    ]
    if deciding.kind == K.RESUMED:
        said.append(f"resumed {_day(deciding.date)}")
    return ", ".join(said)


def _doubt(row: Any, name: str, *, is_past: bool) -> str:
    labels = [_CHOICES[name](one).label for one in getattr(row, f"{name}_may_be")]
    be = "have been" if is_past else "be"
    options = " or ".join(f"“{_uncapitalised(label)}”" for label in labels)
    return f"By the days known, it may also {be} {options}" if labels else ""


def _day(day: PartialDate) -> str:
    return day.display().replace("no later than ", "by ")


def _uncapitalised(said: str) -> str:
    return said if said.startswith("SAFE") else said[:1].lower() + said[1:]
