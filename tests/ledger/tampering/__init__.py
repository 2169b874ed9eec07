"""Tamperings at random: what somebody who owns the database, or runs the site, does to
rows, catalogue and files so that readers are told something else. Each must be refused
by the database or named by ``manage.py verify_audit``.

A tampering is drawn by number, and the same number draws the same again::

    .venv/bin/python -m tests.ledger.tampering --seed 17

Nothing here is taken from the code that verifies: how a change is sealed is written
anew from the documents (``forging``), and whether a tampering changed anything is found
by comparing all rows, indexes and catalogue before and after (``dumps``).

Left out, since nothing that is promised follows from it:

- sessions, attempts to log in, the admin's own log, drafts of forms, leads and visits;
- the row ids of ledger entries, checkpoints and verifications, to which nothing refers;
- the time at which an entry was made, by less than the quarter of an hour for which
  verification allows;
- the removal of a whole checkpoint or verification: who keeps them elsewhere has them.
"""

from collections.abc import Callable
from typing import NamedTuple


class Tampering(NamedTuple):
    """What is done, in words, and how."""

    words: str
    act: Callable[[], object]
    #: True if the database alone cannot tell: an anchor that was kept elsewhere can.
    is_inherent: bool = False
