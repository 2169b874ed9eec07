"""The state of one record in words: a headline of a few, the sentences behind it, each
with the fact that it rests on, and who must act next."""

from dataclasses import dataclass
from typing import Any

from partnerships.choices import MilestoneKind, SafeStatus, SdpStatus, Track
from partnerships.dates import day_in_words
from partnerships.selectors.course import Course, SafeEligibility
from partnerships.selectors.facts import Fact
from partnerships.selectors.record import Record
from partnerships.text import as_sentence, capitalised, in_a_line
from partnerships.web.milestone_words import in_text, sentence, step_in_words, what
from partnerships.web.safe_words import safe_sentences
from partnerships.web.status_words import (
    checked,
    doubt,
    has_spoken,
    no_step,
    of_past_day,
    steps_in_words,
    waiting,
)

K = MilestoneKind
#: A description longer than this is no headline.
MOST_CHARACTERS = 90

_STATES = {
    SdpStatus.NOT_RECORDED: "no step towards a partnership known",
    SdpStatus.PROPOSED: "partnership {}proposed",
    SdpStatus.EXPLORATORY: "{}exploratory talks",
    SdpStatus.NEGOTIATING: "partnership {}being negotiated",
    SdpStatus.SIGNED: "partnership {}signed",
    SdpStatus.SUSPENDED: "partnership {}suspended",
    SdpStatus.ENDED: "partnership {}ended",
    SdpStatus.ABANDONED: "attempt at a partnership {}given up",
}
#: Statuses that their milestone tells better.
_TOLD = {SdpStatus.PROPOSED, SdpStatus.EXPLORATORY}
_INSIDE = ", and {}taking part in SAFE under its own agreement"
_SAFE_STATES = {
    SafeStatus.REQUESTED: "; has {}asked to take part in SAFE",
    SafeStatus.NEGOTIATING: "; {}in talks on SAFE",
    SafeStatus.AGREED: "; agreement on SAFE {}agreed",
    SafeStatus.ASSOCIATED: _INSIDE,
    SafeStatus.IN_FORCE: _INSIDE,
    SafeStatus.NO_AGREEMENT: "; talks on SAFE {}ended without agreement",
    SafeStatus.SUSPENDED: "; agreement on SAFE {}suspended",
    SafeStatus.TERMINATED: "; agreement on SAFE {}ended",
}
#: Who must act, and how, for a step to be taken. What one may do without is not there.
_ACTS = {
    K.EXPLORATORY_TALKS: ("the two sides", "explore a partnership"),
    K.REQUESTED: ("{partner}", "asks to take part"),
    K.NEGOTIATIONS_RECOMMENDED: ("the Commission", "recommends negotiations"),
    K.NEGOTIATIONS_AUTHORISED: ("the Council", "authorises negotiations"),
    K.NEGOTIATIONS_OPENED: ("the two sides", "open negotiations"),
    K.NEGOTIATIONS_CONCLUDED: ("the two sides", "conclude negotiations"),
    K.TEXT_AGREED: ("the two sides", "agree on the text"),
    K.ENDORSED: ("the Member States’ representatives", "endorse the agreement"),
    K.SIGNATURE_AUTHORISED: ("the Council", "authorises the signature"),
    K.SIGNED: ("the two sides", "sign"),
    K.PARLIAMENT_CONSENTED: ("the European Parliament", "votes on its consent"),
    K.CONCLUDED: ("the Council", "concludes the agreement"),
    K.IN_FORCE: ("the agreement", "enters into force"),
    K.RESUMED: ("the two sides", "resume what is suspended"),
}
#: What another body authorises of a partnership than of an agreement on SAFE.
_AUTHORITY = {
    Track.SDP: {
        K.NEGOTIATIONS_AUTHORISED: (
            "the Political and Security Committee",
            "authorises negotiations",
        ),
        K.SIGNED: ("the two sides", "sign, once the Council has authorised it"),
    },
    Track.SAFE: {},
}
_OVER = {
    Track.SDP: "Only a new attempt may follow.",
    Track.SAFE: "On SAFE, only a new attempt may follow.",
}
#: What waits for the EU, and is no step of a course that has begun, by the kind of the
#: milestone that decides.
_UNANSWERED = {
    K.PROPOSED: "No talks on a partnership are recorded.",
    K.REQUESTED: "No answer of the EU to the request is recorded.",
}
_NAMES = {Track.SDP: "The partnership", Track.SAFE: "The agreement on SAFE"}


@dataclass(frozen=True)
class Told:
    """Sentences about one track, and the facts that they rest on."""

    track: Track
    text: str
    facts: list[Fact[Any]]


