"""What is certain, what may be, what the press alone says, what did not happen, what is
announced, and how far the record knows: in list, record, statistics and files alike."""

import pytest

from partnerships.choices import Certainty, MilestoneKind, Track
from partnerships.selectors import facets
from tests import factories
from tests.api import API, results
from tests.exports import rows

pytestmark = pytest.mark.django_db

LIST, STATISTICS = f"{API}partnerships/", f"{API}statistics/"


def milestone(record, kind, date, **values):
    return factories.milestone(record, kind, date, **values)


@pytest.fixture
def kingdom():
    """The United Kingdom, eligible for SAFE, with talks that began on some day from
    September to November 2025 and failed on the 28th of that month."""
    kingdom = factories.partnership("united-kingdom")
    milestone(kingdom, "signed", "2025-05-19")
    milestone(kingdom, "negotiations_opened", "2025-09/2025-12", track=Track.SAFE)
    milestone(kingdom, "negotiations_failed", "2025-11-28", track=Track.SAFE)
    return kingdom


@pytest.fixture
def ghana():
    """Ghana, signed as the press alone says."""
    ghana = factories.partnership("ghana")
    reported = Certainty.REPORTED
    milestone(ghana, "signed", "2026-03-24", certainty=reported)
    return ghana


def both(client, slug, **query):
    """What the list and the record say of a partnership, the same in both, and its row
    in the file of the list."""
    (row,) = [r for r in results(client, "partnerships", **query) if r["slug"] == slug]
    record = client.get(f"{LIST}{slug}/", query).json()
    assert record.items() >= row.items()
    (file,) = [r for r in rows(client, "partnerships", **query) if r["slug"] == slug]
    assert file.items() >= {key: row[key] for key in row.keys() & file.keys()}.items()
    return record


def ids(milestones):
    return [row["id"] for row in milestones]


# Statuses


def test_status_between_bounds_is_what_is_certain_beside_what_may_be(client, kingdom):
    told = both(client, "united-kingdom", as_of="2025-10-01")
    assert (told["safe_status"], told["safe_status_may_be"]) == (
        "eligible",
        ["negotiating"],
    )
    assert (told["status"], told["status_may_be"]) == ("signed", [])
    assert (told["sdp_status"], told["sdp_status_may_be"]) == ("signed", [])


def test_status_after_the_last_step_is_certain_whatever_the_bounds(client, kingdom):
    told = both(client, "united-kingdom", as_of="2025-12-15")
    assert (told["safe_status"], told["safe_status_may_be"]) == ("no_agreement", [])


def test_headline_says_what_a_signature_between_bounds_may_make_it(client):
    canada = factories.partnership("canada")
    milestone(canada, "signed", "2025-06")
    told = both(client, "canada", as_of="2025-06-15")
    assert (told["status"], told["status_may_be"]) == ("not_recorded", ["signed"])
    assert told["sdp_status_may_be"] == ["signed"]
    assert told["signed_on"] is None


def test_status_of_safe_is_none_before_safe_was_adopted(client, kingdom):
    told = both(client, "united-kingdom", as_of="2025-05-26")
    assert (told["safe_status"], told["safe_status_may_be"]) == ("none", [])


def test_status_by_press_reports_alone_says_so(client, ghana):
    told = both(client, "ghana")
    assert (told["status"], told["status_reported"]) == ("signed", True)
    assert told["sdp_status_reported"] is True
    # The signature is what opens SAFE.
    assert (told["safe_status"], told["safe_status_reported"]) == ("eligible", True)
    assert told["safe_status_label"] == "Reportedly eligible"
    factories.edit(ghana.milestones.get(), certainty=Certainty.CONFIRMED)
    assert both(client, "ghana")["status_reported"] is False


# Milestones


def test_record_keeps_what_may_have_happened_apart(client, kingdom):
    told = both(client, "united-kingdom", as_of="2025-10-01")
    assert [row["kind"] for row in told["milestones"]] == ["signed"]
    assert [row["kind"] for row in told["uncertain"]] == ["negotiations_opened"]


def test_milestone_that_order_makes_certain_is_not_uncertain(client, kingdom):
    told = both(client, "united-kingdom", as_of="2025-12-15")
    assert told["uncertain"] == []
    assert len(told["milestones"]) == 3


