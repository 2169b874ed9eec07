"""What is wrong is named at the top of a form, each with a link to its place."""

import re

import pytest

from partnerships.admin.partnership.admin import PARTS
from partnerships.models import Partner, Partnership, User
from tests import factories
from tests.admin import PUBLIC, change_url, part_url, submit, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def logged_in(client, publisher):
    client.force_login(publisher)


def problems(answer) -> list[tuple[str, str]]:
    """Where each problem leads, and its text; each place is on the page, once."""
    _, _, after = answer.text.partition('class="problems"')
    listed, _, _ = after.partition("</div>")
    found = []
    for item in re.findall(r"<li>(.*?)</li>", listed, re.S):
        (target,) = re.findall('href="#(.*?)"', item) or [""]
        assert not target or answer.text.count(f'id="{target}"') == 1, target
        text = " ".join(re.sub("<.*?>", "", item).split())
        found.append((target, text))
    return found


def test_fields_and_rows_are_named_and_linked(client):
    rows = [("milestones", {"track": "sdp", "kind": "proposed", "date": "18/03"})]
    sent = {"partner": factories.partner("iceland").pk, "official_text_url": "none"}
    answer = submit(client, url(Partnership, "add"), sent, rows=rows)
    (text, date) = problems(answer)
    assert text == ("id_official_text_url", "Official text: Enter a valid URL.")
    assert date[0] == "id_milestones-0-date"
    assert date[1].startswith("Milestones, row 1: Date:")


def test_fields_and_stored_rows_are_named_and_linked(client):
    record = factories.partnership(published=False)
    factories.claim(record, "17")
    factories.milestone(record)
    sent = {"stated_areas": "many", "claims-0-locator": ""}
    areas, locator = problems(submit(client, change_url(record), sent))
    assert areas[0] == "id_stated_areas"
    assert areas[1].endswith("areas: Enter a whole number.")
    assert locator[0] == "id_claims-0-locator"
    assert locator[1].startswith("Claims about the stated number of areas")
    assert locator[1].endswith(", row 1: Locator: This field is required.")
    sent = {"milestones-0-date": "18/03"}
    (date,) = problems(submit(client, change_url(record), sent))
    assert date[0] == "id_milestones-0-date"
    assert date[1].startswith("Milestones, row 1: Date:")


def test_what_is_wrong_with_a_row_or_a_table_leads_there(client):
    record = factories.partnership()
    factories.milestone(record)
    rows = [("milestones", {"track": "sdp", "kind": "proposed", "date": "2024-06"})]
    answer = submit(client, change_url(record), PUBLIC, rows=rows)
    targets = dict(problems(answer))
    assert "needs a source" in targets["milestones-1"]
    answer = submit(client, change_url(record), rows=rows)
    assert "give the reason" in dict(problems(answer))["milestones-heading"]


def test_question_is_named_without_its_box(client):
    signed = factories.milestone(factories.partnership(published=False))
    answer = submit(client, change_url(signed), date="1899")
    expected = ("id_date", "Date: 1899 is long ago: is the year right?")
    assert problems(answer) == [expected]


def test_what_is_wrong_is_shown_as_text(client):
    signed = factories.milestone(factories.partnership(published=False))
    answer = submit(client, change_url(signed), date="<b>1</b>")
    assert "<b>1</b>" not in answer.text


@pytest.mark.parametrize("model", [Partner, User])
def test_every_form_of_the_admin_names_them(admin_client, model):
    rows = {"affiliations-TOTAL_FORMS": 0, "affiliations-INITIAL_FORMS": 0}
    answer = admin_client.post(url(model, "add"), rows)
    assert len(problems(answer)) > 1


def test_nothing_is_named_before_anything_is_wrong(client):
    record = factories.partnership()
    for part in PARTS:
        assert 'class="problems"' not in client.get(part_url(record, part)).text
