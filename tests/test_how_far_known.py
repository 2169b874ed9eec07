"""How far the record knows: no public address speaks of a day that nobody looked at
without the day through which the editors have looked."""

import csv
import io
import json
import re
import sqlite3
import zipfile
from contextlib import closing
from datetime import date
from html.parser import HTMLParser

import pytest
from django.urls import reverse
from icalendar import Calendar

from partnerships import urls
from partnerships.api import urls as api_urls
from partnerships.ledger import sealing
from partnerships.models import Area, Lead, Milestone
from tests.html import BLOCKS

pytestmark = [
    pytest.mark.once,
    pytest.mark.usefixtures("dataset", "db"),
    pytest.mark.slow("reads every address of the whole data set"),
]

OF_TODAY = re.compile(
    r"\b(now|today|currently|so far|yet|still|latest|at present|to date)\b", re.I
)
CHECKED = "checked through"
ADDRESS = re.compile(r"https?://\S+")
#: What says something else, and of when.
OTHERWISE = {
    "As of today,": "the day of the page, beside how far it is checked",
    "SAFE did not exist yet": "of the days before 27 May 2025",
    "is currently being negotiated": "quoted from a document of August 2025",
    "To date, the EU has signed": "quoted from documents of 2025 and 2026",
    "will be signed today": "quoted from a report of 27 January 2026, and its title",
    "writes “today”": "of a report of 18 June 2025",
    "writes “Today”": "of a release of 28 May 2024",
    "not yet double-checked": "of an entry, until a second person has confirmed it",
}
SPOKEN = {"description", "summary", "title"}  # of the API's document: what is no name
LABELS = ("content", "aria-label", "title", "alt", "label")  # what is read out
#: Elements that hold a sentence or a row of one.
LEAVES = BLOCKS | {"li", "dt", "dd", "td", "th", "caption", "figcaption", "title"}
LEAVES |= {"summary", "label", "option", "legend", "button", "text", "desc"}


class Blocks(HTMLParser):
    """The words of a page, block by block; names of columns and keys are left out."""

    def __init__(self, html):
        super().__init__()
        self.blocks, self.labels, self.silent = [""], [], 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.labels += [given.get(name) or "" for name in LABELS]
        self.silent += tag in ("script", "style", "code")
        self.blocks += [""] * (tag in LEAVES)

    def handle_endtag(self, tag):
        self.silent -= tag in ("script", "style", "code")
        self.blocks += [""] * (tag in LEAVES)

    def handle_data(self, data):
        if not self.silent:
            self.blocks[-1] += data


def spoken(value):
    """The texts of a JSON value, but for keys and names, and titles that say no more
    than a name."""
    if isinstance(value, dict):
        named = str(value.get("name")), str(value.get("name")).replace("_", " ")
        return [
            text
            for key, one in value.items()
            if key != "name" and not (key == "title" and str(one).lower() in named)
            for text in spoken(one)
        ]
    if isinstance(value, list):
        return [text for one in value for text in spoken(one)]
    return [value] if isinstance(value, str) else []


def described(value):
    """The texts of the API's document that describe something."""
    if isinstance(value, dict):
        texts = [v for k, v in value.items() if k in SPOKEN and isinstance(v, str)]
        return texts + [text for v in value.values() for text in described(v)]
    many = value if isinstance(value, list) else []
    return [text for one in many for text in described(one)]


def texts(name, content):
    """The sentences and blocks of an answer, by the ending of its name."""
    if name.endswith("zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for member in package.namelist():
                yield from texts(member, package.read(member))
        return
    if name.endswith("sqlite"):
        with closing(sqlite3.connect(":memory:")) as database:
            database.deserialize(content)
            tables = database.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table'"
            )
            for (table,) in tables.fetchall():
                for row in database.execute(f'SELECT * FROM "{table}"'):
                    told = row[2:] if table == "dictionary" else row  # names before
                    yield from (cell for cell in told if isinstance(cell, str))
        return
    text = content.decode()
    if name.endswith("csv"):
        rows = csv.reader(io.StringIO(text))
        next(rows)  # the names of the columns
        yield from (cell for row in rows for cell in row)
    elif name.endswith("ics"):
        for event in Calendar.from_ical(text).walk():
            yield from map(str, event.values())
    elif name.endswith("schema"):
        yield from described(json.loads(text))
    elif name.endswith(("json", "jsonld")):
        yield from spoken(json.loads(text))
    else:
        page = Blocks(text)
        yield from [*page.blocks, *page.labels]


