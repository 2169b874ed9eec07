"""Statuses in words: of one record, with its partner, its days, and how far they are
known; and of each status as such, for the glossary."""

from typing import Any

from django.utils import timezone

from partnerships.choices import (
    MilestoneKind,
    SafeStatus,
    SdpStatus,
    Status,
    Track,
)
from partnerships.dates import PartialDate, day_in_words
from partnerships.lifecycle.table import SAFE_ASSOCIATED
from partnerships.models import Milestone
from partnerships.selectors.course import Course
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
WITHOUT_A_STEP = {
    *(SafeStatus.NONE, SafeStatus.NOT_NEEDED),
    *(SafeStatus.ELIGIBLE, SafeStatus.NOT_ELIGIBLE),
}
_BEFORE_SIGNATURE = {
    *(SdpStatus.NOT_RECORDED, SdpStatus.PROPOSED, SdpStatus.EXPLORATORY),
    *(SdpStatus.NEGOTIATING, SdpStatus.ABANDONED),
    *(SafeStatus.REQUESTED, SafeStatus.NEGOTIATING, SafeStatus.AGREED),
    *(SafeStatus.NO_AGREEMENT, *WITHOUT_A_STEP),
}

#: The beginning of a headline: of today, and of a day that is over.
_LEADS = {
    SdpStatus.NOT_RECORDED: (
        "No {further}step towards a partnership with {x} is known",
        "By {on} no {further}step towards a partnership with {x} was known",
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
AGREEMENT_STEPS = {
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


def has_partnership(row: Any) -> bool:
    """Return whether a partnership is signed, or was."""
    signed = (SdpStatus.SIGNED, SdpStatus.SUSPENDED, SdpStatus.ENDED)
    return row.sdp_status in signed


def official_title(row: Any) -> str:
    """Return the title of a partnership that is signed, or was; else between whom one
    would be: "The EU and Türkiye: no partnership signed"."""
    if has_partnership(row):
        return str(row.title)
    return f"The EU and {in_text(row.partner)}: no partnership signed"


def label(partnership: Any, name: str = "status") -> str:
    """Return the status of that name of a row of partnerships, with how sure it is:
    "Reportedly signed; may be associated with SAFE"."""
    said = _label(name, getattr(partnership, name))
    is_reported = getattr(partnership, f"{name}_reported")
    said = reportedly(said, is_reported)
    return "; ".join(filter(None, [said, may_be(partnership, name)]))


def reportedly(said: str, is_reported: bool) -> str:
    """Return a status, or what the press alone says it is: "Reportedly signed"."""
    return f"Reportedly {in_sentence(said)}" if is_reported else said


def may_be(partnership: Any, name: str = "status") -> str:
    """Return what else a status may be, or may have been on a day that is over: "may be
    agreed or associated"; empty where it is certain."""
    values = getattr(partnership, f"{name}_may_be")
    is_associated = name == "status" and partnership.status == Status.SAFE_ASSOCIATED
    if not (values or is_associated):
        return ""
    said, is_past = [], of_past_day(partnership)
    if is_associated:
        # It is signed by any choice of days that leaves this: SAFE alone may differ.
        values = [value for value in values if value != Status.SIGNED]
        if without := _without_agreement(partnership):
            said.append(f"SAFE {_perhaps('safe_status', without, is_past=is_past)}")
    said = [_perhaps(name, values, is_past=is_past), *said] if values else said
    return "; ".join(said)


def how_sure(partnership: Any, name: str = "status") -> str:
    """Return the doubt about a status of a row, for beside its badge: "reportedly; may
    be associated"; empty where it is certain."""
    is_reported = getattr(partnership, f"{name}_reported")
    return "; ".join(
        filter(None, ["reportedly" * is_reported, may_be(partnership, name)])
    )


def headline(record: Record, courses: list[Course]) -> str:
    """Return the status of a record in a few sentences: what it is, since when, who
    acts next, and how far that is known."""
    row: Any = record.partnership  # with its statuses
    is_past = of_past_day(row)
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
        further="further " * bool(beside := _beside(Track.SDP, record)),
    )
    sentences = [lead]
    if is_associated:
        reportedly = "reportedly " * row.safe_status_reported
        sentences[0] += f", and {reportedly}taking part in SAFE under its own agreement"
        signed = f"signed {_day(row.signed_on)}; " if row.signed_on else ""
        sentences.append(f"{signed}the SAFE agreement {agreement(record)}")
        ahead = [_NEXT[k] for c in courses for k in c.ahead.onward if k in _NEXT]
        sentences += [f"next: {ahead[0]}"] if ahead and not is_past else []
    elif row.sdp_status == SdpStatus.SIGNED:
        sentences[0] += f" {when(row.signed_on)}" if row.signed_on else ""
        if deciding and deciding.about.kind == K.RESUMED:
            sentences.append(sentence(deciding.about))
    elif deciding:
        sentences.append(sentence(deciding.about))
    elif beside:
        sentences.insert(0, sentence(beside))
    sentences += [
        doubt(row, "sdp_status", row.sdp_status_may_be),
        doubt(row, "safe_status", _without_agreement(row) or _with_agreement(row)),
        checked(record),
    ]
    return " ".join(as_sentence(capitalised(said)) for said in sentences if said)


def no_step(track: Track, record: Record) -> str:
    """Return that no step is recorded on a track, or none beyond an announcement or the
    like, and how far that is known; nothing where a step may have been taken."""
    if any(fact.about.track == track for fact in record.uncertain):
        return ""
    towards = "a SAFE agreement" if track == Track.SAFE else "a partnership"
    how_far = checked(record)
    said = f"No step towards {towards} is known"
    if beside := _beside(track, record):
        told = as_sentence(sentence(beside))
        said = f"{told} {said.replace('step', 'further step', 1)}"
    return f"{said} ({in_sentence(how_far)})." if how_far else f"{said}."


def has_spoken(track: Track, record: Record) -> bool:
    """Return whether a milestone is recorded on a track where none decided a status."""
    return _beside(track, record) is not None


def _beside(track: Track, record: Record) -> Milestone | None:
    """Return the newest milestone of a track on which none has decided a status: an
    announcement, a statement, a consent."""
    if track in dict(record.because):
        return None
    beside = [fact.about for fact in record.milestones if fact.about.track == track]
    return beside[-1] if beside else None


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
    if not course.days:
        known = ", the last day of which the record is known" * course.is_exact
        return f"{said}{known}."
    days = f"{course.days:,} day{'' if course.days == 1 else 's'}"
    least = "" if course.is_exact else "at least "
    return f"{said}: {least}{days} by {day_in_words(course.until)}."


def steps_in_words(kinds: list[MilestoneKind]) -> str:
    """Return steps ahead in a line: "the Council’s conclusion, entry into force"."""
    return ", ".join(map(step_in_words, kinds))


def agreement(record: Record) -> str:
    """Return the steps of the agreement that holds, with their days."""
    deciding = dict(record.because)[Track.SAFE].about
    return ", ".join(
        f"{AGREEMENT_STEPS[K(milestone.kind)]} {_begun(milestone)}"
        for milestone in [fact.about for fact in record.milestones]
        if (milestone.track, milestone.attempt) == (Track.SAFE, deciding.attempt)
        and milestone.kind in AGREEMENT_STEPS
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


def doubt(row: Any, name: str, values: list[str]) -> str:
    """Return what else a partnership, or an agreement on SAFE, may be."""
    is_early = getattr(row, name) in _BEFORE_SIGNATURE
    subject = f"{'a' if is_early else 'the'} partnership"
    if name == "safe_status":
        subject = "an agreement on SAFE" if is_early else "the agreement on SAFE"
    said = [_PERHAPS.get(v) or in_sentence(_label(name, v)) for v in values]
    options = " or ".join(dict.fromkeys(said))
    return f"By the days known, {subject} may also {to_be(row)} {options}" * bool(said)


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
    """Return since when a track has stood so: "11 September 2025 or earlier"."""
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


def of_past_day(row: Any) -> bool:
    """Return whether the statuses of a row are of a day that is over."""
    return row.status_on < timezone.localdate()


def to_be(row: Any) -> str:
    """Return what follows "may" in a sentence about a row's day."""
    return "have been" if of_past_day(row) else "be"


def _label(name: str, value: str) -> str:
    choices: Any = _CHOICES[name]
    return choices(value).label


def _begun(milestone: Milestone) -> str:
    """Return the day of a step of an agreement; of a state that began on some day of a
    span the last one: "by 20 May 2026"."""
    day = milestone.date
    is_state = milestone.kind in (K.PROVISIONALLY_APPLIED, K.IN_FORCE, K.SUSPENDED)
    if is_state and not day.is_day and day.has_known_days:
        return f"by {day_in_words(day.latest)}"
    return _day(day)


def _day(day: PartialDate) -> str:
    """Return a day behind a step: "18 March 2026", "by March 2026", "in March 2026"."""
    if day.is_day:
        return day.display()
    return when(day).replace("no later than ", "by ")
