"""The data set that ships with the tracker, checked against what the documents say.

What is expected stands here as literals typed from the documents, never read from the
fixtures. Table 1 is that of the European Parliamentary Research Service's briefing
"The EU's new bilateral security and defence partnerships" (March 2026), the fullest of
the five documents with which the data set began.
"""

import json
import re
from collections import Counter
from datetime import date

import pytest
from django.conf import settings
from django.core.management import call_command
from icalendar import Calendar

from partnerships.choices import (
    EngagementKind,
    Frequency,
    MilestoneKind,
    SourceKind,
    Standing,
)
from partnerships.lifecycle.table import EFFECTS
from partnerships.models import (
    Affiliation,
    Area,
    Check,
    Claim,
    Coverage,
    Engagement,
    Milestone,
    Namesake,
    Partner,
    Partnership,
    Position,
    Question,
    Source,
    Subject,
)
from partnerships.selectors.overview import statistics
from partnerships.web.milestone_words import title

pytestmark = [
    pytest.mark.once,
    pytest.mark.usefixtures("dataset", "db"),
    pytest.mark.slow("loads the data set"),
]

TODAY, CHECKED = date(2026, 11, 29), date(2026, 4, 30)
FIRST_ENTERED, FIRST_CHECKED = date(2026, 11, 22), date(2026, 2, 28)

