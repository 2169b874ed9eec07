"""The data set that ships with the tracker, checked against what the documents say.

What is expected stands here as literals typed from the documents, never read from the
fixtures. Table 1 is that of the European Parliamentary Research Service's briefing
"The EU's new bilateral security and defence partnerships" (March 2026).
"""

import json
import re
from collections import Counter
from datetime import date

import pytest
from django.conf import settings
from django.core.management import call_command

from partnerships.choices import EngagementKind, Frequency, MilestoneKind, Standing
from partnerships.models import (
    Affiliation,
    Area,
    Check,
    Claim,
    Coverage,
    Engagement,
    Milestone,
    Partner,
    Partnership,
    Question,
    Source,
)
from partnerships.web.milestone_words import title

pytestmark = [
    pytest.mark.usefixtures("dataset", "db"),
    pytest.mark.slow("loads the data set"),
]

TODAY, CHECKED = date(2026, 11, 22), date(2026, 2, 28)

#: One line per partner: its ISO code, its status and SAFE status today, the day of
#: signature, how many areas Table 1 ticks, and how many are stated.
PARTNERS = """
moldova         MD signed          eligible     2024-05-21 14 11
albania         AL signed          eligible     2024-12-18 17 13
north-macedonia MK signed          eligible     2024-11-19 17 13
canada          CA safe_associated associated   2025-06-23 21 20
united-kingdom  GB signed          negotiating  2025-05-19 22 21
norway          NO signed          not_needed   2024-05-28 20 17
japan           JP signed          eligible     2024-11-01 17 9
south-korea     KR signed          requested    2024-11-04 21 -
india           IN signed          eligible     2026-01-27 19 16
australia       AU negotiating     not_eligible -          -  -
iceland         IS negotiating     not_needed   -          -  -
switzerland     CH exploratory     not_eligible -          -  -
united-states   US proposed        not_eligible -          -  -
ukraine         UA proposed        not_needed   -          -  -
new-zealand     NZ proposed        not_eligible -          -  -
"""
ROWS = [line.split() for line in PARTNERS.strip().split("\n")]
ISO_CODES = {slug: code for slug, code, *_ in ROWS}
STATUSES = {slug: (status, safe) for slug, _, status, safe, *_ in ROWS}
SIGNED_ON = {slug: day for slug, _, _, _, day, *_ in ROWS if day != "-"}
TICKS = {slug: int(ticks) for slug, *_, ticks, _ in ROWS if ticks != "-"}
STATED = {slug: int(stated) for slug, *_, stated in ROWS if stated != "-"}
#: The columns of Table 1 stand in the order of the lines above.
COLUMNS = [*SIGNED_ON]
#: One line per row: its number, then a mark per column: x ticked, - crossed out,
#: e "Already exists".
TABLE_1 = """
 1 xxxxxxxxx
 2 xxxxxxxxx
 3 xxxxxxxxx
 4 xxxxxxxxx
 5 ---xxxxxx
 6 xxxxxxxx-
 7 xxxxxxxxx
 8 xxxxxxxxx
 9 xxxxxxxxx
10 xxxxxx---
11 xxxxxxxxx
12 xxx------
13 xxxxxxxxx
14 -xxxxx---
15 ---xxxxxx
16 ---xxxxxx
17 ---xxx-xx
18 ---xxxxxx
19 ----xx--x
20 xxxxxxxxx
21 -xxxxxxx-
22 eeeeeexxx
23 -------x-
24 xxxxx--xx
25 -xx------
26 ---xx--xx
"""
MARKS = {"x": "included", "-": "not_included", "e": "already_exists"}
AFFILIATIONS = {
    "moldova": {"nato_pfp", "eu_candidate"},
    "albania": {"nato_ally", "eu_candidate"},
    "north-macedonia": {"nato_ally", "eu_candidate"},
    "canada": {"nato_ally"},
    "united-kingdom": {"nato_ally"},
    "norway": {"nato_ally", "eea_efta"},
    "japan": {"nato_global_partner"},
    "south-korea": {"nato_global_partner"},
    "india": {"nato_global_partner"},
    "iceland": {"eea_efta"},
}
#: One line per document: when its knowledge ends.
KNOWLEDGE = """
eeas-2025-06        2025-06
eprs-2026-03        ../2026-03-05
csds-2025-24        2025-08
epthinktank-2025-01 2025-01-30
wikipedia-sdp       -
eea-agreement-1994  1994-01-03
"""
DOCUMENTS = dict(line.split() for line in KNOWLEDGE.strip().split("\n"))
#: Every fact on which the documents contradict each other or themselves: its model, its
#: natural key and the adopted value; then each rival with the document that holds it.
DISAGREEMENTS = """
milestone albania-signed 2024-12-18
    eprs-2026-03 2024-11-19
    eprs-2026-03 2024-11
    wikipedia-sdp 2024-11-19
    csds-2025-24 ../2024-11-19
    epthinktank-2025-01 ../2024-11-19
milestone south-korea-signed 2024-11-04
    eeas-2025-06 2024-09-04
    csds-2025-24 ../2024-11-01
    epthinktank-2025-01 ../2024-11-01
milestone norway-signed 2024-05-28
    csds-2025-24 ../2024-05-21
    epthinktank-2025-01 ../2024-05-21
coverage united-kingdom consular-matters included
    eprs-2026-03 not_included
coverage moldova peace-mediation-conflict-prevention-crisis-management not_included
    wikipedia-sdp included
coverage japan defence-tools-instruments not_included
    eprs-2026-03 included
coverage south-korea defence-tools-instruments not_included
    eprs-2026-03 included
coverage india defence-tools-instruments not_included
    eprs-2026-03 included
question strategic-compass-adoption 2022-03
    eprs-2026-03 2022-02
"""


