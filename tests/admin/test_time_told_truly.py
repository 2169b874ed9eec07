"""The most ordinary news there are, entered by the forms of the admin on a database that
a landed version left, and the statuses that they make."""

from datetime import date

import pytest
from django.core.management import call_command

from partnerships.ledger import sealing, verifying
from partnerships.models import Milestone, Partnership, Source
from tests import factories, landed
from tests.admin import CITED, change_url, errors, row_errors, submit
from tests.ledger.databases import made, working_on

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db,
    pytest.mark.slow("builds a database"),
]


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory, scratch_database, django_db_blocker):
    directory = tmp_path_factory.mktemp("landed")
    with django_db_blocker.unblock(), made(directory) as name, working_on(name):
        landed.rebuild(landed.landed()[0])
        call_command("migrate", verbosity=0)
        yield


@pytest.fixture(autouse=True)
def desk(upgraded, client, publisher):
    """The landed database as it was, with a publisher at work."""
    client.force_login(publisher)


def record(slug):
    return Partnership.objects.get(partner__slug=slug)


def enter(client, slug, *lines):
    """Send new milestones, such as "safe signed 2026-02-14 attempt=2", with one source,
    from the page of a record."""
    rows = []
    for line in lines:
        track, kind, text, *more = line.split()
        given = dict(one.split("=") for one in more)
        if kind == "statement":
            given["actor"] = "the European Parliament"
        rows.append(
            ("milestones", {"track": track, "kind": kind, "date": text, **given})
        )
    source = Source.objects.filter(key="news").first() or factories.source("news")
    cited = CITED | {"source": source.pk}
    return submit(client, change_url(record(slug)), cited, rows=rows)


def accepted(answer):
    assert answer.status_code == 302, errors(answer)


def on(slug, day, track="safe"):
    """The status of a track on a day, and what else it may be."""
    (row,) = Partnership.objects.filter(partner__slug=slug).as_of(
        date.fromisoformat(day)
    )
    may_be = getattr(row, f"{track}_status_may_be")
    return getattr(row, f"{track}_status"), sorted(may_be)


@pytest.mark.parametrize("bound", ["../2026-03-05", "../2026-03"])
def test_failure_stands_beside_a_mandate_that_is_dated_by_a_later_bound(client, bound):
    mandate = record("united-kingdom").milestones.get(kind="negotiations_authorised")
    factories.edit(mandate, date=bound)
    accepted(enter(client, "united-kingdom", "safe negotiations_failed 2025-11-28"))
    assert on("united-kingdom", "2025-10-01") == ("eligible", ["negotiating"])
    assert on("united-kingdom", "2025-12-15") == ("no_agreement", [])
    assert on("united-kingdom", "2026-11-30") == ("no_agreement", [])


@pytest.mark.parametrize("bound", ["../2026-03-05", "../2026-03"])
def test_signature_stands_beside_an_authorisation_that_is_dated_by_a_later_bound(
    client, bound
):
    authorised = record("canada").milestones.get(kind="signature_authorised")
    factories.edit(authorised, date=bound)
    accepted(enter(client, "canada", "safe signed 2026-02-14"))
    assert on("canada", "2026-02-20") == ("associated", [])


def test_both_are_entered_on_one_database_whose_trail_stays_whole(client):
    accepted(enter(client, "united-kingdom", "safe negotiations_failed 2025-11-28"))
    accepted(enter(client, "canada", "safe signed 2026-02-14"))
    assert on("united-kingdom", "2025-12-15") == ("no_agreement", [])
    assert on("canada", "2026-02-20") == ("associated", [])
    sealing.seal()
    assert list(verifying.problems()) == []


def test_leaders_may_open_talks_before_the_mandate_is_dated(client):
    accepted(
        enter(
            *(client, "united-kingdom"),
            "safe negotiations_opened 2025-09-10",
            "safe negotiations_failed 2025-11-28",
        )
    )
    assert on("united-kingdom", "2025-09-09") == ("eligible", ["negotiating"])
    assert on("united-kingdom", "2025-09-10") == ("negotiating", [])


def test_suspension_and_resumption_may_come_twice(client):
    turns = ["suspended 2025-01", "resumed 2025-03"]
    turns += ["suspended 2025-06", "resumed 2025-09-01"]
    accepted(enter(client, "norway", *(f"sdp {turn}" for turn in turns)))
    told = [
        on("norway", f"2025-{day}", "sdp")[0] for day in ("02-01", "04-01", "07-01")
    ]
    assert told == ["suspended", "signed", "suspended"]
    assert on("norway", "2025-06-15", "sdp") == ("signed", ["suspended"])
    assert on("norway", "2025-09-01", "sdp") == ("signed", [])


def test_second_suspension_without_a_resumption_is_told_to_add_its_source(client):
    answer = enter(client, "norway", "sdp suspended 2025-01", "sdp suspended 2025-06")
    assert "add your source to that one" in errors(answer)
    assert on("norway", "2026-01-01", "sdp") == ("signed", [])


def test_second_attempt_follows_an_end(client):
    accepted(enter(client, "norway", "sdp ended 2025-06"))
    refused = enter(client, "norway", "sdp proposed 2025-09")
    assert "would come after" in errors(refused)
    assert "attempt" in errors(refused)
    accepted(enter(client, "norway", "sdp proposed 2025-09 attempt=2"))
    accepted(enter(client, "norway", "sdp signed 2026-03-01 attempt=2"))
    told = [on("norway", day, "sdp")[0] for day in ("2025-07-01", "2025-10-01")]
    assert told == ["ended", "proposed"]
    assert on("norway", "2026-03-01", "sdp") == ("signed", [])


@pytest.mark.parametrize(
    ("kind", "before", "status"),
    [("suspended", "in_force", "suspended"), ("in_force", "suspended", "in_force")],
)
def test_editor_says_which_of_two_came_first_where_bounds_overlap(
    client, kind, before, status
):
    accepted(
        enter(
            *(client, "canada", "safe signed 2026-02-14"),
            *("safe in_force 2026-05/2026-09", "safe suspended 2026-06/2026-08"),
        )
    )
    told, may_be = on("canada", "2026-10-01")
    assert {told, *may_be} == {"in_force", "suspended"}
    steps = {m.kind: m for m in record("canada").milestones.filter(track="safe")}
    form = change_url(steps[kind])
    offered = client.get(form).context["adminform"].form.fields["follows"].queryset
    assert {*offered} == {m for m in steps.values() if m.kind != kind} | {
        *record("canada").milestones.filter(track="safe", kind="statement")
    }
    unexplained = submit(client, form, CITED, follows=steps[before].pk)
    assert "how you know which of the two came first" in errors(unexplained)
    ruling = "The Council's minutes say so."
    accepted(submit(client, form, CITED, follows=steps[before].pk, ruling=ruling))
    assert on("canada", "2026-10-01") == (status, [])
    assert Milestone.history.filter(id=steps[kind].pk).first().follows_id


def test_refused_step_stands_at_its_own_row_and_nothing_is_saved(client):
    before = Milestone.objects.count()
    answer = enter(
        *(client, "united-kingdom", "safe statement 2025-10"),
        *("safe negotiations_failed 2025-11-28", "safe requested 2025-12-05"),
    )
    *others, request = row_errors(answer, "milestones")
    assert not any(others)
    assert "record it in attempt 2" in request
    assert Milestone.objects.count() == before
