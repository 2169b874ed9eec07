"""Fields lead to the section of the decision book that is about them."""

import pytest
from django.apps import apps

from partnerships.admin.decision_links import SECTION_OF, SECTIONS
from partnerships.admin.partnership.admin import PARTS
from partnerships.models import Milestone
from tests import factories
from tests.admin import part_url, url

pytestmark = pytest.mark.django_db
BOOK = "/admin/manual/decisions/"
#: The parts of a record with rows.
TABLES = [name for name, part in PARTS.items() if part.inlines]


@pytest.fixture(autouse=True)
def logged_in(client, editor):
    client.force_login(editor)


def test_every_section_is_in_the_book(client):
    book = client.get(BOOK).text
    assert [anchor for anchor in SECTIONS if f'id="{anchor}"' not in book] == []
    assert {*SECTION_OF.values()} == {*SECTIONS}


def test_every_field_is_one_of_its_model():
    for model, field in SECTION_OF:
        apps.get_model("partnerships", model)._meta.get_field(field)


def test_help_of_a_field_ends_with_the_link(client):
    form = client.get(url(Milestone, "add")).context["adminform"].form
    help_text = form.fields["kind"].help_text
    assert help_text.startswith("What happened. An announcement")
    link = f'<a href="{BOOK}#announced-signed-concluded" target="_blank">'
    assert f"Decision book: {link}announced, signed, concluded</a>." in help_text
    assert "Decision book" not in form.fields["place"].help_text


def test_rows_have_the_links_over_them(client):
    record = factories.partnership(published=False)
    html = {part: client.get(part_url(record, part)).text for part in TABLES}
    links = {part: html[part].count(f'href="{BOOK}#which-day"') for part in TABLES}
    over = {"milestones": 1, "text": 1}  # the table of claims
    assert links == dict.fromkeys(TABLES, 0) | over
    assert "&lt;a" not in "".join(html.values())  # none has got into a tooltip
