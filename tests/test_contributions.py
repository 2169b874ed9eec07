"""Sums of contributions to the European Peace Facility: no money is counted twice."""

import pytest

from partnerships.choices import EngagementKind
from partnerships.dates import parse
from partnerships.models import Engagement
from partnerships.selectors.contributions import contribution_totals

NORWAY = [
    ("2022-10", 150, 14, False),
    ("2022-10/2025-06", 400, 36, True),
    ("2025-06", 1000, 86, False),
]


def given(*gifts, currency="NOK", state="event"):
    """Contributions as (day, amount, euro, is a running total), on no database."""
    made = []
    for pk, (day, amount, euro, is_total) in enumerate(gifts, start=1):
        tie = Engagement(
            pk=pk,
            kind=EngagementKind.EPF_CONTRIBUTION,
            state=state,
            since=parse(day) if day else None,
            amount=amount,
            currency=currency,
            amount_eur=euro,
            amount_is_total=is_total,
        )
        tie.derive()
        made.append(tie)
    return made


def total(*gifts, **kwargs):
    (found,) = contribution_totals(given(*gifts, **kwargs))
    return found


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_running_total_takes_the_place_of_what_it_includes(order):
    found = total(*(NORWAY[number] for number in order))
    assert (found.amount, found.amount_eur, found.is_least) == (1400, 122, False)
    assert [tie.amount for tie in found.counted] == [400, 1000]
    assert [tie.amount for tie in found.included] == [150]


def test_gifts_alone_add_up():
    found = total(("2023", 10, 1, False), ("2024", 20, 2, False))
    assert (found.amount, found.amount_eur, found.included) == (30, 3, [])


def test_of_two_running_totals_the_later_one_has_both():
    found = total(
        ("2023-01", 10, None, False),
        ("2023-02", 25, None, True),
        ("2024-02", 60, None, True),
        ("2024-03", 5, None, False),
    )
    assert (found.amount, found.amount_eur) == (65, None)
    assert [tie.amount for tie in found.counted] == [60, 5]


def test_where_days_leave_it_open_a_sum_is_the_least_that_it_can_be():
    undated = total((None, 10, None, False), ("2024", 50, None, True))
    within = total(("2023-05/2025", 10, None, False), ("2024", 50, None, True))
    assert [(t.amount, t.is_least) for t in (undated, within)] == [(50, True)] * 2


def test_a_total_includes_nothing_greater_or_later_than_itself():
    later = total(("2024", 50, None, True), ("2025", 10, None, False))
    greater = total((None, 60, None, False), ("2024", 50, None, True))
    assert [(t.amount, t.is_least) for t in (later, greater)] == [
        (60, False),
        (110, False),
    ]


def test_euro_are_summed_where_a_source_gives_them_for_each():
    found = total(("2023", 10, 1, False), ("2024", 20, None, False))
    assert (found.amount, found.amount_eur) == (30, None)


def test_currencies_stay_apart_and_what_is_envisaged_is_no_money():
    crowns, euro = given(*NORWAY), given(("2024", 7, 7, False), currency="EUR")
    hopes = given(("2026", 9, None, False), state="envisaged")
    found = contribution_totals([*crowns, *hopes, *euro])
    assert [(t.currency, t.amount) for t in found] == [("EUR", 7), ("NOK", 1400)]
    dialogue = Engagement(kind=EngagementKind.DIALOGUE, state="in_being")
    assert contribution_totals([dialogue]) == []
