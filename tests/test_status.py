"""The status of partnerships on any day, as the database computes it.

The oracle is the plain reading of the design in ``test_lifecycle.py``.
"""

from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partnerships.choices import AffiliationKind, Track
from partnerships.dates import parse
from partnerships.models import Affiliation, Milestone, Partnership
from tests import factories
from tests.test_lifecycle import (
    CANADA,
    DATES,
    TODAY,
    Row,
    days_at_random,
    iso_codes,
    plain_answer,
    plain_deciding,
    rows_at_random,
    stories,
    ties_at_random,
)

pytestmark = pytest.mark.django_db
on_the_database = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NO_TWO_ALIKE = list(
    {(parse(d).earliest, min(parse(d).latest, TODAY)): d for d in DATES}.values()
)


@contextmanager
def undone():
    """One example of a property leaves nothing behind for the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def store(rows, ties=(), iso_code="", slug="norway"):
    """Rows as they are, past the rules, all recorded on ``TODAY``."""
    partner = factories.partner(slug, iso_code=iso_code)
    partnership = factories.partnership(of=partner)
    Milestone.objects.bulk_create(
        Milestone(partnership=partnership, recorded_on=TODAY, **row._asdict())
        for row in rows
    )
    Affiliation.objects.bulk_create(
        Affiliation(
            partner=partner,
            kind=tie.kind,
            since=tie.since and str(tie.since),
            until=tie.until and str(tie.until),
        )
        for tie in ties
    )
    return partnership


def answer(on, **lookup):
    found = Partnership.objects.with_status(on=on).get(**lookup)
    return found.sdp_status, found.safe_status, found.status


def row_of(milestone):
    return Row(milestone.track, milestone.kind, str(milestone.date))


@on_the_database
@given(
    stories, ties_at_random, iso_codes, st.lists(days_at_random, min_size=1, max_size=4)
)
def test_status_on_any_day_is_that_of_a_plain_reading(rows, ties, iso_code, days):
    with undone():
        store(rows, ties, iso_code)
        for on in days:
            assert answer(on) == plain_answer(rows, ties, iso_code, on)


@on_the_database
@given(stories, days_at_random)
def test_signature_shown_is_the_latest_one_that_has_happened(rows, on):
    signatures = [row for row in rows if row.track == "sdp" and row.kind == "signed"]
    signatures = plain_deciding(signatures, "sdp", on)
    with undone():
        store(rows)
        found = Partnership.objects.with_status(on=on).get()
    if signatures:
        assert str(found.signed_on) in [row.date for row in signatures]
        assert found.signed_latest == signatures[0].latest
    else:
        assert (found.signed_on, found.signed_latest) == (None, None)


@on_the_database
@given(stories, days_at_random)
def test_every_status_names_the_milestone_that_decided_it(rows, on):
    with undone():
        store(rows)
        found = Partnership.objects.with_deciding(on=on).get()
        for track in Track:
            pk = getattr(found, f"{track}_milestone_id")
            named = [row_of(m) for m in Milestone.objects.filter(pk=pk)]
            may_decide = plain_deciding(rows, track, on)
            assert named[0] in may_decide if may_decide else named == []


@on_the_database
@given(
    rows_at_random.filter(lambda rows: all(row.date in NO_TWO_ALIKE for row in rows)),
    days_at_random,
    st.randoms(),
)
def test_answers_do_not_depend_on_the_order_of_entry(rows, on, random):
    with undone():
        store(rows, slug="first")
        store(random.sample(rows, len(rows)), slug="second")
        first, second = map(everything_said(on), ["first", "second"])
    assert first == second


def everything_said(on):
    def said(slug):
        found = Partnership.objects.with_status(on=on).with_deciding(on=on)
        one = found.get(partner__slug=slug)
        decided_by = {one.sdp_milestone_id, one.safe_milestone_id}
        return (
            (one.sdp_status, one.safe_status, one.status),
            (one.signed_on, one.signed_latest),
            {row_of(m) for m in Milestone.objects.filter(pk__in=decided_by)},
        )

    return said


def test_signature_shown_does_not_depend_on_the_order_of_entry_of_equal_periods():
    """Two texts for one period: June 2025, and from its first day to its last."""
    rows = [Row("sdp", "signed", t) for t in ("2025-06", "2025-06-01/2025-06-30")]
    store(rows, slug="first")
    store(rows[::-1], slug="second")
    first, second = map(everything_said(TODAY), ["first", "second"])
    assert first == second


@on_the_database
@given(st.lists(st.tuples(stories, ties_at_random), max_size=4), days_at_random)
def test_partnerships_in_one_list_do_not_mix(records, on):
    with undone():
        for number, (rows, ties) in enumerate(records):
            store(rows, ties, slug=f"partner-{number}")
        found = Partnership.objects.with_status(on=on).order_by("partner__slug")
        answers = [(p.sdp_status, p.safe_status, p.status) for p in found]
    assert answers == [plain_answer(rows, ties, "", on) for rows, ties in records]


# True stories


def on(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2025-06-22", ("not_recorded", "not_eligible", "not_recorded")),
        ("2025-06-23", ("signed", "requested", "signed")),
        ("2025-09-18", ("signed", "negotiating", "signed")),
        ("2025-12-01", ("signed", "agreed", "signed")),
        ("2026-02-14", ("signed", "associated", "safe_associated")),
        ("2026-11-22", ("signed", "associated", "safe_associated")),
    ],
)
def test_canada_goes_through_every_stage(day, expected):
    store(CANADA, iso_code="CA")
    assert answer(on(day)) == expected


def test_failed_safe_talks_leave_the_partnership_standing():
    """The United Kingdom."""
    store(
        [
            Row("sdp", "signed", "2025-05-19"),
            Row("safe", "negotiations_opened", "2025-09"),
            Row("safe", "negotiations_failed", "2025-11-28"),
        ]
    )
    assert answer(TODAY) == ("signed", "no_agreement", "signed")


def test_candidate_is_eligible_while_it_is_a_candidate():
    """Albania, had it ever withdrawn."""
    partner = store([]).partner
    factories.affiliation(
        partner, "eu_candidate", since="2014-06-24", until="2026-01-01"
    )
    assert answer(on("2014-06-23"))[1] == "not_eligible"
    assert answer(on("2014-06-24"))[1] == "eligible"
    assert answer(on("2025-12-31"))[1] == "eligible"
    assert answer(on("2026-01-01"))[1] == "not_eligible"


def test_affiliation_of_unknown_beginning_has_always_held():
    factories.affiliation(store([]).partner, AffiliationKind.EEA_EFTA)
    assert answer(on("1999-01-01"))[1] == "not_needed"


def test_ukraine_needs_no_partnership_for_safe():
    store([], iso_code="UA")
    assert answer(TODAY) == ("not_recorded", "not_needed", "not_recorded")


def test_safe_milestone_outranks_standing():
    """What a partner did is more than what it might do."""
    store([Row("safe", "requested", "2025-06")], iso_code="UA")
    assert answer(TODAY)[1] == "requested"


def test_partnership_without_iso_code_or_anything_else_has_a_status():
    store([])
    assert answer(TODAY) == ("not_recorded", "not_eligible", "not_recorded")


def test_uncertain_signature_counts_from_its_last_day_on():
    store([Row("sdp", "signed", "2025-06")])
    assert answer(on("2025-06-29"))[0] == "not_recorded"
    assert answer(on("2025-06-30"))[0] == "signed"
    signed_on = Partnership.objects.with_status(on=TODAY).get().signed_on
    assert signed_on.display() == "June 2025"


def test_signature_is_shown_after_a_suspension_too():
    store([Row("sdp", "signed", "2025"), Row("sdp", "suspended", "2026-01")])
    assert str(Partnership.objects.with_status(on=TODAY).get().signed_on) == "2025"


def test_lists_filter_and_sort_by_status_at_any_date():
    store([Row("sdp", "signed", "2024-05-28")], slug="norway")
    store([Row("sdp", "signed", "2025-06")], slug="canada")
    store([Row("sdp", "proposed", "2024")], slug="india")

    def listed(day):
        found = Partnership.objects.with_status(on=day).filter(status="signed")
        return [p.partner.slug for p in found.order_by("-signed_latest")]

    assert listed(TODAY) == ["canada", "norway"]
    assert listed(on("2025-06-29")) == ["norway"]
    assert listed(on("2024-05-27")) == []


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
