"""Every fact is one click from its document: addresses, identifiers, references that
become links, and claims on each value of a fact."""

import json

import pytest
from django.core.exceptions import ValidationError

from partnerships.choices import Standing
from partnerships.exports.tables import TABLES
from partnerships.models import Affiliation, Claim, Milestone, Source
from partnerships.web.references import act, reference_url
from tests import factories
from tests.admin import CITED, PUBLIC, change_url, errors, submit
from tests.html import page

pytestmark = pytest.mark.django_db

EURLEX = "https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:"
DOCEO = "https://www.europarl.europa.eu/doceo/document/"
OEIL = "https://oeil.europarl.europa.eu/oeil/en/procedure-file?reference="
ELI = "http://data.europa.eu/eli/"


@pytest.fixture
def norway():
    return factories.partnership()


# References


@pytest.mark.parametrize(
    ("reference", "address"),
    [
        ("Council Decision (EU) 2026/444", f"{ELI}dec/2026/444/oj"),
        ("Council Decision (EU) 2026/444 of 10 February 2026", f"{ELI}dec/2026/444/oj"),
        ("Council Regulation (EU) 2025/1106", f"{ELI}reg/2025/1106/oj"),
        ("Council Decision (CFSP) 2021/509", f"{ELI}dec/2021/509/oj"),
        ("Directive (EU) 2024/0012", f"{ELI}dir/2024/12/oj"),
        ("32025R1106", f"{ELI}reg/2025/1106/oj"),
        (
            "Council Regulation (EU)\u00a02025/1106; 32025R1106",
            f"{ELI}reg/2025/1106/oj",
        ),
        ("Council decision (EU) 2026/444, OJ L 2026/444", f"{ELI}dec/2026/444/oj"),
        ("Regulation (EU) 2025/1106, Article 16", f"{ELI}reg/2025/1106/oj"),
        ("22026A00445", f"{EURLEX}22026A00445"),
        ("CELEX 21994A0103(01)", f"{EURLEX}21994A0103(01)"),
        ("2025/0413(NLE)", f"{OEIL}2025/0413(NLE)"),
        ("procedure 2025/2565(RSP)", f"{OEIL}2025/2565(RSP)"),
        ("TA-10-2026-0180", f"{DOCEO}TA-10-2026-0180_EN.html"),
        ("P10_TA(2026)0180", f"{DOCEO}TA-10-2026-0180_EN.html"),
        ("P9_TA(2023)0435; P9_TA(2023)0435", f"{DOCEO}TA-9-2023-0435_EN.html"),
    ],
)
def test_reference_becomes_a_link_where_a_rule_is_sure(reference, address):
    assert reference_url(reference) == address


@pytest.mark.parametrize(
    ("reference", "eli", "celex"),
    [
        ("Council Decision (EU) 2026/444", f"{ELI}dec/2026/444/oj", "32026D0444"),
        ("Regulation (EU) 2025/11067", f"{ELI}reg/2025/11067/oj", "32025R11067"),
        ("Directive (EU) 2024/0012", f"{ELI}dir/2024/12/oj", "32024L0012"),
        ("32025R1106", f"{ELI}reg/2025/1106/oj", "32025R1106"),
        ("CELEX 22026A00445", "", "22026A00445"),
        *[(text, "", "") for text in ("", "TA-10-2026-0180", "2008/212/EC")],
    ],
)
def test_act_has_its_identifiers_where_a_rule_is_sure(reference, eli, celex):
    assert act(reference) == (eli, celex)


