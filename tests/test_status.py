"""The status of partnerships on any day, as querysets give it.

The oracle is the plain reading of the design in ``stories.py``.
"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.choices import AffiliationKind, Track
from partnerships.dates import parse
from partnerships.ledger.known_on import known_on
from partnerships.ledger.past import Past
from partnerships.models import Milestone, Partnership
from partnerships.querysets.statuses import COLUMNS
from tests import factories
from tests.factories import edit
from tests.stories import (
    CANADA,
    ISO_CODES,
    TODAY,
    Row,
    fill,
    plain_answers,
    plain_deciding,
    plain_signatures,
)
from tests.strategies import days_at_random, on_the_database, six_records, undone
from tests.two_clocks import on as on_day

pytestmark = pytest.mark.django_db
NAMES = ("sdp_status", "safe_status", "status")


def store(rows, ties=(), iso_code="", slug="norway"):
    partner = factories.partner(slug, iso_code=iso_code)
    fill([factories.partnership(of=partner)], [(rows, ties)])
    return partner.partnership


def state(on):
    """Every partnership as it stood on that day, in the order of the partners' names."""
    return Partnership.objects.with_status(on=on)


def answer(on):
    (one,) = state(on)
    return one.sdp_status, one.safe_status, one.status


def may_be(on):
    (one,) = state(on)
    return one.sdp_status_may_be, one.safe_status_may_be, one.status_may_be


def rows_by_pk():
    """The milestones that are stored, without what came after what."""
    return {
        m.pk: Row(m.track, m.kind, str(m.date), m.attempt, m.certainty)
        for m in Milestone.objects.all()
    }


def of(rows):
    return {row and row._replace(follows=None) for row in rows}


def everything_said(partnership):
    """All that is shown of it, but for the numbers of its rows."""
    rows = rows_by_pk()
    said = {name: getattr(partnership, name) for name in COLUMNS}
    for track in Track:
        said[f"{track}_milestone_id"] = rows.get(said[f"{track}_milestone_id"])
    return said


@on_the_database
@given(six_records, days_at_random, days_at_random)
def test_status_on_any_day_is_that_of_a_plain_reading(six, records, day, other):
    with undone():
        fill(six, records)
        for on in (day, other):
            for found, told, code in zip(state(on), records, ISO_CODES, strict=True):
                answers = plain_answers(*told, code, on)
                for name, (certain, possible) in zip(NAMES, answers, strict=True):
                    status = getattr(found, name)
                    may_be = getattr(found, f"{name}_may_be")
                    assert status in certain
                    assert status not in may_be
                    assert {status, *may_be} == possible


@on_the_database
@given(six_records, days_at_random)
def test_signature_shown_is_the_latest_one_that_has_happened(six, records, on):
    with undone():
        fill(six, records)
        for found, (rows, _) in zip(state(on), records, strict=True):
            signed = plain_signatures(rows, on)
            assert (found.signed_on, found.signed_latest) in {
                (row and parse(row.date), row and row.latest) for row in signed
            }


@on_the_database
@given(six_records, days_at_random)
def test_every_status_names_the_milestone_that_decided_it(six, records, on):
    with undone():
        fill(six, records)
        named = rows_by_pk()
        for found, (rows, _) in zip(state(on), records, strict=True):
            for track in Track:
                decided_by = named.get(getattr(found, f"{track}_milestone_id"))
                assert decided_by in of(plain_deciding(rows, track, on))


@on_the_database
@given(six_records, days_at_random)
def test_rows_filters_and_orders_know_one_status(six, records, on):
    """A row as the database gives it, as ``as_of`` does, and as filters find it."""
    with undone():
        fill(six, records)
        rows = {row.pk: row for row in state(on)}
        for row in Partnership.objects.as_of(on):
            for name in COLUMNS:
                assert getattr(row, name) == getattr(rows[row.pk], name)
        for name in (*NAMES, "status_reported", "sdp_milestone_id", "signed_latest"):
            for value in {getattr(row, name) for row in rows.values()}:
                expected = {pk for pk, r in rows.items() if getattr(r, name) == value}
                if value is None:
                    found = state(on).filter(**{f"{name}__isnull": True})
                else:
                    found = state(on).filter(**{name: value})
                assert {row.pk for row in found} == expected
                assert found.count() == len(expected)
        for name in (*NAMES, "signed_latest"):
            given = [getattr(row, name) for row in state(on).order_by(name, "pk")]
            given = [value for value in given if value is not None]
            assert given == sorted(given)


@pytest.mark.slow("asks it of records at random")
@on_the_database
@given(six_records, six_records, days_at_random)
def test_status_known_on_a_day_is_what_was_said_on_it(db, told, since, on):
    with undone():
        with on_day(TODAY):
            made = [factories.partnership(f"p{number}") for number in range(6)]
            fill(made, told)
        said = [everything_of(row) for row in state(on)]
        with on_day(TODAY + timedelta(1)):
            for record in made:
                record.milestones.all().delete()
                record.partner.affiliations.all().delete()
            fill(made, since)
        with known_on(Past.of_day(TODAY)):
            assert [everything_of(row) for row in state(on)] == said
            assert [everything_of(r) for r in Partnership.objects.as_of(on)] == said


def everything_of(partnership):
    return {name: getattr(partnership, name) for name in COLUMNS}


@on_the_database
@given(six_records, days_at_random, st.randoms())
def test_answers_do_not_depend_on_the_order_of_entry(six, records, on, random):
    (rows, ties), *_ = records[4:]
    shuffled = random.sample(rows, len(rows))
    with undone():
        fill(six[4:], [(rows, ties), (shuffled, ties)])
        *_, first, second = state(on)
        assert everything_said(first) == everything_said(second)


