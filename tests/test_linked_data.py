"""The data set and its words, as other people's programs read them."""

import json
import re
from html import unescape

import pyshacl
import pytest
from rdflib import RDF, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic

from partnerships.exports.tables import TABLES
from partnerships.exports.views import FORMATS
from partnerships.ledger import sealing
from partnerships.web.citations import DATA_SET
from partnerships.web.linked.turtle_text import turtle
from partnerships.web.linked.vocabulary import PREFIXES
from tests import factories

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once,
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph"),  # rdflib uses its own
]

SITE = "https://testserver"
NORWAY, AREA = "/partnerships/norway/", "/areas/area-1/"
SCHEMA = Namespace("http://schema.org/")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DATA = URIRef(f"{SITE}/#dataset")
#: What DCAT-AP 3 demands of each class, and the tables that it names.
SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix eu: <http://publications.europa.eu/resource/authority/> .

[] sh:targetClass dcat:Catalog ;
  sh:property [ sh:path dct:title ; sh:minCount 1 ; sh:nodeKind sh:Literal ],
    [ sh:path dct:description ; sh:minCount 1 ; sh:nodeKind sh:Literal ],
    [ sh:path dct:publisher ; sh:minCount 1 ; sh:maxCount 1 ; sh:class foaf:Agent ],
    [ sh:path dct:license ; sh:maxCount 1 ; sh:nodeKind sh:IRI ],
    [ sh:path dcat:themeTaxonomy ; sh:hasValue eu:data-theme ],
    [ sh:path dcat:dataset ; sh:minCount 1 ; sh:class dcat:Dataset ],
    [ sh:path dcat:service ; sh:class dcat:DataService ] .
[] sh:targetClass dcat:Dataset ;
  sh:property [ sh:path dct:title ; sh:minCount 1 ; sh:nodeKind sh:Literal ],
    [ sh:path dct:description ; sh:minCount 1 ; sh:nodeKind sh:Literal ],
    [ sh:path dct:publisher ; sh:minCount 1 ; sh:maxCount 1 ; sh:class foaf:Agent ],
    [ sh:path dct:identifier ; sh:minCount 1 ; sh:nodeKind sh:Literal ],
    [ sh:path dct:modified ; sh:maxCount 1 ; sh:datatype xsd:date ],
    [ sh:path dct:temporal ; sh:minCount 1 ; sh:class dct:PeriodOfTime ],
    [ sh:path dcat:theme ; sh:minCount 1 ; sh:pattern "/authority/data-theme/[A-Z]+$" ],
    [ sh:path dct:language ; sh:pattern "/authority/language/[A-Z]{3}$" ],
    [ sh:path dct:accrualPeriodicity ; sh:minCount 1 ; sh:maxCount 1 ;
      sh:pattern "/authority/frequency/[A-Z_]+$" ],
    [ sh:path dct:accessRights ; sh:maxCount 1 ; sh:pattern "/authority/access-right/" ],
    [ sh:path dct:spatial ; sh:minCount 1 ; sh:pattern "/authority/country/[A-Z]{3}$" ],
    [ sh:path dcat:distribution ; sh:minCount 1 ; sh:class dcat:Distribution ] .