#: One line per partner: its ISO code, its status and SAFE status today, the day of
#: signature, how many areas Table 1 ticks, and how many are stated.
PARTNERS = """
moldova         MD signed          eligible     2024-05-21 14 11
albania         AL signed          eligible     2024-12-18 17 13
north-macedonia MK signed          eligible     2024-11-19 17 13
canada          CA safe_associated associated   2025-06-23 21 20
united-kingdom  GB signed          no_agreement 2025-05-19 22 21
norway          NO signed          not_needed   2024-05-28 20 17
japan           JP signed          eligible     2024-11-01 17 9
south-korea     KR signed          requested    2024-11-04 21 15
india           IN signed          eligible     2026-01-27 19 16
iceland         IS signed          not_needed   2026-03-18 -  -
ghana           GH signed          eligible     2026-03-24 -  -
australia       AU signed          eligible     2026-03-24 -  -
switzerland     CH proposed        not_eligible -          -  -
united-states   US proposed        not_eligible -          -  -
ukraine         UA proposed        not_needed   -          -  -
new-zealand     NZ proposed        not_eligible -          -  -
turkiye         TR not_recorded    requested    -          -  -
"""
ROWS = [line.split() for line in PARTNERS.strip().split("\n")]
ISO_CODES = {slug: code for slug, code, *_ in ROWS}
STATUSES = {slug: (status, safe) for slug, _, status, safe, *_ in ROWS}
SIGNED_ON = {slug: day for slug, _, _, _, day, *_ in ROWS if day != "-"}
TICKS = {slug: int(ticks) for slug, *_, ticks, _ in ROWS if ticks != "-"}
STATED = {slug: int(stated) for slug, *_, stated in ROWS if stated != "-"}
#: Editors looked for news of these twice.
CHECKED_TWICE = {*ISO_CODES} - {"ghana", "turkiye"}
#: One line per partner: ISO alpha-3, which the EU's authority table uses too, Wikidata.
IDENTIFIERS = """
albania         ALB Q222
australia       AUS Q408
canada          CAN Q16
ghana           GHA Q117
iceland         ISL Q189
india           IND Q668
japan           JPN Q17
moldova         MDA Q217
new-zealand     NZL Q664
north-macedonia MKD Q221
norway          NOR Q20
south-korea     KOR Q884
switzerland     CHE Q39
turkiye         TUR Q43
ukraine         UKR Q212
united-kingdom  GBR Q145
united-states   USA Q30
"""
EU_COUNTRIES = "http://publications.europa.eu/resource/authority/country/"
#: The columns of Table 1 stand in the order of the lines above.
COLUMNS = [*TICKS]
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
#: One line per affiliation: since when, as far as a document gives it. Founders of NATO
#: hold theirs from the day on which its treaty came into force.
AFFILIATIONS = """
canada          nato_ally           1949-08-24
iceland         nato_ally           1949-08-24
norway          nato_ally           1949-08-24
united-kingdom  nato_ally           1949-08-24
united-states   nato_ally           1949-08-24
turkiye         nato_ally           1952
albania         nato_ally           2009-04-01
north-macedonia nato_ally           2020-03-27
switzerland     nato_pfp            1996
moldova         nato_pfp            1994-03-16
ukraine         nato_pfp            1994-02-08
australia       nato_global_partner ../2024-10-03
japan           nato_global_partner ../2024-10-03
south-korea     nato_global_partner ../2024-10-03
new-zealand     nato_global_partner ../2024-10-03
india           nato_global_partner -
albania         eu_candidate        2014-06-27
north-macedonia eu_candidate        2005-12-17
moldova         eu_candidate        2022-06-23
ukraine         eu_candidate        2022-06-23
turkiye         eu_candidate        1999-12-10/1999-12-11
iceland         eea_efta            1994-01-01
norway          eea_efta            1994-01-01
switzerland     other               1960-05-03
south-korea     other               1953
japan           other               -
moldova         other               -
"""
#: One line per seed document: its kind, and when its knowledge ends.
KNOWLEDGE = """
eeas-2025-06        official       2025-06
eprs-2026-03        parliament     ../2026-03
csds-2025-24        research       2025-08
epthinktank-2025-01 parliament     2025-01-30
wikipedia-sdp       reference_work -
"""
DOCUMENTS = {key: facts for key, *facts in map(str.split, KNOWLEDGE.split("\n")[1:-1])}
EUR_LEX = "https://eur-lex.europa.eu"
ADOPTED_TEXT = "https://www.europarl.europa.eu/doceo/document/TA-10-{}_EN.html"
OEIL = "https://oeil.europarl.europa.eu/oeil/en"
#: The addresses of the seed documents, of legal acts and of other acts.
ADDRESSES = {
    "eeas-2025-06": "https://www.eeas.europa.eu/eeas/eu-security-and-defence-partnerships_en",
    "csds-2025-24": "https://csds.vub.be/publication/friends-with-benefits-eu-security-partnerships-in-a-changing-european-and-global-order",
    "epthinktank-2025-01": "https://epthinktank.eu/2025/01/30/the-eus-new-bilateral-security-and-defence-partnerships",
    "wikipedia-sdp": "https://en.wikipedia.org/wiki/Security_and_defense_pacts_of_the_European_Union",
    "safe-regulation-2025-1106": f"{EUR_LEX}/eli/reg/2025/1106/oj/eng",
    "com-2025-122": f"{EUR_LEX}/legal-content/EN/TXT/?uri=CELEX%3A52025PC0122",
    "council-decision-2026-444": f"{EUR_LEX}/eli/dec/2026/444/oj/eng",
    "eu-canada-safe-agreement-2026-445": "http://data.europa.eu/eli/agree_internation/2026/445/oj",
    "oeil-1888808": f"{OEIL}/document-summary?id=1888808",
    "ep-ta-10-2026-0180": ADOPTED_TEXT.format("2026-0180"),
    "ep-ta-10-2026-0040": ADOPTED_TEXT.format("2026-0040"),
    "ep-ta-10-2026-0012": ADOPTED_TEXT.format("2026-0012"),
    "ep-ta-10-2026-0013": ADOPTED_TEXT.format("2026-0013"),
    "ep-rc-10-2025-0146": f"{OEIL}/procedure-file?reference=2025/2565(RSP)",
    "ep-ta-9-2023-0435": f"{EUR_LEX}/legal-content/EN/TXT/?uri=CELEX:52023IP0435",
    "white-paper-readiness-2030": f"{EUR_LEX}/legal-content/EN/TXT/?uri=CELEX:52025JC0120",
    "preparedness-union-strategy": f"{EUR_LEX}/legal-content/EN/TXT/?uri=celex:52025JC0130",
    "eea-agreement-1994": f"{EUR_LEX}/legal-content/EN/TXT/?uri=CELEX:21994A0103(01)",
    "council-2025-12-19": "https://www.mapleleafnavy.com/safe-member-states-endorse-canadian-participation",
    "canada-eu-statement-2025-12-01": "https://www.newswire.ca/news-releases/joint-statement-by-prime-minister-of-canada-mark-carney-and-president-of-the-european-commission-ursula-von-der-leyen-892677230.html",
}
#: One line per act: its CELEX number, the path of its ELI, its own number.
NUMBERS = """
safe-regulation-2025-1106         | 32025R1106     | reg/2025/1106/oj               |
com-2025-122                      | 52025PC0122    |                                | COM(2025) 122 final
council-decision-2026-444         | 32026D0444     | dec/2026/444/oj                |
eu-canada-safe-agreement-2026-445 | 22026A00445    | agree_internation/2026/445/oj  |
ep-ta-9-2023-0435                 | 52023IP0435    | C/2024/4221/oj                 | P9_TA(2023)0435
white-paper-readiness-2030        | 52025JC0120    |                                | JOIN(2025) 120 final
preparedness-union-strategy       | 52025JC0130    |                                | JOIN(2025) 130 final
eea-agreement-1994                | 21994A0103(01) |                                |
council-decision-2008-212         | 32008D0212     |                                |
ep-ta-10-2026-0012                |                |                                | TA-10-2026-0012
ep-ta-10-2026-0013                |                |                                | TA-10-2026-0013
ep-ta-10-2026-0040                |                |                                | TA-10-2026-0040
ep-ta-10-2026-0180                |                |                                | TA-10-2026-0180
ep-rc-10-2025-0146                |                |                                | 2025/2565(RSP)
oeil-1888808                      |                |                                | 2025/0413(NLE)
"""
#: Every fact on which the documents contradict each other or themselves: its model, its
#: natural key and the adopted value; then each rival with the document that holds it.
DISAGREEMENTS = """
milestone albania-signed | 2024-12-18
    eprs-2026-03 | 2024-11-19
    eprs-2026-03 | 2024-11
    wikipedia-sdp | 2024-11-19
    csds-2025-24 | ../2024-11-19
    epthinktank-2025-01 | ../2024-11-19
milestone south-korea-signed | 2024-11-04
    eeas-2025-06 | 2024-09-04
    csds-2025-24 | ../2024-11-01
    epthinktank-2025-01 | ../2024-11-01
milestone norway-signed | 2024-05-28
    csds-2025-24 | ../2024-05-21
    epthinktank-2025-01 | ../2024-05-21
milestone australia-negotiations-opened | 2025-06-17
    commission-2025-06-18 | 2025-06-18
    menafn-2025-06-18 | 2025-06-18
milestone switzerland-exploratory-talks | 2025-06
    cash-2025-10-23 | 2025-10-24/..
affiliation india-nato-global-partner | yes
    nato-partners-2024-10 | no
    nato-partners-2019-copy | no
coverage united-kingdom consular-matters | included
    eprs-2026-03 | not_included
coverage moldova peace-mediation-conflict-prevention-crisis-management | not_included
    wikipedia-sdp | included
coverage japan defence-tools-instruments | not_included
    eprs-2026-03 | included
coverage south-korea defence-tools-instruments | not_included
    eprs-2026-03 | included
coverage india defence-tools-instruments | not_included
    eprs-2026-03 | included
question strategic-compass-adoption | 2022-03-21
    eprs-2026-03 | 2022-02
question rearm-europe-presented | 2025-03
    eprs-2026-03 | 2024-03
question common-areas | 10
    epthinktank-2025-01 | 10, of the six signed by January 2025
question common-areas-of-six | 11
    epthinktank-2025-01 | 10
question negotiating-2025-08 | Australia and Iceland
    csds-2025-24 | Australia
question emerging-technologies-before-uk | yes, South Korea's
    eprs-2026-03 | not usually
question western-balkans-partners | Albania and North Macedonia
    csds-2025-24 | Albania, Moldova and North Macedonia
question ukraine-signed | no
    euforya-2026 | yes
question safe-agreement | no
    eprs-2026-03 | yes
"""
#: Those that take sentences to tell: the documents that hold the rivals.
TOLD_IN_SENTENCES = {
    "safe-access": ["csds-2025-24", "eeas-2025-06", "eprs-2026-03"],
    "safe-supply-without-partnership": ["csds-2025-24", "eprs-2026-03"],
    "safe-loans": ["eeas-2025-06", "eprs-2026-03", "eprs-2026-03"],
    "instrument-name": ["eprs-2026-03", "wikipedia-sdp", "wikipedia-sdp"],
    "compass-pillars": ["csds-2025-24"],
    "about-200": ["csds-2025-24"],
}
#: Where documents differ in what they stress, spell or leave out, and no value of the
#: one denies the other's: the ruling says how they fit.
RECONCILED = {
    ("coverage", "japan", "economic-security"),
    ("question", "model-launch"),
    ("position", "csds-three-types"),
    ("position", "csds-two-theatres"),
    ("position", "martens-centre-japan"),
    ("position", "von-der-leyen-iceland-2025"),
}
FACTS = [Milestone, Coverage, Engagement, Affiliation, Question]
FACTS += [Position, Subject, Namesake]


