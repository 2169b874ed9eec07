"""Every page of the desk says where it stands, beginning with Today, and its name."""

import re
from html import unescape

import pytest
from django.urls import reverse

from tests import factories
from tests.admin import PARTS, change_url, part_url, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(factories.user("root", is_superuser=True))
    return client


def words(html):
    return " ".join(unescape(re.sub("<[^>]*>", "", html)).split())


def place(client, address):
    """The trail of a page, its headings, and its title."""
    html = client.get(address).content.decode()
    (trail,) = re.findall('<div class="breadcrumbs">(.*?)</div>', html, re.DOTALL)
    heads = [words(head) for head in re.findall("<h1.*?</h1>", html, re.DOTALL)]
    (title,) = re.findall("<title>(.*?)</title>", html, re.DOTALL)
    return words(trail).split(" › "), heads, words(title)


def addresses():
    record = factories.partnership(published=False)
    signed, person = factories.milestone(record), factories.user("eve")
    for row in (record, signed, factories.source(), person):
        yield change_url(row)
        yield url(type(row), "history", row.pk)
        yield url(type(row), "changelist")
        yield url(type(row), "add")
    yield url(type(signed), "delete", signed.pk)
    yield from (part_url(record, part) for part in {*PARTS.values(), "words"})
    yield reverse("admin:auth_user_password_change", args=[person.pk])
    yield reverse("admin:password_change")
    yield reverse("admin:app_list", args=["partnerships"])
    yield reverse("admin:desk-account")


def test_every_page_says_its_place_from_today_on_and_one_name(desk):
    for address in addresses():
        trail, heads, title = place(desk, address)
        assert trail[0] == "Today" and "Home" not in trail, address
        assert heads == trail[-1:] and title == f"{heads[0]} | SDP tracker", address


def test_form_of_a_fact_leads_back_to_its_record(desk):
    signed = factories.milestone(factories.partnership())
    trail, heads, _ = place(desk, change_url(signed))
    assert trail == ["Today", "Milestones", "Norway", heads[0]]
    assert heads == [str(signed)]


def test_form_of_a_part_is_named_after_it_and_adds_no_other_record(desk):
    address = part_url(factories.partnership(), "areas")
    assert "Save and add another" not in desk.get(address).text
    trail, heads, _ = place(desk, address)
    assert trail == ["Today", "Partnerships", "Norway", "Norway: Areas"]
    assert heads == ["Norway: Areas"]
