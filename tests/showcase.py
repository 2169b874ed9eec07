"""A handful of records that between them show everything a public page can show."""

from partnerships.choices import CoverageValue, MilestoneKind, Region, Track
from partnerships.models import Partnership
from tests import factories

COUNTRIES = [
    ("albania", "2024-12-18"),
    ("australia", "2026-03-18"),
    ("ghana", "../2026-03-26"),
    ("iceland", "2026-03-18"),
    ("india", "2026-01-27"),
    ("japan", "2024-11-01"),
    ("moldova", "2024-05-21"),
    ("north-macedonia", "2024-11-19"),
    ("south-korea", "2024-11-04"),
    ("united-kingdom", "2025-05-19"),
]


def build():
    """Norway in full, Canada on both tracks, ten signed, three on the way."""
    briefing, website = _sources()
    areas = [factories.area(number, name=_AREAS[number - 1]) for number in range(1, 27)]
    norway = _norway(areas, briefing, website)
    for slug, date in COUNTRIES:
        record = factories.partnership(slug)
        signed = factories.milestone(record, date=date)
        factories.claim(signed, date, by=briefing)
    _canada(briefing)
    for slug, kind in [("costa-rica", "negotiations_opened"), ("brazil", "proposed")]:
        of = factories.partner(slug, region=Region.LATIN_AMERICA)
        record = factories.partnership(slug, of=of)
        factories.claim(
            factories.milestone(record, kind, "2025-09"), "2025-09", by=briefing
        )
    _uncertain(briefing, website)
    factories.partnership("thailand")
    factories.partnership("hidden", published=False, internal_notes="Between us only.")
    return norway


def _sources():
    briefing = factories.source(
        title="The EU’s new bilateral security and defence partnerships",
        published_on="2026-03",
        url="https://example.org/briefing",
    )
    website = factories.source(
        "eeas-web",
        publisher="European External Action Service",
        title="Security and Defence Partnerships",
        url="https://example.org/eeas",
    )
    return briefing, website


def _norway(areas, briefing, website):
    norway = factories.partnership(
        of=factories.partner(iso_code="NO", official_name="Kingdom of Norway"),
        summary=(
            "The partnership with Norway covers support for Ukraine, maritime security "
            "and cyber. It was signed in Brussels in May 2024.\n\nIt is not binding."
        ),
        official_text_url="https://example.org/norway.pdf",
        stated_areas=17,
        review_clause="The Parties will take stock each year.",
        internal_notes="Between us only.",
    )
    factories.claim(norway, "17", by=briefing, locator="page 5")
    factories.claim(norway, "18", by=website, wording="eighteen areas")
    for number, area in enumerate(areas):
        _cell(norway, area, number, briefing, website)
    _milestones(norway, briefing, website)
    _ties(norway, briefing, website)
    factories.claim(factories.subject(norway), "yes", by=briefing)
    factories.claim(factories.position(norway, date="2024-06"), "2024-06", by=briefing)
    factories.claim(factories.namesake(), "yes", by=website)
    return norway


def _milestones(norway, briefing, website):
    signed = factories.milestone(
        norway,
        place="Brussels",
        signatories="High Representative; Minister of Foreign Affairs of Norway",
        note="Signed on the margins of a meeting of defence ministers.",
        ruling="The text itself bears this date; the other is when it was published.",
    )
    factories.claim(signed, "2024-05-28", by=briefing, wording="signed")
    factories.claim(signed, "2024-05", by=website)
    factories.claim(
        signed, "2024-06-03", by=website, locator="section Norway", wording="concluded"
    )
    factories.milestone(norway, MilestoneKind.NEGOTIATIONS_OPENED, "2024-01/2024-02")
    requested = factories.milestone(
        norway, MilestoneKind.REQUESTED, "2025-11", track=Track.SAFE
    )
    factories.claim(requested, "2025-12", by=website)
    held = factories.milestone(norway, MilestoneKind.DIALOGUE_HELD, "2025-12/2026-02")
    factories.claim(held, "2026-01", by=website)


def _ties(norway, briefing, website):
    dialogue = factories.engagement(
        norway,
        "dialogue",
        "Security and defence dialogue",
        level="Directors of security policy",
        frequency="annual",
        since="2024",
    )
    factories.claim(dialogue, "annual", by=briefing)
    factories.claim(dialogue, "regular", by=website)
    gift = factories.engagement(
        norway,
        "epf_contribution",
        "Ammunition for Ukraine",
        amount=150_000_000,
        currency="NOK",
        amount_eur=13_200_000,
        amount_is_total=True,
    )
    factories.claim(gift, "150000000 NOK", by=briefing)
    factories.engagement(norway, "agreement", "Framework Participation Agreement")
    ally = factories.affiliation(norway.partner, "nato_ally", since="1949-04-04")
    factories.claim(ally, "yes", by=briefing)
    factories.affiliation(norway.partner, "eea_efta", since="1994-01-01")


def _cell(norway, area, number, briefing, website):
    if number >= 24:
        return
    value = CoverageValue.INCLUDED
    if number >= 18:
        value = CoverageValue.NOT_INCLUDED
    if number >= 21:
        value = CoverageValue.ALREADY_EXISTS
    cell = factories.coverage(norway, area, value)
    factories.claim(cell, value, by=briefing, locator=f"Table 1, row {number + 1}")
    if number == 3:
        factories.claim(cell, CoverageValue.NOT_INCLUDED, by=website)


def _canada(briefing):
    of = factories.partner("canada", iso_code="CA", region=Region.NORTH_AMERICA)
    canada = factories.partnership(of=of)
    for kind, date, track in [
        ("signed", "2025-06-23", Track.SDP),
        ("negotiations_opened", "2025-09", Track.SAFE),
        ("signed", "2026-02-14", Track.SAFE),
    ]:
        milestone = factories.milestone(canada, kind, date, track=track)
        factories.claim(milestone, date, by=briefing)
    return canada


def _uncertain(briefing, website):
    """Ghana signed by press reports alone; Brazil's signature is announced, and one that
    a source reports is rejected; both are checked through a day."""
    ghana, brazil = (
        Partnership.objects.get(partner__slug=slug) for slug in ("ghana", "brazil")
    )
    factories.edit(ghana.milestones.get(), certainty="reported")
    announced = factories.milestone(
        brazil, "announced", "2026-02", announces="signed", expected="2026-03"
    )
    factories.claim(announced, "2026-02", by=briefing)
    rejected = factories.milestone(
        brazil, "signed", "2026-03-07", certainty="rejected", ruling="It was a draft."
    )
    factories.claim(rejected, "2026-03-07", by=website)
    for record in (ghana, brazil):
        factories.check(record, "2026-03-31")


_AREAS = [
    *("International peace and crisis management", "Maritime security", "Cyber issues"),
    "Hybrid threats and foreign information manipulation",
    "Counter-terrorism and prevention of violent extremism",
    *("Non-proliferation and disarmament", "Space security and defence"),
    *("Emerging and disruptive technologies", "Defence industry"),
    *("Resilience of critical infrastructure", "Military mobility"),
    *("Training and education", "Women, peace and security", "Climate and security"),
    *("Support for Ukraine", "Economic security", "Arms export control"),
    *("Conflict prevention and mediation", "Capacity building of partners"),
    *("Situational awareness", "Exchange of classified information"),
    *("European Peace Facility", "European Defence Agency", "PESCO projects"),
    *("Migration and security", "Transnational organised crime"),
]