@pytest.mark.parametrize(
    "reference",
    [
        *("", "OJ L 2026/445", "Council conclusions of 24 March", "2008/212/EC"),
        "Commission Implementing Regulation (EU) 2025/1106",  # another type of ELI
        "Council Decision 2008/212",
        "Council Regulation (EU) 2014/1106",  # its number stood before its year
        "Council Decisions (EU) 2026/444 and (EU) 2026/445",
        "Council Decision (EU) 2026/444; Council Decision (EU) 2026/500",
        "Council Decision (EU) 2026/444, P10_TA(2026)0180",
        *("132025R11067", "Decision (EU) 2026/0", "Decision (EU) 2026/444-bis"),
        "Commission implementing Decision (EU) 2026/444",
        "Decision (EU) 2026/444 and 445",
        "Council Decision (EU) 2025/1 and (EU) 2025/2",
        "Decision (EU) 2026/444 and Decision 2014/512/CFSP",
        "Proposal for a Decision amending Decision (EU) 2026/444",
        *("Decision (EU) 2026/444/1", "Decision (EU) 2015/1(01)"),
    ],
)
def test_doubtful_reference_stays_text(reference):
    assert reference_url(reference) == ""


def test_reference_of_a_milestone_is_a_link_on_page_and_in_the_api(client, norway):
    signed = factories.milestone(norway, reference="Council Decision (EU) 2026/444")
    address = f"{ELI}dec/2026/444/oj"
    assert address in page(client, "/partnerships/norway/").links
    answer = client.get(f"/api/v1/milestones/{signed.pk}/").json()
    assert answer["reference_url"] == answer["eli"] == address
    assert answer["celex"] == "32026D0444"


# Documents


@pytest.mark.parametrize(
    "url",
    [
        *("https://www.europarl.europa.eu", "https://www.europarl.europa.eu/"),
        *("https://epthinktank.eu/", "http://nato.int/en/", "https://eda.europa.eu/de"),
        *("https://www.consilium.europa.eu/en/press/", "https://a.int/index.html"),
        *("https://www.europarl.europa.eu/thinktank", "https://a.int/en-GB/home#top"),
        *("https://www.eeas.europa.eu/_en", "https://www.eeas.europa.eu/eeas_en"),
        *("https://www.canada.ca/en.html", "https://www.gov.uk/government/news"),
        *(
            "https://a.int/?utm_source=x",
            "https://a.int/index.php?lang=en",
            "https://a.int/%20",
        ),
        "https://en.wikipedia.org/wiki/Main_Page",
    ],
)
def test_page_of_a_whole_site_is_no_address(url):
    with pytest.raises(ValidationError, match="the page of a whole site or section"):
        factories.source(url=url)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.eeas.europa.eu/eeas/partnerships_en",
        *("https://europeaninterest.eu/?p=468946", "https://example.org/briefing"),
        "https://mofa.go.kr/eng/brd/m_5676/view.do?seq=322708",
        "https://epthinktank.eu/2025/01/30/the-eus-new-bilateral",
    ],
)
def test_address_of_a_document_is_accepted(url):
    assert factories.source(url=url).url == url


def test_source_has_an_address_or_a_reason():
    with pytest.raises(ValidationError, match="say why there is none"):
        factories.source(no_address="")
    with pytest.raises(ValidationError, match="leave this empty"):
        factories.source(url="https://example.org/a", no_address="It is gone.")


@pytest.mark.parametrize(
    ("field", "right", "wrong"),
    [
        (
            "eli",
            f"{ELI}reg/2025/1106/oj",
            "https://eur-lex.europa.eu/eli/reg/2025/1106",
        ),
        ("celex", "21994A0103(01)", '32025R1106"><b>'),
        ("doi", "10.2861/123456", '10.2861/1"><script>'),
        (
            "archived_url",
            "https://web.archive.org/web/2025/https://a.int/b",
            "ftp://a.int",
        ),
        ("kind", "digest", "rumour"),
    ],
)
def test_identifiers_are_well_formed(field, right, wrong):
    assert getattr(factories.source(**{field: right}), field) == right
    with pytest.raises(ValidationError) as refusal:
        factories.source("other", **{field: wrong})
    assert refusal.value.message_dict.keys() == {field}