def test_rejected_milestone_is_shown_as_such_and_moves_nothing(client, ghana):
    rejected = milestone(ghana, "ended", "2026-03-28", certainty=Certainty.REJECTED)
    told = both(client, "ghana")
    assert told["status"] == "signed"
    assert (ids(told["rejected"]), told["rejected"][0]["certainty"]) == (
        [rejected.pk],
        "rejected",
    )
    assert rejected.pk not in ids(told["milestones"] + told["uncertain"])
    file = {row["id"]: row["certainty"] for row in rows(client, "milestones")}
    assert file[rejected.pk] == "rejected"
    assert set(file.values()) == {"reported", "rejected"}


def test_milestone_says_who_acted_and_in_which_attempt(client):
    brazil = factories.partnership("brazil")
    milestone(brazil, "proposed", "2024-01")
    milestone(brazil, "abandoned", "2024-06")
    again = milestone(
        brazil,
        "proposed",
        "2025-09",
        attempt=2,
        actor="European Parliament",
        description="report asks for a partnership",
    )
    expected = {
        "attempt": 2,
        "certainty": "confirmed",
        "actor": "European Parliament",
        "description": "report asks for a partnership",
        "announces": "",
        "expected": None,
        "fell_through": False,
        "met_by": None,
        "follows": None,
    }
    listed = results(client, "milestones", partnership="brazil")
    of_record = both(client, "brazil")["milestones"]
    for told in (listed, of_record, rows(client, "milestones")):
        (last,) = [row for row in told if row["id"] == again.pk]
        assert {key: last[key] for key in expected} == expected


def test_milestone_names_the_one_that_it_follows(client, ghana):
    suspended = milestone(ghana, "suspended", "2026-04")
    resumed = milestone(ghana, "resumed", "2026-04", follows=suspended)
    for told in (results(client, "milestones"), rows(client, "milestones")):
        assert {row["id"]: row["follows"] for row in told} == {
            ghana.milestones.get(kind="signed").pk: None,
            suspended.pk: None,
            resumed.pk: suspended.pk,
        }


# Announcements


@pytest.fixture
def announced():
    """Of Iceland, whose signature was announced in January 2026."""
    return milestone(
        factories.partnership("iceland"),
        MilestoneKind.ANNOUNCED,
        "2026-01-15",
        announces=MilestoneKind.SIGNED,
        expected="2026-03",
    )


def announcement(client, **query):
    """The announcement, which record, list and file tell alike."""
    record = client.get(f"{LIST}iceland/", query).json()["milestones"]
    told = [
        next(row for row in rows if row["kind"] == "announced")
        for rows in (
            record,
            results(client, "milestones", **query),
            rows(client, "milestones", **query),
        )
    ]
    keys = ["announces", "expected", "fell_through", "met_by"]
    values = [[row[key] for key in keys] for row in told]
    assert values[0] == values[1] == values[2]
    one = client.get(f"{API}milestones/{told[0]['id']}/", query).json()
    assert [one[key] for key in keys] == values[0]
    return dict(zip(keys, values[0], strict=True))


def test_announcement_says_what_is_expected_and_when(client, announced):
    assert announcement(client) == {
        "announces": "signed",
        "expected": "2026-03",
        "fell_through": False,
        "met_by": None,
    }
    assert client.get(f"{LIST}iceland/").json()["status"] == "not_recorded"
    factories.edit(announced, fell_through=True)
    assert announcement(client)["fell_through"] is True


def test_announcement_is_met_by_what_it_announced(client, announced):
    signed = milestone(announced.partnership, "signed", "2026-03-18")
    assert announcement(client)["met_by"] == signed.pk
    assert announcement(client, as_of="2026-03-17")["met_by"] is None


@pytest.mark.parametrize(
    ("kind", "date", "values"),
    [
        ("signed", "2026-01-14", {}),
        ("signed", "2026-03-18", {"certainty": Certainty.REJECTED}),
        ("negotiations_opened", "2026-03-18", {}),
    ],
)
def test_announcement_is_not_met_by_anything_else(
    client, announced, kind, date, values
):
    milestone(announced.partnership, kind, date, **values)
    assert announcement(client)["met_by"] is None


