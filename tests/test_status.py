"""The status of partnerships on any day, as the database computes it.

The oracle is the plain reading of the design in ``stories.py``.
"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.choices import AffiliationKind, Track
from partnerships.dates import parse
from partnerships.models import Milestone, Partnership
from tests import factories
from tests.stories import (
    CANADA,
    ISO_CODES,
    TODAY,
    Row,
    fill,
    plain_answer,
    plain_deciding,
)
from tests.strategies import (
    DATES,
    days_at_random,
    on_the_database,
    rows_at_random,
    six_records,
    undone,
)

pytestmark = pytest.mark.django_db
NO_TWO_ALIKE = list(
    {(parse(d).earliest, min(parse(d).latest, TODAY)): d for d in DATES}.values()
)


def store(rows, ties=(), iso_code="", slug="norway"):
    partner = factories.partner(slug, iso_code=iso_code)
    fill([factories.partnership(of=partner)], [(rows, ties)])
    return partner.partnership


def state(on):
    """Every partnership as it stood on that day, in the order of the partners' names."""
    return Partnership.objects.with_status(on=on).with_deciding(on=on)


def answer(on):
    (one,) = state(on)
    return one.sdp_status, one.safe_status, one.status


def rows_by_pk():
    return {m.pk: Row(m.track, m.kind, str(m.date)) for m in Milestone.objects.all()}


def everything_said(partnership):
    """All that is shown of it, but for the numbers of its rows."""
    rows = rows_by_pk()
    return (
        (partnership.sdp_status, partnership.safe_status, partnership.status),
        (partnership.signed_on, partnership.signed_latest),
        rows.get(partnership.sdp_milestone_id),
        rows.get(partnership.safe_milestone_id),
    )


@on_the_database
@given(six_records, days_at_random, days_at_random)
def test_status_on_any_day_is_that_of_a_plain_reading(six, records, day, other):
    with undone():
        fill(six, records)
        for on in (day, other):
            answers = [(p.sdp_status, p.safe_status, p.status) for p in state(on)]
            assert answers == [
                plain_answer(rows, ties, iso_code, on)
                for (rows, ties), iso_code in zip(records, ISO_CODES, strict=True)
            ]


@on_the_database
@given(six_records, days_at_random)
def test_signature_shown_is_the_latest_one_that_has_happened(six, records, on):
    with undone():
        fill(six, records)
        for found, (rows, _) in zip(state(on), records, strict=True):
            signed = [row for row in rows if (row.track, row.kind) == ("sdp", "signed")]
            newest = plain_deciding(signed, "sdp", on)
            texts = {parse(row.date) for row in newest} or {None}
            assert found.signed_on in texts
            assert found.signed_latest == (newest[0].latest if newest else None)


@on_the_database
@given(six_records, days_at_random)
def test_every_status_names_the_milestone_that_decided_it(six, records, on):
    with undone():
        fill(six, records)
        named = rows_by_pk()
        for found, (rows, _) in zip(state(on), records, strict=True):
            for track in Track:
                decided_by = named.get(getattr(found, f"{track}_milestone_id"))
                assert decided_by in (plain_deciding(rows, track, on) or [None])


@on_the_database
@given(
    rows_at_random.map(lambda rows: [r for r in rows if r.date in NO_TWO_ALIKE]),
    days_at_random,
    st.randoms(),
)
def test_answers_do_not_depend_on_the_order_of_entry(six, rows, on, random):
    shuffled = random.sample(rows, len(rows))
    with undone():
        fill(six[4:], [(rows, []), (shuffled, [])])
        *_, first, second = state(on)
        assert everything_said(first) == everything_said(second)


def test_answers_do_not_depend_on_the_order_of_entry_of_equal_periods():
    """Two texts for one period: June 2024, and from its first day to its last."""
    rows = [Row("sdp", "signed", t) for t in ("2024-06", "2024-06-01/2024-06-30")]
    store(rows, slug="first")
    store(rows[::-1], slug="second")
    first, second = state(TODAY)
    assert everything_said(first) == everything_said(second)


# True stories


