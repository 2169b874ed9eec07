"""Mementos (RFC 7089): a standard client finds what a record's page said on a day."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone
from memento_client import MementoClient

from partnerships.ledger import sealing
from tests import factories
from tests.factories import edit
from tests.two_clocks import APRIL, DETAIL, MARCH, on

pytestmark = [pytest.mark.django_db, pytest.mark.once]

GATE, MAP = f"/timegate{DETAIL}", f"/timemap{DETAIL}"
HERE = "http://testserver"
MAY = APRIL + timedelta(1)
DRAFT, LATER = MARCH - timedelta(1), MAY + timedelta(5)


def of_day(day):
    return f"{HERE}{DETAIL}?as_of={day}&known_on={day}"


def said(day):
    return f"{day:%a, %d %b %Y} 23:59:59 GMT"


@pytest.fixture
def norway(db):
    """A draft, published in March, changed twice in April, hidden and shown in May,
    and changed today."""
    with on(DRAFT):
        norway = factories.partnership(published=False)
    with on(MARCH):
        edit(norway, is_published=True)
    with on(APRIL):
        edit(norway, title="April")
        edit(norway, title="The end of April")
    with on(MAY):
        edit(norway, is_published=False)
    with on(LATER):
        edit(norway, is_published=True)
    edit(norway, title="Today")
    sealing.seal()
    return norway


def test_map_lists_each_day_at_whose_end_readers_saw_a_change(client, norway):
    answer = client.get(MAP)
    assert answer["Content-Type"] == "application/link-format"
    assert answer.text == ",\n".join(
        [
            f'<{HERE}{DETAIL}>; rel="original"',
            f'<{HERE}{GATE}>; rel="timegate"',
            f'<{HERE}{MAP}>; rel="self"; type="application/link-format"',
            f'<{of_day(MARCH)}>; rel="first memento"; datetime="{said(MARCH)}"',
            f'<{of_day(APRIL)}>; rel="memento"; datetime="{said(APRIL)}"',
            f'<{of_day(LATER)}>; rel="last memento"; datetime="{said(LATER)}"\n',
        ]
    )


@pytest.mark.parametrize(
    ("wanted", "day"),
    [
        ("Tue, 31 Mar 2026 08:00:00 GMT", MARCH),
        ("Wed, 29 Apr 2026 23:59:59 GMT", MARCH),
        (said(MAY), APRIL),
        ("Thu, 01 Jan 1970 00:00:00 GMT", MARCH),
        (said(LATER), LATER),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LATER),
        (None, LATER),
    ],
)
def test_gate_leads_to_the_memento_of_a_day(client, norway, wanted, day):
    headers = {"accept-datetime": wanted} if wanted else {}
    answer = client.get(GATE, headers=headers)
    assert (answer.status_code, answer["Location"]) == (302, of_day(day))
    assert answer["Vary"] == "accept-datetime"
    assert f'<{HERE}{DETAIL}>; rel="original"' in answer["Link"]
    memento = client.get(answer["Location"])
    assert memento["Memento-Datetime"] == said(day)
    assert f'<{HERE}{GATE}>; rel="timegate"' in memento["Link"]
    assert ("The end of April" in memento.text) == (day != MARCH)


@pytest.mark.parametrize("wanted", ["yesterday", "2026-03-31", "<b>", said(MARCH)[5:]])
def test_gate_refuses_in_words_what_is_no_date(client, norway, wanted):
    answer = client.get(GATE, headers={"accept-datetime": wanted})
    assert (answer.status_code, answer.cookies) == (400, {})
    assert answer.text.startswith(
        "Accept-Datetime is no date of HTTP. Write it as in Thu, 01"
    )


def test_page_names_both_ways_and_is_itself_no_memento(client, norway):
    today = timezone.localdate()
    page = client.get(DETAIL)
    assert f'<{HERE}{GATE}>; rel="timegate"' in page["Link"]
    assert f'<{HERE}{MAP}>; rel="timemap"' in page["Link"]
    assert 'rel="original"' not in page["Link"]
    for days in ({"as_of": today, "known_on": today}, {"known_on": MARCH}):
        assert "Memento-Datetime" not in client.get(DETAIL, days)


def test_kept_memento_is_still_one(client, norway, memory_cache):
    answers = [client.get(of_day(APRIL)) for _ in range(2)]
    assert [a["Memento-Datetime"] for a in answers] == [said(APRIL)] * 2
    assert answers[0]["Link"] == answers[1]["Link"]


def test_draft_has_no_way_and_is_as_unknown_as_what_never_was(client, norway):
    edit(norway, is_published=False)
    for path in (GATE, MAP, GATE.replace("norway", "x"), MAP.replace("norway", "x")):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 405


def test_gate_leads_to_the_page_itself_while_there_is_no_memento(client, db):
    factories.partnership()
    answer = client.get(GATE)
    assert (answer.status_code, answer["Location"]) == (302, f"{HERE}{DETAIL}")
    assert "memento" not in client.get(MAP).text


@pytest.mark.parametrize("asked_of", [DETAIL, of_day(APRIL).removeprefix(HERE)])
@pytest.mark.parametrize(
    ("wanted", "day"), [(MARCH, MARCH), (MAY, APRIL), (LATER, LATER)]
)
def test_standard_client_finds_the_versions_of_a_page(
    norway, site, asked_of, wanted, day
):
    """It is given an address alone: of the page, or of any memento of it."""
    with MementoClient(timegate_uri=f"{site}/nowhere/") as client:
        at = datetime.combine(wanted, time.max)
        found = client.get_memento_info(f"{site}{asked_of}", at)
    last_second = time(23, 59, 59)
    versions = {"first": MARCH, "closest": day, "last": LATER}
    assert found == {
        "original_uri": f"{site}{DETAIL}",
        "timegate_uri": f"{site}{GATE}",
        "mementos": {
            name: {
                "uri": [of_day(of).replace(HERE, site)],
                "datetime": datetime.combine(of, last_second),
            }
            | ({"http_status_code": 200} if name == "closest" else {})
            for name, of in versions.items()
        },
    }