def test_announcement_is_not_met_on_the_other_track(client, announced):
    milestone(announced.partnership, "signed", "2025-06-01")
    milestone(announced.partnership, "signed", "2026-03-18", track=Track.SAFE)
    assert announcement(client)["met_by"] is None


def test_announcement_of_an_uncertain_day_is_met_from_its_first_day_on(
    client, announced
):
    factories.edit(announced, date="2026-01")
    signed = milestone(announced.partnership, "signed", "2026-01-14")
    assert announcement(client)["met_by"] == signed.pk


# How far the record knows


def look(record, through, **values):
    return factories.check(record, through, **values)


def test_nobody_has_looked_where_no_check_is_entered(client, ghana):
    told = both(client, "ghana")
    assert (told["checked_through"], told["reviewed_on"], told["checks"]) == (
        None,
        None,
        [],
    )


def test_record_is_checked_through_the_last_day_looked_for(client, ghana):
    look(ghana, "2026-04-30", made_on="2026-05-02", found="Ratified.")
    look(ghana, "2026-03-31", made_on="2026-04-01")
    told = both(client, "ghana")
    assert (told["checked_through"], told["reviewed_on"]) == (
        "2026-04-30",
        "2026-05-02",
    )
    assert told["checks"] == [
        {"through": "2026-04-30", "made_on": "2026-05-02", "found": "Ratified."},
        {"through": "2026-03-31", "made_on": "2026-04-01", "found": ""},
    ]
    looks = [
        {key: row[key] for key in ("partnership", "through", "made_on", "found")}
        for row in rows(client, "checks")
    ]
    assert looks == [{"partnership": "ghana"} | check for check in told["checks"]]


def test_record_reviewed_before_checks_were_entered_says_so(client, ghana):
    factories.edit(ghana, reviewed_on="2026-03-30")
    assert both(client, "ghana")["reviewed_on"] == "2026-03-30"
    look(ghana, "2026-04-30", made_on="2026-05-02")
    assert both(client, "ghana")["reviewed_on"] == "2026-05-02"


@pytest.mark.usefixtures("sealed_at_once")
def test_check_is_news_to_those_who_follow(client, ghana, kingdom):
    edition = client.get(STATISTICS).json()["edition"]
    look(ghana, "2026-04-30")
    listed = results(client, "partnerships", modified_after=edition)
    assert [row["slug"] for row in listed] == ["ghana"]


# Statistics


def test_statistics_tell_certain_reported_and_perhaps_apart(client, kingdom, ghana):
    canada = factories.partnership("canada")
    milestone(canada, "signed", "2026-03")
    told = client.get(STATISTICS, {"as_of": "2026-03-24"}).json()
    counts = [told[f"signed_{name}"] for name in ("total", "reported", "may_be")]
    assert counts == [2, 1, 1]
    assert {s: n for s, n in told["by_safe_status"].items() if n} == {
        "no_agreement": 1,
        "eligible": 1,
        "not_eligible": 1,
    }
    before = client.get(STATISTICS, {"as_of": "2025-05-26"}).json()
    assert before["by_safe_status"]["none"] == 3


def test_areas_common_to_all_leave_out_who_is_not_assessed_and_say_so(
    client, kingdom, ghana
):
    one, two = factories.area(1), factories.area(2)
    factories.coverage(kingdom, one)
    factories.coverage(kingdom, two, "not_included")
    factories.coverage(ghana, two)
    told = client.get(STATISTICS).json()
    assert (told["areas_common_to_all_signed"], told["signed_not_assessed"]) == ([1], 1)
    factories.coverage(ghana, one, "not_included")
    told = client.get(STATISTICS).json()
    assert (told["areas_common_to_all_signed"], told["signed_not_assessed"]) == ([], 0)


def test_statistics_are_checked_through_the_earliest_of_all(client, kingdom, ghana):
    look(ghana, "2026-04-30")
    assert client.get(STATISTICS).json()["checked_through"] is None
    look(kingdom, "2026-02-28")
    assert client.get(STATISTICS).json()["checked_through"] == "2026-02-28"


