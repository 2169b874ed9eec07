"""The manual and the decision book, as pages of the desk."""

from pathlib import Path
from urllib.parse import urljoin

import pytest
from django.urls import reverse

from partnerships.desk.manual import BOOKS
from tests.html import page

pytestmark = pytest.mark.django_db

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(autouse=True)
def logged_in(client, viewer):
    client.force_login(viewer)


@pytest.mark.parametrize("book", BOOKS)
def test_every_link_within_the_manual_leads_somewhere(client, book):
    address = reverse("admin:desk-manual", args=[book])
    shown = page(client, address)
    title = (DOCS / f"{book}.md").read_text().splitlines()[0]
    assert title.removeprefix("# ") in shown.words
    assert "sources-disagree" in " ".join(shown.ids) or book == "decisions"
    links = [link for link in shown.links if link.startswith(("#", "../"))]
    for name, _, anchor in (link.partition("#") for link in links):
        other = page(client, urljoin(address, name)) if name else shown
        assert not anchor or anchor in other.ids


def test_manual_is_linked_from_every_screen(client):
    for name in ("index", "desk-find", "partnerships_partner_changelist"):
        hrefs = set(page(client, reverse(f"admin:{name}")).links)
        assert {reverse("admin:desk-manual", args=[book]) for book in BOOKS} <= hrefs


def test_no_other_document_is_served(client):
    for name in ("operating", "secrets"):
        address = reverse("admin:desk-manual", args=[name])
        assert client.get(address).status_code == 404
    client.logout()
    assert client.get(reverse("admin:desk-manual", args=["editing"])).status_code == 302
