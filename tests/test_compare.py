"""Two to four partnerships side by side."""

from datetime import date

import pytest

from partnerships.choices import CoverageValue, MilestoneKind
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


def shared(text):
    """What the page says first: the sentences on what is shared and what is not."""
    text = text.partition("What they share, and where they part")[2]
    return text.partition("Where each stands")[0]


def patterns(text):
    """The text of the table of areas."""
    text = text.partition("Areas by which of them include it")[2]
    return text.partition("Side by side")[0]


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
        (FIVE, "Choose at most 4 partnerships; 5 were chosen."),
        (["norway", "norway"], "Norway was chosen more than once."),
        (["norway", "atlantis"], "There is no partnership “atlantis”."),
        (["norway", "hidden"], "There is no partnership “hidden”."),
        (["norway", "x" * 5_000], "There is no partnership “xxx"),
        (["norway", "<b>"], "There is no partnership “<b>”."),
    ],
)
def test_wrong_choice_gets_400_and_a_form_to_mend_it(client, three, slugs, sentence):
    response = client.get(COMPARE, {"p": slugs})
    assert response.status_code == 400
    found = page(client, COMPARE, {"p": slugs}, status=400)
    assert sentence in found.text
    assert "Nothing is compared yet" in found.text
    assert "<b>" not in response.content.decode()
    if slugs[0] == "norway":
        assert 'value="norway" checked' in response.content.decode()


@pytest.mark.parametrize("query", [{"show": "some"}, {"as_of": "soon"}])
def test_other_wrong_value_gets_400(client, three, query):
    text = page(client, COMPARE, THREE | query, status=400).text
    assert "Nothing is compared yet" in text


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


def test_shared_by_two_and_lacking_with_the_third_is_said_in_a_sentence(client, three):
    text = shared(page(client, COMPARE, THREE).text)
    for sentence in (
        "All three include one area: Area 1 .",
        "Japan and South Korea both include one area that Norway does not: Area 2 .",
        "South Korea alone includes one area that Japan and Norway do not: Area 4 .",
        "One area already exists with Norway, and Japan and South Korea do not include "
        "it: Area 3 .",
    ):
        assert sentence in text
    assert "share no area that Norway lacks" not in text


def test_that_nothing_is_shared_that_a_third_lacks_is_said_too(client, three):
    cell = three["norway"].coverage.get(area__number=2)
    factories.edit(cell, value=EXISTS)
    text = shared(page(client, COMPARE, THREE).text)
    assert "Japan and South Korea share no area that Norway lacks." in text
    both = "Japan and South Korea both include one area that already exists with Norway"
    assert f"{both}: Area 2 ." in text
    factories.edit(cell, value=IN)
    text = shared(page(client, COMPARE, THREE).text)
    assert "All three include two areas: Area 1 ; Area 2 ." in text
    text = shared(page(client, COMPARE, {"p": ["japan", "norway"]}).text)
    assert "Both include two areas: Area 1 ; Area 2 ." in text
    assert "Japan includes no area that Norway lacks." in text
    assert "Neither includes one area: Area 4 ." in text


def test_sentences_come_first_then_the_table(client, three):
    text = page(client, COMPARE, THREE).text
    heads = [
        "What they share",
        "Where each stands",
        "Areas of cooperation",
        "Each line leads",
    ]
    places = [text.index(head) for head in heads]
    assert places == sorted(places)


def test_only_what_differs_is_in_the_table_unless_all_is_asked_for(client, three):
    found = page(client, COMPARE, THREE)
    assert "Area 1" not in patterns(found.text)
    assert "Area 2" in patterns(found.text)
    assert "All three include one of the 4 areas; they differ on three." in found.text
    everything = page(client, COMPARE, THREE | {"show": "all"})
    assert "Area 1" in patterns(everything.text)


def test_what_nobody_assessed_is_not_compared(client, three):
    found = page(client, COMPARE, {"p": ["japan", "brazil"]})
    assert "Nobody has assessed the areas of Brazil." in found.text
    assert "they differ on" not in found.text and "both include" not in found.text
    found = page(client, COMPARE, {"p": ["japan", "norway", "brazil"]})
    assert "Japan and Norway both include" in found.text
    assert "Nobody has assessed the areas of Brazil." in found.text
    assert "Brazil is not assessed" not in shared(found.text)


