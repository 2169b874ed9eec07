from django.urls import path, register_converter
from django.views.decorators.csrf import csrf_exempt

from partnerships import views


class NumberConverter:
    """The number of a change, small enough for every database."""

    regex = "[1-9][0-9]{0,17}"
    to_python = int
    to_url = str


register_converter(NumberConverter, "number")


def page(route, view, name):
    """A page that only reads: other methods are answered by 405, not by a question for
    a token that no page has."""
    return path(route, csrf_exempt(view), name=name)


urlpatterns = [
    page("", views.home, "home"),
    page("partnerships/", views.partnership_list, "partnership-list"),
    page("partnerships/<slug:slug>/", views.partnership_detail, "partnership-detail"),
    page(
        "partnerships/<slug:slug>/changes/",
        views.partnership_changes,
        "partnership-changes",
    ),
    page("changes/", views.change_list, "change-list"),
    page("changes/<number:number>/", views.change_detail, "change-detail"),
    page("healthz", views.healthz, "healthz"),
    page("readyz", views.readyz, "readyz"),
]