# Lists


@pytest.mark.parametrize(
    ("query", "count", "may_match"),
    [
        ({}, 2, 0),
        ({"safe_status": "negotiating"}, 0, 1),
        ({"safe_status": ["negotiating", "eligible"]}, 1, 0),
        ({"safe_status": "negotiating", "q": "ghana"}, 0, 0),
        ({"safe_status": "negotiating", "q": "kingdom"}, 0, 1),
        ({"status": "signed"}, 1, 0),
        ({"signed_after": "2025-01-01"}, 1, None),
        ({"signed_before": "2025-01-01", "status": "signed"}, 0, None),
        ({"affiliation": "nato_ally"}, 0, 1),
        ({"affiliation": "nato_ally", "safe_status": "negotiating"}, 0, 1),
    ],
)
@pytest.mark.parametrize("is_sealed", [True, False])
def test_list_says_how_many_more_may_match(
    request, client, kingdom, ghana, query, count, may_match, is_sealed
):
    factories.affiliation(kingdom.partner, "nato_ally")
    if is_sealed:
        request.getfixturevalue("sealed_at_once")
        factories.edit(ghana, summary="Sealed.")
    answer = client.get(LIST, query | {"as_of": "2025-10-01"}).json()
    assert (answer["count"], answer["may_match"]) == (count, may_match)


@pytest.mark.usefixtures("sealed_at_once")
def test_list_of_what_was_modified_counts_no_more_than_that(client, kingdom, ghana):
    query = {"safe_status": "negotiating", "as_of": "2025-10-01"}
    edition = client.get(STATISTICS).json()["edition"]
    factories.edit(ghana, summary="New.")
    answer = client.get(LIST, query | {"modified_after": edition}).json()
    assert answer["may_match"] == 0
    factories.edit(kingdom, summary="New.")
    answer = client.get(LIST, query | {"modified_after": edition}).json()
    assert answer["may_match"] == 1


def test_page_and_api_say_the_same_of_what_may_match(client, kingdom):
    query = {"safe_status": "negotiating", "as_of": "2025-10-01"}
    beside = client.get("/partnerships/", query).context["facets"]
    assert client.get(LIST, query).json()["may_match"] == beside.perhaps == 1


@pytest.mark.usefixtures("sealed_at_once")
def test_more_that_may_match_is_counted_once_in_an_edition(client, kingdom):
    client.get(LIST, {"safe_status": "negotiating"})
    known = facets._groups_of_all.kept.cache_info().misses
    client.get(LIST, {"safe_status": "eligible"})
    assert facets._groups_of_all.kept.cache_info().misses == known


# Affiliations


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        ("2024", None, True),
        (None, None, None),
        ("2025", None, None),
        (None, "2024", False),
        ("2020", "2024", False),
        ("2020", "2025", True),
    ],
)
def test_affiliation_says_whether_it_holds(client, since, until, holds):
    norway = factories.partnership("norway")
    factories.affiliation(norway.partner, "nato_ally", since=since, until=until)
    query = {"as_of": "2025-06-30"}
    for told in (
        client.get(f"{LIST}norway/", query).json()["affiliations"],
        client.get(f"{API}partners/norway/", query).json()["affiliations"],
        rows(client, "affiliations", **query),
    ):
        assert [row["holds"] for row in told] == [holds]


def test_affiliation_that_begins_later_is_not_there(client):
    norway = factories.partnership("norway")
    factories.affiliation(norway.partner, "nato_ally", since="2025-07")
    query = {"as_of": "2025-06-30"}
    assert client.get(f"{LIST}norway/", query).json()["affiliations"] == []
    assert results(client, "partners", **query)[0]["affiliations"] == []
    assert rows(client, "affiliations", **query) == []


def test_filter_finds_affiliations_that_certainly_hold(client):
    for slug, since in [("norway", "1949"), ("canada", None)]:
        record = factories.partnership(slug)
        factories.affiliation(record.partner, "nato_ally", since=since)
    answer = client.get(LIST, {"affiliation": "nato_ally"}).json()
    assert [row["slug"] for row in answer["results"]] == ["norway"]
    assert answer["may_match"] == 1