def objections(name, content):
    """What an answer says of today without the day through which it was checked."""
    found = []
    for text in texts(name, content):
        words = ADDRESS.sub("", " ".join(text.split()))
        for known in OTHERWISE:
            words = words.replace(known, "")
        if words == "today":  # the name of the day's line in a drawing
            continue
        if OF_TODAY.search(words) and CHECKED not in words.lower():
            found.append(words)
    return found


def addresses():
    """Every public address by the kind of its answer, one of each route."""
    area, milestone = Area.objects.first().slug, Milestone.objects.first().pk
    arguments = {
        **{"partnership-detail": ["canada"], "partnership-changes": ["canada"]},
        **{"timemap": ["canada"], "partnership-brief": ["canada"]},
        **{"embed-partnership": ["canada"]},
        **{"partnership-card": ["canada"], "area-card": [area]},
        **{"partnership-picture": ["canada", "svg"], "home-picture": ["svg"]},
        **{"matrix-picture": ["svg"], "tie-kind": ["missions"]},
        **{"map-picture": ["svg"], "safe-picture": ["svg"]},
        **{"timeline-picture": ["svg"], "catalog": ["jsonld"]},
        **{"data-cite": ["json"], "partnership-cite": ["canada", "json"]},
        "news-month": [date(2026, 3, 1)],
        **{"area-detail": [area], "source-detail": ["eprs-2026-03"]},
        **{"change-detail": [1], "partner-detail": ["canada"]},
        **{"milestone-detail": [milestone], "export": ["milestones", "csv"]},
        "report-received": [Lead.objects.create(origin="report").number],
    }
    for route in urls.urlpatterns:
        if route.name and route.name != "timegate":  # which leads to another
            address = reverse(route.name, args=arguments.get(route.name))
            yield address.rstrip("/") or "/", address
    for route in api_urls.urlpatterns:
        if route.name:
            address = reverse(f"api:{route.name}", args=arguments.get(route.name))
            kind = {"schema": "schema", "docs": "html"}.get(route.name, "json")
            yield f"{route.name}.{kind}", address


RECORDS = ["iceland", "norway", "south-korea", "switzerland", "ukraine"]


def test_no_address_speaks_of_today_without_the_day_it_was_checked_through(
    client, settings
):
    settings.CONTACT = "mailto:tracker@example.org"
    sealing.seal()
    read = [*addresses(), *((s, f"/partnerships/{s}/") for s in RECORDS)]
    assert len(read) > 40
    said = {}
    for name, address in read:
        answer = client.get(address)
        assert answer.status_code == 200, address
        content = answer.getvalue() if answer.streaming else answer.content
        kind = answer["Content-Type"].partition(";")[0]
        if kind.startswith("image/") and kind != "image/svg+xml":  # drawn, not written
            continue
        if kind == "text/x-python":  # the tool that checks the trail
            continue
        endings = {"application/zip": ".zip", "application/vnd.sqlite3": ".sqlite"}
        name += endings.get(kind, "")
        if found := objections(name, content):
            said[address] = found
    assert said == {}


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("/", "<p>Nine are signed today.</p>", 1),
        ("/", "<p>Nine are signed today, <b>checked</b> through May.</p>", 0),
        ("/", "<p>No step yet.</p><p>Checked through May.</p>", 1),
        ("/", '<p aria-label="The latest ones"></p>', 1),
        ("/", "<th>SAFE did not exist yet</th><code>latest</code>", 0),
        ("a.json", '{"latest": "2025", "note": "still open"}', 1),
        ("a.schema", '{"required": ["latest"], "description": "as of now"}', 1),
        ("a.csv", "latest,note\n2025,so far\n", 1),
    ],
)
def test_what_speaks_of_today_is_found(name, content, found):
    assert len(objections(name, content.encode())) == found
