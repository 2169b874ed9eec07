"""Tests travel in time and the clock of the database does not: theirs takes what is
dated long ago. Databases of other processes are as shipped."""

from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection

from partnerships.ledger import triggers
from partnerships.ledger.triggers import base

AS_SHIPPED = base.BEHIND
base.BEHIND = "100 years"


@contextmanager
def as_shipped():
    """What is done inside is dated when it is made, or refused."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(base, "BEHIND", AS_SHIPPED)
        connection.check_constraints()
        triggers.of().install()
        try:
            yield
        except DatabaseError:
            if not connection.in_atomic_block:
                patch.undo()
                triggers.of().install()
            raise
    connection.check_constraints()
    triggers.of().install()
