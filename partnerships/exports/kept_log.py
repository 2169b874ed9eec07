"""The log as files hold it, kept in blocks of changes from edition to edition, so that
a new edition costs its new changes alone.

A block is made anew where readers see other changes of it than before, or where it
names a record that is called otherwise now; all are after a redaction, and by another
release. One process at a time does so (``kept_files.alone``). What is missing is made.
"""

import json
from bisect import bisect_right
from collections.abc import Callable, Iterable
from hashlib import sha256
from math import ceil
from pathlib import Path
from typing import NamedTuple, cast

from partnerships.exports.reading import Reading, go_on
from partnerships.ledger import canonical
from partnerships.log.descriptions import Reference
from partnerships.log.entries import public_changes, renamed
from partnerships.log.numbering import public_numbers
from partnerships.models import LedgerEntry, Redaction
from partnerships.web.caching import release

SIZE = 1_000  # changes in a block
NOTE = "kept.json"

#: Given the numbers of a block and those of them that readers see, returns what a file
#: holds of it, and the records whose names that may depend on.
Write = Callable[[range, list[int]], tuple[str, Iterable[Reference]]]


class Block(NamedTuple):
    """A part of the log as it is kept: its file and how many bytes that has, a digest
    of the numbers that readers see, and the records that it names, as "milestone-7".
    """

    file: str
    size: int
    visible: str
    named: list[str]

    def is_whole(self, folder: Path) -> bool:
        path = folder / self.file
        return path.exists() and path.stat().st_size == self.size


class Kept(NamedTuple):
    """The blocks of an edition, the oldest first, and what they hang on: its seal, how
    many redactions there are, the release."""

    edition: int
    hang_on: list
    blocks: list[Block]


def parts(reading: Reading, name: str, write: Write) -> list[Path]:
    """Return the files of the blocks of the edition that is read, the oldest first, of
    a form of that name."""
    folder = cast(Path, reading.kept_in) / name
    folder.mkdir(parents=True, exist_ok=True)
    before, visible = _kept(folder), _visible(reading.edition)
    stale = _stale(before, folder, reading.edition, visible)
    blocks = []
    for index, numbers in enumerate(visible):
        go_on()
        if index < len(before.blocks) and index not in stale:
            blocks.append(before.blocks[index])
            continue
        text, named = write(_numbers(index, reading.edition), numbers)
        path = folder / f"{index:05}-{reading.edition}"
        _put(path, text)
        names = sorted(map(_name, named))
        block = Block(path.name, path.stat().st_size, _digest(numbers), names)
        blocks.append(block)
    now = Kept(reading.edition, _hang_on(reading.edition), blocks)
    if now != before:
        _put(folder / NOTE, json.dumps(now))
        _remove_all_but({NOTE, *(block.file for block in blocks)}, folder)
    return [folder / block.file for block in blocks]


def _kept(folder: Path) -> Kept:
    """Return what is kept, nothing where it is of another trail than this."""
    try:
        edition, hang_on, blocks = json.loads((folder / NOTE).read_bytes())
        if hang_on == _hang_on(edition):
            return Kept(edition, hang_on, [Block(*block) for block in blocks])
    except (OSError, *canonical.UNREADABLE):
        pass
    return Kept(0, [], [])


def _hang_on(edition: int) -> list:
    seals = LedgerEntry.objects.filter(number=edition).values_list("seal", flat=True)
    return [seals.first(), Redaction.objects.count(), release()]


def _put(path: Path, text: str) -> None:
    partial = path.with_name(f"{path.name}.partial")
    partial.write_bytes(text.encode())
    partial.replace(path)


def _remove_all_but(names: set[str], folder: Path) -> None:
    for path in folder.iterdir():
        if path.name not in names:
            path.unlink()


def _visible(edition: int) -> list[list[int]]:
    """Return the numbers of the changes that readers see, block by block."""
    visible, blocks = public_numbers(), range(ceil(edition / SIZE))
    return [[n for n in _numbers(i, edition) if n in visible] for i in blocks]


def _numbers(index: int, edition: int) -> range:
    """Return the numbers of a block, of which the last may have fewer."""
    return range(index * SIZE + 1, min(edition, (index + 1) * SIZE) + 1)


def _stale(
    before: Kept, folder: Path, edition: int, visible: list[list[int]]
) -> set[int]:
    """Return the places of the blocks that would not be made as they are kept."""
    shown_otherwise, stale = set(), set()
    for index, block in enumerate(before.blocks):
        known = bisect_right(visible[index], before.edition)
        if _digest(visible[index][:known]) != block.visible:
            shown_otherwise.add(index)
        has_grown = _numbers(index, before.edition) != _numbers(index, edition)
        if has_grown or not block.is_whole(folder):
            stale.add(index)
    other = _named_otherwise(before, shown_otherwise)
    for index, block in enumerate(before.blocks):
        if not other.isdisjoint(block.named):
            stale.add(index)
    return stale | shown_otherwise


def _named_otherwise(before: Kept, shown_otherwise: set[int]) -> set[str]:
    """Return the records that may be called otherwise than before: of those that were
    changed since, and of all whose changes readers see now, or no more."""
    records = LedgerEntry.objects.order_by().values_list("record", "object_id")
    since = set(records.filter(number__gt=before.edition))
    if len(since) <= SIZE:  # more of them cost as much as the blocks
        named = {name for block in before.blocks for name in block.named}
        asked = [one for one in since if _name(one) in named]
        since = renamed(asked, since=before.edition, among=public_changes())
    for index in shown_otherwise:
        numbers = _numbers(index, before.edition)
        since |= set(records.filter(number__range=(numbers[0], numbers[-1])))
    return set(map(_name, since))


def _name(record: Reference) -> str:
    return f"{record[0]}-{record[1]}"


def _digest(numbers: list[int]) -> str:
    return sha256(json.dumps(numbers).encode()).hexdigest()[:32]