# True stories


def on(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2025-05-26", ("not_recorded", "none", "not_recorded")),
        ("2025-05-27", ("not_recorded", "not_eligible", "not_recorded")),
        ("2025-06-01", ("signed", "eligible", "signed")),
        ("2025-06-23", ("signed", "requested", "signed")),
        ("2025-09-18", ("signed", "negotiating", "signed")),
        ("2025-10-01", ("signed", "agreed", "signed")),
        ("2025-11-14", ("signed", "associated", "safe_associated")),
        ("2025-11-22", ("signed", "associated", "safe_associated")),
    ],
)
def test_canada_goes_through_every_stage(day, expected):
    store(CANADA, iso_code="CA")
    assert answer(on(day)) == expected
    assert may_be(on(day)) == ([], [], [])


@pytest.mark.parametrize(
    ("rows", "iso_code", "expected"),
    [
        (
            [
                Row("sdp", "signed", "2024-05-19"),
                Row("safe", "negotiations_opened", "2025-09"),
                Row("safe", "negotiations_failed", "2025-11-20"),
            ],
            "GB",
            ("signed", "no_agreement", "signed"),
        ),
        ([], "UA", ("not_recorded", "not_needed", "not_recorded")),
        # What a partner did is more than what it might do.
        (
            [Row("safe", "requested", "2025-06")],
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
        partner, "eu_candidate", since="2025-06-24", until="2025-11-01"
    )
    assert answer(on("2025-06-23"))[1] == "not_eligible"
    assert answer(on("2025-06-24"))[1] == "eligible"
    assert answer(on("2025-10-31"))[1] == "eligible"
    assert answer(on("2025-11-01"))[1] == "not_eligible"


def test_affiliation_of_unknown_beginning_may_have_held_and_never_simply_holds():
    factories.affiliation(store([]).partner, AffiliationKind.EEA_EFTA)
    assert answer(on("2025-05-27"))[1] == "not_eligible"
    assert may_be(on("2025-05-27"))[1] == ["not_needed"]


def test_uncertain_signature_counts_from_its_last_day_on():
    store([Row("sdp", "signed", "2024-06")])
    assert answer(on("2024-05-31"))[0] == "not_recorded"
    assert may_be(on("2024-05-31"))[0] == []
    assert answer(on("2024-06-29"))[0] == "not_recorded"
    assert may_be(on("2024-06-29")) == (["signed"], [], ["signed"])
    assert answer(on("2024-06-30"))[0] == "signed"
    signed_on = Partnership.objects.with_status(on=TODAY).get().signed_on
    assert signed_on.display() == "June 2024"


def test_rejected_signature_moves_nothing_and_a_reported_one_is_said_to_be():
    rejected = store([Row("sdp", "signed", "2024-06", 1, "rejected")])
    row = Partnership.objects.with_status(on=TODAY).get()
    assert (row.status, row.status_reported, row.signed_on) == (
        "not_recorded",
        False,
        None,
    )
    edit(rejected.milestones.get(), certainty="reported")
    row = Partnership.objects.with_status(on=TODAY).get()
    assert (row.status, row.status_reported) == ("signed", True)


def test_editors_settle_which_of_two_came_first():
    in_force = Row("safe", "in_force", "2025-06/2025-10")
    suspended = Row("safe", "suspended", "2025-08-01")
    record = store([Row("sdp", "signed", "2024"), in_force, suspended])
    assert (answer(TODAY)[1], may_be(TODAY)[1]) == ("in_force", ["suspended"])
    first, second = (record.milestones.get(kind=r.kind) for r in (in_force, suspended))
    edit(second, follows=first)
    assert (answer(TODAY)[1], may_be(TODAY)[1]) == ("suspended", [])
    edit(second, follows=None)
    edit(first, follows=second)
    assert (answer(TODAY)[1], may_be(TODAY)[1]) == ("in_force", [])


def test_signature_is_shown_after_a_suspension_too():
    store([Row("sdp", "signed", "2024"), Row("sdp", "suspended", "2025-01")])
    assert str(Partnership.objects.with_status(on=TODAY).get().signed_on) == "2024"


def test_signature_of_an_attempt_that_ended_is_not_one_of_the_next():
    store(
        [
            Row("sdp", "signed", "2024"),
            Row("sdp", "ended", "2025-01-10"),
            Row("sdp", "negotiations_opened", "2025-03-01", 2),
        ]
    )
    ended, negotiating = (
        Partnership.objects.with_status(on=on(day)).get()
        for day in ("2025-02-01", "2025-03-01")
    )
    assert (ended.status, str(ended.signed_on)) == ("ended", "2024")
    assert (negotiating.status, negotiating.signed_on) == ("negotiating", None)
    assert negotiating.signed_latest is None


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


def test_rows_that_are_not_asked_for_have_no_status():
    asked = store(CANADA, slug="canada")
    store([], slug="norway")
    found = Partnership.objects.with_status(on=TODAY, among=[asked.pk])
    assert {row.pk: row.status for row in found}[asked.pk] == "safe_associated"
    assert [row.status for row in found if row != asked] == [None]


def test_status_of_a_list_is_three_queries(django_assert_num_queries):
    """The rows, and once, for however many columns, milestones and partners."""
    store(CANADA, slug="canada")
    store([], slug="norway")
    with django_assert_num_queries(3):
        list(Partnership.objects.with_status(on=TODAY).order_by("status"))
    with django_assert_num_queries(3):
        Partnership.objects.as_of(TODAY)


def test_status_needs_no_clock():
    """A day long before, or after, anything that is recorded."""
    store(CANADA)
    assert answer(date.min)[2] == "not_recorded"
    assert answer(TODAY + timedelta(36500))[2] == "safe_associated"
