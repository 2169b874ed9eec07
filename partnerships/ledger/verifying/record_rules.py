"""The rules of the record that a row shows by itself, and those between rows."""

from collections.abc import Iterator
from functools import cache, cached_property
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models

from partnerships.ledger import canonical
from partnerships.ledger.registry import Tracked, tracked
from partnerships.ledger.verifying.problem import Problem
from partnerships.ledger.verifying.scratch import Scratch
from partnerships.ledger.verifying.stored import Row


class Rules(NamedTuple):
    """The rules of a table: the columns that may hold few values, those that refer to
    rows of which table, and those that are unique together."""

    choices: dict[str, frozenset[Any]]
    refers: dict[str, str]
    unique: list[tuple[str, ...]]


class RecordRules:
    """The rules, and what of the stored rows is needed to hold them to one another."""

    def __init__(self, using: str, scratch: Scratch) -> None:
        self.using, self.scratch = using, scratch
        self.clashes: list[str] = []

    def broken(
        self, table: Tracked, values: Row, *, is_stored: bool, is_recorded: bool = True
    ) -> Iterator[str]:
        """Yield what of the values of a row is against the rules, as the end of a
        sentence. What a release makes of them is as this one makes it in rows that are
        stored alone. Of values that nobody recorded, what follows from them is not
        asked: whoever changed one changed no other."""
        for column, allowed in _rules(table).choices.items():
            if values.get(column) not in allowed:
                yield f"holds {values.get(column)!r} as {column}, which there is not"
        if not is_recorded:
            return
        derived, wrong = _derived(table, values), []
        if derived is None:
            yield "holds a value that cannot be read"
            return
        for name, value in derived.items():
            if name in table.live.REMADE and not is_stored:
                continue
            if values.get(name) != value:
                wrong.append(name)
        if wrong:
            names = ", ".join(sorted(wrong))
            yield f"does not hold what follows from the rest: {names}"

    def knows_user(self, user: int | None) -> bool:
        """Return whether none is named, or an account that is or was there."""
        return user is None or user in self._users

    @cached_property
    def _users(self) -> set[int]:
        accounts = get_user_model().objects.using(self.using)
        known = set(accounts.values_list("pk", flat=True))
        for table in tracked().values():
            if table.live and table.live.ACCOUNT:
                earlier = table.history.objects.using(self.using)
                known.update(earlier.values_list(table.live.ACCOUNT, flat=True))
        return known

    def take(self, table: Tracked, pk: int, row: Row) -> None:
        """Take up a stored row, to be held to the others."""
        rules, record = _rules(table), table.record
        self.scratch.store((record, pk))
        for column, target in rules.refers.items():
            if isinstance(row.get(column), int):
                self.scratch.refer((record, pk), column, target, row[column])
        for columns in rules.unique:
            values, named = (
                [row.get(column) for column in columns],
                " and ".join(columns),
            )
            if None in values or "" in values:
                continue
            if not self.scratch.take(record, named, values):
                self.clashes.append(f"{record} {pk} repeats {named} of another")

    def broken_between(self) -> Iterator[Problem]:
        """Yield the rules that rows break between them."""
        yield from (Problem("rule", text) for text in self.clashes)
        for record, column, target, row, pk in self.scratch.lost():
            text = f"{record} {pk} refers by {column} to {target} {row}"
            yield Problem("rule", f"{text}, which is not there")
        for table in tracked().values():
            if table.live:
                for text in table.live.misplaced(self.using):
                    yield Problem("rule", text)


@cache
def _rules(table: Tracked) -> Rules:
    meta = table.live._meta
    fields = meta.concrete_fields
    by_model = {t.live: name for name, t in tracked().items() if t.live}
    column = {field.name: field.column for field in fields}
    unique: list[tuple[str, ...]] = [
        (f.column,) for f in fields if f.unique and not f.primary_key
    ]
    unique += [
        tuple(column[name] for name in constraint.fields)
        for constraint in meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
        and constraint.fields
        and constraint.condition is None
    ]
    return Rules(
        {f.column: _allowed(f) for f in fields if f.choices},
        {f.column: by_model[f.related_model] for f in fields if f.is_relation},
        unique,
    )


def _allowed(field: Any) -> frozenset[Any]:
    # Which may be empty, a constraint says.
    allowed = {"", *(value for value, _ in field.flatchoices)}
    if field.null:
        allowed.add(None)
    return frozenset(allowed)


def _derived(table: Tracked, values: Row) -> dict[str, Any] | None:
    """Return what is derived from the values of a row, by column; None where one of
    these cannot be read."""
    model = table.live
    if not model.DERIVED:
        return {}
    fields = [f for f in model._meta.concrete_fields if f.column in values]
    try:
        row = model(**{f.attname: f.to_python(values[f.column]) for f in fields})
        row.derive()
    except (ValidationError, *canonical.UNREADABLE):
        return None
    return {name: canonical.plain(getattr(row, name)) for name in model.DERIVED}