@dataclass(frozen=True)
class Ahead:
    """A track on which a step is left: who must act and how, the steps after that, and
    since when it waits; ``text`` alone where there is nothing to wait for."""

    track: Track
    name: str
    who: str = ""
    does: str = ""
    step: str = ""
    then: str = ""
    waiting: str = ""
    text: str = ""


def state(record: Record) -> str:
    """Return the partner and how things stand, for a headline: "Canada: signed, and
    taking part in SAFE under its own agreement"."""
    row: Any = record.partnership  # with its statuses
    status = SdpStatus(row.sdp_status)
    beside = _SAFE_STATES.get(SafeStatus(row.safe_status), "")
    both = status == SdpStatus.SIGNED and beside
    said = "{}signed" if both else _STATES[status]
    said = said.format("reportedly " * row.sdp_status_reported)
    if status == SdpStatus.NOT_RECORDED and has_spoken(Track.SDP, record):
        said = said.replace("step", "further step", 1)
    deciding = dict(record.because).get(Track.SDP)
    if deciding and status in _TOLD:
        told = what(deciding.about)
        said = told if len(told) <= MOST_CHARACTERS else said
    safe = beside.format("reportedly " * row.safe_status_reported)
    return f"{in_a_line(row.partner.name)}: {said}{safe}"


def told(record: Record, eligibility: SafeEligibility) -> list[Told]:
    """Return what the state of a record is, track by track."""
    row: Any = record.partnership
    deciding = dict(record.because)
    sdp = deciding.get(Track.SDP)
    said = sentence(sdp.about) if sdp else no_step(Track.SDP, record)
    doubts = as_sentence(capitalised(doubt(row, "sdp_status", row.sdp_status_may_be)))
    safe = [deciding[Track.SAFE]] if Track.SAFE in deciding else []
    partner = in_text(row.partner)
    safe_said = safe_sentences(record, eligibility)
    if safe_said.startswith(subject := f"{capitalised(partner)} "):
        safe_said = f"Under SAFE, {partner} {safe_said.removeprefix(subject)}"
    return [
        Told(Track.SDP, " ".join(filter(None, [said, doubts])), [sdp] if sdp else []),
        Told(
            Track.SAFE,
            safe_said,
            safe or [*eligibility.affiliations],
        ),
    ]


def ahead(record: Record, courses: list[Course]) -> list[Ahead]:
    """Return what is left on each track, as far as the lifecycle says; no forecast."""
    found = [one for course in courses if (one := _ahead(course, record))]
    return found if found or record.because else [_nothing_yet(record)]


def _nothing_yet(record: Record) -> Ahead:
    """Return that no step is recorded, of which another could be the next."""
    by = f" by {day_in_words(record.on)}" * of_past_day(record.partnership)
    text = f"No step towards an agreement is recorded{by}."
    return Ahead(Track.SDP, _NAMES[Track.SDP], text=text)


def _ahead(course: Course, record: Record) -> Ahead | None:
    name = _NAMES[course.track]
    if course.deciding is None:
        is_open = course.status in (SafeStatus.ELIGIBLE, SafeStatus.NOT_ELIGIBLE)
        text = no_step(course.track, record) if is_open else ""
        return Ahead(course.track, name, text=text) if text else None
    if course.is_over:
        return Ahead(course.track, name, text=_OVER[course.track])
    if unanswered := _UNANSWERED.get(K(course.deciding.about.kind)):
        text = f"{unanswered} {checked(record)}".strip()
        return Ahead(course.track, name, text=as_sentence(text))
    if not course.ahead.onward:
        return None
    left = course.ahead.onward
    first = next(kind for kind in left if kind in _ACTS)
    others = left[left.index(first) + 1 :]
    who, does = (_ACTS | _AUTHORITY[course.track])[first]
    partner = in_text(record.partnership.partner)
    return Ahead(
        course.track,
        name,
        who="" if of_past_day(record.partnership) else who.format(partner=partner),
        does=does,
        step=step_in_words(first),
        then=steps_in_words(others),
        waiting=_last(course, record) or waiting(course),
    )


def _last(course: Course, record: Record) -> str:
    """Return the last milestone of a track, where its day is known and another one
    decides the status."""
    last = [f for f in record.milestones if f.about.track == course.track][-1]
    deciding = course.deciding
    is_later = (
        deciding and last != deciding and last.about.latest >= deciding.about.latest
    )
    if not (is_later and last.about.date.is_day):
        return ""
    day = last.about.date.display()
    return f"Last: {what(last.about)}, {day}. Nothing later is recorded."
