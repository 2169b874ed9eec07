from django.urls import path, register_converter
from django.views.decorators.csrf import csrf_exempt

from partnerships import converters, feeds  # noqa: F401 - makes <number:…> known
from partnerships.caching import by_edition
from partnerships.exports import views as exports
from partnerships.exports.tables import TABLES
from partnerships.open_data import open_to_all
from partnerships.views import (
    areas,
    changes,
    comparison,
    data,
    disagreements,
    machines,
    overview,
    partnerships,
    sources,
    timeline,
    words,
)


class TableConverter:
    """The name of a table that can be taken."""

    regex = "|".join(TABLES)
    to_python = to_url = str


class EndingConverter:
    """The ending of a file's name, which says its format."""

    regex = "|".join(exports.FORMATS)
    to_python = to_url = str


register_converter(TableConverter, "table")
register_converter(EndingConverter, "ending")


def machine(route, view):
    """What only reads, named like its view: other methods are answered by 405, not by a
    question for a token that no page has."""
    name = view.__name__.replace("_", "-")
    return path(route, csrf_exempt(view), name=name)


def page(route, view):
    """The same, where the answer is a function of address, edition and day."""
    return machine(route, by_edition(view))


def open_to_any(route, view):
    """The same, for what pages of any origin may read."""
    return machine(route, open_to_all(by_edition(view)))


urlpatterns = [
    page("", overview.home),
    page("partnerships/", partnerships.partnership_list),
    page("partnerships/<slug:slug>/", partnerships.partnership_detail),
    page("partnerships/<slug:slug>/changes/", changes.partnership_changes),
    page("matrix/", areas.matrix),
    page("areas/<slug:slug>/", areas.area_detail),
    page("compare/", comparison.compare),
    page("timeline/", timeline.timeline),
    page("sources/", sources.source_list),
    page("sources/<slug:slug>/", sources.source_detail),
    page("disagreements/", disagreements.disagreement_list),
    page("changes/", changes.change_list),
    page("changes/<number:number>/", changes.change_detail),
    page("data/", data.data),
    open_to_any("data/<table:table>.<ending:ending>", exports.export),
    open_to_any("data/datapackage.json", exports.data_package),
    open_to_any("data/sdp-tracker.zip", exports.data_set),
    page("about/", words.about),
    page("glossary/", words.glossary),
    page("accessibility/", words.accessibility),
    open_to_any("changes.atom", feeds.changes_atom),
    open_to_any("milestones.atom", feeds.milestones_atom),
    open_to_any("milestones.ics", feeds.milestones_ics),
    page("sitemap.xml", machines.sitemap),
    machine("robots.txt", machines.robots_txt),
    machine(".well-known/security.txt", machines.security_txt),
    machine("healthz", machines.healthz),
    machine("readyz", machines.readyz),
]
