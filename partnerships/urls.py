from django.urls import path, register_converter
from django.views.decorators.csrf import csrf_exempt

from partnerships.caching import by_edition
from partnerships.views import changes, machines, overview, partnerships


class NumberConverter:
    """The number of a change, small enough for every database."""

    regex = "[1-9][0-9]{0,17}"
    to_python = int
    to_url = str


register_converter(NumberConverter, "number")


def machine(route, view):
    """What only reads, named like its view: other methods are answered by 405, not by a
    question for a token that no page has."""
    name = view.__name__.replace("_", "-")
    return path(route, csrf_exempt(view), name=name)


def page(route, view):
    """The same, where the answer is a function of address, edition and day."""
    return machine(route, by_edition(view))


urlpatterns = [
    page("", overview.home),
    page("partnerships/", partnerships.partnership_list),
    page("partnerships/<slug:slug>/", partnerships.partnership_detail),
    page("partnerships/<slug:slug>/changes/", changes.partnership_changes),
    page("changes/", changes.change_list),
    page("changes/<number:number>/", changes.change_detail),
    machine("healthz", machines.healthz),
    machine("readyz", machines.readyz),
]
