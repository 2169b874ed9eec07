"""The kinds of fact that sources make claims about, in one table.

A new kind of fact is an entry here, a model, a line on ``Claim`` and a form; whatever
deals with facts of every kind reads this table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from partnerships.choices import (
    Aspect,
    CoverageValue,
    EngagementKind,
    PartnershipFact,
    SourceKind,
)
from partnerships.querysets.sql.expression import SQL, Alias, quoted

ClaimSQL = Callable[[Alias], SQL]


def _plain(sql: str) -> ClaimSQL:
    """Return SQL that is about the fact alone, whatever the claim."""
    return lambda claim: SQL(sql)


_NEVER = _plain("FALSE")
_RULING = _plain("fact.ruling")


@dataclass(frozen=True, kw_only=True)
class FactKind:
    """One kind of fact. Its SQL is about a claim, given by its alias, and about the row
    of the fact, which is called "fact"."""

    #: The name of its model in small letters, which is also the name of its field on
    #: Claim and the beginning of the ids of its facts, as in "milestone-7".
    model: str
    #: The field of a claim that says which fact it is about where one row holds
    #: several; the ids of facts then begin with its value.
    part: str = ""
    #: What stands on pages over facts of the kind, and where it comes in a record.
    heading: str
    place: int

    #: Lookups from the fact: to the partnership whose record it is in, empty where it
    #: is in none; to the rows that its name is made of; to the day from which it
    #: is true or may be, empty where it has no date.
    partnership: str = ""
    named_by: tuple[str, ...] = ()
    true_from: str = ""

    #: The value that the editors adopted, in the notation of ``Claim.says``, and why.
    adopted: ClaimSQL
    ruling: ClaimSQL = _RULING
    #: A claim agrees if it says that value, or if it ``also_agrees``; if not, it is
    #: compatible with the value if it ``is_compatible``.
    also_agrees: ClaimSQL = _NEVER
    is_compatible: ClaimSQL
    #: In Python, of a claim and a fact that may not be stored yet: the claim agrees or
    #: is compatible. Kinds have it whose facts need such a claim to be published.
    supports: Callable[[Any, Any], bool] | None = None
    #: Its other values, of which a claim may speak by its ``aspect``. Such a claim
    #: agrees if it says that value, and is compatible if one is a part of the other.
    aspects: tuple[Aspect, ...] = ()
    #: A claim about it may say a date.
    says_dates: bool = True
    #: Its claims say one value; of a tie also since when, how often, how much.
    has_one_value: bool = True

    @property
    def column(self) -> str:
        """The column of claims that holds the id of the fact's row."""
        return f"{self.model}_id"

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of a claim that name the fact."""
        return (self.model, self.part) if self.part else (self.model,)


def _says_date(claim: Alias) -> SQL:
    return SQL(f"COALESCE({claim}.earliest, {claim}.latest) IS NOT NULL")


def _dates_meet(earliest: str, latest: str) -> ClaimSQL:
    """Return the condition that the claim's date and these bounds can be one day."""
    return lambda claim: SQL(
        f"{_says_date(claim)} AND {latest} IS NOT NULL"
        f" AND ({claim}.earliest IS NULL OR {claim}.earliest <= {latest})"
        f" AND ({claim}.latest IS NULL OR {earliest} IS NULL"
        f" OR {earliest} <= {claim}.latest)"
    )


def dates_meet(claim, fact) -> bool:
    """Return in Python what ``_dates_meet`` writes in SQL, of a claim and a fact that
    both have ``earliest`` and ``latest``."""
    return _meets(claim, fact.earliest, fact.latest)


def says_since_when(claim, tie) -> bool:
    """Return whether a claim says a day on which a tie may have begun."""
    return not claim.aspect and _meets(claim, tie.since_earliest, tie.since_latest)


def _meets(claim, earliest: date | None, latest: date | None) -> bool:
    says_date = claim.earliest or claim.latest
    return bool(says_date and latest) and (
        (claim.earliest is None or claim.earliest <= latest)
        and (None in (claim.latest, earliest) or earliest <= claim.latest)
    )


def supports_milestone(claim, milestone) -> bool:
    """Return whether a claim carries a milestone: their dates meet, and no status moves
    on a digest alone. In SQL: ``MilestoneQuerySet.unsourced``."""
    is_digest = claim.source.kind == SourceKind.DIGEST
    moves_status = milestone.as_event().effect
    return dates_meet(claim, milestone) and not (moves_status and is_digest)


def says_it_is_there(claim, fact) -> bool:
    """Return whether a claim says that something was said, signed or named; where both
    give a day, that it can be one day."""
    if claim.says == "yes" or not getattr(fact, "latest", None):
        return claim.says != "no"
    return dates_meet(claim, fact)


def says_aspect(claim, fact) -> bool:
    """Return whether a claim about an aspect of a fact agrees or is compatible with the
    value that the fact has of it. In SQL: ``standing``."""
    said, value = claim.says, str(getattr(fact, claim.aspect) or "")
    if said == value or not value:
        return True
    said, value = (f"; {text.replace(', ', '; ')}; " for text in (said, value))
    is_text = claim.aspect != Aspect.AMOUNT_EUR
    return is_text and (said in value or value in said)