def test_document_and_its_identifiers_are_links(client, norway):
    source = factories.source(
        *("safe",),
        **{
            "url": "https://example.org/safe",
            "celex": "32025R1106",
            "kind": "official",
        },
        **{"doi": "10.2861/1", "archived_url": "https://example.org/2025/safe"},
        **{"eli": f"{ELI}reg/2025/1106/oj", "document_number": "ST 7926/25"},
    )
    factories.claim(factories.milestone(norway), "2024", by=source)
    shown = page(client, "/sources/safe/")
    assert {
        *(
            "https://example.org/safe",
            f"{EURLEX}32025R1106",
            "https://doi.org/10.2861/1",
        ),
        *("https://example.org/2025/safe", f"{ELI}reg/2025/1106/oj"),
    } <= set(shown.links)
    assert "ST 7926/25" in shown.text and "Official" in shown.text
    answer = client.get("/api/v1/sources/safe/").json()
    assert answer["celex"] == "32025R1106"
    assert {"https://example.org/safe", "https://example.org/2025/safe"} <= set(
        page(client, "/partnerships/norway/").links
    )


def test_each_claim_leads_to_its_document_or_says_why_not(client, norway):
    signed = factories.milestone(norway)
    online = factories.source("online", url="https://example.org/text.pdf")
    factories.claim(signed, "2024", by=online)
    factories.claim(signed, "2024", by=factories.source("paper"))
    record = page(client, "/partnerships/norway/")
    assert "https://example.org/text.pdf" in record.links
    assert "it is on paper alone" in record.text
    (milestone,) = client.get("/api/v1/partnerships/norway/").json()["milestones"]
    rows = json.loads(client.get("/data/claims.json").getvalue())["rows"]
    for claims in (milestone["claims"], rows):
        assert [(c["document_url"], c["no_address"]) for c in claims] == [
            ("https://example.org/text.pdf", ""),
            ("", "It is on paper alone."),
        ]


# The sources of drafts


def everywhere(client):
    """All that public addresses say of sources, the log included."""
    paths = ["/sources/", "/changes/", "/sitemap.xml", "/api/v1/sources/", "/about/"]
    paths += ["/api/v1/changes/", "/data/datapackage.json", "/changes.atom"]
    paths += [f"/data/{name}.csv" for name in TABLES]
    answers = [client.get(path) for path in paths]
    return "".join(
        (a.getvalue() if a.streaming else a.content).decode() for a in answers
    )


def test_source_shows_once_a_public_claim_cites_it(client, sealed_at_once):
    draft = factories.partnership("atlantis", published=False)
    source = factories.source("leaked-paper", title="Leaked")
    factories.claim(factories.milestone(draft), "2024-05", by=source)
    factories.claim(factories.position(draft), "yes", by=source)
    assert "eaked" not in everywhere(client)
    page(client, "/sources/leaked-paper/", status=404)
    assert client.get("/api/v1/sources/leaked-paper/").status_code == 404
    factories.edit(draft, is_published=True)
    assert everywhere(client).count("eaked") > 8
    page(client, "/sources/leaked-paper/")


# Values


def stand(fact, says, aspect):
    claim = factories.claim(fact, says, aspect=aspect)
    return Claim.objects.with_standing().get(pk=claim.pk).standing


@pytest.mark.parametrize(
    ("says", "standing"),
    [
        *(("Brussels", Standing.AGREES), ("Brussels, Belgium", Standing.COMPATIBLE)),
        *(("Bruss", Standing.DISAGREES), ("Oslo", Standing.DISAGREES)),
    ],
)
def test_claim_on_a_place_stands_to_that_place(norway, says, standing):
    signed = factories.milestone(norway, place="Brussels")
    assert stand(signed, says, "place") == standing
    assert list(Milestone.objects.unsourced()) == [signed]  # of its date nobody speaks


def test_claims_on_other_values_are_compared_with_these(norway):
    signed = factories.milestone(norway, signatories="Josep Borrell; Espen Barth Eide")
    assert stand(signed, "Josep Borrell", "signatories") == Standing.COMPATIBLE
    assert stand(signed, "Oslo", "place") == Standing.COMPATIBLE  # none is adopted
    gift = {"amount": 5, "currency": "NOK", "amount_eur": 14_500_000}
    tie = factories.engagement(norway, "epf_contribution", **gift)
    assert stand(tie, "14500000", "amount_eur") == Standing.AGREES
    for part in ("1", "145", "145000000"):
        assert stand(tie, part, "amount_eur") == Standing.DISAGREES


