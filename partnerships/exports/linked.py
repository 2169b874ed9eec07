"""The files that describe the data set and its words for others: catalogues, linked
data, deposits."""

from dataclasses import replace

from django.conf import settings
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from partnerships.exports import database
from partnerships.exports.cite import cited_data_set
from partnerships.exports.columns import to_json
from partnerships.exports.download import refusal
from partnerships.exports.tables import TABLES
from partnerships.exports.trail import LINES
from partnerships.exports.views import FORMATS
from partnerships.filters.clock import ClockForm
from partnerships.ledger.known_on import known_on
from partnerships.models import Area
from partnerships.selectors.extent import extent
from partnerships.web.addresses import path_of
from partnerships.web.caching import dated, trail_of
from partnerships.web.linked.catalog import catalog as dcat_catalog
from partnerships.web.linked.data_set import DataSet, File
from partnerships.web.linked.datacite import datacite
from partnerships.web.linked.turtle_text import turtle
from partnerships.web.linked.vocabulary import Places, api_context
from partnerships.web.linked.vocabulary import vocabulary as skos_vocabulary
from partnerships.web.signposts import LINKED_DATA

#: The forms of the catalogue, by the ending of the file's name.
CATALOG_TYPES = {"jsonld": LINKED_DATA, "ttl": "text/turtle; charset=utf-8"}
#: Columns of these types are measured; the others name and explain.
_MEASURES = {"one of a list", "partial date", "whole number"}


def data_set_of(request: HttpRequest) -> DataSet:
    """Return the data set as it is named on every page, without a query."""
    trail, absolute = trail_of(request), request.build_absolute_uri
    return DataSet(
        home=absolute(path_of("home")),
        page=absolute(path_of("data")),
        edition=trail.edition,
        began_on=trail.began_at and trail.began_at.date(),
        changed_on=trail.changed_at and trail.changed_at.date(),
    )


def described_data_set(request: HttpRequest) -> DataSet:
    """Return the data set with its reach, its partners and its files."""
    found = extent()
    return replace(
        data_set_of(request),
        first_day=found.first_day,
        checked_through=found.checked_through,
        partners=found.partners,
        files=_files(request),
        variables=[
            (column.name, column.meaning)
            for column in TABLES["partnerships"].record_columns
            if column.type in _MEASURES
        ],
        contact=settings.CONTACT,
    )


@require_safe
def catalog(request, ending):
    """Answer with the data set as catalogues of open data take it in."""
    if refused := refusal(Form(request.GET)):
        return refused
    absolute = request.build_absolute_uri
    schema = path_of("api:schema")
    document = dcat_catalog(
        described_data_set(request),
        api=absolute(schema.removesuffix("schema/")),
        api_description=absolute(schema),
    )
    text = turtle(document) if ending == "ttl" else to_json(document)
    return HttpResponse(text, content_type=CATALOG_TYPES[ending])


@require_safe
def vocabulary(request):
    """Answer with areas, statuses, kinds and the glossary as one vocabulary."""
    if refused := refusal(Form(request.GET)):
        return refused
    areas = [
        (_page(request, "area-detail", a.slug), a.number, a.label, a.name)
        for a in Area.objects.order_by("number")
    ]
    return _linked(skos_vocabulary(_places(request), areas))


@require_safe
def context(request):
    """Answer with what the keys of the API mean."""
    return refusal(Form(request.GET)) or _linked(api_context(_places(request)))


@dated
@require_safe
def deposit(request):
    """Describe the edition of a day for a repository that gives DOIs."""
    clock = ClockForm(request.GET)
    if refused := refusal(clock):
        return refused
    with known_on(clock.past):
        described = datacite(cited_data_set(request, clock, extent().checked_through))
    return HttpResponse(to_json(described), content_type="application/json")


def _linked(document: dict) -> HttpResponse:
    return HttpResponse(to_json(document), content_type=LINKED_DATA)


def _page(request: HttpRequest, name: str, *args: str) -> str:
    return request.build_absolute_uri(path_of(name, *args))


def _places(request: HttpRequest) -> Places:
    return Places(
        vocabulary=_page(request, "vocabulary"),
        glossary=_page(request, "glossary"),
        dictionary=_page(request, "data"),
    )


def _files(request: HttpRequest) -> list[File]:
    """Return every file of the data set: whole, by tables, and its trail."""
    whole = [
        ("data-set", (), "All tables", "application/zip"),
        ("data-package", (), "Description of all tables", "application/json"),
        ("data-sqlite", (), "All tables in one SQLite file", database.CONTENT_TYPE),
    ]
    tables = [
        ("export", (table.name, ending), table.title, FORMATS[ending].CONTENT_TYPE)
        for table in TABLES.values()
        for ending in FORMATS
    ]
    others = [
        ("ledger-jsonl", (), "The chain of all changes", LINES),
        ("checkpoints-jsonl", (), "Checkpoints of the chain", LINES),
        ("api:partnership-list", (), "Partnerships, from the API", "application/json"),
    ]
    base = request.build_absolute_uri("/")[:-1]
    return [
        File(base + path_of(name, *args), title, media_type.partition(";")[0])
        for name, args, title, media_type in whole + tables + others
    ]
