"""Twenty tamperings at random. ``make proof`` tries two hundred; how they are drawn, and
how one is tried again alone, says ``tests.ledger.tampering``."""

import pytest

from tests.ledger.tampering import drawing

pytestmark = pytest.mark.slow("builds databases")


@pytest.mark.parametrize("seed", range(20))
def test_tampering_is_refused_or_named(trackers, unexplained, seed):
    with trackers.copy(seed):
        judged = drawing.judge(seed)
    assert judged.is_met, judged