def disagreements():
    """Each disputed fact with the adopted value and (document, rival) pairs."""
    rivals, fact = {}, ()
    for line in DISAGREEMENTS.strip().splitlines():
        if line.startswith(" "):
            rivals[fact][1].add(tuple(line.split()))
        else:
            *names, adopted = line.split()
            fact = tuple(names)
            rivals[fact] = (adopted, set())
    return rivals


def cells_of_table_1():
    for line in TABLE_1.split("\n"):
        if line:
            number, marks = line.split()
            for partner, mark in zip(COLUMNS, marks, strict=True):
                yield (partner, int(number)), MARKS[mark]


def statuses(on):
    found = Partnership.objects.published().with_status(on=on)
    return {p.partner.slug: (p.status, p.safe_status) for p in found}


def signed(on):
    return {
        slug
        for slug, (status, _) in statuses(on).items()
        if status in {"signed", "safe_associated"}
    }


def fact_of(claim):
    fact = claim.fact
    return (fact._meta.model_name, *fact.natural_key())


def says(fact):
    return set(fact.claims.values_list("source__key", "says"))


# What there is


def test_there_are_fifteen_partners_each_with_one_published_partnership():
    assert dict(Partner.objects.values_list("slug", "iso_code")) == ISO_CODES
    assert Partnership.objects.published().count() == 15


def test_every_partnership_was_checked_through_february_2026():
    checks = Check.objects.values_list("partnership__partner__slug", "through")
    assert sorted(checks) == [(slug, CHECKED) for slug in sorted(ISO_CODES)]
    assert {check.made_on for check in Check.objects.all()} == {TODAY}


def test_titles_name_the_eu_and_the_partner_with_an_en_dash():
    for partnership in Partnership.objects.select_related("partner"):
        name = partnership.partner.name
        assert partnership.title == f"EU–{name} Security and Defence Partnership"


def test_every_summary_is_two_to_four_sentences():
    for partnership in Partnership.objects.all():
        sentences = re.findall(r"[.](?:\s|$)", partnership.summary)
        assert 2 <= len(sentences) <= 4, partnership


def test_six_documents_are_cited_and_each_is_used():
    assert set(Source.objects.values_list("key", flat=True)) == {*DOCUMENTS}
    assert set(Claim.objects.values_list("source__key", flat=True)) == {*DOCUMENTS}


def test_documents_say_when_their_knowledge_ends_or_why_that_is_not_known():
    reach = dict(Source.objects.values_list("key", "knowledge_as_of"))
    assert {key: str(value or "-") for key, value in reach.items()} == DOCUMENTS
    assert "after 23 June 2025" in Source.objects.get(key="wikipedia-sdp").note