def disagreements():
    """Each disputed fact with the adopted value and (document, rival) pairs."""
    rivals, fact = {}, ()
    for line in DISAGREEMENTS.strip().splitlines():
        name, value = line.strip().split(" | ")
        if line.startswith(" "):
            rivals[fact][1].add((name, value))
        else:
            fact = tuple(name.split())
            rivals[fact] = (value, set())
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


def counts(on):
    rows = Partnership.objects.published().with_checked_through().with_status(on=on)
    return statistics(rows, on=on, known_on=TODAY, edition=1)


def signed(on):
    return {
        slug
        for slug, (status, _) in statuses(on).items()
        if status in {"signed", "safe_associated"}
    }


def name_of(fact):
    return (fact._meta.model_name, *fact.natural_key())


def says(fact):
    return set(fact.claims.values_list("source__key", "says"))


def files():
    return sorted(settings.FIXTURE_DIRS[0].glob("*.json"))


def records(path):
    return json.loads(path.read_text(encoding="utf-8"))


# What there is


def test_each_partner_has_one_published_partnership():
    assert dict(Partner.objects.values_list("slug", "iso_code")) == ISO_CODES
    assert Partnership.objects.published().count() == len(ISO_CODES) == 17


def test_partners_have_the_identifiers_of_the_registers():
    columns = ("slug", "iso_alpha3", "wikidata", "eu_uri")
    expected = {
        (slug, code, wikidata, f"{EU_COUNTRIES}{code}")
        for slug, code, wikidata in map(str.split, IDENTIFIERS.split("\n")[1:-1])
    }
    assert set(Partner.objects.values_list(*columns)) == expected


def test_every_partnership_was_checked_through_the_day_that_the_news_reach():
    columns = ("partnership__partner__slug", "through", "made_on")
    assert set(Check.objects.values_list(*columns)) == {
        *((slug, FIRST_CHECKED, FIRST_ENTERED) for slug in CHECKED_TWICE),
        *((slug, CHECKED, TODAY) for slug in ISO_CODES),
    }
    assert counts(TODAY).checked_through == CHECKED


def test_titles_name_the_eu_and_the_partner_with_an_en_dash():
    for partnership in Partnership.objects.select_related("partner"):
        name = partnership.partner.name
        assert partnership.title == f"EU–{name} Security and Defence Partnership"


def test_every_summary_is_two_to_four_sentences():
    for partnership in Partnership.objects.all():
        sentences = re.findall(r"[.](?:\s|$)", partnership.summary)
        assert 2 <= len(sentences) <= 4, partnership


def test_the_text_of_a_partnership_is_linked_where_its_page_is_known():
    texts = Partnership.objects.exclude(official_text_url="")
    assert dict(texts.values_list("partner__slug", "official_text_url")) == {
        "united-kingdom": "https://www.gov.uk/government/publications/uk-eu-security-and-defence-partnership",
        "india": "https://www.eeas.europa.eu/eeas/security-and-defence-partnership-between-european-union-and-republic-india_en",
    }


def test_affiliations_are_those_that_the_documents_give():
    found = [
        [affiliation.partner.slug, affiliation.kind, str(affiliation.since or "-")]
        for affiliation in Affiliation.objects.select_related("partner")
    ]
    expected = [line.split() for line in AFFILIATIONS.strip().split("\n")]
    assert sorted(found) == sorted(expected)


def test_affiliations_rest_on_the_documents_that_speak_of_them():
    india = Affiliation.objects.get(partner__slug="india")
    assert "one document says so" in india.note
    assert set(india.claims.values_list("source__key", "says")) == {
        ("eprs-2026-03", "yes"),
        ("nato-partners-2024-10", "no"),
        ("nato-partners-2019-copy", "no"),
    }
    iceland = Affiliation.objects.get(partner__slug="iceland", kind="eea_efta")
    assert ("eea-agreement-1994", "yes") in says(iceland)
    assert Claim.objects.filter(source__key="eea-agreement-1994").count() == 1


