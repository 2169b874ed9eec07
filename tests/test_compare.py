"""Two to four partnerships side by side."""

from datetime import date

import pytest

from partnerships.choices import CoverageValue, MilestoneKind, Track
from partnerships.models import Partnership
from tests import factories
from tests.html import page
from tests.two_clocks import on

COMPARE = "/compare/"
IN, OUT, EXISTS, UNKNOWN = CoverageValue
THREE = {"p": ["japan", "south-korea", "norway"]}
FIVE = ["japan", "norway"] * 2 + ["x"]


@pytest.fixture
def three(db):
    """Japan and South Korea share area 2, which Norway's partnership leaves out."""
    areas = [factories.area(number) for number in (1, 2, 3, 4)]
    made = {}
    for slug, values in [
        ("japan", [IN, IN, OUT, OUT]),
        ("south-korea", [IN, IN, OUT, IN]),
        ("norway", [IN, OUT, EXISTS, OUT]),
    ]:
        made[slug] = factories.partnership(slug)
        factories.milestone(made[slug])
        for area, value in zip(areas, values, strict=True):
            factories.coverage(made[slug], area, value)
    factories.partnership("brazil")
    factories.partnership("hidden", published=False)
    return made


def patterns(text):
    """The text of the page from the table of areas on."""
    return text.partition("Areas by which of them")[2]


# Choosing


def test_without_a_choice_there_is_the_form_alone(client, three):
    found = page(client, COMPARE)
    assert "Choose two, three or four partnerships" in found.text
    assert "Brazil" in found.text
    assert "Hidden" not in found.text
    assert "Choose two, three or four" in page(client, COMPARE, {"p": ""}).text


@pytest.mark.parametrize(
    ("slugs", "sentence"),
    [
        (["japan"], "Choose at least 2 partnerships; one was chosen."),
        (FIVE, "Choose at most 4 partnerships; 5 were chosen."),
        (["norway", "norway"], "Norway was chosen more than once."),
        (["norway", "atlantis"], "There is no partnership “atlantis”."),
        (["norway", "hidden"], "There is no partnership “hidden”."),
        (["norway", "a\x00b"], "There is no partnership “a"),
        (["norway", "x" * 60_000], "There is no partnership “xxx"),
        (["norway", "<b>"], "There is no partnership “<b>”."),
    ],
)
def test_wrong_choice_gets_400_and_a_form_to_mend_it(client, three, slugs, sentence):
    response = client.get(COMPARE, {"p": slugs})
    assert response.status_code == 400
    found = page(client, COMPARE, {"p": slugs}, status=400)
    assert sentence in found.text
    assert "Nothing is compared; the form says why." in found.text
    assert "<b>" not in response.content.decode()
    if slugs[0] == "norway":
        assert 'value="norway" checked' in response.content.decode()


@pytest.mark.parametrize("query", [{"show": "some"}, {"as_of": "soon"}])
def test_other_wrong_value_gets_400(client, three, query):
    text = page(client, COMPARE, THREE | query, status=400).text
    assert "Nothing is compared" in text


def test_columns_stand_in_the_order_asked_for(client, three):
    for slugs in (["norway", "japan"], ["japan", "norway"]):
        comparison = client.get(COMPARE, {"p": slugs}).context["comparison"]
        assert [p.partner.slug for p in comparison.partnerships] == slugs


def test_of_very_many_partners_those_chosen_are_still_offered(
    client, three, monkeypatch
):
    monkeypatch.setattr("partnerships.filters.comparison.CompareForm.MOST_LISTED", 1)
    form = client.get(COMPARE, {"p": ["norway", "japan"]}).context["form"]
    slugs = {slug for slug, _ in form.fields["p"].choices}
    assert slugs == {"brazil", "norway", "japan"}


# Areas


def test_areas_are_grouped_by_who_includes_them(client, three):
    text = patterns(page(client, COMPARE, THREE).text)
    assert "Japan and South Korea, not Norway 1 2 Area 2" in text
    assert "South Korea, not Japan or Norway 1 4 Area 4" in text
    assert "Already exists with Norway, not Japan or South Korea 1 3 Area 3" in text


def test_only_what_differs_is_shown_unless_all_is_asked_for(client, three):
    found = page(client, COMPARE, THREE)
    assert "Area 1" not in patterns(found.text)
    assert (
        "They differ on 3 of the 4 areas. They treat the others alike: 1 included."
        in found.text
    )
    everything = page(client, COMPARE, THREE | {"show": "all"})
    assert "Japan, South Korea and Norway 1 1 Area 1" in patterns(everything.text)


