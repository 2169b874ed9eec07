"""The words and lists of a record's page that follow from the record alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.text import get_text_list

from partnerships.choices import (
    EngagementKind,
    EngagementState,
    MilestoneKind,
    SdpStatus,
    Track,
)
from partnerships.models import Engagement, Milestone, Source
from partnerships.selectors.course import Course, courses, safe_eligibility
from partnerships.selectors.facts import Fact
from partnerships.selectors.record import Record
from partnerships.web import state_words, status_words

#: Claims that a page shows: with more it is too heavy for a phone.
MOST_CLAIMS = 130
_SHORT = {Track.SDP: "the partnership", Track.SAFE: "the SAFE agreement"}
#: Statuses of what was signed, and so has a text.
_HAS_TEXT = {SdpStatus.SIGNED, SdpStatus.SUSPENDED, SdpStatus.ENDED}


@dataclass(frozen=True)
class Entry:
    """A milestone in the list of all: how certain it is (empty, "uncertain" or
    "rejected"), the tracks whose status it decides, and the number of the attempt that
    it begins, where there are several."""

    fact: Fact[Milestone]
    doubt: str
    decides: list[Track]
    attempt: int | None


@dataclass(frozen=True)
class Cited:
    """A source of a record: how many of its facts it speaks of, and of how many it says
    otherwise than adopted."""

    source: Source
    facts: int
    rivals: int


def record_context(record: Record) -> dict[str, Any]:
    """Return the record with its state, what is left, its milestones, what is absent
    and its sources, as ``includes/record.html`` shows it."""
    tracks, eligibility = courses(record), safe_eligibility(record)
    return {
        "record": record,
        "headline": status_words.headline(record, tracks),
        "state": state_words.state(record),
        "told": state_words.told(record, eligibility),
        "ahead": state_words.ahead(record, tracks),
        "reach": status_words.checked(record),
        "entries": entries(record),
        "absent": absent(record),
        "left_out": left_out(tracks),
        "cited": cited(record),
        "arrangement": _arrangement(record),
    }


def most_claims(record: Record) -> int | None:
    """Return how many claims about each fact a page can show; None where it can show
    all of them."""
    numbers = [len(fact.claims) for fact in record.facts]
    shown = [sum(min(n, most) for n in numbers) for most in range(max(numbers) + 1)]
    fitting = sum(number <= MOST_CLAIMS for number in shown) - 1
    return None if shown[-1] <= MOST_CLAIMS else max(fitting, 1)


def entries(record: Record) -> list[Entry]:
    """Return all milestones of a record in one order: those that certainly happened as
    they are, the others among them by their latest day."""
    listed = [(fact, "") for fact in record.milestones]
    others = [(fact, "uncertain") for fact in record.uncertain]
    others += [(fact, "rejected") for fact in record.rejected]
    for fact, doubt in others:
        later = [n for n, (f, _) in enumerate(listed) if _day(f) > _day(fact)]
        listed.insert(later[0] if later else len(listed), (fact, doubt))
    return list(_entries(listed, record))


def _day(fact: Fact[Milestone]) -> Any:
    return fact.about.latest


def _entries(
    listed: list[tuple[Fact[Milestone], str]], record: Record
) -> Iterator[Entry]:
    decided = [(fact.about.pk, track) for track, fact in record.because]
    begun: set[tuple[Track, int]] = set()
    for fact, doubt in listed:
        attempt = Track(fact.about.track), fact.about.attempt
        is_new = doubt != "rejected" and attempt not in begun
        begun |= {attempt} if is_new else set()
        yield Entry(
            fact,
            doubt,
            [track for pk, track in decided if pk == fact.about.pk],
            fact.about.attempt if is_new and fact.about.attempt > 1 else None,
        )


def absent(record: Record) -> list[str]:
    """Return what is not recorded of what a reader may look for."""
    partnership: Any = record.partnership
    missing = list(_unknown_of_signatures(record))
    if partnership.sdp_status in _HAS_TEXT:
        own = [
            ("the official text", partnership.official_text_url),
            ("how many areas the text names", partnership.stated_areas),
            ("a review clause", partnership.review_clause),
        ]
        missing += [name for name, value in own if not value]
    if not record.affiliations:
        missing.append("its standing with NATO and the EU")
    return missing


def _unknown_of_signatures(record: Record) -> Iterator[str]:
    """Yield what is not recorded of each signature: "who signed the partnership"."""
    for milestone in [fact.about for fact in record.milestones]:
        if milestone.kind == MilestoneKind.SIGNED:
            wanted = [("who", milestone.signatories), ("where", milestone.place)]
            if unknown := [word for word, value in wanted if not value]:
                name = _SHORT[Track(milestone.track)]
                signed = (
                    f"signed {name}" if unknown == ["who"] else f"{name} was signed"
                )
                by = get_text_list(unknown, "and").replace("who and", "by whom and")
                yield f"{by} {signed}"


def left_out(tracks: list[Course]) -> list[tuple[str, str]]:
    """Return pairs of a track and its steps before the last recorded one of an attempt
    that are not recorded themselves."""
    found = []
    for course in tracks:
        kinds = [
            step.kind
            for steps in course.attempts
            for step in steps[: _last_recorded(steps)]
            if not (step.events or step.uncertain)
        ]
        if kinds:
            said = status_words.steps_in_words(list(dict.fromkeys(kinds)))
            found.append((_SHORT[course.track], said))
    return found


def _last_recorded(steps: list[Any]) -> int:
    recorded = [n for n, step in enumerate(steps) if step.events or step.uncertain]
    return recorded[-1] if recorded else 0


def cited(record: Record) -> list[Cited]:
    """Return the sources of a record, those of most facts first."""
    facts: dict[Source, list[bool]] = {}
    for fact in record.facts:
        disputing = {claim.source_id for claim in fact.rivals}
        for source in {claim.source_id: claim.source for claim in fact.claims}.values():
            facts.setdefault(source, []).append(source.pk in disputing)
    found = [Cited(source, len(of), sum(of)) for source, of in facts.items()]
    return sorted(found, key=lambda one: (-one.facts, one.source.key))


def _arrangement(record: Record) -> Engagement | None:
    """Return the tie with the European Defence Agency, what is in being first."""
    found = [
        fact.about
        for fact in record.engagements
        if fact.about.kind == EngagementKind.EDA_ARRANGEMENT
    ]
    in_being = [tie for tie in found if tie.state != EngagementState.ENVISAGED]
    return next(iter([*in_being, *found]), None)