def test_too_few_that_are_assessed_are_said_to_be(client, three):
    factories.partnership("ghana")
    found = page(client, COMPARE, {"p": ["ghana", "brazil"], "show": ""})
    assert "Nobody has assessed the areas of Ghana and Brazil." in found.text
    assert "They treat all areas alike." not in found.text


def test_one_that_is_chosen_waits_for_others(client, three):
    found = page(client, COMPARE, {"p": "japan"})
    assert "One is chosen: choose one, two or three more" in found.text
    assert 'value="japan" checked' in client.get(COMPARE, {"p": "japan"}).text


def test_standing_and_ties_are_said_by_who_has_them(client, three):
    for slug in three:
        factories.engagement(three[slug], "mission", f"Mission with {slug}")
    factories.affiliation(three["norway"].partner, "nato_ally", since="1949-08-24")
    text = shared(page(client, COMPARE, THREE).text)
    assert "All three, beside the partnership: CSDP mission or operation." in text
    assert "Norway alone: NATO Ally." in text


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


def test_status_and_signature_are_said_once_beside_the_strip(client, three):
    record = three["japan"]
    record.milestones.get().delete()
    factories.milestone(record, MilestoneKind.NEGOTIATIONS_OPENED, "2024-01-10")
    text = page(client, COMPARE, THREE).text
    stands = text.partition("Where each stands")[2].partition("asked for")[0]
    assert "Signed 28 May 2024 May join SAFE purchases, up to 35 %" in stands
    assert "Negotiations on a partnership begin, 10 January 2024" in stands
    assert text.count("Signed 28 May 2024") == 2  # Norway and South Korea
    past = page(client, COMPARE, THREE | {"as_of": "2024-05-27"}).text
    assert "No step towards a partnership known SAFE did not exist yet" in past


def test_standing_tells_since_when(client, three):
    factories.affiliation(three["norway"].partner, "eea_efta", since="1994-01-01")
    text = page(client, COMPARE, THREE).text
    assert "Joins SAFE purchases on Member States’ terms" in text
    assert "EEA-EFTA state since 1 January 1994" in text


def test_contributions_are_dated_and_summed_with_running_totals_once(client, three):
    for title, day, amount, is_total in [
        ("First", "2022-10", 150, False),
        ("Second", "2023", 400, True),
        ("Donation", "2025-06", 1_000, False),
    ]:
        factories.engagement(
            three["norway"],
            "epf_contribution",
            title,
            since=day,
            state="event",
            amount=amount,
            currency="NOK",
            amount_eur=amount // 10,
            amount_is_total=is_total,
        )
    text = page(client, COMPARE, THREE).text
    assert "Donation in June 2025 NOK 1,000 (EUR 100)" in text
    assert "NOK 400 (EUR 40), running total: includes the earlier" in " ".join(
        text.replace(" ,", ",").split()
    )
    assert "In all NOK 1,400 (EUR 140), running totals counted once" in text


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
    said = "Dialogue 1 recorded Cyber dialogue start not recorded none recorded none"
    assert said in found.text
    assert f"/partnerships/japan/#engagement-{held.pk}" in found.links


def test_what_is_folded_on_a_phone_is_counted(client, three):
    for title, state in [("A", "in_being"), ("B", "envisaged"), ("C", "envisaged")]:
        factories.engagement(three["japan"], "agreement", title, state=state)
    factories.milestone(three["norway"], MilestoneKind.DIALOGUE_HELD, "2025-01/2025-03")
    text = page(client, COMPARE, THREE | {"as_of": "2025-02-15"}).text
    assert "Agreement or arrangement 3 recorded, 2 envisaged A " in text
    assert "2 recorded, 1 may have happened by this day Partnership signed" in text


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
    assert "Signed 28 May 2024" in found.text
    assert any("known_on=2026-03-31#milestone-" in link for link in found.links)
    page(client, COMPARE, query | {"p": ["japan", "canada"]}, status=400)
