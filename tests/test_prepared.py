"""Querysets that are made once answer as those that are made each time."""

from datetime import date

import pytest

from partnerships.models import Milestone, Partnership
from partnerships.querysets.prepared import Prepared
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    found = [factories.partnership(slug) for slug in ("norway", "japan")]
    for record, day in zip(found, ("2024-05-28", "2024-11-01"), strict=True):
        factories.milestone(record, date=day)
    return found


def named(slug, on):
    rows = Partnership.objects.with_status(on=on).select_related("partner")
    return rows.filter(partner__slug=slug)


def test_rows_are_those_of_the_values_given(two, django_assert_num_queries):
    prepared = Prepared(named, slug=str, on=date)
    for slug in ("norway", "japan"):
        for day in (date(2024, 6, 1), date(2025, 1, 1)):
            with django_assert_num_queries(1):
                (found,) = prepared(slug=slug, on=day)
                assert found.partner.slug == slug
            (expected,) = named(slug, day)
            assert (found, found.status) == (expected, expected.status)
            assert found.signed_on == expected.signed_on
    assert prepared(slug="nobody", on=date(2025, 1, 1)) == []


def test_number_of_values_is_fixed_beforehand(two):
    prepared = Prepared(lambda pks: Milestone.objects.filter(pk__in=pks), pks=[int] * 3)
    first, second = Milestone.objects.all()
    assert prepared(pks=[first.pk, second.pk, second.pk]) == [first, second]
    assert prepared(pks=[second.pk] * 3) == [second]
    assert prepared(pks=[0] * 3) == []


def test_rows_may_be_tuples_too(two):
    def dates(on):
        return Milestone.objects.happened(on=on).values_list("kind", "date")

    prepared = Prepared(dates, on=date)
    assert prepared(on=date(2024, 6, 1)) == list(dates(date(2024, 6, 1)))
    assert len(prepared(on=date(2025, 6, 1))) == 2


def test_a_value_that_is_no_parameter_is_refused():
    prepared = Prepared(
        lambda pk, slug: Milestone.objects.filter(pk=pk), pk=int, slug=str
    )
    with pytest.raises(ValueError, match="Not all of pk, slug are in the SQL"):
        prepared(pk=1, slug="norway")
