"""The rows that are measured, and the table that shows them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass
class Row:
    """One case: its figure with the unit, its ratio to the case it is compared with,
    and what it should be."""

    case: str
    figure: str
    ratio: float | None = None
    target: str = ""
    subject: str = ""


def render(found: Mapping[tuple, Mapping[str, Row]], databases) -> Iterator[str]:
    """A line for each case, with two columns for each database; by subject and case."""
    names = [name for name in databases if any(name in row for row in found.values())]
    head = ["case", *(text for n in names for text in (databases[n], "ratio"))]
    lines = [[*head, "target"]]
    for (subject, case), rows in found.items():
        shown = [text for name in names for text in _cells(rows.get(name))]
        targets = [row.target for row in rows.values()]
        lines.append([f"{subject}: {case}", *shown, targets[0]])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for first, *others, last in lines:
        columns = zip(others, widths[1:-1], strict=True)
        middle = "  ".join(text.rjust(width) for text, width in columns)
        yield f"{first.ljust(widths[0])}  {middle}  {last}".rstrip()


def _cells(row: Row | None) -> tuple[str, str]:
    if row is None:
        return "", ""
    return row.figure, "" if row.ratio is None else f"{row.ratio:.2f}"
