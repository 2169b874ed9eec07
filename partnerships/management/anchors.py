"""Anchors on a command line: checkpoints that were kept elsewhere."""

import re
from argparse import ArgumentParser, ArgumentTypeError

from partnerships.ledger import sealing


def add_anchors(parser: ArgumentParser) -> None:
    """Let a command take ``--anchor`` any number of times, as ``anchors``."""
    parser.add_argument(
        "--anchor",
        type=_anchor,
        action="append",
        default=[],
        dest="anchors",
        metavar="NUMBER:HASH",
        help="a checkpoint that was kept elsewhere; may be given again",
    )


def _anchor(text: str) -> sealing.Head:
    match = re.fullmatch(r"([0-9]{1,18}):([0-9a-f]{64})", text.strip())
    if not match:
        raise ArgumentTypeError(
            "write an anchor as its number, a colon and its 64 hexadecimal digits, as "
            "manage.py seal --checkpoint prints it"
        )
    return sealing.Head(int(match[1]), match[2])