def test_the_certainty_of_milestones_is_that_of_their_sources():
    doubted = Milestone.objects.exclude(certainty="confirmed")
    assert dict(doubted.values_list("key", "certainty")) == {
        "australia-signed": "reported",
        "switzerland-statement-parliament-2026": "reported",
        "switzerland-exploratory-talks": "rejected",
    }


def test_proposals_say_who_made_them():
    proposed = Milestone.objects.filter(kind="proposed")
    asks = "European Parliament asks that a partnership be explored"
    assert {(row.actor, title(row)) for row in proposed} == {
        ("the European Parliament", f"United States: {asks}"),
        ("the European Parliament", f"Ukraine: {asks}"),
        ("the European Parliament", f"New Zealand: {asks}"),
        (
            "the President of the European Commission",
            "Australia: European Commission's President proposes a partnership to the Prime Minister",
        ),
        (
            "the Swiss Federal Council",
            "Switzerland: Federal Council decides to seek exploratory talks with the EU",
        ),
    }


def test_the_parliament_spoke_on_the_days_of_its_resolutions():
    days = Position.objects.filter(holder="European Parliament").values_list("date")
    assert sorted(str(day) for (day,) in days if len(str(day)) == 10) == [
        *("2023-11-23", "2025-03-12", "2026-01-21", "2026-01-21", "2026-02-11")
    ]


def test_member_states_and_not_the_council_endorsed_canadas_agreement():
    endorsed = Milestone.objects.get(key="canada-safe-endorsed")
    assert title(endorsed) == (
        "Canada: SAFE agreement endorsed by the Member States' representatives"
    )


def test_no_summary_says_that_what_has_happened_is_to_come():
    [canada] = Partnership.objects.filter(partner__slug="canada")
    assert "gave its consent in May 2026" in canada.summary
    assert not [p for p in Partnership.objects.all() if " once the " in p.summary]


#: How a note begins that has no subject.
FRAGMENT = re.compile(
    r"(?:At|By|To|Of|On|In the margins|With|During|For|Before|Under|After) [^,]*[.;]"
    r"|An? (?:[^,.]* )?(?:call|request|mandate|decision)\b|The \w+ dialogue on"
)


def test_notes_of_milestones_begin_with_a_sentence():
    notes = Milestone.objects.exclude(note="").values_list("key", "note")
    assert [key for key, note in notes if FRAGMENT.match(note)] == []
    for note in ("At the 20th EU–Canada Summit.", "A mandate of the partner's side."):
        assert FRAGMENT.match(note)


def test_our_words_do_not_give_a_briefing_of_its_service_to_the_parliament():
    for path in files():
        for record in records(path):
            ours = {k: v for k, v in record["fields"].items() if k != "wording"}
            text = json.dumps(ours, ensure_ascii=False)
            assert not re.search(
                r"Parliament['’]s (own )?(briefing|table|service)", text
            )


def test_views_are_on_record_with_who_holds_them():
    holders = set(Position.objects.values_list("holder", "holder_kind"))
    assert holders >= {
        ("European Commission", "institution"),
        ("EU Institute for Security Studies", "expert"),
        ("Wilfried Martens Centre for European Studies", "expert"),
        ("Experts of the Lowy Institute", "expert"),
        ("Gesine Weber, author of CSDS Policy Brief 24/2025", "expert"),
        ("ASD and ADS Group", "industry"),
        ("Kristrún Frostadóttir, Prime Minister of Iceland", "government"),
    }


def test_namesakes_are_those_that_are_taken_for_partnerships():
    found = {(row.parties, str(row.date)) for row in Namesake.objects.all()}
    assert found == {
        ("EU and Philippines", "2025-06-02"),
        ("EU and Armenia", "2025-06-30"),
        ("EU and Ukraine", "2024-06-27"),
        ("EU and Switzerland", "2026-03-05"),
    }


def test_what_a_text_names_and_table_1_has_no_row_for_is_a_subject():
    named = Subject.objects.values_list("partnership__partner__slug", "name")
    small_arms = "Roadmap on small arms and light weapons in the Western Balkans"
    assert {*named} >= {
        ("moldova", "Protection of classified information"),
        ("south-korea", "Responsible use of artificial intelligence for military ends"),
        ("south-korea", "UN Security Council Resolution 1325"),
        ("albania", "Research and analysis on hybrid threats"),
        ("albania", small_arms),
        ("north-macedonia", small_arms),
        ("north-macedonia", "Military mobility"),
        ("canada", "Military mobility"),
        ("canada", "Interoperability of forces"),
        ("united-kingdom", "Global health emergencies"),
    }


# When


SIGNED_BY = {"2024-05-20": 0, "2024-05-21": 1, "2024-12-17": 5, "2025-01-30": 6}
SIGNED_BY |= {"2025-06-30": 8, "2025-08-31": 8, "2026-01-26": 8, "2026-03-17": 9}
SIGNED_BY |= {"2026-03-18": 10, "2026-03-23": 10, "2026-03-24": 12, "2026-03-31": 12}


@pytest.mark.parametrize(("on", "count"), [*SIGNED_BY.items(), (str(TODAY), 12)])
def test_as_many_partnerships_are_signed_as_the_documents_of_that_day_count(on, count):
    assert len(signed(date.fromisoformat(on))) == count


