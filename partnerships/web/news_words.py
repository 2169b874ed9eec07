"""Milestones as news: who did what in a sentence, without the day, which stands beside.

What one actor did to several partners at once is one sentence of all of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.text import get_text_list

from partnerships.choices import Certainty, ChangeKind, MilestoneKind, Track
from partnerships.dates import PartialDate, day_in_words
from partnerships.log.grouped import Group
from partnerships.models import Milestone
from partnerships.text import as_sentence, capitalised, in_a_line
from partnerships.web.milestone_vocabulary import INSTRUMENT, INTENDED, LINKS, WORDS
from partnerships.web.milestone_words import in_text, names_partner, outcome, when

K = MilestoneKind

_PLURALS = {
    Track.SDP: "Security and Defence Partnerships",
    Track.SAFE: "agreements on SAFE",
}
#: Kinds that happen to each partner by itself, whatever the day.
_APART = {K.SIGNED, K.DIALOGUE_HELD, K.REVIEWED, K.STATEMENT}
#: How steps ahead begin that need no article.
_WITH_ARTICLE = ("a ", "an ", "the ", "exploratory ", "authority ", "agreement ")
_HERE = "\x1f"  # where the names of partners go; no text of the record has it


@dataclass(frozen=True)
class Happening:
    """One thing that happened, to one partner or to several at once: what stands
    before their names, the names, and what stands after."""

    milestones: list[Milestone]
    before: str
    names: list[str]
    after: str

    @property
    def first(self) -> Milestone:
        return self.milestones[0]

    @property
    def is_joined(self) -> bool:
        return len(self.milestones) > 1

    @property
    def day(self) -> PartialDate:
        return self.first.date

    @property
    def last_day(self) -> date:
        """The last day on which it can have happened."""
        return getattr(self.first, "last_day", self.first.latest)

    @property
    def is_reported(self) -> bool:
        return self.first.certainty == Certainty.REPORTED

    @property
    def is_unchecked(self) -> bool:
        """True where nobody but its author has compared one of them with its source."""
        return any(getattr(m, "awaits_double_check", False) for m in self.milestones)

    @property
    def sentence(self) -> str:
        """The whole in words: "South Korea and Türkiye asked to take part in SAFE."."""
        return f"{self.before}{get_text_list(self.names, 'and')}{self.after}"

    @property
    def parts(self) -> list[tuple[str, str, Milestone]]:
        """The text before each name, the name, and the milestone behind it."""
        ends = [", "] * len(self.names)
        ends[0] = self.before
        if self.is_joined:
            ends[-1] = " and "
        return list(zip(ends, self.names, self.milestones, strict=True))


@dataclass(frozen=True)
class OwnNews:
    """One operation on the record of this site: in a word, in a line, and, of what
    it added, the milestone as news."""

    group: Group
    word: str
    line: str
    added: Happening | None


@dataclass(frozen=True)
class Expectation:
    """An announcement that is not met: ``awaited`` says what, ``so_far`` by when and
    how far that is known."""

    milestone: Milestone
    awaited: str
    so_far: str


def happenings(milestones: Iterable[Milestone]) -> list[Happening]:
    """Return these milestones as news, in the order given; those that are one act of
    one actor, on one day, are one piece of news where the first of them stands."""
    together: dict[tuple, list[Milestone]] = defaultdict(list)
    for milestone in milestones:
        together[_act(milestone)].append(milestone)
    return [_happening(rows) for rows in together.values()]


def own_news_in_words(
    groups: Iterable[Group], added: Mapping[int, Milestone]
) -> list[OwnNews]:
    """Return what this site corrected or added in words; ``added`` are the milestones,
    by id, of which some changes tell that they are new."""
    return [_own_news(group, added.get(new_milestone(group))) for group in groups]


def new_milestone(group: Group) -> int:
    """Return the id of the milestone that matters most in what was done at once, where
    it is new; else 0."""
    change = group.change
    is_new = (change.model, change.action) == ("milestone", "created")
    return change.entry.object_id if is_new and not group.is_bulk else 0


def _own_news(group: Group, milestone: Milestone | None) -> OwnNews:
    change = group.change
    _, *what = change.parts
    if group.is_bulk:
        return OwnNews(group, "", f"{group.count:,} changes at once", None)
    if change.kind == ChangeKind.CORRECTION and change.action == "changed":
        return OwnNews(group, "Corrected", ": ".join(filter(None, what)), None)
    if change.action == "created" and change.kind == ChangeKind.NEW_DEVELOPMENT:
        news = happenings([milestone])[0] if milestone else None
        return OwnNews(group, "Added later", ": ".join(filter(None, what)), news)
    return OwnNews(group, "", change.title, None)


def by_month(news: Iterable[Happening]) -> list[tuple[date, list[Happening]]]:
    """Return news, in the order given, by the first day of the month it is of."""
    months: dict[date, list[Happening]] = defaultdict(list)
    for happening in news:
        months[happening.last_day.replace(day=1)].append(happening)
    return list(months.items())


def expectations(
    announced: Iterable[Milestone], partnerships: Iterable[Any], *, on: date
) -> list[Expectation]:
    """Return these announcements, of which nothing came by a day, as what is expected.
    The partnerships, with ``checked_through``, are theirs among others."""
    checked = {row.pk: row.checked_through for row in partnerships}
    return [
        Expectation(row, _awaited(row), _so_far(row, checked[row.partnership_id], on))
        for row in announced
        if row.partnership_id in checked
    ]


def _awaited(announced: Milestone) -> str:
    """Return who, what and by whom: "Ghana: signature of the partnership, announced by
    the High Representative on 9 March 2026"."""
    partner = in_a_line(announced.partnership.partner.name)
    link = LINKS.get(MilestoneKind(announced.announces), "of")
    step = WORDS[MilestoneKind(announced.announces)].step
    it = f"the {INSTRUMENT[Track(announced.track)][0]}"
    what = " ".join(filter(None, [step, link, it]))
    actor = in_a_line(announced.actor)
    by = f" by {actor}" if actor else ""
    return f"{partner}: {what}, announced{by} {when(announced.date)}"