def test_rival_place_is_a_disagreement_until_the_editors_rule(client, norway):
    signed = factories.milestone(norway, place="Brussels")
    factories.claim(signed, "2024-05-28")
    factories.claim(signed, "Oslo", aspect="place", locator="page 2")
    listed = page(client, "/disagreements/").text
    assert "1 disputed fact" in listed and "place Oslo" in listed
    answer = client.get("/api/v1/disagreements/").json()["results"][0]
    assert answer["adopted"] == "2024-05-28"
    assert [claim["aspect"] for claim in answer["claims"]] == ["", "place"]
    factories.edit(signed, ruling="The text says Brussels. Adopted: Brussels.")
    assert "ruled on" in page(client, "/disagreements/").text


@pytest.mark.parametrize(
    ("make", "aspect", "says", "sentence"),
    [
        (factories.milestone, "level", "ministers", "only its place, signatories or"),
        (factories.engagement, "place", "Oslo", "only its level or amount in euro"),
        (factories.engagement, "amount_eur", "14.5 m", "in whole euro, as in 14500000"),
        (factories.subject, "place", "Oslo", "nothing else here"),
    ],
)
def test_claim_on_a_value_that_the_fact_lacks_is_refused(
    norway, make, aspect, says, sentence
):
    with pytest.raises(ValidationError, match=sentence):
        factories.claim(make(norway), says, aspect=aspect)


def test_editor_is_asked_for_the_values_that_the_fact_has(client, publisher, norway):
    client.force_login(publisher)
    signed = factories.milestone(norway, place="Oslo")
    form = client.get(f"/admin/partnerships/milestone/{signed.pk}/change/").text
    assert '<option value="signatories">' in form
    assert '<option value="level">' not in form
    cell = factories.coverage(norway, factories.area())
    form = client.get(f"/admin/partnerships/coverage/{cell.pk}/change/").text
    assert "-aspect" not in form


# Digests


def test_no_status_moves_on_a_digest_alone(norway):
    digest = factories.source("digest", kind="digest")
    signed = factories.milestone(norway)
    factories.claim(signed, "2024-05-28", by=digest)
    said = factories.milestone(norway, "statement", "2024-01")
    factories.claim(said, "2024-01", by=digest)
    assert list(Milestone.objects.unsourced()) == [signed]
    factories.claim(signed, "2024-05", by=factories.source("report", kind="press"))
    assert not Milestone.objects.unsourced().exists()


def test_editor_cannot_let_a_status_rest_on_a_digest(client, publisher, norway):
    digest = factories.source("digest", kind="digest")
    signed = factories.milestone(norway)
    claim = factories.claim(signed, "2024-05-28", by=factories.source())
    client.force_login(publisher)
    row = {"source": str(digest.pk), "says": "2024-05-28", "locator": "page 9"}
    answer = submit(
        client,
        change_url(signed),
        PUBLIC,
        rows=[("claims", row)],
        **{"claims-0-DELETE": "on"},
    )
    assert "No status moves on a digest alone" in errors(answer)
    assert list(signed.claims.all()) == [claim]


def test_editor_cannot_add_a_step_to_a_public_record_by_a_digest(client, publisher):
    record = factories.partnership()
    digest = factories.source("digest", kind="digest")
    client.force_login(publisher)
    row = {"track": "sdp", "kind": "signed", "date": "2024-05-28"}
    answer = submit(
        client,
        change_url(record),
        CITED,
        rows=[("milestones", row)],
        source=str(digest.pk),
    )
    assert "No status moves on a digest alone" in errors(answer)
    assert not record.milestones.exists()


def test_source_of_old_is_asked_for_its_kind(client, publisher):
    source = factories.source()
    Source.objects.update(kind="")
    client.force_login(publisher)
    answer = submit(client, change_url(source), title="New")
    assert "required" in errors(answer)


def reported(norway, by):
    step = factories.milestone(norway, "negotiations_opened", "2024-01", **REJECTED)
    factories.claim(step, "2024-01", by=by)
    return step


REJECTED = {"certainty": "rejected", "ruling": "The two sides deny it."}