[] sh:targetClass dcat:Distribution ;
  sh:property [ sh:path dcat:accessURL ; sh:minCount 1 ; sh:nodeKind sh:IRI ],
    [ sh:path dct:license ; sh:minCount 1 ; sh:maxCount 1 ; sh:hasValue <http://publications.europa.eu/resource/authority/licence/CC_BY_4_0> ],
    [ sh:path dct:format ; sh:maxCount 1 ; sh:pattern "/authority/file-type/[A-Z]+$" ],
    [ sh:path dcat:mediaType ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] .
[] sh:targetClass dcat:DataService ;
  sh:property [ sh:path dct:title ; sh:minCount 1 ; sh:nodeKind sh:Literal ],
    [ sh:path dcat:endpointURL ; sh:minCount 1 ; sh:nodeKind sh:IRI ],
    [ sh:path dcat:servesDataset ; sh:class dcat:Dataset ] .
[] sh:targetClass foaf:Agent ;
  sh:property [ sh:path foaf:name ; sh:minCount 1 ; sh:nodeKind sh:Literal ] .
"""


@pytest.fixture
def built(db):
    norway = factories.partnership()
    norway.partner.eu_uri = (
        "http://publications.europa.eu/resource/authority/country/NOR"
    )
    factories.save(norway.partner)
    factories.milestone(norway, "signed", "2024-05-28")
    factories.coverage(norway, factories.area(1))
    factories.check(norway, "2026-04-30")
    sealing.seal()


def described(client, path):
    """The linked data of a page, with the context of schema.org written out."""
    text = client.get(path, secure=True).text
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    data = json.loads(block)
    assert data.pop("@context") == "https://schema.org"
    return data


def graph_of(data, context=None):
    vocabulary = {"@vocab": str(SCHEMA), "@base": f"{SITE}/"}
    document = json.dumps({"@context": context or vocabulary} | data)
    return Graph().parse(data=document, format="json-ld")


def test_every_page_speaks_of_one_data_set(client, built):
    graph = Graph()
    for path in ("/", NORWAY, AREA, "/data/", f"{NORWAY}?as_of=2024-12-31"):
        found = graph_of(described(client, path))
        assert (DATA, RDF.type, SCHEMA.Dataset) in found, path
        graph += found
    assert [*graph.subjects(RDF.type, SCHEMA.Dataset)] == [DATA]
    for name, value in {"name": DATA_SET, "url": f"{SITE}/data/"}.items():
        assert [*graph.objects(DATA, SCHEMA[name])] == [Literal(value)]


def test_data_set_is_described_in_full(client, built):
    found = described(client, "/data/")
    assert found["temporalCoverage"] == "2024-05-28/2026-04-30"
    assert [place["name"] for place in found["spatialCoverage"]] == ["Norway"]
    today = client.get("/data/").context["trail"].changed_at.date()
    assert found["dateModified"] == found["datePublished"] == str(today)
    assert found["version"] == str(client.get("/data/").context["trail"].edition)
    assert found["publisher"]["@id"] == found["creator"]["@id"] == f"{SITE}/#tracker"
    assert found["includedInDataCatalog"]["@id"] == f"{SITE}/#catalog"
    measured = {variable["name"] for variable in found["variableMeasured"]}
    assert {"status", "safe_status", "signed_on", "areas_included"} <= measured
    assert found["citation"] in unescape(client.get("/data/", secure=True).text)
    for file in found["distribution"]:
        address = file["contentUrl"].removeprefix(SITE)
        answer = client.head(address)
        assert answer.status_code == 200, address
        assert answer["Content-Type"].startswith(file["encodingFormat"]), address
    assert len(found["distribution"]) == len(FORMATS) * len(TABLES) + 6


def test_data_set_is_described_before_anything_is_recorded(client):
    found = described(client, "/data/")
    assert "temporalCoverage" not in found
    assert "dateModified" not in found
    assert (found["version"], found["spatialCoverage"]) == ("0", [])
    assert Graph().parse(data=client.get("/data/catalog.ttl").text, format="turtle")


def test_catalogue_is_dcat_ap_and_alike_in_both_forms(client, built, settings):
    settings.CONTACT = "mailto:desk@example.org"
    texts = {
        ending: client.get(f"/data/catalog.{ending}", secure=True).text
        for ending in ("ttl", "jsonld")
    }
    graph = Graph().parse(data=texts["ttl"], format="turtle")
    assert isomorphic(graph, Graph().parse(data=texts["jsonld"], format="json-ld"))
    shapes = Graph().parse(data=SHAPES, format="turtle")
    conforms, _, said = pyshacl.validate(graph, shacl_graph=shapes)
    assert conforms, said
    files = described(client, "/data/")["distribution"]
    accessed = {str(address) for address in graph.objects(None, DCAT.accessURL)}
    assert accessed == {file["contentUrl"] for file in files}
    assert (URIRef(f"{SITE}/#catalog"), DCAT.dataset, DATA) in graph
    graph.remove((None, DCAT.theme, None))
    assert not pyshacl.validate(graph, shacl_graph=shapes)[0]


@pytest.mark.parametrize("text", ['"', "\\", "\n\t\r", "é’\u2028😀", "\x7f<>&'"])
def test_turtle_holds_any_text(text):
    name = {"@value": text, "@language": "en"}
    node = {"@id": "http://a/", "@type": "skos:Concept", "skos:prefLabel": name}
    written = turtle({"@context": PREFIXES, "@graph": [node]})
    graph = Graph().parse(data=written, format="turtle")
    assert graph.value(URIRef("http://a/"), SKOS.prefLabel) == Literal(text, "en")


def test_words_of_the_vocabulary_are_where_their_addresses_lead(client, built):
    text = client.get("/data/vocabulary.jsonld", secure=True).text
    graph = Graph().parse(data=text, format="json-ld")
    concepts = {str(one) for one in graph.subjects(RDF.type, SKOS.Concept)}
    assert f"{SITE}{AREA}" in concepts
    anchors = set(re.findall(r'id="([\w-]+)"', client.get("/glossary/").text))
    on_glossary = {c.partition("#")[2] for c in concepts if "/glossary/#" in c}
    assert {"sdp", "sdp-status-signed", "safe-status-not_needed"} <= on_glossary
    assert on_glossary <= anchors
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        scheme = graph.value(concept, SKOS.inScheme)
        assert (scheme, RDF.type, SKOS.ConceptScheme) in graph
        assert graph.value(concept, SKOS.prefLabel)


def linked(client, path):
    """The answer of the API as linked data, by the context that its head names."""
    answer = client.get(path, secure=True)
    named = re.search(
        r'<([^>]+)>; rel="http://www.w3.org/ns/json-ld#context"', answer["Link"]
    )
    context = client.get(named[1], secure=True)
    assert context["Content-Type"] == "application/ld+json"
    return graph_of(answer.json(), context.json()["@context"])


@pytest.mark.parametrize("path", [f"/api/v1{NORWAY}", "/api/v1/partnerships/"])
def test_answer_of_the_api_is_linked_data(client, built, path):
    graph, norway = linked(client, path), URIRef(f"{SITE}{NORWAY}")
    words = Namespace(f"{SITE}/data/#")
    assert graph.value(norway, SCHEMA.name)
    assert graph.value(norway, words.slug) == Literal("norway")
    signed = URIRef(f"{SITE}/glossary/#sdp-status-signed")
    assert graph.value(norway, words.sdp_status) == signed
    vocabulary = client.get("/data/vocabulary.jsonld", secure=True).text
    known = Graph().parse(data=vocabulary, format="json-ld")
    for status in ("status", "sdp_status", "safe_status"):
        found = graph.value(norway, words[status])
        assert (found, RDF.type, SKOS.Concept) in known, status


def test_deposit_has_what_datacite_demands(client, built):
    found = client.get("/data/datacite.json?as_of=2025-01-01", secure=True).json()
    trail = client.get("/data/").context["trail"]
    demanded = {"titles", "creators", "publisher", "publicationYear", "types"}
    assert demanded <= found.keys()
    assert found["types"]["resourceTypeGeneral"] == "Dataset"
    assert found["version"] == str(trail.edition)
    assert found["publicationYear"] == str(trail.changed_at.year)
    (address,) = found["alternateIdentifiers"]
    assert "as_of=2025-01-01&edition=" in address["alternateIdentifier"]


# Links in the head


def links(answer):
    return dict(re.findall(r'<([^>]+)>; rel="([^"]+)"', answer["Link"]))


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "Dataset"), ("/data/", "Dataset"), (NORWAY, "CreativeWork")],
)
def test_page_that_can_be_cited_has_signposts(client, built, path, kind):
    answer = client.get(path, secure=True)
    by_rel = {rel: address for address, rel in links(answer).items()}
    assert by_rel["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert by_rel["type"] == f"https://schema.org/{kind}"
    assert by_rel["cite-as"] == answer.context["citation"].url
    cited = client.get(by_rel["cite-as"].removeprefix(SITE), secure=True)
    assert cited.context["citation"].url == by_rel["cite-as"]
    (csl,) = client.get(by_rel["describedby"], secure=True).json()
    assert csl["URL"] == by_rel["cite-as"]


def test_kept_answer_and_error_have_the_links_that_are_theirs(client, built):
    first, kept = client.get(NORWAY), client.get(NORWAY)
    assert kept["Link"] == first["Link"]
    assert "Link" not in client.get("/api/v1/partnerships/atlantis/")
    assert "license" in client.head("/data/partnerships.csv")["Link"]


# Files of citations


@pytest.mark.parametrize("of", [NORWAY, "/data/"])
def test_citation_is_there_as_files_beside_its_words(client, built, of):
    html = client.get(of).text
    said = client.get(of).context["citation"]
    for ending in ("bib", "ris", "json"):
        address = f"{of}cite.{ending}"
        assert html.count(f'href="{address}"') == 2, address
        answer = client.get(address)
        assert answer.text == said.as_file(ending)
        assert f'filename="{said.id}.{ending}"' in answer["Content-Disposition"]


def test_citation_of_another_day_is_of_that_day(client, built):
    html = client.get(NORWAY, {"as_of": "2024-12-31"}).text
    address = unescape(re.search(r'href="([^"]+cite\.json[^"]*)"', html)[1])
    (csl,) = client.get(address).json()
    assert "as_of=2024-12-31" in csl["URL"]
    assert csl["note"] == "As of 31 December 2024"
    assert client.get(f"{NORWAY}cite.json", {"as_of": "soon"}).status_code == 400
    assert client.get("/partnerships/atlantis/cite.bib").status_code == 404
    factories.partnership("hidden", published=False)
    assert client.get("/partnerships/hidden/cite.bib").status_code == 404


#: As Zotero's translators have it: the prefixes that need no declaration.
NAMESPACES = {"z": "zotero", "dc": "dc", "bibo": "bibo", "og": "og"}


def saved_by_zotero(html):
    """The item that Zotero's translator "Embedded Metadata" makes of a page: the first
    letter of a property is small, its own type goes before that of Open Graph, which
    goes before Dublin Core's."""
    found = {}
    for name, value in re.findall(
        r'<meta (?:name|property)="([^"]+)"\s+content="([^"]*)"', html
    ):
        prefix, _, rest = re.sub("[.:_]", " ", name, count=1).partition(" ")
        space = NAMESPACES.get(prefix.lower(), "")
        found.setdefault(
            f"{space}:{rest[:1].lower()}{rest[1:]}" if space else name, unescape(value)
        )
    of_graph = {"website": "webpage"}.get(found.get("og:type"))
    return {
        "itemType": found.get("zotero:itemType") or of_graph or found.get("dc:type"),
        "title": found["dc:title"],
        "date": found["dc:date"],
        "publisher": found["dc:publisher"],
        "version": found["bibo:edition"],
        "url": found.get("citation_public_url") or found["og:url"],
        "rights": found["dc:rights"],
    }


@pytest.mark.parametrize("path", ["/", "/data/", NORWAY])
def test_zotero_saves_a_data_set_with_its_permanent_link(client, built, path):
    answer = client.get(path)
    said = answer.context["citation"]
    assert saved_by_zotero(answer.text) == {
        "itemType": "dataset",
        "title": said.title,
        "date": said.known_on.isoformat(),
        "publisher": "SDP Tracker",
        "version": str(said.edition),
        "url": said.url,
        "rights": "https://creativecommons.org/licenses/by/4.0/",
    }
