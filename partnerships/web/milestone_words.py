"""Milestones in words: a title for lists, feeds and calendars, and a sentence.

Both are made of the partner, who acted, the kind, what it was and how sure it is; they
claim nothing else. Where nobody is recorded to have acted, nobody is named.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone

from partnerships.choices import Certainty, MilestoneKind, Track
from partnerships.dates import PartialDate, day_in_words
from partnerships.models import Milestone, Partner
from partnerships.text import as_sentence, capitalised, in_a_line
from partnerships.web.milestone_vocabulary import (
    EARLY,
    INSTRUMENT,
    INTENDED,
    LINKS,
    WORDS,
)

K = MilestoneKind

#: Names of partners that take an article begin or end so.
_BEGINNINGS = ("United ", "Republic of ")
_ENDS = ("Republic", "Islands", "Union", "Netherlands", "Philippines")


def in_text(partner: Partner) -> str:
    """Return the name of a partner as it stands in a sentence: "the United States"."""
    name = in_a_line(partner.name)
    takes_article = name.startswith(_BEGINNINGS) or name.endswith(_ENDS)
    return f"the {name}" if takes_article else name


def in_sentence(label: str) -> str:
    """Return a label as it stands inside a sentence: "signed", but "European Parliament
    consented" and "SAFE associated"."""
    is_name = label.startswith(("European", "SAFE"))
    return label if is_name else label[:1].lower() + label[1:]


def step_in_words(kind: str) -> str:
    """Return a kind of milestone as a step ahead: "entry into force"."""
    return WORDS[MilestoneKind(kind)].step


def title(milestone: Milestone) -> str:
    """Return who and what in a line: "India: partnership signed"."""
    partner = in_a_line(milestone.partnership.partner.name)
    return f"{partner}: {what(milestone)}"


def title_ahead(announced: Milestone) -> str:
    """Return who and what is to come in a line: "Ghana: signature expected"."""
    partner = in_a_line(announced.partnership.partner.name)
    return f"{partner}: {_step(announced)} expected"


def what(milestone: Milestone) -> str:
    """Return the title without the partner's name. Words of the editors stand as they
    are; what is reported or announced is said to be, and who acted is named."""
    reported = milestone.certainty == Certainty.REPORTED
    if milestone.description:
        words = in_a_line(milestone.description)
        doubt = ["reportedly"] if reported else []
        if milestone.kind == K.ANNOUNCED and "announce" not in words.lower():
            doubt.append("announced")
        said = f"{words} ({', '.join(doubt)})" if doubt else words
    else:
        said = _kind_in_words(milestone).replace("~", "reportedly " * reported, 1)
    return ", ".join(filter(None, [said, _expected(milestone)]))


def sentence(milestone: Milestone) -> str:
    """Return the milestone with its day and place, as far as they are known."""
    day, place = when(milestone.date), in_a_line(milestone.place)
    where = f", in {place}" if place else ""
    reportedly = "reportedly, " * (milestone.certainty == Certainty.REPORTED)
    if milestone.description:
        said = f"{day}{where}: {what(milestone)}"
    elif milestone.kind == K.ANNOUNCED:
        said = f"{reportedly}{_announcement(milestone, day + where)}"
    else:
        said = f"{reportedly}{_clause(milestone)} {day}{where}"
    return as_sentence(capitalised(said))


def when(day: PartialDate) -> str:
    """Return a date as the end of a sentence: "in May 2024", "no later than 2025"."""
    words = day.display()
    if day.earliest is None:
        return words
    if day.has_known_days:
        is_short = day.latest - day.earliest <= timedelta(days=1)
        return f"on {words}" if is_short else f"between {ends_in_words(day)}"
    return f"at some time in {words}" if "/" in str(day) else f"in {words}"


def ends_in_words(day: PartialDate) -> str:
    """Return both ends of a span: "1 and 31 August 2025"."""
    return re.sub(" ?– ?", " and ", day.display())


def outcome(
    announced: Milestone,
    milestones: Iterable[Milestone],
    *,
    checked_through: date | None,
    on: date,
) -> str:
    """Return what became of an announcement by a day: "announced; signed on 3 May
    2026"; empty where nothing was due by then. ``milestones`` are those of its
    partnership, of whatever day. That it fell through has no day: of a day that is over
    it is told only if it was due by then."""
    if met := _met(announced, milestones, on=on):
        first = min(met, key=lambda m: m.latest)
        reportedly = "reportedly " * (first.certainty == Certainty.REPORTED)
        kind = in_sentence(first.get_kind_display())
        return f"announced; {reportedly}{kind} {when(first.date)}"
    expected = announced.expected
    is_due = expected is None or expected.latest < on
    if announced.fell_through and (is_due or on >= timezone.localdate()):
        by = f" by {in_a_line(announced.actor)}" if announced.actor else ""
        why = f": {announced.note.strip()}" if announced.note.strip() else ""
        return f"announced{by}; it fell through{why}"
    if not is_due:
        return ""
    awaited = _expected(announced) or "no day was given"
    if checked_through and checked_through >= on:
        return f"{awaited}; nothing recorded by {day_in_words(on)}"
    checked = "no check is recorded"
    if checked_through:
        checked = f"checked through {day_in_words(checked_through)}"
    return f"{awaited}; nothing recorded; {checked}"