def test_affiliations_are_those_that_the_documents_give():
    found = {}
    for slug, kind in Affiliation.objects.values_list("partner__slug", "kind"):
        found.setdefault(slug, set()).add(kind)
    assert found == AFFILIATIONS


def test_affiliations_say_since_when_and_by_which_document():
    candidate = Affiliation.objects.get(partner__slug="moldova", kind="eu_candidate")
    assert str(candidate.since) == "2022-06"
    india = Affiliation.objects.get(partner__slug="india")
    assert "One document alone" in india.note
    assert set(india.claims.values_list("source__key", flat=True)) == {"eprs-2026-03"}
    iceland = Affiliation.objects.get(partner__slug="iceland")
    assert says(iceland) == {("eea-agreement-1994", "yes")}
    others = Affiliation.objects.exclude(pk__in=[candidate.pk])
    assert {str(affiliation.since) for affiliation in others} == {"../2026-03"}
    assert Claim.objects.filter(source__key="eea-agreement-1994").count() == 1


def test_what_one_press_report_says_is_reported_and_parliament_is_named():
    reported = Milestone.objects.filter(certainty="reported")
    assert [row.key for row in reported] == ["south-korea-safe-requested"]
    proposed = Milestone.objects.filter(kind="proposed")
    assert {row.actor for row in proposed} == {"the European Parliament"}
    assert {title(row) for row in proposed} == {
        f"{name}: European Parliament asks that a partnership be explored"
        for name in ("United States", "Ukraine", "New Zealand")
    }


# When


SIGNED_BY = {"2024-05-20": 0, "2024-05-21": 1, "2024-12-17": 5, "2025-01-30": 6}
SIGNED_BY |= {"2025-06-30": 8, "2025-08-31": 8, "2026-01-26": 8, "2026-03-15": 9}


@pytest.mark.parametrize(("on", "count"), [*SIGNED_BY.items(), (str(TODAY), 9)])
def test_as_many_partnerships_are_signed_as_the_documents_of_that_day_count(on, count):
    assert len(signed(date.fromisoformat(on))) == count


def test_each_partnership_is_signed_from_its_day_on():
    today = Partnership.objects.with_status(on=TODAY).filter(signed_on__isnull=False)
    assert {p.partner.slug: str(p.signed_on) for p in today} == SIGNED_ON
    for slug, day in SIGNED_ON.items():
        day = date.fromisoformat(day)
        assert slug in signed(day)
        assert slug not in signed(date.fromordinal(day.toordinal() - 1))


def test_every_partnership_stands_today_where_the_documents_leave_it():
    assert statuses(TODAY) == STATUSES


@pytest.mark.parametrize(
    ("slug", "day", "status", "safe_status"),
    [
        ("canada", date(2025, 11, 30), "signed", "eligible"),
        ("canada", date(2025, 12, 31), "signed", "agreed"),
        ("canada", date(2026, 3, 31), "safe_associated", "associated"),
        ("india", date(2025, 2, 28), "exploratory", "none"),
        ("india", date(2026, 1, 26), "exploratory", "not_eligible"),
        ("india", date(2026, 1, 27), "signed", "eligible"),
        ("moldova", date(2024, 5, 20), "not_recorded", "none"),
        ("moldova", date(2025, 5, 26), "signed", "none"),
        ("moldova", date(2025, 5, 27), "signed", "eligible"),
    ],
)
def test_partnership_stood_there_on_that_day(slug, day, status, safe_status):
    assert statuses(day)[slug] == (status, safe_status)


PROPOSED = ("united-states", "ukraine", "new-zealand")


def test_steps_before_signature_have_the_dates_of_the_documents():
    dates = {
        "australia-negotiations-opened": "2025-06-17",
        "iceland-negotiations-opened": "2025-07-17",
        "switzerland-exploratory-talks": "2025-06",
        "india-exploratory-talks": "2025-02",
        **dict.fromkeys((f"{slug}-proposed" for slug in PROPOSED), "2026-02"),
    }
    found = Milestone.objects.filter(track="sdp").exclude(
        kind__in=[MilestoneKind.SIGNED, MilestoneKind.STATEMENT]
    )
    assert {m.key: str(m.date) for m in found} == dates
    for step in found:
        slug, kind = step.partnership.partner.slug, step.kind.replace("_", "-")
        assert step.key == f"{slug}-{kind}"


