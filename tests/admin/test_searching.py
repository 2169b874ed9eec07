"""Sources, partners and partnerships are searched for in forms; without a script they
are chosen from a list."""

import re

import pytest
from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.urls import reverse

from partnerships.admin.partnership.admin import PARTS
from partnerships.models import (
    Area,
    Claim,
    Milestone,
    Partner,
    Partnership,
    Position,
    Source,
)
from tests import factories
from tests.admin import (
    PUBLIC,
    change_url,
    one_of_each,
    part_url,
    shown_forms,
    submit,
    url,
)

pytestmark = pytest.mark.django_db

MANY = (Area, Partner, Partnership, Source)
SEARCHED = [
    *((Claim, "source"), (Milestone, "partnership"), (Position, "partnership")),
    *((Partnership, "partner"),),
]


def widget_of(field):
    return getattr(field.widget, "widget", field.widget)


def test_no_form_lists_what_there_are_many_of_alone(client, as_editor):
    records = one_of_each()
    pages = [change_url(r) for r in records if not isinstance(r, Partnership)]
    record = next(r for r in records if isinstance(r, Partnership))
    pages += [part_url(record, part) for part in PARTS if part != "publication"]
    pages += [url(type(r), "add") for r in records if not isinstance(r, Area)]
    found = set()
    for to in pages:
        for form in shown_forms(client.get(to)):
            for field in form.fields.values():
                is_choice = isinstance(field, forms.ModelChoiceField)
                if not is_choice or field.queryset.model not in MANY:
                    continue
                if widget_of(field).is_hidden:
                    continue
                assert isinstance(widget_of(field), AutocompleteSelect), (to, field)
                found.add(field.queryset.model)
    assert {Partner, Partnership, Source} <= found


@pytest.mark.parametrize(("model", "name"), SEARCHED)
@pytest.mark.parametrize("who", ["editor", "publisher"])
def test_search_answers_who_may_use_the_form(client, request, who, model, name):
    factories.source("eeas-2024", title="Norway signs")
    factories.partnership()
    client.force_login(request.getfixturevalue(who))
    asked = {"app_label": "partnerships", "model_name": model._meta.model_name}
    asked |= {"field_name": name, "term": "norway"}
    answer = client.get(reverse("admin:autocomplete"), asked)
    assert len(answer.json()["results"]) == 1


def without_script(html, name):
    """The values of the list that a browser without scripts shows for a field."""
    (listed,) = re.findall(
        rf'<noscript>\s*<select name="{name}".*?</select>\s*</noscript>', html, re.S
    )
    assert " id=" not in listed
    return re.findall(r'value="(\d+)"', listed)


def test_list_of_all_stands_where_no_script_runs(client, as_publisher):
    record = factories.partnership()
    html = client.get(url(Milestone, "add")).content.decode()
    assert without_script(html, "partnership") == [str(record.pk)]


def test_key_of_a_source_is_typed_where_no_script_runs(client, as_publisher):
    """There are thousands of them: no form has a choice for each."""
    record, sources = factories.partnership(), [factories.source(k) for k in "ab"]
    claim = factories.claim(factories.milestone(record), "2024", by=sources[0])
    for address, value in (
        (part_url(record, "milestones"), ""),
        (url(Claim, "add"), ""),
        (change_url(claim), ' value="a"'),
    ):
        html = client.get(address).text
        field = f'<input type="text" name="source-key"{value} aria-label='
        assert f"<noscript>Its key: {field}" in html
        assert sources[1].title not in html or value


@pytest.mark.parametrize(
    ("sent", "key"),
    [({"source-key": " b "}, "b"), ({"source-key": "b", "source": "1"}, "b")],
)
def test_key_typed_without_a_script_is_what_counts(client, as_publisher, sent, key):
    step = factories.milestone(factories.partnership())
    factories.claim(step, "2024-05")
    source = factories.source("b")
    sent = PUBLIC | {"locator": "page 1"} | sent
    sent["milestones-0-date"] = "2024-05-27"
    assert submit(client, change_url(step.partnership), sent).status_code == 302
    assert step.claims.get(source=source).says == "2024-05-27"


@pytest.mark.parametrize("key", ["unknown", "1", "b\x00"])
def test_unknown_key_is_refused(client, as_publisher, key):
    step = factories.milestone(factories.partnership())
    factories.claim(step, "2024-05")
    sent = PUBLIC | {"milestone": step.pk, "says": "2024", "locator": "page 1"}
    answer = submit(client, url(Claim, "add"), sent | {"source-key": key})
    assert answer.status_code in (200, 400)
    assert step.claims.count() == 1


def test_page_of_a_fact_leads_to_a_new_claim_without_a_script(client, as_publisher):
    step = factories.milestone(factories.partnership())
    to = f"{url(Claim, 'add')}?milestone={step.pk}"
    html = client.get(change_url(step)).content.decode()
    assert to in html[html.index("<noscript>") :]
    chosen = f'<option value="{step.pk}" selected>'
    assert chosen in client.get(to).content.decode()
