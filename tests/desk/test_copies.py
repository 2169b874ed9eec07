"""The private copy of a source, seen by editors alone."""

import gzip

import pytest
from django.urls import reverse
from django.utils import timezone

from partnerships.models import Visit
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept():
    source = factories.source(url="https://example.org/text")

    def keep(body, content_type):
        Visit.objects.create(
            source=source,
            asked_at=timezone.now(),
            read_at=timezone.now(),
            digest="a" * 64,
            copy=gzip.compress(body),
            content_type=content_type,
        )
        return reverse("admin:desk-copy", args=[source.pk])

    return keep


def test_editor_reads_the_text_of_a_copy_and_none_of_its_markup(client, kept, editor):
    client.force_login(editor)
    body = (
        b"<main><p>Signed in <i>Oslo</i>.</p><script>alert(1)</script>&lt;b&gt;</main>"
    )
    shown = client.get(kept(body, "text/html; charset=utf-8")).content.decode()
    assert "Signed in Oslo." in shown and "alert(1)" not in shown
    assert "&lt;b&gt;" in shown


def test_what_is_no_page_is_a_file_that_no_browser_opens(client, kept, editor):
    client.force_login(editor)
    answer = client.get(kept(b"%PDF-1.7", "application/pdf"))
    assert answer.content == b"%PDF-1.7"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")


def test_copy_is_for_editors_alone(client, kept, viewer):
    address = kept(b"<p>Text</p>", "text/html")
    assert client.get(address).status_code == 302
    client.force_login(viewer)
    assert client.get(address).status_code == 403


def test_source_without_a_copy_has_no_page(client, editor):
    client.force_login(editor)
    source = factories.source(url="https://example.org/text")
    Visit.objects.create(source=source, asked_at=timezone.now())
    for pk in (source.pk, 99):
        assert client.get(reverse("admin:desk-copy", args=[pk])).status_code == 404
