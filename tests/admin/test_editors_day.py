"""Today is the editor's day in the admin, and the day of UTC for readers."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.urls import resolve
from django.utils import timezone

from partnerships.actions.undoing import undo
from partnerships.ledger import sealing
from partnerships.models import (
    Check,
    LedgerEntry,
    Milestone,
    Partnership,
    User,
)
from sdptracker.middleware import EditorsTimeZone
from tests import factories
from tests.admin import CITED, change_url, count_queries, errors, submit, url

pytestmark = [pytest.mark.django_db, pytest.mark.once]

#: Half past midnight in Brussels, half past six in the evening in New York.
LATE = datetime(2026, 6, 15, 22, 30, tzinfo=UTC)
THEIR_DAY = date(2026, 6, 16)
TO_COME = "begins after today"


@pytest.fixture
def late():
    with time_machine.travel(LATE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def brussels(late):
    zone = "Europe/Brussels"
    return factories.user("brussels", groups=["publisher"], time_zone=zone)


@pytest.fixture
def new_york(late):
    zone = "America/New_York"
    return factories.user("new-york", groups=["publisher"], time_zone=zone)


@pytest.fixture
def norway(late):
    return factories.partnership(stated_areas=None)


@pytest.fixture
def cited(late):
    return {**CITED, "source": factories.source("eeas-2024").pk}


SIGNED = {"track": "sdp", "kind": "signed", "date": "2026-06-16"}
DOCUMENT = {
    "url": "https://example.org/norway-signs",
    "publisher": "NRK",
    "kind": "press",
    "title": "Norway signs",
    "published_on": "16 June 2026",
    "language": "en",
    "change_kind": "new_development",
    "rows-TOTAL_FORMS": 1,
    "rows-INITIAL_FORMS": 0,
    "rows-0-partner": "Norway",
    "rows-0-what": "Signed",
    "rows-0-value": "16 June 2026",
    "rows-0-place": "¶ 2",
    "publish": "1",
}
DESK = "/admin/enter/7ac8ccfc-7b43-4d8a-b6d8-ba0b2bc3c5de/"


def enter_by_form(client, record, cited):
    return submit(client, change_url(record), cited, rows=[("milestones", SIGNED)])


# Who has begun the day, and who has not


def test_form_takes_a_milestone_of_the_editors_today(client, brussels, norway, cited):
    client.force_login(brussels)
    answer = enter_by_form(client, norway, cited)
    assert answer.status_code == 302, errors(answer)
    milestone = Milestone.objects.get()
    assert milestone.recorded_on == milestone.latest == THEIR_DAY
    assert milestone.history.get().history_date == LATE


def test_form_refuses_what_is_tomorrow_to_the_editor(client, new_york, norway, cited):
    client.force_login(new_york)
    answer = enter_by_form(client, norway, cited)
    assert answer.status_code == 200 and TO_COME in errors(answer)
    assert not Milestone.objects.exists()


def test_desk_takes_a_document_of_the_editors_today(client, brussels, norway):
    client.force_login(brussels)
    assert client.post(DESK, DOCUMENT).status_code == 302
    assert Milestone.objects.get().latest == THEIR_DAY


def test_desk_refuses_what_is_tomorrow_to_the_editor(client, new_york, norway):
    client.force_login(new_york)
    answer = client.post(DESK, DOCUMENT)
    assert answer.status_code == 200
    assert not Milestone.objects.exists()


@pytest.mark.parametrize(
    ("who", "day"), [("brussels", "Tuesday 16 June"), ("new_york", "Monday 15 June")]
)
def test_heading_and_look_are_of_the_editors_day(client, request, norway, who, day):
    client.force_login(request.getfixturevalue(who))
    assert f"Today, {day} 2026" in client.get("/admin/").text
    assert client.post("/admin/looked/", {"partnership": norway.pk}).status_code == 302
    check = Check.objects.get()
    assert f"{check.through:%A %-d %B}" == f"{check.made_on:%A %-d %B}" == day


# What readers see


def test_readers_see_the_milestone_from_its_day_of_utc_on(
    client, brussels, norway, cited, late
):
    client.force_login(brussels)
    enter_by_form(client, norway, cited)
    sealing.seal()
    for now in (LATE, datetime(2026, 6, 16, tzinfo=UTC)):
        late.move_to(now)
        is_seen = now > LATE
        record = client.get("/api/v1/partnerships/norway/").json()
        assert (record["status"] == "signed") is is_seen
        for path in ("/partnerships/", "/partnerships/norway/", "/timeline/"):
            assert ("16 June 2026" in client.get(path).text) is is_seen, path


def test_readers_days_are_of_utc_whoever_asks(client, brussels, norway):
    client.force_login(brussels)
    client.get("/admin/")
    answer = client.get("/partnerships/?as_of=2026-06-17")
    assert "This day is yet to come: choose one up to 16 June 2026" in answer.text


# Two editors in different zones


@pytest.fixture
def entered(client, brussels, norway, cited):
    """What the editor in Brussels has entered of that day."""
    client.force_login(brussels)
    enter_by_form(client, norway, cited)
    client.post("/admin/looked/", {"partnership": norway.pk})
    milestone = norway.milestones.get()
    source = milestone.claims.get().source
    with timezone.override("Europe/Brussels"):
        namesake = factories.namesake(date="2026-06-16")
        factories.claim(namesake, "2026-06-16", by=source)
        source.last_checked_on, source.published_on = THEIR_DAY, "2026-06-16"
        factories.save(source)
    sealing.seal()
    return {
        "milestone": milestone,
        "check": norway.checks.get(),
        "namesake": namesake,
        "source": source,
    }


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("milestone", {"note": "In Oslo."}),
        ("check", {"found": "A date."}),
        ("namesake", {"title": "Dialogue with Togo"}),
        ("source", {"title": "Other"}),
    ],
)
def test_what_was_entered_elsewhere_is_edited_while_its_day_is_to_come(
    client, entered, new_york, cited, name, change
):
    client.force_login(new_york)
    answer = submit(client, change_url(entered[name]), cited, **change)
    assert answer.status_code == 302, errors(answer)
    entered[name].refresh_from_db()
    for field, value in change.items():
        assert getattr(entered[name], field) == value


def test_look_is_not_repeated_where_its_day_is_to_come(client, entered, new_york):
    factories.check(entered["check"].partnership, "2026-06-15")
    client.force_login(new_york)
    chosen = {"action": "looked", "_selected_action": [entered["check"].partnership_id]}
    answer = client.post(url(Partnership, "changelist"), chosen, follow=True)
    assert "checked through 15 June 2026 already" in answer.text
    assert Check.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("milestone", "date"),
        ("check", "made_on"),
        ("namesake", "date"),
        ("source", "last_checked_on"),
        ("source", "published_on"),
    ],
)
def test_day_that_is_to_come_for_everybody_is_refused(
    client, entered, brussels, cited, name, field
):
    client.force_login(brussels)
    answer = submit(client, change_url(entered[name]), cited, **{field: "2026-06-17"})
    assert answer.status_code == 200 and errors(answer)


def test_record_with_a_day_to_come_elsewhere_is_published(
    client, entered, norway, new_york
):
    Partnership.objects.update(is_published=False)
    norway.refresh_from_db()
    norway.is_published = True
    with timezone.override("America/New_York"):
        norway.full_clean()


def test_what_was_entered_elsewhere_is_undone(entered, new_york):
    with timezone.override("America/New_York"):
        done = LedgerEntry.objects.filter(record="check").latest("number").operation
        undo(done, by=new_york, reason="Entered too early")
    assert not Check.objects.exists()


# The middleware


def test_history_is_told_in_the_editors_time_whose_zone_the_foot_names(
    client, entered, brussels, new_york
):
    address = url(Milestone, "history", entered["milestone"].pk)
    for who, at in (
        (brussels, "16 June 2026, 00:30:00"),
        (new_york, "15 June 2026, 18:30:00"),
    ):
        client.force_login(who)
        page = client.get(address).text
        assert at in page and f"Times at the desk are those of {who.time_zone}:" in page


def test_lists_lead_to_days_wherever_the_editor_is(client, entered, new_york, brussels):
    for who in (new_york, brussels):
        client.force_login(who)
        day = {"latest__year": 2026, "latest__month": 6, "latest__day": 16}
        page = client.get(url(Milestone, "changelist"), day)
        assert page.context["cl"].result_count == 1


def test_nothing_is_left_to_the_next_request(rf, brussels):
    days = []

    def look(request):
        middleware.process_view(request, None, (), {})
        days.append(str(timezone.localdate()))
        return HttpResponse()

    middleware = EditorsTimeZone(look)
    for path in ("/admin/", "/"):
        request = rf.get(path)
        request.user, request.resolver_match = brussels, resolve(path)
        middleware(request)
    assert days == ["2026-06-16", "2026-06-15"]
    assert timezone.get_current_timezone_name() == "UTC"


def test_failure_leaves_nothing_to_the_next_request(client, brussels, monkeypatch):
    client.force_login(brussels)
    monkeypatch.setattr("partnerships.desk.today._cards", lambda user: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        client.get("/admin/")
    assert timezone.get_current_timezone_name() == "UTC"


def test_public_pages_look_nobody_up(client, brussels):
    client.force_login(brussels)
    with count_queries() as queries:
        client.get("/about/")
    assert not any("_user" in q["sql"] or "session" in q["sql"] for q in queries)


def test_anonymous_log_in_page_is_in_utc(rf):
    request = rf.get("/admin/login/")
    request.user, request.resolver_match = AnonymousUser(), resolve("/admin/login/")
    EditorsTimeZone(lambda r: HttpResponse()).process_view(request, None, (), {})
    assert timezone.get_current_timezone_name() == "UTC"


def test_zone_that_there_is_not_is_refused(db):
    for zone in ("Europe/Nowhere", "../etc/passwd", "", "x" * 60):
        someone = User(username="a", password="b", time_zone=zone)
        with pytest.raises(Exception, match="time_zone"):
            someone.full_clean()