def test_of_the_twelve_signed_one_is_so_by_reports_and_three_are_not_assessed():
    counted = counts(date(2026, 3, 31))
    assert (counted.signed_total, counted.signed_reported) == (12, 1)
    assert counted.areas_common_to_all_signed == COMMON_TO_THE_NINE
    assert counted.signed_not_assessed == 3
    assert counts(date(2026, 3, 18)).signed_reported == 0


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
        ("canada", date(2025, 6, 23), "signed", "eligible"),
        ("canada", date(2025, 8, 26), "signed", "requested"),
        ("canada", date(2025, 9, 18), "signed", "negotiating"),
        ("canada", date(2025, 11, 30), "signed", "negotiating"),
        ("canada", date(2025, 12, 1), "signed", "agreed"),
        ("canada", date(2026, 2, 13), "signed", "agreed"),
        ("canada", date(2026, 2, 14), "safe_associated", "associated"),
        ("united-kingdom", date(2025, 9, 17), "signed", "requested"),
        ("united-kingdom", date(2025, 9, 18), "signed", "negotiating"),
        ("united-kingdom", date(2025, 11, 27), "signed", "negotiating"),
        ("united-kingdom", date(2025, 11, 28), "signed", "no_agreement"),
        ("south-korea", date(2025, 9, 11), "signed", "requested"),
        ("albania", date(2024, 11, 18), "not_recorded", "none"),
        ("albania", date(2024, 11, 19), "negotiating", "none"),
        ("india", date(2025, 2, 28), "not_recorded", "none"),
        ("india", date(2026, 1, 26), "not_recorded", "not_eligible"),
        ("india", date(2026, 1, 27), "signed", "eligible"),
        ("australia", date(2025, 5, 18), "proposed", "none"),
        ("australia", date(2025, 6, 17), "negotiating", "not_eligible"),
        ("australia", date(2026, 3, 23), "negotiating", "not_eligible"),
        ("iceland", date(2026, 3, 17), "negotiating", "not_needed"),
        ("ghana", date(2026, 3, 23), "not_recorded", "not_eligible"),
        ("switzerland", date(2025, 6, 24), "not_recorded", "not_eligible"),
        ("switzerland", date(2025, 10, 23), "proposed", "not_eligible"),
        ("moldova", date(2024, 5, 20), "not_recorded", "none"),
        ("moldova", date(2025, 5, 26), "signed", "none"),
        ("moldova", date(2025, 5, 27), "signed", "eligible"),
    ],
)
def test_partnership_stood_there_on_that_day(slug, day, status, safe_status):
    assert statuses(day)[slug] == (status, safe_status)


def test_steps_beside_signatures_have_the_dates_of_the_documents():
    expected = {
        ("albania", "text_agreed", "2024-11-19"),
        ("norway", "dialogue_held", "2024-12-05"),
        ("australia", "proposed", "2025-05-18"),
        ("australia", "negotiations_opened", "2025-06-17"),
        ("switzerland", "exploratory_talks", "2025-06"),
        ("switzerland", "proposed", "2025-06-25"),
        ("iceland", "negotiations_opened", "2025-07-17"),
        ("india", "announced", "2026-01-21"),
        ("united-states", "proposed", "2026-02-11"),
        ("ukraine", "proposed", "2026-02-11"),
        ("new-zealand", "proposed", "2026-02-11"),
        ("australia", "announced", "2026-03-09"),
        ("iceland", "announced", "2026-03-09"),
        ("ghana", "announced", "2026-03-09"),
    }
    found = Milestone.objects.filter(track="sdp").exclude(
        kind__in=[MilestoneKind.SIGNED, MilestoneKind.STATEMENT]
    )
    assert {
        (m.partnership.partner.slug, m.kind, str(m.date)) for m in found
    } == expected


def test_statements_move_nothing_and_have_their_dates():
    found = Milestone.objects.filter(track="sdp", kind=MilestoneKind.STATEMENT)
    assert sorted((m.partnership.partner.slug, str(m.date)) for m in found) == [
        ("iceland", "2026-08-29"),
        ("india", "2025-02"),
        ("india", "2025-09"),
        ("japan", "2023"),
        ("south-korea", "2023"),
        ("south-korea", "2023-05"),
        ("switzerland", "2026-03-12"),
    ]
    assert EFFECTS["sdp"][MilestoneKind.STATEMENT] is None


def test_announced_signatures_followed():
    announced = Milestone.objects.filter(kind="announced").with_met_by(on=TODAY)
    keys = dict(Milestone.objects.values_list("pk", "key"))
    assert {m.key: (str(m.expected), keys[m.met_by]) for m in announced} == {
        "india-announced-2026-01": ("2026-01", "india-signed"),
        "australia-announced-2026-03": ("2026-03", "australia-signed"),
        "iceland-announced-2026-03": ("2026-03", "iceland-signed"),
        "ghana-announced-2026-03": ("2026-03", "ghana-signed"),
    }


def test_safe_steps_have_the_dates_and_acts_of_the_documents():
    decision = "Council Decision (EU) 2026/444"
    expected = {
        # Known by 26 August 2025; it rests on the partnership, or on SAFE.
        ("canada", "negotiations_recommended", "2025-06-23/2025-08-26", ""),
        ("united-kingdom", "negotiations_recommended", "2025-05-27/2025-08-26", ""),
        ("canada", "negotiations_authorised", "2025-09-18", ""),
        ("united-kingdom", "negotiations_authorised", "2025-09-18", ""),
        ("united-kingdom", "negotiations_failed", "2025-11-28", ""),
        ("united-kingdom", "statement", "2026-02-01", ""),
        ("canada", "negotiations_concluded", "2025-12-01", ""),
        ("canada", "endorsed", "2025-12-19", ""),
        ("canada", "statement", "2026-01-21", ""),
        ("canada", "signature_authorised", "2026-02-11", decision),
        ("canada", "signed", "2026-02-14", ""),
        ("canada", "provisionally_applied", "2026-02-14/2026-05-20", ""),
        ("canada", "published", "../2026-03", "OJ L 2026/445"),
        ("canada", "parliament_consented", "2026-05-20", "TA-10-2026-0180"),
        ("south-korea", "requested", "../2025-09-11", ""),
        ("turkiye", "requested", "../2025-09-11", ""),
        ("iceland", "statement", "2025-07-17", ""),
    }
    found = Milestone.objects.filter(track="safe")
    assert {
        (m.partnership.partner.slug, m.kind, str(m.date), m.reference) for m in found
    } == expected


