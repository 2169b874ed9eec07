"""Whatever the address of a list in the admin asks for: it answers, or says in words
that it cannot."""

import pytest

from partnerships.models import Lead, Milestone, Partnership, User
from tests import factories
from tests.admin import url

pytestmark = pytest.mark.django_db

LISTS = [Partnership, Milestone, User, Lead]
HUGE = "9" * 4_000
STRANGE = [
    *("q=" + "+".join(["ab"] * 2_000), "q=" + "a" * 7_000, "q=%ED%A0%80", "q=%27"),
    *(f"id__exact={HUGE}", f"id__in={HUGE},1", "id__in=" + ",".join(["1"] * 3_500)),
    *(f"id__gt={HUGE}", f"id__lt=-{HUGE}", f"p={HUGE}", f"o={HUGE}.-{HUGE}", "e=1"),
    *("id__isnull=perhaps", "_to_field=id", "_changelist_filters=%25", "=", "id=x"),
]
REFUSED = ["q=a%00b", "id__exact=%00", "q=" + "a" * 8_000]


@pytest.fixture
def as_chief(client):
    client.force_login(factories.user("chief", is_superuser=True))


def pages():
    yield from (url(model, "changelist") for model in LISTS)
    about = "app_label=partnerships&model_name=milestone&field_name=partnership"
    yield f"/admin/autocomplete/?{about}"


@pytest.mark.parametrize("query", STRANGE, ids=lambda query: query[:12])
def test_list_answers_whatever_is_looked_up(client, as_chief, query):
    for page in pages():
        asked = query.replace("q=", "term=") if "?" in page else query
        answer = client.get(f"{page}{'&' if '?' in page else '?'}{asked}")
        assert answer.status_code in (200, 302, 400, 404), page


@pytest.mark.parametrize("query", REFUSED, ids=lambda query: query[:12])
def test_list_refuses_in_words_what_no_form_sends(client, as_chief, query):
    for page in pages():
        asked = query.replace("q=", "term=") if "?" in page else query
        answer = client.get(f"{page}{'&' if '?' in page else '?'}{asked}")
        assert answer.status_code == 400
        assert "We could not read this request" in answer.text
