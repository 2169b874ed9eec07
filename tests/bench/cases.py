"""The cases that are measured: addresses, files and pages of the admin, by their names."""

from django.contrib import admin
from django.urls import reverse

from partnerships import urls
from partnerships.api import urls as api_urls
from partnerships.exports.tables import TABLES
from partnerships.ledger.recorder import AuditedModel
from partnerships.models import User
from tests.addresses import API_ARGS, ARGS

#: Routes that are no page to be made anew: files, which are measured by rows, and
#: answers that depend on nothing.
_FILES = {"export", "data-package", "data-set", "data-sqlite", "ledger-jsonl"}
_FILES |= {"checkpoints-jsonl"}
_NOTHING = {"report-received", "favicon", "security-txt", "timegate"}

#: Addresses of the data set, where that of the tests has others.
_AREA = {name: ["counterterrorism"] for name in ("area-detail", "area-card")}
_BIG, _SMALL = "sample-source-00097", "sample-source-01999"
_RECORD, _API = "/partnerships/norway/", "/api/v1/"
#: Addresses beside those of ``tests.addresses``; {day} is one of the trail's days, of
#: ``as_of`` another each time, and so where it is "never asked"; {head} the number of
#: the newest change, {recent} one a little before it.
_VARIANTS = {
    "home, known_on": "/?known_on={day}",
    "home, edition": "/?edition={recent}",
    "list, as_of": "/partnerships/?as_of={day}",
    "list, known_on": "/partnerships/?known_on={day}",
    "list, a word": "/partnerships/?q=nor",
    "record, known_on": _RECORD + "?known_on={day}",
    "record, edition": _RECORD + "?edition={recent}",
    "matrix, known_on": "/matrix/?known_on={day}",
    "home, known_on, never asked": "/?known_on={day}",
    "record, known_on, never asked": _RECORD + "?known_on={day}",
    "compare three": "/compare/?p=norway&p=canada&p=japan",
    "changes, page 100": "/changes/?page=100",
    "changes, ten days": "/changes/?from={day}&to={later}",
    "changes of Norway": "/changes/?partnership=norway",
    "newest change": "/changes/{head}/",
    "change in a large operation": "/changes/4000/",
    "search, a word": "/search/?q=norway",
    "source with many claims": f"/sources/{_BIG}/",
    "source with few claims": f"/sources/{_SMALL}/",
    "API list of 50": _API + "partnerships/?page_size=50",
    "API list, known_on": _API + "partnerships/?known_on={day}",
    "API list, modified_after": _API + "partnerships/?modified_after={recent}",
    "API matrix, known_on": _API + "matrix/?known_on={day}",
    "API source with many claims": f"{_API}sources/{_BIG}/",
}
#: Not there in a small trail.
_OF_SAMPLES = (_BIG, _SMALL, "page=100", "changes/4000")

FILES = [
    *(f"/data/{name}.csv" for name in TABLES),
    *("/data/claims.xlsx", "/data/changes.xlsx", "/data/changes.json"),
    *("/data/ledger.jsonl", "/data/datapackage.json", "/data/sdp-tracker.zip"),
    "/data/sdp-tracker.sqlite",
]


def pages(*, with_samples: bool) -> dict[str, str]:
    """Return the address of every page by its route's name, and of variants."""
    found = {
        route.name: reverse(route.name, args=(ARGS | _AREA).get(route.name))
        for route in urls.urlpatterns
        if route.name not in _FILES | _NOTHING
    }
    found |= {
        f"api:{route.name}": reverse(
            f"api:{route.name}", args=(API_ARGS | _AREA).get(route.name)
        )
        for route in api_urls.urlpatterns
        if route.name
    }
    return found | {
        name: path
        for name, path in _VARIANTS.items()
        if with_samples or not any(part in path for part in _OF_SAMPLES)
    }


def admin_pages() -> dict[str, str]:
    """Return the address of each list of the admin."""
    lists = {
        f"admin: {model._meta.verbose_name_plural}": reverse(
            f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        )
        for model in admin.site._registry
        if issubclass(model, AuditedModel) and model is not User
    }
    claims = reverse("admin:partnerships_claim_changelist")
    return lists | {
        "admin: today": reverse("admin:index"),
        "admin: claims, a word": f"{claims}?q=nor",
    }