def test_safe_steps_have_the_dates_and_acts_of_the_documents():
    early_march = "../2026-03-05"
    decision = "Council Decision (EU) 2026/444"
    expected = {
        ("canada", "negotiations_authorised", "../2025-12", ""),
        ("canada", "endorsed", "2025-12", ""),
        ("canada", "statement", "2026-01", ""),
        ("canada", "signature_authorised", early_march, decision),
        ("canada", "published", early_march, "OJ L 2026/445"),
        ("canada", "provisionally_applied", early_march, ""),
        ("united-kingdom", "negotiations_authorised", early_march, ""),
        ("south-korea", "requested", early_march, ""),
        ("iceland", "statement", "2025-07-17", ""),
    }
    found = Milestone.objects.filter(track="safe")
    assert {
        (m.partnership.partner.slug, m.kind, str(m.date), m.reference) for m in found
    } == expected


def test_places_are_recorded_only_where_a_document_names_them():
    places = Milestone.objects.exclude(place="").values_list("key", "place")
    assert dict(places) == {
        "united-kingdom-signed": "London",
        "australia-negotiations-opened": "Canada",
    }


def test_the_lifecycle_accepts_every_partnership():
    for partnership in Partnership.objects.all():
        assert partnership.refusals(partnership.milestones.all()) == []


def test_milestones_stand_in_the_file_in_the_order_of_time():
    records = json.loads((settings.FIXTURE_DIRS[0] / "milestones.json").read_text())
    latest = {m.key: m.date.latest for m in Milestone.objects.all()}
    by_partnership = {}
    for record in records:
        fields = record["fields"]
        slug = fields["partnership"][0]
        by_partnership.setdefault(slug, []).append(latest[fields["key"]])
    assert all(days == sorted(days) for days in by_partnership.values())


# What is covered


def test_there_are_26_areas_with_the_numbers_of_table_1():
    numbers = Area.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, 27))
    assert Area.objects.get(number=1).slug == "csdp-missions-operations-training"
    assert Area.objects.get(number=22).slug == "security-of-information-agreement"
    assert Area.objects.get(number=26).slug == "emerging-disruptive-technologies"


def test_every_cell_is_as_in_table_1():
    recorded = {
        (slug, number): value
        for slug, number, value in Coverage.objects.values_list(
            "partnership__partner__slug", "area__number", "value"
        )
    }
    expected = dict(cells_of_table_1())
    assert len(expected) == 234
    assert recorded == expected


def test_every_cell_cites_its_row_of_table_1():
    cited = {
        (c.coverage.partnership.partner.slug, c.coverage.area.number): c.says
        for c in Claim.objects.filter(locator__startswith="Table 1, row ").exclude(
            coverage=None
        )
        if c.locator == f"Table 1, row {c.coverage.area.number}"
    }
    assert cited == dict(cells_of_table_1())


def test_ticks_per_partner_are_those_of_table_1():
    counted = Partnership.objects.with_coverage_counts()
    ticked = {p.partner.slug: p.areas_included for p in counted if p.areas_included}
    assert ticked == TICKS
    existing = {p.partner.slug for p in counted if p.areas_already_exist == 1}
    assert existing == set(COLUMNS) - {"japan", "south-korea", "india"}


def test_exactly_ten_areas_are_common_to_the_nine():
    included = Coverage.objects.filter(value="included")
    counts = Counter(included.values_list("area__number", flat=True))
    common = sorted(number for number, count in counts.items() if count == 9)
    assert common == [1, 2, 3, 4, 7, 8, 9, 11, 13, 20]
    assert Question.objects.get(slug="common-areas").answer == "10"


def test_nobody_has_assessed_the_areas_of_partnerships_that_are_not_signed():
    covered = Coverage.objects.values_list("partnership__partner__slug", flat=True)
    assert set(covered) == set(SIGNED_ON)


def test_stated_numbers_of_areas_differ_from_counted_ones():
    stated = dict(Partnership.objects.values_list("partner__slug", "stated_areas"))
    assert {slug: n for slug, n in stated.items() if n is not None} == STATED
    assert all(stated[slug] != TICKS[slug] for slug in TICKS)


