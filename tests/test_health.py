"""/healthz, /readyz and the footer: whether it runs, and how the audit trail is."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.utils import timezone

from partnerships import __version__
from partnerships.ledger import sealing, verifying
from partnerships.models import LedgerEntry, Partner
from partnerships.pages import health
from tests import factories
from tests.html import page
from tests.ledger.trail import owner

pytestmark = pytest.mark.django_db

NEVER = "The audit trail was never verified."
MORNING = datetime(2026, 3, 1, 9, 5, 59, tzinfo=UTC)


@pytest.fixture(autouse=True)
def any_clock(monkeypatch):
    """Tests travel in time, and the clock of the database does not."""
    monkeypatch.setattr(health, "CLOCKS_DIFFER", timedelta(days=36_500))


def ready(client, *, status=200):
    answer = client.get("/readyz")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/json"
    return answer.json()


def verified(number, *, at=MORNING):
    with time_machine.travel(at, tick=False):
        verifying.note_result(number, 0)


@pytest.fixture
def norway(sealed_at_once):
    """Two changes, the last of them on 2 February."""
    with time_machine.travel(datetime(2026, 2, 2, 12, tzinfo=UTC), tick=False):
        factories.partnership()


@pytest.fixture
def silent():
    """A function that lets the database answer every query with this error."""

    def with_error(error):
        def refuse(*args):
            raise error("The server closed the connection.")

        return connection.execute_wrapper(refuse)

    return with_error


# /healthz


def test_healthz_answers_without_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer["Content-Type"].startswith("text/plain")


def test_healthz_answers_when_the_database_does_not(client, silent):
    with silent(OperationalError):
        assert client.get("/healthz").status_code == 200


# /readyz


def test_readyz_of_an_empty_tracker_is_ready_and_was_never_verified(client):
    assert ready(client) == {
        "ready": True,
        "version": __version__,
        "warnings": [NEVER],
        "edition": 0,
        "verified_at": None,
        "verified_edition": None,
        "read_only": False,
    }


@time_machine.travel(MORNING + timedelta(days=8), tick=False)
def test_readyz_warns_until_the_trail_was_verified(client, norway):
    assert ready(client)["warnings"] == [NEVER]
    verified(1)
    assert ready(client) == {
        "ready": True,
        "version": __version__,
        "warnings": [],
        "edition": 2,
        "verified_at": "2026-03-01T09:05:59Z",
        "verified_edition": 1,
        "read_only": False,
    }


def test_readyz_of_an_empty_tracker_that_was_verified_does_not_warn(client):
    verified(0, at=timezone.now())
    assert ready(client)["warnings"] == []


@time_machine.travel(MORNING + timedelta(days=9), tick=False)
def test_readyz_warns_when_the_proof_is_older_than_a_week(client, norway):
    verified(1)
    assert ready(client)["warnings"] == [
        "The audit trail was last proven on 2026-03-01."
    ]


@time_machine.travel(MORNING + timedelta(days=1), tick=False)
def test_readyz_warns_of_a_verification_that_found_problems(client, norway):
    verified(1)
    verifying.note_result(2, 1, problems=3)
    answer = ready(client)
    assert answer["warnings"] == [
        "The audit trail is not whole: problems were found on 2026-03-02 09:05 UTC."
    ]
    assert answer["verified_edition"] == 1
    verifying.note_result(2, 0)
    assert ready(client)["warnings"] == []


@pytest.fixture
def waiting():
    """A change that is not sealed, in a tracker that was verified."""
    factories.source()
    sealing.seal()
    verified(1, at=timezone.now())
    factories.area()
    return LedgerEntry.objects.get(number=None)


@pytest.mark.parametrize(("minutes", "warns"), [(0, False), (4, False), (6, True)])
def test_change_that_waits_for_its_seal_too_long_is_a_warning(
    client, waiting, minutes, warns
):
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
        warnings = ready(client)["warnings"]
    recorded = f"{waiting.recorded_at:%Y-%m-%d %H:%M}"
    assert warnings == [f"A change of {recorded} UTC is not sealed yet."] * warns


def test_warning_ends_with_the_seal(client, waiting):
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        assert len(ready(client)["warnings"]) == 1
        sealing.seal()
        assert ready(client)["warnings"] == []


def test_seal_that_is_late_does_not_hide_the_other_warning(client):
    factories.source()
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        late, never = ready(client)["warnings"]
    assert "is not sealed yet" in late and never == NEVER


@pytest.mark.parametrize("error", [OperationalError, DatabaseError, InterfaceError])
def test_readyz_says_503_while_the_database_does_not_answer(client, silent, error):
    with silent(error):
        answer = ready(client, status=503)
    assert answer == {"ready": False, "warnings": ["The database does not answer."]}
    assert ready(client)["ready"] is True


# Footer

PAGES = ["/", "/partnerships/", "/partnerships/norway/", "/changes/", "/changes/1/"]
PAGES += ["/partnerships/norway/changes/"]


def test_footer_names_the_edition_and_how_far_it_was_verified(client, norway):
    edition = "Edition 2 , 2 February 2026."
    for path in PAGES:
        found = page(client, path)
        assert edition in found.text and "verified" not in found.text, path
        assert "/changes/" in found.links, path
    verified(1)
    said = "Audit trail verified 1 March 2026, 09:05 UTC, up to edition 1: check it"
    for path in PAGES:
        text = page(client, path).text
        assert said in text, path


def test_last_verification_is_named(client, norway):
    verified(2)
    with owner():
        verified(1234, at=MORNING + timedelta(1))
    text = page(client, "/").text
    assert "verified 2 March 2026, 09:05 UTC, up to edition 1,234: check it" in text
    answer = ready(client)
    assert answer["verified_edition"] == 1234
    assert answer["verified_at"].startswith("2026-03-02")


def test_footer_says_when_the_last_verification_found_problems(client, norway):
    verified(1)
    with time_machine.travel(MORNING + timedelta(2), tick=False), owner():
        verifying.note_result(2, 1, problems=1)
    found = page(client, "/")
    assert (
        "The last verification, of 3 March 2026, 09:05 UTC, found problems"
        in found.text
    )
    assert "/data/verify/#answers" in found.links


def test_footer_of_an_empty_tracker_names_no_edition(client):
    text = page(client, "/partnerships/").text
    assert "Edition" not in text and "verified" not in text


def test_footer_counts_sealed_changes_alone(client, norway, monkeypatch):
    monkeypatch.setattr(sealing, "after_commit", lambda using: None)
    Partner.objects.update(official_name="Kingdom of Norway")
    assert "Edition 2 , 2 February 2026" in page(client, "/").text
    sealing.seal()
    assert "Edition 3 , " in page(client, "/").text


def test_page_that_is_not_found_is_two_queries_with_the_names_near_to_it(
    client, norway, django_assert_num_queries
):
    with django_assert_num_queries(2):
        text = page(client, "/nowhere/", status=404).text
    assert "Edition 2 , 2 February 2026" in text
