"""What readers ask, answered by the pages of the real data set alone: from the first
page, along links and forms that stand in the HTML, in at most three clicks."""

import re
from datetime import UTC, datetime, time, timedelta
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from partnerships.choices import CoverageValue
from partnerships.ledger import sealing
from partnerships.ledger.context import change
from partnerships.models import Claim, Coverage, Partner, Source

MOST_CLICKS = 3
TUESDAY = 1
# What a page says hangs on its HTML, and the other tests hold it to be right on both
# databases.
pytestmark = [
    pytest.mark.once,
    pytest.mark.slow("reads its way through the whole data set"),
    pytest.mark.django_db,
]


def last_tuesday():
    today = timezone.localdate()
    return today - timedelta((today.weekday() - TUESDAY) % 7 or 7)


@pytest.fixture(scope="module")
def record(for_module, tmp_path_factory):
    """The data set as it ships, loaded the day before last Tuesday, as if its editors
    had looked by then."""
    day_before = last_tuesday() - timedelta(1)
    directory = tmp_path_factory.mktemp("fixtures")
    for path in settings.FIXTURE_DIRS[0].glob("*.json"):
        text = re.sub(r'("made_on": ")[^"]+', rf"\g<1>{day_before}", path.read_text())
        (directory / path.name).write_text(text)
    with time_machine.travel(datetime.combine(day_before, time(12), UTC), tick=False):
        call_command("seed", directory=directory, verbosity=0)
        sealing.seal()


class Parts(HTMLParser):
    """A page's links, what unfolds on it, its forms, each with the words in it."""

    def __init__(self, html):
        super().__init__()
        self.open, self.found = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag in ("a", "summary", "button", "form", "details", "body", "section"):
            self.open.append((tag, attrs, [], []))
        elif tag == "input":
            for kind, _, _, fields in self.open:
                if kind == "form":
                    fields.append(attrs)

    def handle_data(self, data):
        for _, _, words, _ in self.open:
            words.append(data)

    def handle_endtag(self, tag):
        if self.open and self.open[-1][0] == tag:
            kind, attrs, words, fields = self.open.pop()
            self.found.append((kind, attrs, " ".join(" ".join(words).split()), fields))

    def of(self, tag):
        return [found[1:] for found in self.found if found[0] == tag]


class Reader:
    """Somebody who came to the first page and clicks."""

    def __init__(self, client):
        self.client, self.clicks = client, 0
        self._open("/")

    def _open(self, address):
        self.address = urljoin(getattr(self, "address", "/"), address)
        response = self.client.get(self.address.partition("#")[0])
        assert response.status_code == 200, self.address
        self.parts = Parts(response.content.decode())
        [(_, self.text, _)] = self.parts.of("body")

    def _click(self):
        self.clicks += 1
        assert self.clicks <= MOST_CLICKS

    def follow(self, words):
        self._click()
        self._open(
            next(a["href"] for a, text, _ in self.parts.of("a") if text == words)
        )

    def unfold(self, words):
        """What stands under the first summary that begins with the words."""
        self._click()
        folded = [text for _, text, _ in self.parts.of("details")]
        return next(text for text in folded if text.startswith(words))

    def submit(self, button, **given):
        """Fill in the form of this button that has such fields, and press it."""
        self._click()
        form, offered = next(
            (form, {(field["name"], field.get("value")) for field in fields})
            for form, text, fields in self.parts.of("form")
            if button in text and given.keys() <= {field["name"] for field in fields}
        )
        boxes = [(name, v) for name, v in given.items() if isinstance(v, list)]
        assert {(name, value) for name, values in boxes for value in values} <= offered
        action = form.get("action") or self.address.partition("?")[0]
        self._open(f"{action}?{urlencode(given, doseq=True)}")

    def section(self, name):
        """The words of the section that has this label."""
        for attrs, text, _ in self.parts.of("section"):
            if attrs.get("aria-labelledby") == name:
                return text


@pytest.fixture
def reader(client, record, db):
    return Reader(client)


def test_since_when_north_macedonia_is_signed(reader):
    assert re.search(
        "North Macedonia [^·]*? Signed 19 November 2024", reader.section("state")
    )


def test_who_says_otherwise_about_albania(reader):
    reader.follow("Albania")
    assert "Partnership signed" in reader.section("milestones")
    assert "sources ≠ 4 disagree, ruled on" in reader.text
    said = reader.text
    rivals = Claim.objects.disagreeing().filter(
        milestone__partnership__partner__slug="albania", milestone__kind="signed"
    )
    assert said.count("≠ disagrees") >= len(rivals) > 4
    for claim in rivals:
        assert f"{claim.source.publisher}, {claim.source.title}" in said
    assert "The editors’ ruling:" in said
    reader.follow(Source.objects.get(key="csds-2025-24").title)
    assert "Centre for Security, Diplomacy and Strategy" in reader.text


def test_areas_that_two_share_and_a_third_lacks(reader):
    reader.follow("Areas")
    reader.follow("Compare two to four")
    reader.submit("Compare", p=["japan", "south-korea", "norway"])
    text = reader.section("shared")
    values = {}
    for cell in Coverage.objects.select_related("area", "partnership__partner"):
        values[cell.partnership.partner.slug, cell.area] = cell.value
    shared = {
        value: [
            area.label
            for slug, area in values
            if slug == "norway"
            and values[slug, area] == value
            and values["japan", area] == CoverageValue.INCLUDED
            and values["south-korea", area] == CoverageValue.INCLUDED
        ]
        for value in CoverageValue
    }
    assert shared[CoverageValue.NOT_INCLUDED] == []
    assert "Japan and South Korea share no area that Norway lacks." in text
    [area] = shared[CoverageValue.ALREADY_EXISTS]
    both = "Japan and South Korea both include one area that already exists with Norway"
    assert f"{both}: {area} ." in text
    assert f"All three include {len(shared[CoverageValue.INCLUDED])} areas:" in text


def test_what_is_left_before_safe_is_in_force_for_canada(reader):
    reader.follow("Canada")
    assert (
        "The Council concludes the agreement. Then: entry into force. Last: European "
        "Parliament consents to SAFE agreement, 20 May 2026."
    ) in reader.section("course")
    assert (
        "the Council's conclusion and the entry into force are not recorded"
        in reader.text
    )


def test_what_the_tracker_said_last_tuesday_and_what_changed_since(reader):
    with change(reason="A better name", kind="correction", actor="Desk"):
        norway = Partner.objects.get(slug="norway")
        norway.name = "Kingdom in the North"
        norway.save()
    sealing.seal()
    assert "Kingdom in the North" in Reader(reader.client).text
    reader.unfold("As of today")
    reader.submit("Show", known_on=f"{last_tuesday()}")
    assert "As known on" in reader.text
    assert "Norway" in reader.section("state")
    assert "Kingdom in the North" not in reader.text
    reader.follow("What changed since")
    assert "A better name" in reader.text and "Desk" in reader.text
    assert "Kingdom in the North" in reader.text


def test_what_changed_in_one_record_between_two_days(reader):
    reader.follow("Norway")
    days = {"from": last_tuesday() - timedelta(1), "to": last_tuesday()}
    reader.submit("Show", **days)
    assert reader.address.startswith("/partnerships/norway/changes/?from=")
    assert re.search(r"\d+ changes at once: Initial load", reader.text)
