"""How a claim stands to the fact that it is about, in SQL.

Each function is given the name of a row of claims and writes a value that follows from
it and from the fact's own row, which is called "fact".
"""

from collections.abc import Callable
from dataclasses import dataclass

from partnerships.choices import (
    CoverageValue,
    EngagementKind,
    PartnershipFact,
    Standing,
)


@dataclass(frozen=True)
class Fact:
    """What a table holds of its facts: the adopted value, in the notation of what
    claims say, and the ruling; and when a claim that says another value is true."""

    adopted: str
    compatible: str
    ruling: str = "fact.ruling"
    same: str = "FALSE"


def _overlaps(earliest: str, latest: str) -> str:
    """Whether two partial dates can be the same day; "earliest" is open where NULL."""
    return (
        f"{{claim}}.latest IS NOT NULL AND {latest} IS NOT NULL"
        f" AND ({{claim}}.earliest IS NULL OR {{claim}}.earliest <= {latest})"
        f" AND ({earliest} IS NULL OR {earliest} <= {{claim}}.latest)"
    )


def _stated(suffix: str) -> str:
    """One of the two facts on a partnership itself."""
    return (
        f"CASE {{claim}}.partnership_fact WHEN '{PartnershipFact.STATED_AREAS}'"
        f" THEN CAST(fact.stated_areas{suffix} AS text)"
        f" ELSE fact.review_clause{suffix} END"
    )


def _tie(adopted: str) -> Fact:
    """A source says that a tie is there, or since when."""
    return Fact(
        adopted,
        "{claim}.says = 'yes'"
        f" OR ({_overlaps('fact.since_earliest', 'fact.since_latest')})"
        " OR ({claim}.latest IS NOT NULL AND fact.since_latest IS NULL)",
        same="{claim}.says = fact.since",
    )


_DATED = _overlaps("fact.earliest", "fact.latest")
FACTS = {
    "milestone": Fact("fact.date", _DATED),
    "coverage": Fact("fact.value", f"fact.value = '{CoverageValue.NOT_ASSESSED}'"),
    "engagement": _tie(
        f"CASE fact.kind WHEN '{EngagementKind.DIALOGUE}' THEN fact.frequency"
        f" WHEN '{EngagementKind.EPF_CONTRIBUTION}'"
        " THEN CAST(fact.amount AS text) || ' ' || fact.currency ELSE 'yes' END"
    ),
    "affiliation": _tie("'yes'"),
    "question": Fact("fact.answer", _DATED),
    "partnership": Fact(
        _stated(""), f"COALESCE({_stated('')}, '') = ''", ruling=_stated("_ruling")
    ),
}


def adopted(claim: str) -> str:
    return _of_fact(claim, lambda fact: fact.adopted)


def fact_ruling(claim: str) -> str:
    return _of_fact(claim, lambda fact: fact.ruling)


def standing(claim: str) -> str:
    return _of_fact(claim, _standing)


def fact_id(claim: str) -> str:
    """Such as "milestone-7", or "stated_areas-7" of a partnership itself."""
    cases = " ".join(
        f"WHEN {claim}.{name}_id IS NOT NULL THEN {_id(name, claim)}" for name in FACTS
    )
    return f"CASE {cases} END"


def open_disagreements(partnership: str) -> str:
    """How many facts of a row of partnerships are in open disagreement."""
    return (
        f'(SELECT COUNT(DISTINCT {fact_id("claim")}) FROM "partnerships_claim" claim'
        f" WHERE claim.record_id = {partnership}.id"
        f" AND {standing('claim')} = '{Standing.DISAGREES}'"
        f" AND {fact_ruling('claim')} = '')"
    )


def open_claims() -> str:
    """A query for the claims that make a disagreement that is open, by id. For all
    claims there are it takes a third of the time of looking up the fact of each."""
    return " UNION ALL ".join(
        'SELECT claim.id FROM "partnerships_claim" claim'
        f' CROSS JOIN "partnerships_{name}" fact WHERE fact.id = claim.{name}_id'
        f" AND {_standing(fact)} = '{Standing.DISAGREES}' AND {fact.ruling} = ''"
        for name, fact in FACTS.items()
    ).format(claim="claim")


def _standing(fact: Fact) -> str:
    return (
        f"CASE WHEN {{claim}}.says = {fact.adopted} OR {fact.same}"
        f" THEN '{Standing.AGREES}'"
        f" WHEN {fact.compatible} THEN '{Standing.COMPATIBLE}'"
        f" ELSE '{Standing.DISAGREES}' END"
    )


def _id(name: str, claim: str) -> str:
    kind = f"{claim}.partnership_fact" if name == "partnership" else f"'{name}'"
    return f"{kind} || '-' || CAST({claim}.{name}_id AS text)"


def _of_fact(claim: str, write: Callable[[Fact], str]) -> str:
    cases = " ".join(
        f"WHEN {{claim}}.{name}_id IS NOT NULL THEN (SELECT {write(fact)}"
        f' FROM "partnerships_{name}" fact WHERE fact.id = {{claim}}.{name}_id)'
        for name, fact in FACTS.items()
    )
    return f"CASE {cases} END".format(claim=claim)
