"""The standing of a claim to the fact that it is about, and disagreements on facts.

Each function is given the alias of a row of claims, and writes a value that follows
from it and from the row of the fact (``querysets.fact_kinds``).
"""

from collections.abc import Callable

from partnerships.choices import DisagreementState, Standing
from partnerships.querysets.fact_kinds import FACT_KINDS, FactKind
from partnerships.querysets.sql.expression import SQL, Alias, quoted


def adopted(claim: Alias) -> SQL:
    return _value_of_fact(claim, lambda kind: kind.adopted(claim))


def fact_ruling(claim: Alias) -> SQL:
    return _value_of_fact(claim, lambda kind: kind.ruling(claim))


def standing(claim: Alias) -> SQL:
    return _value_of_fact(claim, lambda kind: _standing(kind, claim))


def disagreement(claim: Alias) -> SQL:
    """Write the state of the disagreement that a claim makes; NULL if it makes none."""
    return _value_of_fact(
        claim,
        lambda kind: SQL(
            f"CASE WHEN {_standing(kind, claim)} <> {quoted(Standing.DISAGREES)}"
            f" THEN NULL WHEN {kind.ruling(claim)} = ''"
            f" THEN {quoted(DisagreementState.OPEN)}"
            f" ELSE {quoted(DisagreementState.RULED)} END"
        ),
    )


def disagreement_state(*, disagrees: bool, is_ruled: bool) -> DisagreementState | None:
    """Return in Python what ``disagreement`` writes in SQL, of one fact: ``disagrees``
    if any claim about it does, ``is_ruled`` if the editors gave a ruling."""
    if not disagrees:
        return None
    return DisagreementState.RULED if is_ruled else DisagreementState.OPEN


def fact_id(claim: Alias) -> SQL:
    """Write the id of a fact, as in "milestone-7", "stated_areas-7"."""
    cases = " ".join(
        f"WHEN {claim}.{kind.column} IS NOT NULL THEN {_id(kind, claim)}"
        for kind in FACT_KINDS
    )
    return SQL(f"CASE {cases} END")


def open_disagreements(partnership: Alias) -> SQL:
    """Write how many facts of a row of partnerships are in open disagreement."""
    claim = Alias("claim")
    return SQL(
        f'(SELECT COUNT(DISTINCT {fact_id(claim)}) FROM "partnerships_claim" claim'
        f" WHERE claim.record_id = {partnership}.id"
        f" AND {disagreement(claim)} = {quoted(DisagreementState.OPEN)})"
    )


def _standing(kind: FactKind, claim: Alias) -> SQL:
    return SQL(
        f"CASE WHEN {claim}.says = {kind.adopted(claim)} OR {kind.also_agrees(claim)}"
        f" THEN {quoted(Standing.AGREES)}"
        f" WHEN {kind.is_compatible(claim)} THEN {quoted(Standing.COMPATIBLE)}"
        f" ELSE {quoted(Standing.DISAGREES)} END"
    )


def _id(kind: FactKind, claim: Alias) -> SQL:
    name = f"{claim}.{kind.part}" if kind.part else quoted(kind.model)
    return SQL(f"{name} || '-' || CAST({claim}.{kind.column} AS text)")


def _value_of_fact(claim: Alias, write: Callable[[FactKind], SQL]) -> SQL:
    """Write a value of the one fact that a claim is about; the SQL of ``write`` calls
    the row of the fact "fact"."""
    cases = " ".join(
        f"WHEN {claim}.{kind.column} IS NOT NULL THEN (SELECT {write(kind)}"
        f' FROM "partnerships_{kind.model}" fact WHERE fact.id = {claim}.{kind.column})'
        for kind in FACT_KINDS
    )
    return SQL(f"CASE {cases} END")