@pytest.mark.parametrize(
    ("make", "changes"),
    [
        (reported, {"certainty": "confirmed"}),
        (
            lambda norway, by: factories.milestone(norway, "statement", "2024-01"),
            {"kind": "negotiations_opened"},
        ),
        (
            lambda norway, by: factories.milestone(norway, "proposed", "2024"),
            {"date": "2024-01"},
        ),
    ],
    ids=["certainty", "kind", "date"],
)
def test_digest_moves_no_status_by_any_road_of_the_record(
    client, publisher, norway, make, changes
):
    digest = factories.source("digest", kind="digest")
    step = make(norway, digest)
    factories.claim(step, "2024-01", by=digest, locator="page 9")
    client.force_login(publisher)
    sent = {f"milestones-0-{name}": value for name, value in changes.items()}
    answer = submit(client, change_url(norway), PUBLIC, **sent)
    assert "needs a source" in errors(answer)
    cited = CITED | {"source": str(digest.pk)} | sent
    if step.kind != "proposed":
        answer = submit(client, change_url(norway), cited)
        assert "No status moves on a digest alone" in errors(answer)
    press = CITED | {"source": str(factories.source("press", kind="press").pk)} | sent
    assert submit(client, change_url(norway), press).status_code == 302


def test_source_on_which_a_status_rests_does_not_become_a_digest(norway):
    source = factories.source("report", kind="press")
    signed = factories.milestone(norway)
    factories.claim(signed, "2024-05", by=source)
    source.kind = "digest"
    with pytest.raises(ValidationError, match="these rest on it: Norway: Signed"):
        source.full_clean()
    factories.claim(signed, "2024", by=factories.source("other", kind="press"))
    source.full_clean()


def test_last_support_of_a_public_fact_is_not_taken_from_the_page_of_a_claim(
    client, publisher, norway
):
    claim = factories.claim(factories.milestone(norway), "2024-05-28")
    client.force_login(publisher)
    answer = submit(client, change_url(claim), PUBLIC, says="2001-01-01")
    assert "A published fact needs a source that agrees" in errors(answer)


def test_standing_that_rests_on_a_digest_is_named(norway):
    candidate = factories.affiliation(norway.partner, "eu_candidate", since="2022-06")
    digest = factories.source("digest", kind="digest")
    factories.claim(candidate, "2022-06", by=digest)
    assert list(Affiliation.objects.unsourced()) == [candidate]
    factories.claim(candidate, "2022-06", by=factories.source("press", kind="press"))
    assert not Affiliation.objects.unsourced().exists()


def test_one_source_gives_one_place(client, publisher, norway):
    signed = factories.milestone(norway)
    source = factories.source()
    factories.claim(signed, "2024-05-28", by=source)
    factories.claim(signed, "Paris", by=source, aspect="place", locator="page 2")
    client.force_login(publisher)
    row = {"source": str(source.pk), "says": "Rome", "locator": "page 3"}
    row |= {"aspect": "place"}
    answer = submit(client, change_url(signed), PUBLIC, rows=[("claims", row)])
    assert "says “Paris” of this already" in errors(answer)


def test_form_asks_for_the_kind_of_a_source(client, publisher):
    client.force_login(publisher)
    form = client.get("/admin/partnerships/source/add/").text
    assert '<option value="" selected>' in form


@pytest.mark.parametrize("words", ["Türkei", "Ελβετία", "turkei", "TUR", "Q43"])
def test_desk_finds_partners_by_any_of_their_names(client, publisher, words):
    names = {"iso_code": "TR", "iso_alpha3": "TUR", "wikidata": "Q43"}
    of = factories.partner("turkiye", name="Türkiye", **names)
    factories.milestone(factories.partnership(of=of))
    swiss = factories.partner("switzerland", iso_code="CH")
    factories.milestone(factories.partnership(of=swiss))
    client.force_login(publisher)
    for model in ("partner", "partnership", "milestone"):
        found = client.get(f"/admin/partnerships/{model}/?q={words}").context["cl"]
        assert found.result_count == 1, model