def is_awaited(
    announced: Milestone, milestones: Iterable[Milestone], *, on: date
) -> bool:
    """Return whether a milestone is an announcement that was made by a day, and nothing
    came of it by then (``selectors.news.open_announcements``); ``milestones`` as for
    ``outcome``."""
    if announced.kind != K.ANNOUNCED or announced.fell_through:
        return False
    is_made = announced.has_happened(on=on)
    return is_made and not _met(announced, milestones, on=on)


def _met(
    announced: Milestone, milestones: Iterable[Milestone], *, on: date
) -> list[Milestone]:
    """Return those of these milestones by a day that an announcement was of."""
    return [
        m
        for m in milestones
        if (m.track, m.kind) == (announced.track, announced.announces)
        and m.certainty != Certainty.REJECTED
        and m.has_happened(on=on)
        and m.latest >= (announced.earliest or announced.latest)
    ]


def details(milestone: Milestone, *, on: date) -> list[str]:
    """Return what is recorded beside date and place, in sentences."""
    sentences = []
    if not milestone.has_happened(on=on):
        sentences.append(
            f"By {day_in_words(on)} it may have happened: its day is not known."
        )
    if names_actor_apart(milestone):
        sentences.append(f"Who acted: {as_sentence(milestone.actor)}")
    if not milestone.fell_through:  # its outcome says why, once it says that
        sentences.append(as_sentence(milestone.note))
    for name in ("signatories", "reference", "ruling"):
        if text := getattr(milestone, name):
            label = "The editors’ ruling" if name == "ruling" else name.capitalize()
            sentences.append(f"{label}: {as_sentence(text)}")
    return list(filter(None, sentences))


def names_actor_apart(milestone: Milestone) -> bool:
    """Return whether who acted is recorded, and the title does not say it."""
    return not _words_of(milestone.actor) <= _words_of(what(milestone))


def _words_of(text: str) -> set[str]:
    """Return the words that tell names apart: of "the EU's Council" eu and council."""
    words = re.findall(r"\w+", re.sub("[’']s?\\b", " ", text.lower()))
    return {*words} - {"the", "of", "and"}


def _kind_in_words(milestone: Milestone) -> str:
    kind, track = MilestoneKind(milestone.kind), Track(milestone.track)
    it = INTENDED[track] if kind in EARLY else INSTRUMENT[track][0]
    step = _step(milestone) if kind == K.ANNOUNCED else ""
    words = WORDS[kind].title.format(it=it, step=step)
    actor = in_a_line(milestone.actor)
    if actor and words.endswith(" by"):
        return f"{words} {actor}"
    named = _words_of(f"{words} {milestone.partnership.partner.name}")
    unsaid = f" ({actor})" * (not _words_of(actor) <= named)
    return f"{words.removesuffix(' by')}{unsaid}"


def _step(announced: Milestone) -> str:
    """Return what is announced, and where that is a step towards SAFE."""
    of_safe = " (SAFE)" * (announced.track == Track.SAFE)
    return f"{step_in_words(announced.announces)}{of_safe}"


def _clause(milestone: Milestone) -> str:
    """Return who did what, without a day."""
    partner = in_text(milestone.partnership.partner)
    words = WORDS[MilestoneKind(milestone.kind)]
    names = {"partner": partner, **_instrument(milestone, partner)}
    actor = in_a_line(milestone.actor)
    if actor and not (milestone.kind == K.REQUESTED and names_partner(actor, partner)):
        return f"{actor} {words.did.format(**names)}"
    return words.otherwise.format(**names)


def names_partner(actor: str, partner: str) -> bool:
    """Return whether the partner is among who acted."""
    return _words_of(partner) <= _words_of(actor)


def _instrument(milestone: Milestone, partner: str) -> dict[str, str]:
    track = Track(milestone.track)
    _, name, article = INSTRUMENT[track]
    is_said = names_partner(milestone.actor, partner)
    between = name if is_said else f"{name} between the EU and {partner}"
    return {
        "aim": INTENDED[track] + ("" if is_said else f" with {partner}"),
        "a": f"{article} {between}",
        "the": f"the {between}",
        "own": f"their {name}",
    }


def _announcement(milestone: Milestone, when_and_where: str) -> str:
    partner = in_text(milestone.partnership.partner)
    _, name, article = INSTRUMENT[Track(milestone.track)]
    link = LINKS.get(MilestoneKind(milestone.announces), "of")
    words = [step_in_words(milestone.announces), link, article, name]
    step = f"{' '.join(filter(None, words))} between the EU and {partner}"
    said = f"{_clause(milestone)} {when_and_where}: {step}"
    return ", ".join(filter(None, [said, _expected(milestone)]))


def _expected(milestone: Milestone) -> str:
    """Return by when an announced step is expected; nothing where that is not given."""
    expected = milestone.expected
    return f"expected by {day_in_words(expected.latest)}" if expected else ""
