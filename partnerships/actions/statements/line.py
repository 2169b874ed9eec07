"""One row of a document, as it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from partnerships.choices import Verdict
from partnerships.models import Claim, Milestone, Source

#: The columns of a row. ``detail`` says who acted or holds a position; of an
#: announcement, when what is announced is expected; of a statement, what it was; of a
#: tie or a namesake, its title. ``text`` holds words of ours. ``order`` says if a step
#: came before or after the one that the row asks about.
COLUMNS = (
    *("partner", "what", "value", "words", "place", "detail"),
    *("text", "decision", "ruling", "order"),
)
#: Beside the columns: the question that the editor answers by "it is so".
SURE = "sure"
#: Decisions: on a value; on a fact on record that is like the one that a row speaks of.
ADOPT, KEEP = "adopt", "keep"
ATTACH, ANOTHER = "attach", "another"
#: Orders of two steps.
BEFORE, AFTER, UNKNOWN = "before", "after", "unknown"


@dataclass
class Line:
    """One row as it is read. ``problem`` says why it cannot be; else ``fact`` is what
    it speaks of, new or on record, ``says`` its value in the record's notation, and
    ``verdict`` how that stands to the record, in a ``sentence`` too."""

    row: Mapping[str, str]
    number: int
    problem: str = ""
    partnership: Any = None
    what: Any = None
    fact: Any = None
    says: str = ""
    #: The value that it is about, by the field that holds it, or "there" for its being
    #: there; that value on record, in the record's notation; and what adopting it sets.
    value_of: str = ""
    adopted: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    verdict: Verdict | None = None
    sentence: str = ""
    #: A correction of what the record rests on alone.
    corrects_record: bool = False
    #: An official text says of a step on record what the press alone reported.
    confirms: bool = False
    #: What it is on record as, where that is not what the row calls it; if that is
    #: only like it, the row asks.
    recorded_as: str = ""
    is_like: bool = False
    #: The step of which it is open if it came first, which decides the status.
    rival: Milestone | None = None
    #: The question about what may be a slip in it; empty where there is none.
    doubt: str = ""

    @property
    def asks(self) -> bool:
        """True where the editor decides whether the record takes the value."""
        return self.verdict in (Verdict.DISAGREES, Verdict.MORE_PRECISE)

    @property
    def decisions(self) -> list[str]:
        """The decisions that the row asks to choose from."""
        if self.is_like and self.asks:
            return [ADOPT, KEEP, ANOTHER]
        if self.is_like:
            return [ATTACH, ANOTHER]
        return [ADOPT, KEEP] if self.asks else []

    @property
    def takes_own_words(self) -> bool:
        """True where words of ours belong to what the row makes."""
        is_new = self.fact is None or self.fact.pk is None
        return bool(self.what and self.what.own_words and is_new)

    @property
    def adopts(self) -> bool:
        """True where the record is to take the value."""
        if self.asks:
            return self.row["decision"] == ADOPT
        return self.verdict == Verdict.NEW or self.corrects_record

    @property
    def is_ruled(self) -> bool:
        """True where the editors ruled on what is on record."""
        return bool(getattr(self.fact, self.what.ruling_field))

    @property
    def undecided(self) -> str:
        """The sentence that asks for a decision or a ruling; empty where none lacks."""
        decision, ruling = self.row["decision"], self.row["ruling"]
        if self.is_like and decision not in self.decisions:
            return f"Decide: is it “{self.recorded_as}”, on record, or another?"
        if self.asks and decision not in self.decisions:
            return "Decide: adopt it, or keep what the record says."
        if self.adopts and not self.values and (self.asks or self.corrects_record):
            return (
                f"The record cannot say “{self.row['value']}”: keep what it says, and "
                "rule."
            )
        is_kept = decision == KEEP and self.verdict == Verdict.DISAGREES
        if is_kept and not (ruling or self.is_ruled):
            return "Say in the ruling why the record stands."
        if self.asks and self.adopts and not ruling and self.is_ruled:
            return "The record rests on a ruling: say in a new one why it changes."
        if self.rival and self.row["order"] not in (BEFORE, AFTER, UNKNOWN):
            return (
                f"Say if it came before or after “{self.rival.get_kind_display()}” "
                f"({self.rival.date.display()}): the status hangs on it."
            )
        if self.rival and self.row["order"] != UNKNOWN and not ruling:
            return "Say in the ruling how you know which of the two came first."
        return self.doubt if self.row[SURE] != self.doubt else ""

    def claim(self, source: Source) -> Claim:
        """Return the claim of the source that the row is, not saved."""
        return Claim(
            source=source,
            **{self.fact._meta.model_name: self.fact},
            partnership_fact=self.what.own or "",
            aspect=self.what.aspect or "",
            says=self.says,
            wording=self.row["words"].strip('“”"'),
            locator=self.row["place"],
        )
