"""The standing of a claim to the fact that it is about, and disagreements on facts.

Each function is given the alias of a row of claims, and writes a value that follows
from it and from the row of the fact (``querysets.fact_kinds``).
"""

from collections.abc import Callable

from partnerships.choices import Aspect, DisagreementState, Standing
from partnerships.querysets.fact_kinds import FACT_KINDS, FactKind
from partnerships.querysets.sql.expression import SQL, Alias, quoted


def adopted(claim: Alias) -> SQL:
    return _value_of_fact(claim, lambda kind: _adopted(kind, claim))


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


def _adopted(kind: FactKind, claim: Alias) -> SQL:
    if not kind.aspects:
        return kind.adopted(claim)
    return SQL(
        f"CASE WHEN {claim}.aspect = '' THEN {kind.adopted(claim)}"
        f" ELSE {_adopted_aspect(kind, claim)} END"
    )


def _adopted_aspect(kind: FactKind, claim: Alias) -> SQL:
    """Write the adopted value of the aspect that a claim speaks of; '' for none."""
    cases = " ".join(
        f"WHEN {quoted(aspect)} THEN COALESCE(CAST(fact.{aspect} AS text), '')"
        for aspect in kind.aspects
    )
    return SQL(f"CASE {claim}.aspect {cases} END")


def _standing(kind: FactKind, claim: Alias) -> SQL:
    of_value = _one_of(
        SQL(f"{claim}.says = {kind.adopted(claim)} OR {kind.also_agrees(claim)}"),
        kind.is_compatible(claim),
    )
    if not kind.aspects:
        return of_value
    says, adopted = SQL(f"{claim}.says"), _adopted_aspect(kind, claim)
    said, value = _in_parts(says), _in_parts(adopted)
    # Either has all parts of the other, in a row; both databases have no such function.
    contains = f"REPLACE({value}, {said}, '') <> {value}"
    is_contained = f"REPLACE({said}, {value}, '') <> {said}"
    is_text = f"{claim}.aspect <> {quoted(Aspect.AMOUNT_EUR)}"
    of_aspect = _one_of(
        SQL(f"{says} = {adopted}"),
        SQL(f"{adopted} = '' OR {is_text} AND ({contains} OR {is_contained})"),
    )
    return SQL(f"CASE WHEN {claim}.aspect = '' THEN {of_value} ELSE {of_aspect} END")


def _in_parts(text: SQL) -> SQL:
    """Write a list, or a place and what it lies in, with a mark around each part."""
    return SQL(f"'; ' || REPLACE({text}, ', ', '; ') || '; '")


def _one_of(agrees: SQL, is_compatible: SQL) -> SQL:
    return SQL(
        f"CASE WHEN {agrees} THEN {quoted(Standing.AGREES)}"
        f" WHEN {is_compatible} THEN {quoted(Standing.COMPATIBLE)}"
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