def on(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-06-22", ("not_recorded", "not_eligible", "not_recorded")),
        ("2024-06-23", ("signed", "requested", "signed")),
        ("2024-09-18", ("signed", "negotiating", "signed")),
        ("2024-12-01", ("signed", "agreed", "signed")),
        ("2025-02-14", ("signed", "associated", "safe_associated")),
        ("2025-11-22", ("signed", "associated", "safe_associated")),
    ],
)
def test_canada_goes_through_every_stage(day, expected):
    store(CANADA, iso_code="CA")
    assert answer(on(day)) == expected


@pytest.mark.parametrize(
    ("rows", "iso_code", "expected"),
    [
        (
            [
                Row("sdp", "signed", "2024-05-19"),
                Row("safe", "negotiations_opened", "2024-09"),
                Row("safe", "negotiations_failed", "2024-11-28"),
            ],
            "GB",
            ("signed", "no_agreement", "signed"),
        ),
        ([], "UA", ("not_recorded", "not_needed", "not_recorded")),
        # What a partner did is more than what it might do.
        (
            [Row("safe", "requested", "2024-06")],
            "UA",
            ("not_recorded", "requested", "not_recorded"),
        ),
        ([], "", ("not_recorded", "not_eligible", "not_recorded")),
    ],
    ids=["failed-talks", "Ukraine", "Ukraine-requested", "nothing-recorded"],
)
def test_partner_stands_today(rows, iso_code, expected):
    store(rows, iso_code=iso_code)
    assert answer(TODAY) == expected


def test_candidate_is_eligible_while_it_is_a_candidate():
    """Albania, had it ever withdrawn."""
    partner = store([]).partner
    factories.affiliation(
        partner, "eu_candidate", since="2014-06-24", until="2025-01-01"
    )
    assert answer(on("2014-06-23"))[1] == "not_eligible"
    assert answer(on("2014-06-24"))[1] == "eligible"
    assert answer(on("2024-12-31"))[1] == "eligible"
    assert answer(on("2025-01-01"))[1] == "not_eligible"


def test_affiliation_of_unknown_beginning_has_always_held():
    factories.affiliation(store([]).partner, AffiliationKind.EEA_EFTA)
    assert answer(on("1999-01-01"))[1] == "not_needed"


def test_uncertain_signature_counts_from_its_last_day_on():
    store([Row("sdp", "signed", "2024-06")])
    assert answer(on("2024-06-29"))[0] == "not_recorded"
    assert answer(on("2024-06-30"))[0] == "signed"
    signed_on = Partnership.objects.with_status(on=TODAY).get().signed_on
    assert signed_on.display() == "June 2024"


def test_signature_is_shown_after_a_suspension_too():
    store([Row("sdp", "signed", "2024"), Row("sdp", "suspended", "2025-01")])
    assert str(Partnership.objects.with_status(on=TODAY).get().signed_on) == "2024"


def test_lists_filter_and_sort_by_status_at_any_date():
    store([Row("sdp", "signed", "2023-05-28")], slug="norway")
    store([Row("sdp", "signed", "2024-06")], slug="canada")
    store([Row("sdp", "proposed", "2023")], slug="india")

    def listed(day):
        found = Partnership.objects.with_status(on=day).filter(status="signed")
        return [p.partner.slug for p in found.order_by("-signed_latest")]

    assert listed(TODAY) == ["canada", "norway"]
    assert listed(on("2024-06-29")) == ["norway"]
    assert listed(on("2023-05-27")) == []


def test_lists_filter_by_safe_status_and_count():
    store(CANADA, slug="canada")
    store([], slug="norway")
    found = Partnership.objects.with_status(on=TODAY).filter(safe_status="not_eligible")
    assert [p.partner.slug for p in found] == ["norway"]
    assert found.count() == 1


def test_status_of_a_list_is_one_query(django_assert_num_queries):
    store(CANADA, slug="canada")
    store([], slug="norway")
    with django_assert_num_queries(1):
        list(Partnership.objects.with_status(on=TODAY).with_deciding(on=TODAY))


def test_status_needs_no_clock():
    """A day long before, or after, anything that is recorded."""
    store(CANADA)
    assert answer(date.min)[2] == "not_recorded"
    assert answer(TODAY + timedelta(36500))[2] == "safe_associated"
