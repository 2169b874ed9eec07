"""Two editors at once, and facts that were entered without their source."""

import pytest

from partnerships.models import Milestone, Partnership
from tests import factories
from tests.admin import as_shown, change_url, submit

pytestmark = pytest.mark.django_db


def shown_form(client, record):
    """What the form would send if it were saved as it is shown."""
    return as_shown(client.get(change_url(record)))


def test_second_editor_cannot_overwrite_the_first_unseen(client, as_editor):
    draft = factories.partnership(published=False)
    stale = shown_form(client, draft)
    draft.summary = "By the first."
    draft.save()
    answer = client.post(
        change_url(draft), stale | {"internal_notes": "By the second."}
    )
    assert "Somebody changed this record" in answer.content.decode()
    draft.refresh_from_db()
    assert (draft.summary, draft.internal_notes) == ("By the first.", "")


def test_change_of_a_row_by_another_is_seen_too(client, as_editor):
    draft = factories.partnership(published=False)
    fact = factories.milestone(draft)
    stale = shown_form(client, draft)
    fact.place = "Oslo"
    fact.save()
    answer = client.post(change_url(draft), stale | {"internal_notes": "Mine."})
    assert "Somebody changed this record" in answer.content.decode()
    assert Milestone.objects.get().place == "Oslo"


def test_form_that_is_saved_as_shown_is_accepted(client, as_editor):
    draft = factories.partnership(published=False)
    answer = client.post(change_url(draft), shown_form(client, draft))
    assert answer.status_code == 302


def test_source_can_be_given_to_what_was_entered_without_one(client, as_publisher):
    draft = factories.partnership(published=False)
    fact = factories.milestone(draft)
    cited = {"source": factories.source().pk, "locator": "page 1", "cite_earlier": "on"}
    assert submit(client, change_url(draft), cited).status_code == 302
    assert [claim.says for claim in fact.claims.all()] == ["2024-05-28"]
    assert draft.unsourced_facts() == []


def test_draft_has_no_link_to_a_page_that_is_not_there(client, as_editor):
    draft = factories.partnership(published=False)
    assert "view on site" not in client.get(change_url(draft)).text.lower()
    Partnership.objects.update(is_published=True)
    assert "view on site" in client.get(change_url(draft)).text.lower()
