"""A table: its columns, its key, its rows; and columns that several have."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from partnerships.exports.columns import EDITION, Column, stored
from partnerships.exports.reading import Reading, go_on
from partnerships.ledger.known_on import known_on


@dataclass(frozen=True)
class Table:
    """A kind of row with its columns, to which each file adds the edition.

    ``key`` are the columns that name a row, ``references`` those that name a row of
    another table. ``read`` is given the lookups of the columns and yields tuples in
    a total order that is always the same. ``widen`` gives the columns that a table has
    for what the record holds, behind its own.
    """

    name: str
    title: str
    record_columns: Sequence[Column]
    key: tuple[str, ...]
    read: Callable[[Reading, Sequence[str]], Iterator[tuple]]
    references: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    widen: Callable[[Reading], Sequence[Column]] | None = None

    @property
    def columns(self) -> list[Column]:
        return [*self.record_columns, EDITION]

    @property
    def lookups(self) -> list[str]:
        return [column.source or column.name for column in self.record_columns]

    def as_read(self, reading: Reading) -> "Table":
        """Return the table with all columns that it has in an edition."""
        if self.widen is None:
            return self
        columns = [*self.record_columns, *self.widen(reading)]
        return replace(self, record_columns=columns, widen=None)

    def rows(self, reading: Reading) -> Iterator[tuple]:
        """Yield the rows of an edition, without its number, while somebody waits."""
        with known_on(reading.past):
            for row in self.read(reading, self.lookups):
                go_on()
                yield row


OF_PARTNERSHIP = {"partnership": ("partnerships", "slug")}


def fields(model: str, *fields: str) -> list[Column]:
    return [stored(model, field) for field in fields]


KEY = Column(
    "key",
    "identifier",
    "Names it for good, as record_key in the log does and fact_key among claims.",
)
#: The last columns of each table of facts.
OF_FACT = [
    KEY,
    Column("url", "web address", "Where it stands on the pages."),
    Column(
        "sources",
        "text",
        "The keys of all sources that speak of it, also of those that disagree, parted "
        "by semicolons.",
    ),
]
