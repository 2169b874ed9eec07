"""What may be a slip in a row of a document is asked about, once."""

import pytest

from partnerships.models import Milestone, Position
from tests import factories
from tests.desk.entry import SIGNED, check, problems_of, read, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_at_once")]
LONG_AGO = "1924 is long ago: is the year right?"


@pytest.fixture(autouse=True)
def ghana(client, publisher):
    client.force_login(publisher)
    return factories.partnership("ghana", of=factories.partner("ghana", iso_code="GH"))


def test_year_long_ago_is_asked_about_until_the_editor_says_so(client):
    row = {**SIGNED, "value": "24/03/1924"}
    answer = send(client, [row])
    assert problems_of(answer) == [LONG_AGO]
    assert f'value="{LONG_AGO}"' in answer.content.decode()
    assert not Milestone.objects.exists()
    assert problems_of(send(client, [{**row, "sure": "Another question?"}]))
    assert send(client, [{**row, "sure": LONG_AGO}]).status_code == 302
    assert Milestone.objects.get().date.display() == "24 March 1924"


def test_suspension_of_nothing_is_asked_about_but_not_of_what_is_entered_with_it(
    client,
):
    suspended = {**SIGNED, "what": "Suspended", "value": "25/03/2026"}
    assert "no partnership is recorded as signed" in read(client, suspended).problem
    lines, _ = check(client, [SIGNED, suspended])
    assert [line.problem for line in lines] == ["", ""]


def test_old_position_is_asked_about(client):
    row = {**SIGNED, "what": "Position: Governments", "value": "24/03/1924"}
    row |= {"detail": "Ghana", "text": "It asked for one."}
    assert read(client, row).problem == LONG_AGO
    send(client, [{**row, "sure": LONG_AGO}])
    assert Position.objects.exists()


def test_what_is_on_record_is_not_asked_about(client, ghana):
    factories.milestone(ghana, date="1924-03-24")
    assert read(client, {**SIGNED, "value": "24/03/1924"}).problem == ""