_is_not_assessed = _plain(f"fact.value = {quoted(CoverageValue.NOT_ASSESSED)}")


def says_value(claim, cell) -> bool:
    """Return True if a claim says the value of a cell, or the cell is not assessed."""
    return cell.value in (claim.says, CoverageValue.NOT_ASSESSED)


_beginnings_meet = _dates_meet("fact.since_earliest", "fact.since_latest")


def _says_beginning(claim: Alias) -> SQL:
    return SQL(f"{claim}.says = fact.since")


def _says_tie(claim: Alias) -> SQL:
    """Write that a source says that a tie is there, or since when."""
    return SQL(
        f"{claim}.says = 'yes' OR ({_beginnings_meet(claim)})"
        f" OR ({_says_date(claim)} AND fact.since_latest IS NULL)"
    )


_day_or_yes = _plain("COALESCE(fact.date, 'yes')")
_days_meet = _dates_meet("fact.earliest", "fact.latest")


def _says_dated(claim: Alias) -> SQL:
    """Write that a source says that something was said or signed, or when."""
    return SQL(
        f"{claim}.says = 'yes' OR ({_days_meet(claim)})"
        f" OR ({_says_date(claim)} AND fact.latest IS NULL)"
    )


def _stated(suffix: str) -> ClaimSQL:
    """Return a column of the fact on a partnership itself that the claim is about."""
    return lambda claim: SQL(
        f"CASE {claim}.partnership_fact WHEN {quoted(PartnershipFact.STATED_AREAS)}"
        f" THEN CAST(fact.stated_areas{suffix} AS text)"
        f" ELSE fact.review_clause{suffix} END"
    )


def _nothing_is_stated(claim: Alias) -> SQL:
    return SQL(f"COALESCE({_stated('')(claim)}, '') = ''")


#: In the order of the fields of ``Claim``.
FACT_KINDS = (
    FactKind(
        model="milestone",
        heading="Milestones",
        place=0,
        adopted=_plain("fact.date"),
        is_compatible=_days_meet,
        supports=supports_milestone,
        aspects=(Aspect.PLACE, Aspect.SIGNATORIES, Aspect.REFERENCE),
        partnership="partnership",
        named_by=("partnership__partner",),
        true_from="latest",
    ),
    FactKind(
        model="coverage",
        heading="Areas of cooperation",
        place=2,
        adopted=_plain("fact.value"),
        is_compatible=_is_not_assessed,
        supports=says_value,
        partnership="partnership",
        named_by=("partnership__partner", "area"),
        says_dates=False,
    ),
    FactKind(
        model="engagement",
        heading="Other ties",
        place=3,
        adopted=_plain(
            f"CASE fact.kind WHEN {quoted(EngagementKind.DIALOGUE)} THEN fact.frequency"
            f" WHEN {quoted(EngagementKind.EPF_CONTRIBUTION)}"
            " THEN CAST(fact.amount AS text) || ' ' || fact.currency ELSE 'yes' END"
        ),
        is_compatible=_says_tie,
        also_agrees=_says_beginning,
        has_one_value=False,
        aspects=(Aspect.LEVEL, Aspect.AMOUNT_EUR),
        partnership="partnership",
        named_by=("partnership__partner",),
        true_from="since_latest",
    ),
    FactKind(
        model="affiliation",
        heading="Standing",
        place=4,
        adopted=_plain("'yes'"),
        is_compatible=_says_tie,
        also_agrees=_says_beginning,
        has_one_value=False,
        partnership="partner__partnership",
        named_by=("partner",),
        true_from="since_earliest",
    ),
    FactKind(
        model="partnership",
        heading="Text",
        place=1,
        adopted=_stated(""),
        is_compatible=_nothing_is_stated,
        ruling=_stated("_ruling"),
        partnership="pk",
        part="partnership_fact",
        says_dates=False,
    ),
    FactKind(
        model="question",
        heading="Questions",
        place=7,
        adopted=_plain("fact.answer"),
        is_compatible=_days_meet,
    ),
    FactKind(
        model="subject",
        heading="Other subjects",
        place=5,
        adopted=_plain("'yes'"),
        is_compatible=_NEVER,
        supports=says_it_is_there,
        partnership="partnership",
        named_by=("partnership__partner",),
        says_dates=False,
    ),
    FactKind(
        model="position",
        heading="Positions",
        place=6,
        adopted=_day_or_yes,
        is_compatible=_says_dated,
        supports=says_it_is_there,
        partnership="partnership",
        named_by=("partnership__partner",),
        true_from="latest",
    ),
    FactKind(
        model="namesake",
        heading="Not Security and Defence Partnerships",
        place=8,
        adopted=_day_or_yes,
        is_compatible=_says_dated,
        supports=says_it_is_there,
        true_from="latest",
    ),
)

#: Each kind by the name of its model.
KIND_OF = {kind.model: kind for kind in FACT_KINDS}
