"""The data set as catalogues of open data take it in: DCAT-AP 3, with the tables of the
EU's Publications Office.

This module is pure: no database, no request, no clock.
"""

from datetime import date
from typing import Any

from partnerships.web.citations import DATA_SET, SITE
from partnerships.web.linked.data_set import DESCRIPTION, KEYWORDS, DataSet, File

PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_MEDIA_TYPES = "http://www.iana.org/assignments/media-types"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: The EU's names of formats; what is not here has a media type that nobody registered.
_FILE_TYPES = {
    "text/csv": "CSV",
    _XLSX: "XLSX",
    "application/json": "JSON",
    "application/zip": "ZIP",
}


def catalog(data_set: DataSet, *, api: str, api_description: str) -> dict[str, Any]:
    """Return the catalogue, with the data set, its files and the API whose absolute
    address and description are given, as JSON-LD."""
    tracker, service = f"{data_set.home}#tracker", f"{data_set.home}#api"
    shared = {
        "dct:publisher": _iri(tracker),
        "dct:language": _of_eu("language/ENG"),
        "dct:modified": _day(data_set.changed_on),
        "dct:issued": _day(data_set.began_on),
    }
    nodes: list[dict[str, Any]] = [
        {
            "@id": f"{data_set.home}#catalog",
            "@type": "dcat:Catalog",
            "dct:title": _text(SITE),
            "dct:description": _text(DESCRIPTION),
            **shared,
            "dct:license": _of_eu("licence/CC_BY_4_0"),
            "foaf:homepage": _iri(data_set.home),
            "dcat:themeTaxonomy": _of_eu("data-theme"),
            "dcat:dataset": _iri(data_set.id),
            "dcat:service": _iri(service),
        },
        {
            "@id": data_set.id,
            "@type": "dcat:Dataset",
            "dct:title": _text(DATA_SET),
            "dct:description": _text(DESCRIPTION),
            **shared,
            "dct:identifier": data_set.id,
            "dcat:version": str(data_set.edition),
            "dcat:keyword": [_text(word) for word in KEYWORDS],
            "dcat:theme": [_of_eu("data-theme/INTR"), _of_eu("data-theme/GOVE")],
            "dct:accrualPeriodicity": _of_eu("frequency/IRREG"),
            "dct:accessRights": _of_eu("access-right/PUBLIC"),
            "dct:spatial": [_iri(uri) for _, uri in data_set.partners if uri],
            "dct:temporal": _span(data_set.first_day, data_set.checked_through),
            "dcat:landingPage": _iri(data_set.page),
            "dcat:contactPoint": _contact(data_set.contact),
            "dcat:distribution": [_distribution(file) for file in data_set.files],
        },
        {
            "@id": service,
            "@type": "dcat:DataService",
            "dct:title": _text(f"API of the {SITE}"),
            "dct:license": _of_eu("licence/CC_BY_4_0"),
            "dcat:endpointURL": _iri(api),
            "dcat:endpointDescription": _iri(api_description),
            "dcat:servesDataset": _iri(data_set.id),
        },
        {"@id": tracker, "@type": "foaf:Agent", "foaf:name": _text(SITE)},
    ]
    return {"@context": PREFIXES, "@graph": [_with_values(node) for node in nodes]}


def _distribution(file: File) -> dict[str, Any]:
    file_type = _FILE_TYPES.get(file.media_type)
    described = {
        "@type": "dcat:Distribution",
        "dct:title": _text(file.title),
        "dcat:accessURL": _iri(file.url),
        "dcat:downloadURL": _iri(file.url),
        "dct:license": _of_eu("licence/CC_BY_4_0"),
    }
    if file_type:
        described["dct:format"] = _of_eu(f"file-type/{file_type}")
        described["dcat:mediaType"] = _iri(f"{_MEDIA_TYPES}/{file.media_type}")
    return described


def _contact(address: str) -> dict[str, Any] | None:
    if not address:
        return None
    kind = "hasEmail" if address.startswith("mailto:") else "hasURL"
    described = {"@type": "vcard:Organization", "vcard:fn": SITE}
    return described | {f"vcard:{kind}": _iri(address)}


def _span(start: date | None, end: date | None) -> dict[str, Any] | None:
    if not start:
        return None
    days = {"dcat:startDate": _day(start), "dcat:endDate": _day(end)}
    return _with_values({"@type": "dct:PeriodOfTime"} | days)


def _with_values(node: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in node.items() if value}


def _text(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "en"}


def _day(day: date | None) -> dict[str, str] | None:
    return {"@value": day.isoformat(), "@type": "xsd:date"} if day else None


def _iri(iri: str) -> dict[str, str]:
    return {"@id": iri}


def _of_eu(name: str) -> dict[str, str]:
    return _iri(f"{_AUTHORITY}/{name}")