def test_places_are_recorded_only_where_a_document_names_them():
    places = Milestone.objects.exclude(place="").values_list("key", "place")
    assert dict(places) == {
        "moldova-signed": "Brussels",
        "norway-signed": "Brussels",
        "norway-dialogue-2024-12": "Brussels",
        "japan-signed": "Tokyo",
        "south-korea-statement-summit-2023": "Seoul",
        "south-korea-signed": "Seoul",
        "north-macedonia-signed": "Brussels",
        "albania-signed": "Brussels",
        "united-kingdom-signed": "London",
        "canada-signed": "Brussels",
        "canada-safe-signed": "Munich",
        "india-signed": "New Delhi",
        "australia-proposed": "Rome",
        "australia-negotiations-opened": "Kananaskis, Alberta, Canada",
        "iceland-signed": "Brussels",
        "ghana-signed": "Accra",
    }


def test_signatories_are_recorded_only_where_a_document_names_them():
    signatories = Milestone.objects.exclude(signatories="")
    assert dict(signatories.values_list("key", "signatories")) == {
        "moldova-signed": "Josep Borrell; Dorin Recean",
        "norway-signed": "Josep Borrell; Espen Barth Eide; Bjørn Arild Gram",
        "north-macedonia-signed": "Josep Borrell; Timčo Mucunski",
        "albania-signed": "Kaja Kallas; Igli Hasani; Pirro Vengu",
        "canada-signed": "Kaja Kallas; Anita Anand; David McGuinty",
        "canada-safe-signed": "David McGuinty",
        "india-signed": "Kaja Kallas; S. Jaishankar",
        "iceland-signed": "Kaja Kallas; Þorgerður Katrín Gunnarsdóttir",
    }


def test_safe_itself_has_the_days_of_the_official_journal():
    answers = {
        "safe-proposed": "2025-03-19",
        "safe-adopted": "2025-05-27",
        "safe-in-force": "2025-05-29",
        "safe-first-plans": "2026-02-11",
    }
    found = Question.objects.filter(slug__in=answers).values_list("slug", "answer")
    assert dict(found) == answers


def test_the_fifth_of_march_2026_is_the_day_of_the_texts_with_switzerland_alone():
    said = set()
    for path in files():
        for record in records(path):
            text = json.dumps(record, ensure_ascii=False)
            if re.search(r"2026-03-05|\b0?5(th)? March 2026|March 5,? 2026", text):
                fields = record["fields"]
                fact = fields.get("namesake") or fields.get("engagement")
                said.add(fact[0] if fact else fields["key"])
    assert said == {
        "switzerland-joint-declaration-2026",
        "switzerland-framework-participation-agreement",
        "switzerland-political-dialogue",  # set up by the declaration
    }


def test_the_lifecycle_accepts_every_partnership():
    for partnership in Partnership.objects.all():
        assert partnership.refusals(partnership.milestones.all()) == []


def test_milestones_stand_in_the_file_in_the_order_of_time():
    [path] = [path for path in files() if path.stem == "milestones"]
    rows = [record["fields"] for record in records(path)]
    place = {row["key"]: number for number, row in enumerate(rows)}
    assert all(
        place[row["follows"][0]] < place[row["key"]]
        for row in rows
        if row.get("follows")
    )
    latest = {m.key: m.date.latest for m in Milestone.objects.all()}
    by_partnership = {}
    for row in rows:
        by_partnership.setdefault(row["partnership"][0], []).append(row["key"])
    assert [*place] == [key for keys in by_partnership.values() for key in keys]
    for keys in by_partnership.values():
        assert keys == sorted(keys, key=latest.get)


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


COMMON_TO_THE_NINE = [1, 2, 3, 4, 7, 8, 9, 11, 13, 20]


def test_exactly_ten_areas_are_common_to_the_nine():
    included = Coverage.objects.filter(value="included")
    counts = Counter(included.values_list("area__number", flat=True))
    common = sorted(number for number, count in counts.items() if count == 9)
    assert common == COMMON_TO_THE_NINE
    assert Question.objects.get(slug="common-areas").answer == "10"


def test_nobody_has_assessed_the_areas_of_partnerships_outside_table_1():
    covered = Coverage.objects.values_list("partnership__partner__slug", flat=True)
    assert set(covered) == set(COLUMNS)


def test_stated_numbers_of_areas_differ_from_counted_ones():
    stated = dict(Partnership.objects.values_list("partner__slug", "stated_areas"))
    assert {slug: n for slug, n in stated.items() if n is not None} == STATED
    assert all(stated[slug] != TICKS[slug] for slug in TICKS)


def test_the_nine_of_table_1_have_a_review_clause_and_no_other_is_known_to():
    clauses = Partnership.objects.exclude(review_clause="")
    assert {p.partner.slug: p.review_clause for p in clauses} == dict.fromkeys(
        COLUMNS, "as appropriate"
    )


# Other ties


