"""Finding the fact that a row means among those on record, by its title."""

from collections.abc import Callable, Sequence
from typing import Any

from partnerships.actions.statements.line import ANOTHER, Line
from partnerships.actions.vocabulary import CannotRead
from partnerships.text import search_form


def meant(
    line: Line, rows: Sequence[Any], title: str, title_of: Callable[[Any], str]
) -> Any:
    """Return the one of these facts that a row means by a title: the one that has it,
    or is the only one where none is given. One whose title is like it is asked about;
    None where there is none, or the editor says that it is another."""
    wanted = search_form(title)
    if not wanted and len(rows) > 1:
        named = "; ".join(f"“{title_of(row)}”" for row in rows[:4])
        raise CannotRead(
            f"Several are on record: {named}. Say under “Who, title, or expected” "
            "which it is."
        )
    for row in rows:
        if search_form(title_of(row)) == wanted:
            return row
    if not wanted and rows:
        line.recorded_as = title_of(rows[0])
        return rows[0]
    like = [row for row in rows if is_like(wanted, search_form(title_of(row)))]
    return ask_about(line, like[0], title_of(like[0])) if like else None


def ask_about(line: Line, row: Any, words: str) -> Any:
    """Ask if a row means this fact, and return the answer so far: the fact, or None
    where it is another."""
    line.recorded_as, line.is_like = words, True
    return None if line.row["decision"] == ANOTHER else row


def is_like(one: str, other: str) -> bool:
    """Return whether one title holds the words of the other in a row."""
    return f" {one} " in f" {other} " or f" {other} " in f" {one} "