def test_not_assessed_is_not_the_same_as_no(client, three):
    text = patterns(page(client, COMPARE, {"p": ["japan", "brazil"]}).text)
    assert "Japan, not assessed for Brazil 2" in text
    assert "Not Japan, not assessed for Brazil 2" in text


def test_partnerships_that_treat_all_areas_alike_are_said_to(client, three):
    factories.partnership("ghana")
    found = page(client, COMPARE, {"p": ["ghana", "brazil"]})
    assert "They differ on 0 of the 4 areas." in found.text
    assert "Areas by which of them" not in found.text


def test_areas_included_are_those_of_the_list(client, three):
    counted = Partnership.objects.with_coverage_counts()
    of = {row.pk: (row.areas_included, row.areas_already_exist) for row in counted}
    for column in client.get(COMPARE, THREE).context["comparison"].columns:
        found = (
            column.partnership.areas_included,
            column.partnership.areas_already_exist,
        )
        assert found == of[column.partnership.pk]
    assert "not assessed" in page(client, COMPARE, {"p": ["japan", "brazil"]}).text


# Facts


def columns(client, **query):
    return client.get(COMPARE, THREE | query).context["comparison"].columns


def test_status_holds_since_the_first_step_that_set_it(client, three):
    record = three["japan"]
    record.milestones.get().delete()
    opened = factories.milestone(
        record, MilestoneKind.NEGOTIATIONS_OPENED, "2024-01-10"
    )
    factories.milestone(record, MilestoneKind.TEXT_AGREED, "2024-03")
    japan, *_ = columns(client)
    assert japan.partnership.sdp_status == "negotiating"
    assert japan.since[Track.SDP] == opened
    assert "since 10 January 2024" in page(client, COMPARE, THREE).text


def test_status_after_a_resumption_holds_since_then(client, three):
    for kind, day in [("suspended", "2025-01-10"), ("resumed", "2025-06-01")]:
        latest = factories.milestone(three["norway"], kind, day)
    assert columns(client)[2].since[Track.SDP] == latest
    before = columns(client, as_of="2024-12-31")[2]
    assert str(before.since[Track.SDP].date) == "2024-05-28"


def test_status_from_standing_is_decided_by_no_milestone(client, three):
    factories.affiliation(three["norway"].partner, "eea_efta", since="1994-01-01")
    norway = columns(client)[2]
    assert norway.since[Track.SAFE] is None
    text = page(client, COMPARE, THREE).text
    assert "Common purchases on Member States’ terms No partnership needed" in text
    assert "by no step" not in text
    assert "EEA-EFTA state since 1 January 1994" in text


def test_milestone_that_may_have_happened_says_so(client, three):
    factories.milestone(three["norway"], MilestoneKind.DIALOGUE_HELD, "2025-01/2025-03")
    text = page(client, COMPARE, THREE | {"as_of": "2025-02-15"}).text
    assert "may have happened by this day" in text
    assert (
        "Dialogue held"
        not in page(client, COMPARE, THREE | {"as_of": "2024-12-31"}).text
    )


def test_ties_stand_side_by_side_by_kind(client, three):
    held = factories.engagement(
        three["japan"], "dialogue", "Cyber dialogue", frequency="annual"
    )
    found = page(client, COMPARE, THREE)
    assert "Dialogue Cyber dialogue start not recorded none recorded none" in found.text
    assert f"/partnerships/japan/#engagement-{held.pk}" in found.links


def test_disagreement_is_marked_beside_its_fact(client, three):
    factories.claim(three["norway"].milestones.get(), "2024-06-03")
    assert "≠ 1 source, 1 disagrees, not ruled on" in page(client, COMPARE, THREE).text


def test_comparison_is_as_it_was_known_on_a_day(client, db):
    with on(date(2026, 3, 1)):
        for slug in ("norway", "japan"):
            record = factories.partnership(slug)
        milestone = factories.milestone(record)
    with on(date(2026, 4, 1)):
        factories.partnership("canada")
        milestone.delete()
    query = {"p": ["japan", "norway"], "known_on": "2026-03-31"}
    found = page(client, COMPARE, query)
    assert "since 28 May 2024" in found.text
    assert any("known_on=2026-03-31#milestone-" in link for link in found.links)
    page(client, COMPARE, query | {"p": ["japan", "canada"]}, status=400)