def test_norway_gave_three_times_to_the_european_peace_facility():
    contributions = Engagement.objects.filter(kind=EngagementKind.EPF_CONTRIBUTION)
    assert {
        (e.partnership.partner.slug, e.currency, e.state) for e in contributions
    } == {("norway", "NOK", "event")}
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
    assert set(annual.values_list("key", "state")) == {
        ("albania-security-and-defence-dialogue", "in_being"),
        ("india-security-and-defence-consultations", "in_being"),
        ("moldova-security-and-defence-dialogue", "in_being"),
        ("south-korea-strategic-dialogue", "in_being"),
        ("south-korea-security-and-defence-dialogue", "in_being"),
        ("south-korea-indo-pacific-consultations", "envisaged"),
        ("united-kingdom-security-and-defence-dialogue", "in_being"),
    }


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
        "switzerland-political-dialogue": "ministers",
    }


def test_ties_of_the_other_kinds_begin_when_the_documents_say():
    dated = Engagement.objects.exclude(since=None).exclude(
        kind=EngagementKind.EPF_CONTRIBUTION
    )
    assert {e.key: str(e.since) for e in dated} == {
        "norway-euma-invitation": "2024",
        "norway-eupm-moldova-invitation": "2024",
        "norway-subsea-declaration": "2024-04",
        "norway-germany-nato-initiative": "../2026-03",
        "japan-strategic-partnership-agreement": "2018",
        "japan-digital-partnership": "2022",
        "japan-atalanta-arrangement": "2023",
        "south-korea-free-trade-agreement": "2011",
        "south-korea-framework-participation-agreement": "2016",
        "south-korea-digital-partnership": "2022",
        "south-korea-strategic-dialogue": "2024-11-04",
        "north-macedonia-althea": "2006",
        "albania-althea": "2006",
        "india-strategic-dialogue": "2025-06",
        "switzerland-framework-participation-agreement": "2026-03-05",
        "switzerland-political-dialogue": "2026-03-05",
    }


def test_ties_to_pesco_and_the_agency_are_in_being_or_only_envisaged():
    kinds = [EngagementKind.PESCO_PROJECT, EngagementKind.EDA_ARRANGEMENT]
    found = Engagement.objects.filter(kind__in=kinds)
    columns = ("partnership__partner__slug", "kind", "state")
    assert Counter(found.values_list(*columns)) == {
        ("canada", "pesco_project", "in_being"): 2,
        ("norway", "pesco_project", "in_being"): 1,
        ("norway", "pesco_project", "envisaged"): 1,
        ("moldova", "pesco_project", "envisaged"): 1,
        ("albania", "pesco_project", "envisaged"): 1,
        ("north-macedonia", "pesco_project", "envisaged"): 1,
        ("united-kingdom", "pesco_project", "envisaged"): 1,
        ("norway", "eda_arrangement", "in_being"): 1,
        ("albania", "eda_arrangement", "envisaged"): 1,
        ("north-macedonia", "eda_arrangement", "envisaged"): 1,
        ("canada", "eda_arrangement", "envisaged"): 1,
        ("united-kingdom", "eda_arrangement", "envisaged"): 1,
    }


# Sources


def test_every_source_has_a_kind_and_is_cited():
    sources = dict(Source.objects.values_list("key", "kind"))
    assert {*sources.values()} == {*SourceKind.values}
    assert set(Claim.objects.values_list("source__key", flat=True)) == {*sources}


def test_seed_documents_say_when_their_knowledge_ends_or_why_that_is_not_known():
    found = Source.objects.filter(key__in=DOCUMENTS)
    columns = found.values_list("key", "kind", "knowledge_as_of")
    assert {k: [kind, str(end or "-")] for k, kind, end in columns} == DOCUMENTS
    assert "after 23 June 2025" in Source.objects.get(key="wikipedia-sdp").note


def test_no_status_rests_on_a_digest():
    digests = Source.objects.filter(kind=SourceKind.DIGEST)
    assert set(digests.values_list("key", flat=True)) == {
        "euforya-2026",
        "gleam-2026-03",
    }
    for milestone in Milestone.objects.filter(claims__source__in=digests):
        others = Claim.objects.supporting().filter(milestone=milestone)
        assert others.exclude(source__in=digests)


def test_sources_of_acts_and_seed_documents_lead_to_them():
    found = Source.objects.filter(key__in=ADDRESSES).values_list("key", "url")
    assert dict(found) == ADDRESSES


def test_acts_have_their_numbers():
    for line in NUMBERS.strip().split("\n"):
        key, celex, eli, number = (cell.strip() for cell in line.split("|"))
        source = Source.objects.get(key=key)
        assert source.celex == celex
        assert source.eli == (eli and f"http://data.europa.eu/eli/{eli}")
        assert source.document_number == number
    assert not Source.objects.exclude(eli="").filter(celex="")


def test_two_sources_have_no_address_and_say_why():
    nowhere = Source.objects.filter(url="")
    assert dict(nowhere.values_list("key", "no_address")) == {
        "eprs-2026-03": "No address of this edition was found.",
        "eeas-norway-dialogue-2024-12-05": "Only an unofficial copy was found, which is not linked here.",
    }


def test_no_address_is_a_home_page_or_a_mirror_or_said_to_be_checked():
    for url in Source.objects.exclude(url="").values_list("url", flat=True):
        assert re.fullmatch(r"https?://[^/]+/..+", url)
        assert not re.search("eeas.eu.com|rrcabin.com", url)
    assert not Source.objects.exclude(last_checked_on=None)


# Claims, rivals, rulings


@pytest.mark.parametrize("model", FACTS)
def test_no_fact_is_without_a_supporting_claim(model):
    assert list(model.objects.unsourced()) == []


