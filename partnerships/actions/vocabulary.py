"""The words by which a row of a document says what it speaks of."""

from dataclasses import dataclass

from partnerships.choices import Aspect, MilestoneKind, PartnershipFact, Track
from partnerships.lifecycle.table import EFFECTS, TURNS
from partnerships.text import search_form

AREA = "Area: "

_ANNOUNCED = "Announced: "
_ASPECTS = {
    "Where": Aspect.PLACE,
    "Who signed": Aspect.SIGNATORIES,
    "Reference": Aspect.REFERENCE,
}


class CannotRead(Exception):
    """A row cannot be read; the message says what to write instead."""


@dataclass(frozen=True)
class What:
    """The subject of a row: a milestone of a kind on a track, and of an announcement
    the step that is announced; an aspect of the milestone before it; an area, as it was
    written; or one of the facts of the partnership itself."""

    track: Track | None = None
    kind: MilestoneKind | None = None
    announces: MilestoneKind | None = None
    aspect: Aspect | None = None
    area: str = ""
    own: PartnershipFact | None = None

    @property
    def field(self) -> str:
        """The field of the fact that holds its value."""
        return "date" if self.kind else self.own or self.aspect or "value"

    @property
    def ruling_field(self) -> str:
        return f"{self.own}_ruling" if self.own else "ruling"

    @property
    def recurs(self) -> bool:
        """True for a kind of milestone that an attempt may have again, on its day."""
        effects = EFFECTS[self.track] if self.track else {}
        return bool(self.kind in TURNS or (self.kind and not effects[self.kind]))


def vocabulary() -> dict[str, What]:
    """Return all that a row can speak of, but for the areas, by the words for it."""
    words = {}
    for track in Track:
        before = "SAFE: " if track == Track.SAFE else ""
        for kind in EFFECTS[track]:
            if kind != MilestoneKind.ANNOUNCED:
                words[f"{before}{kind.label}"] = What(track, kind)
    for name, what in list(words.items()):
        words[f"{_ANNOUNCED}{name}"] = What(
            what.track, MilestoneKind.ANNOUNCED, announces=what.kind
        )
    words |= {name: What(aspect=aspect) for name, aspect in _ASPECTS.items()}
    return words | {fact.label: What(own=fact) for fact in PartnershipFact}


_WORDS = {search_form(words): what for words, what in vocabulary().items()}


def what_is_meant(text: str) -> What:
    """Return what a row speaks of; raise CannotRead if the words are not known."""
    if not text:
        raise CannotRead("Say what it speaks of, as in Signed, Where, Area: 5.")
    if search_form(text).startswith(search_form(AREA)):
        return What(area=text.partition(":")[2].strip())
    if what := _WORDS.get(search_form(text)):
        return what
    parts = search_form(text).replace(":", " ").split()
    near = [
        words for words in vocabulary() if all(p in search_form(words) for p in parts)
    ]
    hint = f"Did you mean {' or '.join(near[:3])}?" if near else "Choose from the list."
    raise CannotRead(f"“{text}” is not known here. {hint}")
