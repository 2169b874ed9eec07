"""Two editors at once, and facts that were entered without their source."""

import re

import pytest

from partnerships.models import Milestone, Partnership
from tests import factories

pytestmark = pytest.mark.django_db


def page_of(partnership):
    return f"/admin/partnerships/partnership/{partnership.pk}/change/"


def form_of(client, partnership):
    """What the form would send if it were saved as it is shown."""
    response = client.get(page_of(partnership))
    fields = dict(response.context["adminform"].form.initial)
    sent = {k: v for k, v in fields.items() if v is not None and v is not False}
    for inline in response.context["inline_admin_formsets"]:
        prefix = inline.formset.prefix
        management = inline.formset.management_form.initial
        sent |= {f"{prefix}-{name}": value for name, value in management.items()}
        for form in inline.formset.forms:
            sent |= {form.add_prefix(n): form[n].value() or "" for n in form.fields}
    return sent


def test_second_editor_cannot_overwrite_the_first_unseen(client, editor):
    draft = factories.partnership(published=False)
    client.force_login(editor)
    stale = form_of(client, draft)
    draft.summary = "By the first."
    draft.save()
    answer = client.post(page_of(draft), stale | {"internal_notes": "By the second."})
    assert "Somebody changed this record" in answer.content.decode()
    draft.refresh_from_db()
    assert (draft.summary, draft.internal_notes) == ("By the first.", "")


def test_change_of_a_row_by_another_is_seen_too(client, editor):
    draft = factories.partnership(published=False)
    fact = factories.milestone(draft)
    client.force_login(editor)
    stale = form_of(client, draft)
    fact.place = "Oslo"
    fact.save()
    answer = client.post(page_of(draft), stale | {"internal_notes": "Mine."})
    assert "Somebody changed this record" in answer.content.decode()
    assert Milestone.objects.get().place == "Oslo"


def test_form_that_is_saved_as_shown_is_accepted(client, editor):
    draft = factories.partnership(published=False)
    client.force_login(editor)
    answer = client.post(page_of(draft), form_of(client, draft))
    assert answer.status_code == 302


def test_source_can_be_given_to_what_was_entered_without_one(client, publisher):
    draft = factories.partnership(published=False)
    fact = factories.milestone(draft)
    client.force_login(publisher)
    cited = {"source": factories.source().pk, "locator": "page 1", "cite_earlier": "on"}
    assert (
        client.post(page_of(draft), form_of(client, draft) | cited).status_code == 302
    )
    assert [claim.says for claim in fact.claims.all()] == ["2024-05-28"]
    assert draft.unsourced_facts() == []


def test_draft_has_no_link_to_a_page_that_is_not_there(client, editor):
    draft = factories.partnership(published=False)
    client.force_login(editor)
    assert not re.search(
        "view on site", client.get(page_of(draft)).content.decode(), re.I
    )
    Partnership.objects.update(is_published=True)
    assert re.search("view on site", client.get(page_of(draft)).content.decode(), re.I)