@pytest.mark.parametrize(("fact", "count"), [("stated_areas", 9), ("review_clause", 9)])
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
        rivals = found.setdefault(name_of(claim.fact), (claim.adopted, set()))[1]
        rivals.add((claim.source.key, claim.says))
    told = {slug: found.pop(("question", slug))[1] for slug in TOLD_IN_SENTENCES}
    assert found == disagreements()
    for slug, rivals in told.items():
        assert sorted(key for key, _ in rivals) == TOLD_IN_SENTENCES[slug], slug


def test_a_ruling_stands_only_where_sources_disagree_or_an_event_is_in_doubt():
    disputed = {name_of(claim.fact) for claim in Claim.objects.disagreeing()}
    in_doubt = {("milestone", "switzerland-exploratory-talks")}  # rejected
    in_doubt |= {("milestone", "australia-signed")}  # reported, and moves a status
    ruled = {name_of(f) for model in FACTS for f in model.objects.exclude(ruling="")}
    assert ruled == disputed | in_doubt | RECONCILED
    assert not RECONCILED & disputed
    assert not Partnership.objects.exclude(
        stated_areas_ruling="", review_clause_ruling=""
    )


def test_every_ruling_gives_a_reason_and_names_what_was_adopted():
    for model in FACTS:
        for fact in model.objects.exclude(ruling=""):
            assert fact.ruling.count("Adopted: ") == 1, fact
            assert len(fact.ruling.split()) >= 25, fact


@pytest.mark.parametrize("slug", COLUMNS)
def test_every_seed_document_of_the_time_speaks_of_every_signature(slug):
    signature = Milestone.objects.get(key=f"{slug}-signed")
    knows_until = {
        "eeas-2025-06": "2025-06-30",
        "wikipedia-sdp": "2025-06-30",
        "csds-2025-24": "2025-08-31",
        "epthinktank-2025-01": "2025-01-30",
        "eprs-2026-03": "2026-03-31",
    }
    expected = {key for key, until in knows_until.items() if SIGNED_ON[slug] <= until}
    assert {key for key, _ in says(signature)} & {*DOCUMENTS} == expected


@pytest.mark.parametrize("slug", ["iceland", "ghana", "australia"])
def test_no_seed_document_knows_of_the_later_signatures(slug):
    signature = Milestone.objects.get(key=f"{slug}-signed")
    assert not {key for key, _ in says(signature)} & {*DOCUMENTS}


def test_the_verb_of_the_source_is_kept():
    concluded = Claim.objects.filter(
        milestone__kind=MilestoneKind.SIGNED, wording__startswith="concluded"
    )
    assert set(concluded.values_list("source__key", "milestone__key")) == {
        ("eeas-2025-06", "south-korea-signed"),
        ("eeas-2025-06", "united-kingdom-signed"),
        ("eprs-2026-03", "united-kingdom-signed"),
        ("eeas-uk-2025-05-19", "united-kingdom-signed"),
    }
    launch = Claim.objects.get(
        milestone__key="australia-negotiations-opened", says="2025-06-17"
    )
    assert launch.wording == "agreed to launch negotiations"


@pytest.mark.parametrize(
    ("source", "milestone", "verb"),
    [
        ("eeas-albania-2024-11-19", "albania-text-adopted", "adopted"),
        ("eeas-japan-2024-11-01", "japan-signed", "announced"),
        ("agence-europe-13517", "japan-signed", "announced"),
        ("mofa-korea-2024-11-04", "south-korea-signed", "adoption"),
        ("mofa-korea-minister-2024-11-04", "south-korea-signed", "formalize"),
        ("eeas-korea-2024-11-04", "south-korea-signed", "to announce"),
        ("uk-government-2025-05-19", "united-kingdom-signed", "agreed"),
        ("ap-2026-03-24", "australia-signed", "announce"),
        ("dailymotion-2026-03", "australia-signed", "have struck"),
        ("gleam-2026-03", "australia-signed", "newly signed"),
    ],
)
def test_verbs_of_later_sources_are_kept(source, milestone, verb):
    claim = Claim.objects.get(source__key=source, milestone__key=milestone, aspect="")
    assert verb in claim.wording


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
    for path in files():
        for record in records(path):
            assert set(record) == {"model", "fields"}
            assert not derived & set(record["fields"])
            assert not any(
                name.endswith(("_earliest", "_latest")) for name in record["fields"]
            )


def test_keys_are_readable():
    keyed = [Affiliation, Milestone, Engagement, Claim, Source]
    for model in [*keyed, Position, Subject, Namesake]:
        for key in model.objects.values_list("key", flat=True):
            assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", key), key
            assert not re.fullmatch(r"[0-9a-f]{12}", key), key


def test_every_file_is_written_in_one_way_and_holds_one_model():
    assert [path.stem for path in files()] == [
        *("affiliations", "areas", "checks", "claims", "coverage", "engagements"),
        *("milestones", "namesakes", "partners", "partnerships", "positions"),
        *("questions", "sources", "subjects"),
    ]
    for path in files():
        rows = records(path)
        written = json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
        assert path.read_text(encoding="utf-8") == written
        assert len({record["model"] for record in rows}) == 1


def test_each_event_of_the_calendar_begins_with_its_partner(client):
    calendar = Calendar.from_ical(client.get("/milestones.ics").content)
    titles = [str(event["summary"]).split(": ", 1) for event in calendar.walk("VEVENT")]
    assert len(titles) > 30
    assert {name for name, _ in titles} <= {
        *Partner.objects.values_list("name", flat=True)
    }


@pytest.mark.slow("loads the data set once more")
def test_loading_again_changes_nothing(capsys):
    call_command("seed")
    assert "0 created, 0 updated" in capsys.readouterr().out
