"""The words by which a row of a document says what it speaks of."""

from dataclasses import dataclass

from partnerships.choices import (
    AffiliationKind,
    Aspect,
    EngagementKind,
    EngagementState,
    HolderKind,
    MilestoneKind,
    PartnershipFact,
    Track,
)
from partnerships.lifecycle.table import EFFECTS, TURNS
from partnerships.text import search_form

AREA = "Area: "

_ANNOUNCED = "Announced: "
_ASPECTS = {
    "Where": ("milestone", Aspect.PLACE),
    "Who signed": ("milestone", Aspect.SIGNATORIES),
    "Reference": ("milestone", Aspect.REFERENCE),
    "Level": ("engagement", Aspect.LEVEL),
    "Amount in euro": ("engagement", Aspect.AMOUNT_EUR),
}
#: Ties by the state in which a text has them; a contribution is paid once.
_STATES = {
    "Tie: ": EngagementState.IN_BEING,
    "Tie, once: ": EngagementState.EVENT,
    "Tie, envisaged: ": EngagementState.ENVISAGED,
}
_SHORT_TIES = {
    "EPF contribution": (EngagementKind.EPF_CONTRIBUTION, ""),
    "FPA": (EngagementKind.AGREEMENT, "Framework Participation Agreement"),
}
_SHORT_STANDING = {"NATO member": AffiliationKind.NATO_ALLY}


class CannotRead(Exception):
    """A row cannot be read; the message says what to write instead."""


@dataclass(frozen=True)
class What:
    """The subject of a row: a fact of a ``model``, and of some its kind, the track of a
    step, the step that is announced, the state of a tie and its usual title, an area as
    it was written, one of the facts of the partnership itself; or an aspect of the fact
    of that model in a row above."""

    model: str
    kind: str = ""
    track: Track | None = None
    announces: MilestoneKind | None = None
    aspect: Aspect | None = None
    area: str = ""
    own: PartnershipFact | None = None
    state: EngagementState | None = None
    title: str = ""
    #: The field of the fact that holds words of ours; empty where it has none.
    own_words: str = ""

    @property
    def is_step(self) -> bool:
        return self.model == "milestone" and not self.aspect

    @property
    def ruling_field(self) -> str:
        return f"{self.own}_ruling" if self.own else "ruling"

    @property
    def recurs(self) -> bool:
        """True for a kind of milestone that an attempt may have again, on its day."""
        if not self.track:
            return False
        kind = MilestoneKind(self.kind)
        return kind in TURNS or not EFFECTS[self.track][kind]


def _steps() -> dict[str, What]:
    words = {}
    for track in Track:
        before = "SAFE: " if track == Track.SAFE else ""
        for kind in EFFECTS[track]:
            if kind != MilestoneKind.ANNOUNCED:
                what = What("milestone", kind, track, own_words="note")
                words[f"{before}{kind.label}"] = what
    for name, step in list(words.items()):
        words[f"{_ANNOUNCED}{name}"] = What(
            "milestone",
            MilestoneKind.ANNOUNCED,
            step.track,
            announces=MilestoneKind(step.kind),
            own_words="note",
        )
    return words


def _ties() -> dict[str, What]:
    named = _SHORT_TIES | {kind.label: (kind, "") for kind in EngagementKind}
    words = {}
    for before, state in _STATES.items():
        for name, (kind, title) in named.items():
            is_paid = kind == EngagementKind.EPF_CONTRIBUTION
            is_usual = state == EngagementState.IN_BEING
            held = EngagementState.EVENT if is_paid and is_usual else state
            words[f"{before}{name}"] = What(
                "engagement", kind, state=held, title=title, own_words="note"
            )
    return words


def vocabulary() -> dict[str, What]:
    """Return what the list offers, but for the areas: each thing that a row can speak
    of, by one name. That a statement is announced is understood and not offered."""
    names: dict[What, str] = {}
    for words, what in _known().items():
        if what.announces != MilestoneKind.STATEMENT:
            names.setdefault(what, words)
    return {words: what for what, words in names.items()}


def _known() -> dict[str, What]:
    """Return all that a row can speak of by all words for it, of two those first that
    are offered."""
    words = _steps()
    words |= {name: What(model, aspect=of) for name, (model, of) in _ASPECTS.items()}
    words |= {fact.label: What("partnership", own=fact) for fact in PartnershipFact}
    words |= _ties()
    standing = {kind.label: kind for kind in AffiliationKind} | _SHORT_STANDING
    for name, kind in standing.items():
        words[f"Standing: {name}"] = What("affiliation", kind, own_words="note")
    for holder in HolderKind:
        what = What("position", holder, own_words="text")
        words[f"Position: {holder.label}"] = what
    words["Subject"] = What("subject", own_words="note")
    words["Not an SDP"] = What("namesake", own_words="reason")
    return words


_WORDS = {search_form(words): what for words, what in _known().items()}


def what_is_meant(text: str) -> What:
    """Return what a row speaks of; raise CannotRead if the words are not known."""
    if not text:
        raise CannotRead("Say what it speaks of, as in Signed, Where, Area: 5.")
    if search_form(text).startswith(search_form(AREA)):
        return What("coverage", area=text.partition(":")[2].strip())
    if what := _WORDS.get(search_form(text)):
        return what
    parts = search_form(text).replace(":", " ").split()
    near = [
        words for words in vocabulary() if all(p in search_form(words) for p in parts)
    ]
    hint = f"Did you mean {' or '.join(near[:4])}?" if near else "Choose from the list."
    raise CannotRead(f"“{text}” is not known here. {hint}")
