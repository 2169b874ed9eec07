"""The runs of eight words in the documents that the data set is made from, as hashes:
their texts are others', and stay out of the repository.

``python -m tests.eight_words FOLDER`` writes them anew from text files in a folder.
"""

import gzip
import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

FILE = Path(__file__).with_suffix(".bin.gz")
LENGTH, SIZE = 8, 5
_WORD = re.compile(r"[^\W_]+")
#: Addresses and markup of links and lists are no words.
_NO_WORDS = re.compile(r"\]\([^)]*\)|https?://\S+|[’']s\b")


def runs(text: str) -> Iterator[tuple[bytes, str]]:
    """Yield each run of eight words, as a hash and in words."""
    words = _WORD.findall(_NO_WORDS.sub(" ", text).casefold())
    for start in range(len(words) - LENGTH + 1):
        run = " ".join(words[start : start + LENGTH])
        yield hashlib.blake2b(run.encode(), digest_size=SIZE).digest(), run


def known() -> set[bytes]:
    """The hashes of all runs in the documents."""
    data = gzip.decompress(FILE.read_bytes())
    return {data[i : i + SIZE] for i in range(0, len(data), SIZE)}


def write(folder: Path):
    """Write the hashes of all text files of a folder."""
    found = {key for path in folder.glob("*.txt") for key, _ in runs(path.read_text())}
    FILE.write_bytes(gzip.compress(b"".join(sorted(found)), mtime=0))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
