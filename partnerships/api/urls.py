from django.urls import path, re_path
from drf_spectacular.views import SpectacularJSONAPIView

from partnerships.api import errors, views
from partnerships.api.docs import docs
from partnerships.web import converters  # noqa: F401 - makes <number:…> known
from partnerships.web.caching import by_edition
from partnerships.web.open_data import open_to_all

app_name = "api"
schema = SpectacularJSONAPIView.as_view()


def resource(route, view, name, action, operation_id):
    made = view.as_view({"get": action}, operation_id=operation_id)
    return path(f"v1/{route}", open_to_all(by_edition(made)), name=name)


def listed(route, view, name):
    operation_id = f"list_{route.strip('/')}"
    return resource(route, view, f"{name}-list", "list", operation_id)


def single(route, view, name):
    operation_id = f"get_{name.removesuffix('-detail')}"
    return resource(route, view, name, "retrieve", operation_id)


urlpatterns = [
    listed("partnerships/", views.Partnerships, "partnership"),
    single("partnerships/<slug:slug>/", views.OnePartnership, "partnership-detail"),
    listed("partners/", views.Partners, "partner"),
    single("partners/<slug:slug>/", views.Partners, "partner-detail"),
    listed("areas/", views.Areas, "area"),
    single("areas/<slug:slug>/", views.Areas, "area-detail"),
    listed("milestones/", views.Milestones, "milestone"),
    single("milestones/<number:id>/", views.Milestones, "milestone-detail"),
    listed("sources/", views.Sources, "source"),
    single("sources/<slug:key>/", views.Sources, "source-detail"),
    listed("disagreements/", views.Disagreements, "disagreement"),
    listed("changes/", views.Changes, "change"),
    single("changes/<number:number>/", views.Changes, "change-detail"),
    single("matrix/", views.Matrix, "matrix"),
    single("statistics/", views.Statistics, "statistics"),
    path("v1/schema/", open_to_all(by_edition(schema)), name="schema"),
    path("v1/docs/", open_to_all(by_edition(docs)), name="docs"),
    re_path("", open_to_all(errors.not_found)),
]