def test_the_nine_signed_have_a_review_clause_and_no_other_does():
    clauses = Partnership.objects.exclude(review_clause="")
    assert {p.partner.slug: p.review_clause for p in clauses} == dict.fromkeys(
        SIGNED_ON, "as appropriate"
    )


# Other ties


def test_norway_made_three_contributions_to_the_european_peace_facility():
    contributions = Engagement.objects.filter(kind=EngagementKind.EPF_CONTRIBUTION)
    assert {(e.partnership.partner.slug, e.currency) for e in contributions} == {
        ("norway", "NOK")
    }
    columns = ("since", "amount", "amount_eur", "amount_is_total")
    assert {
        (str(s), *values) for s, *values in contributions.values_list(*columns)
    } == {
        ("2022-10", 150_000_000, 14_500_000, False),
        ("2022-10/2025-06", 400_000_000, 36_500_000, True),
        ("2025-06", 1_000_000_000, 86_000_000, False),
    }
    assert contributions.count() == 3


def test_yearly_dialogues_are_those_that_a_document_calls_annual():
    annual = Engagement.objects.filter(frequency=Frequency.ANNUAL)
    assert sorted(annual.values_list("partnership__partner__slug", flat=True)) == [
        *("albania", "india", "moldova", "south-korea", "south-korea", "united-kingdom")
    ]


def test_dialogues_of_albania_and_north_macedonia_differ_in_frequency():
    dialogues = Engagement.objects.filter(
        key__endswith="-security-and-defence-dialogue",
        partnership__partner__region="western_balkans",
    )
    frequencies = dict(dialogues.values_list("partnership__partner__slug", "frequency"))
    assert frequencies == {"albania": "annual", "north-macedonia": "not_specified"}


def test_levels_of_dialogues_are_recorded_where_a_document_gives_them():
    levels = Engagement.objects.exclude(level="").values_list("key", "level")
    assert dict(levels) == {
        "moldova-security-and-defence-dialogue": "head of directorate / EEAS managing director",
        "south-korea-strategic-dialogue": "ministers",
        "south-korea-security-and-defence-dialogue": "director-general / EU managing director",
    }


def test_ties_of_the_other_kinds_begin_when_the_documents_say():
    dated = Engagement.objects.exclude(since=None).exclude(
        kind=EngagementKind.EPF_CONTRIBUTION
    )
    assert {e.key: str(e.since) for e in dated} == {
        "norway-euma-invitation": "2024",
        "norway-eupm-moldova-invitation": "2024",
        "japan-strategic-partnership-agreement": "2018",
        "japan-digital-partnership": "2022",
        "japan-atalanta-arrangement": "2023",
        "south-korea-free-trade-agreement": "2011",
        "south-korea-framework-participation-agreement": "2016",
        "south-korea-digital-partnership": "2022",
        "north-macedonia-althea": "2006",
        "albania-althea": "2006",
        "india-strategic-dialogue": "2025-06",
    }


def test_canada_takes_part_in_two_pesco_projects_and_norway_is_tied_to_the_agency():
    kinds = [EngagementKind.PESCO_PROJECT, EngagementKind.EDA_ARRANGEMENT]
    found = Engagement.objects.filter(kind__in=kinds)
    assert Counter(found.values_list("partnership__partner__slug", "kind")) == {
        ("canada", "pesco_project"): 2,
        ("norway", "eda_arrangement"): 1,
    }


# Sources, rivals, rulings


@pytest.mark.parametrize(
    "model", [Milestone, Coverage, Engagement, Affiliation, Question]
)
def test_no_fact_is_without_a_supporting_claim(model):
    assert list(model.objects.unsourced()) == []


@pytest.mark.parametrize(("fact", "count"), [("stated_areas", 8), ("review_clause", 9)])
def test_no_fact_of_a_partnership_itself_is_without_a_supporting_claim(fact, count):
    adopted = {p for p in Partnership.objects.all() if getattr(p, fact)}
    supported = Claim.objects.supporting().filter(partnership_fact=fact)
    assert len(adopted) == count
    assert {claim.partnership for claim in supported} == adopted


def test_no_disagreement_is_open():
    assert list(Claim.objects.open()) == []


