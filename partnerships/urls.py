from django.urls import path, register_converter
from django.views.decorators.csrf import csrf_exempt

from partnerships.views import (
    changes,
    data,
    disagreements,
    machines,
    overview,
    partnerships,
    sources,
    words,
)


class NumberConverter:
    """The number of a change, small enough for every database."""

    regex = "[1-9][0-9]{0,17}"
    to_python = int
    to_url = str


register_converter(NumberConverter, "number")


def page(route, view):
    """A page that only reads, named like its view: other methods are answered by 405,
    not by a question for a token that no page has."""
    name = view.__name__.replace("_", "-")
    return path(route, csrf_exempt(view), name=name)


urlpatterns = [
    page("", overview.home),
    page("partnerships/", partnerships.partnership_list),
    page("partnerships/<slug:slug>/", partnerships.partnership_detail),
    page("partnerships/<slug:slug>/changes/", changes.partnership_changes),
    page("changes/", changes.change_list),
    page("changes/<number:number>/", changes.change_detail),
    page("sources/", sources.source_list),
    page("sources/<slug:slug>/", sources.source_detail),
    page("disagreements/", disagreements.disagreement_list),
    page("data/", data.data),
    page("about/", words.about),
    page("glossary/", words.glossary),
    page("accessibility/", words.accessibility),
    page("robots.txt", machines.robots_txt),
    page("sitemap.xml", machines.sitemap),
    page(".well-known/security.txt", machines.security_txt),
    page("healthz", machines.healthz),
    page("readyz", machines.readyz),
]