def _so_far(announced: Milestone, checked_through: date | None, on: date) -> str:
    """Return by when it is expected and, once it is due, that nothing is recorded."""
    so_far = outcome(announced, (), checked_through=checked_through, on=on)
    if so_far or announced.expected is None:
        return so_far
    return f"expected by {day_in_words(announced.expected.latest)}"


def _act(milestone: Milestone) -> tuple:
    """Return what is equal of milestones that one sentence can tell."""
    if not _can_be_joined(milestone):
        return (milestone.pk,)
    return (
        str(milestone.date),
        getattr(milestone, "last_day", milestone.latest),
        *(milestone.track, milestone.kind, milestone.actor, milestone.description),
        *(milestone.announces, str(milestone.expected), milestone.certainty),
        milestone.place,
    )


def _can_be_joined(milestone: Milestone) -> bool:
    actor, kind = milestone.actor, milestone.kind
    if milestone.description:
        return bool(actor)
    if not actor:
        return kind == K.REQUESTED
    is_own = names_partner(actor, milestone.partnership.partner.name)
    return kind not in _APART and not is_own


def _happening(rows: list[Milestone]) -> Happening:
    rows = sorted(rows, key=lambda row: row.partnership.partner.name)
    first, partners = rows[0], [row.partnership.partner for row in rows]
    if first.description:
        words, is_named = _described(first, is_joined=len(rows) > 1)
        names = [in_a_line(partner.name) for partner in partners]
    else:
        words, is_named = _clause(first, is_joined=len(rows) > 1), True
        names = [in_text(partner) for partner in partners]
    before, _, after = words.partition(_HERE)
    if not is_named or _HERE not in words:
        return Happening(rows, as_sentence(capitalised(words)), [""], "")
    if not before:
        names[0] = capitalised(names[0])
    ends = after.endswith((".", "!", "?", "…"))
    return Happening(rows, capitalised(before), names, after if ends else f"{after}.")


def _described(milestone: Milestone, *, is_joined: bool) -> tuple[str, bool]:
    """Return the editors' words, behind the name of the partner unless they have it,
    and whether the name stands there."""
    words = in_a_line(milestone.description)
    if milestone.kind == K.ANNOUNCED and "announce" not in words.lower():
        words += " (announced)"
    words += _expected(milestone)
    if not is_joined and names_partner(words, milestone.partnership.partner.name):
        return words, False
    return f"{_HERE}: {words}", True


def _clause(milestone: Milestone, *, is_joined: bool) -> str:
    """Return who did what and where."""
    partner = in_text(milestone.partnership.partner)
    kind, actor = MilestoneKind(milestone.kind), in_a_line(milestone.actor)
    words = WORDS[kind]
    has_acted = actor and not (kind == K.REQUESTED and names_partner(actor, partner))
    names = _instrument(milestone, is_joined=is_joined)
    clause = (words.did if has_acted else words.otherwise).format(**names)
    if has_acted:
        clause = f"{actor} {clause}"
    if kind == K.ANNOUNCED:
        link = LINKS.get(MilestoneKind(milestone.announces), "of")
        of = "" if has_acted else "of"
        step = filter(None, [of, _step(milestone.announces), link, names["a"]])
        clause = f"{clause} {' '.join(step)}{_expected(milestone)}"
    if place := in_a_line(milestone.place):
        clause += f"{',' * clause.endswith(_HERE)} in {place}"
    return clause


def _instrument(milestone: Milestone, *, is_joined: bool) -> dict[str, str]:
    track = Track(milestone.track)
    _, name, article = INSTRUMENT[track]
    partner = in_text(milestone.partnership.partner)
    is_said = names_partner(milestone.actor, partner)
    with_whom = "" if is_said else f" with {_HERE}"
    the = _PLURALS[track] if is_joined else name
    a = the if is_joined else f"{article} {name}"
    return {
        "partner": _HERE,
        "aim": f"{INTENDED[track]}{with_whom}",
        "a": f"{a}{with_whom}",
        "the": f"the {the}{with_whom}",
        "own": f"their {name}",
    }


def _step(kind: str) -> str:
    step = WORDS[MilestoneKind(kind)].step
    return step if step.startswith(_WITH_ARTICLE) else f"the {step}"


def _expected(milestone: Milestone) -> str:
    """Return by when an announced step is expected; nothing where that is not given."""
    expected = milestone.expected
    return f", expected by {day_in_words(expected.latest)}" if expected else ""