def test_every_known_contradiction_is_a_ruled_disagreement_with_its_rivals():
    found = {}
    for claim in Claim.objects.ruled():
        rivals = found.setdefault(fact_of(claim), (claim.adopted, set()))[1]
        rivals.add((claim.source.key, claim.says))
    safe_access = found.pop(("question", "safe-access"))
    assert found == disagreements()
    assert sorted(key for key, _ in safe_access[1]) == [
        *("csds-2025-24", "eeas-2025-06", "eprs-2026-03")
    ]


def test_a_ruling_stands_only_where_sources_disagree():
    disputed = {fact_of(claim) for claim in Claim.objects.disagreeing()}
    for model in (Milestone, Coverage, Engagement, Affiliation, Question):
        for fact in model.objects.exclude(ruling=""):
            assert (model._meta.model_name, *fact.natural_key()) in disputed
    assert not Partnership.objects.exclude(
        stated_areas_ruling="", review_clause_ruling=""
    )


def test_every_ruling_gives_a_reason_and_names_what_was_adopted():
    for claim in Claim.objects.ruled():
        assert claim.fact_ruling.count("Adopted: ") == 1
        assert len(claim.fact_ruling.split()) >= 25


@pytest.mark.parametrize("slug", SIGNED_ON)
def test_every_document_of_the_time_speaks_of_every_signature(slug):
    signature = Milestone.objects.get(key=f"{slug}-signed")
    knows_until = {
        "eeas-2025-06": "2025-06-30",
        "wikipedia-sdp": "2025-06-30",
        "csds-2025-24": "2025-08-31",
        "epthinktank-2025-01": "2025-01-30",
        "eprs-2026-03": "2026-03-05",
    }
    expected = {key for key, until in knows_until.items() if SIGNED_ON[slug] <= until}
    assert {key for key, _ in says(signature)} == expected


def test_the_verb_of_the_source_is_kept():
    concluded = Claim.objects.filter(
        milestone__kind=MilestoneKind.SIGNED, wording__startswith="concluded"
    )
    assert set(concluded.values_list("source__key", "milestone__key")) == {
        ("eeas-2025-06", "south-korea-signed"),
        ("eeas-2025-06", "united-kingdom-signed"),
        ("eprs-2026-03", "united-kingdom-signed"),
    }
    launch = Claim.objects.get(
        milestone__key="australia-negotiations-opened", says="2025-06-17"
    )
    assert launch.wording == "agreed to launch negotiations"


def test_a_month_is_compatible_with_the_day_and_never_a_disagreement():
    standing = Claim.objects.with_standing().get(
        source__key="eprs-2026-03", milestone__key="canada-signed", says="2025-06"
    )
    assert standing.standing == Standing.COMPATIBLE


def test_claims_quote_a_few_words_only():
    assert all(len(claim.wording.split()) <= 12 for claim in Claim.objects.all())


# The files


def test_records_have_natural_keys_and_no_derived_fields():
    derived = {"earliest", "latest", "recorded_on", "search_text", "id"}
    for path in settings.FIXTURE_DIRS[0].glob("*.json"):
        for record in json.loads(path.read_text(encoding="utf-8")):
            assert set(record) == {"model", "fields"}
            assert not derived & set(record["fields"])
            assert not any(
                name.endswith(("_earliest", "_latest")) for name in record["fields"]
            )


def test_keys_are_readable():
    for model in (Affiliation, Milestone, Engagement, Claim):
        for key in model.objects.values_list("key", flat=True):
            assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", key), key
            assert not re.fullmatch(r"[0-9a-f]{12}", key), key


def test_every_file_ends_with_a_newline_and_holds_one_model():
    paths = sorted(settings.FIXTURE_DIRS[0].glob("*.json"))
    assert [path.stem for path in paths] == [
        *("affiliations", "areas", "checks", "claims", "coverage", "engagements"),
        *("milestones", "partners", "partnerships", "questions", "sources"),
    ]
    for path in paths:
        text = path.read_text(encoding="utf-8")
        assert text.endswith("]\n")
        assert "\\u" not in text
        assert len({record["model"] for record in json.loads(text)}) == 1


@pytest.mark.slow("loads the data set once more")
def test_loading_again_changes_nothing(capsys):
    call_command("seed")
    assert "0 created, 0 updated" in capsys.readouterr().out
