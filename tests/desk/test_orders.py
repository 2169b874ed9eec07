"""Orders of two steps that a document leaves open are asked about at the row."""

import pytest

from partnerships.choices import SafeStatus
from partnerships.models import Milestone
from tests import factories
from tests.desk.entry import check, problems_of, read, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_at_once")]

SUSPENDED = {
    "partner": "Ghana",
    "what": "SAFE: Suspended",
    "value": "March 2026",
    "place": "¶ 2",
}


@pytest.fixture
def ghana(client, publisher):
    client.force_login(publisher)
    ghana = factories.partnership("ghana", of=factories.partner("ghana", iso_code="GH"))
    factories.milestone(ghana, date="2025-06-01")
    factories.milestone(ghana, date="2026-02-01", track="safe")
    factories.milestone(ghana, "in_force", "2026-03", track="safe")
    for milestone in ghana.milestones.all():
        factories.claim(milestone, str(milestone.date))
    return ghana


def test_row_asks_which_step_came_first(client, ghana):
    line = read(client, SUSPENDED)
    assert (line.rival.kind, line.verdict) == ("in_force", "new")
    assert "before or after “In force” (March 2026)" in line.problem
    answer = send(client, [SUSPENDED])
    assert answer.status_code == 200 and 'name="rows-0-order"' in str(answer.content)


@pytest.mark.parametrize("row", [{"value": "2026-04-02"}, {"what": "SAFE: Concluded"}])
def test_order_that_is_known_or_moves_nothing_is_not_asked_about(client, ghana, row):
    ((line, *_), _) = check(client, [SUSPENDED | row], published_on="30 April 2026")
    assert line.problem == ""


@pytest.mark.parametrize(
    ("order", "follower", "status"),
    [
        ("after", "suspended", SafeStatus.SUSPENDED),
        ("before", "in_force", SafeStatus.IN_FORCE),
        ("unknown", None, None),
    ],
)
def test_answer_is_stored_with_its_ruling(client, ghana, order, follower, status):
    row = {**SUSPENDED, "order": order}
    ruling = {"ruling": "The notice was given a week apart."}
    if follower:
        assert "how you know" in problems_of(send(client, [row], "check"))[0]
    assert send(client, [row | ruling]).status_code == 302
    followers = Milestone.objects.exclude(follows=None)
    assert [m.kind for m in followers] == ([follower] if follower else [])
    assert all(m.ruling == ruling["ruling"] for m in followers)
    if status:
        (record,) = type(ghana).objects.as_of(Milestone.objects.latest("id").latest)
        assert (record.safe_status, record.safe_status_may_be) == (status, [])


def test_two_new_steps_are_asked_about_once(client, ghana):
    ghana.milestones.get(kind="in_force").delete()
    in_force = {**SUSPENDED, "what": "SAFE: In force"}
    problems = problems_of(send(client, [SUSPENDED, in_force], "check"))
    assert len(problems) == 1 and "In force" in problems[0]
    rows = [{**SUSPENDED, "order": "after", "ruling": "By a day."}, in_force]
    assert send(client, rows).status_code == 302
    suspended = ghana.milestones.get(kind="suspended")
    assert suspended.follows.kind == "in_force"


def test_ruling_that_is_there_is_kept_beside_the_new_one(client, ghana):
    factories.edit(ghana.milestones.get(kind="in_force"), ruling="By its text.")
    send(client, [{**SUSPENDED, "order": "before", "ruling": "By a day."}])
    assert ghana.milestones.get(kind="in_force").ruling == "By its text. By a day."
