"""The public page as a document would leave it, before it is published."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from partnerships.models import Claim, Draft, LedgerEntry, Milestone, Source
from tests import factories
from tests.desk.entry import SIGNED, address, send
from tests.html import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_at_once")]


@pytest.fixture(params=[True, False], ids=["published", "draft"])
def ghana(request, client, publisher):
    client.force_login(publisher)
    of = factories.partner("ghana", iso_code="GH")
    return factories.partnership("ghana", of=of, published=request.param)


def preview_of(slug="ghana", draft=None):
    draft = draft or Draft.objects.get().pk
    return reverse("admin:desk-preview", args=[draft, slug])


def test_page_is_shown_as_it_will_look_and_nothing_is_entered(client, ghana):
    answer = send(client, [SIGNED], "check", to=(to := address()))
    assert preview_of() in answer.content.decode()
    before = LedgerEntry.objects.count()
    shown = client.get(preview_of())
    text = page(client, preview_of()).text
    assert "Preview: not published." in text and "24 March 2026" in text
    assert shown["X-Robots-Tag"] == "noindex"
    assert "no-store" in shown["Cache-Control"] and "ETag" not in shown
    assert LedgerEntry.objects.count() == before
    for model in (Milestone, Claim, Source):
        assert not model.objects.exists()
    assert to in page(client, preview_of()).links


def test_readers_never_see_it(client, ghana):
    send(client, [SIGNED], "check")
    addresses = ["/", "/partnerships/", "/partnerships/ghana/", "/sources/"]
    addresses += ["/api/v1/partnerships/", "/changes/", "/timeline/"]
    before = [client.get(path).content for path in addresses]
    cache.clear()
    assert client.get(preview_of()).status_code == 200
    assert [client.get(path).content for path in addresses] == before
    assert not any(b"Channel Africa" in content for content in before)


def test_preview_is_its_owners_alone(client, ghana, viewer):
    send(client, [SIGNED], "check")
    client.force_login(factories.user("other", groups=["publisher"]))
    assert client.get(preview_of()).status_code == 404
    client.force_login(viewer)
    assert client.get(preview_of()).status_code == 403
    client.logout()
    assert client.get(preview_of()).status_code == 302


def test_record_that_is_no_draft_any_more_or_not_yet_has_its_preview(
    client, ghana, viewer
):
    client.force_login(viewer)
    answer = client.get("/admin/preview/ghana/")
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    assert "Preview: not published." in answer.content.decode()
    assert client.get("/admin/preview/atlantis/").status_code == 404
    client.logout()
    assert client.get("/admin/preview/ghana/").status_code == 302


def test_what_cannot_be_previewed_leads_to_the_document(client, ghana):
    send(client, [{**SIGNED, "value": "soon"}], "check", to=(to := address()))
    assert client.get(preview_of()).url == to
    assert "keep and check it first" in page(client, to).text
    send(client, [SIGNED], "check", to=to, title="", publisher="")
    assert client.get(preview_of()).url == to
    send(client, [SIGNED], "check", to=to)
    assert client.get(preview_of("atlantis")).status_code == 404
    assert client.post(preview_of()).status_code == 405
