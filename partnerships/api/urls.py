from functools import partial

from django.urls import path, re_path
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from partnerships.api import views
from partnerships.api.description import Description
from partnerships.api.index import Index
from partnerships.api.policy import anything_else
from partnerships.web import addresses  # noqa: F401 - makes <number:…> known
from partnerships.web.caching import by_edition, dated
from partnerships.web.open_data import open_to_all
from partnerships.web.signposts import signposted

app_name = "api"
schema = Description.as_view()
docs = require_safe(TemplateView.as_view(template_name="api/docs.html"))


def resource(action, route, view, name, operation_id):
    """Route to one action of a view. Clients name their methods by ``operation_id``."""
    answer = view.as_view({"get": action}, operation_id=operation_id)
    made = by_edition(signposted(dated(answer), is_resource=True))
    return path(f"v1/{route}", open_to_all(made), name=name)


many = partial(resource, "list")
one = partial(resource, "retrieve")

urlpatterns = [
    one("", Index, "index", "get_index"),
    many("partnerships/", views.Partnerships, "partnership-list", "list_partnerships"),
    one(
        "partnerships/<slug:slug>/",
        views.OnePartnership,
        "partnership-detail",
        "get_partnership",
    ),
    many("partners/", views.Partners, "partner-list", "list_partners"),
    one("partners/<slug:slug>/", views.Partners, "partner-detail", "get_partner"),
    many("areas/", views.Areas, "area-list", "list_areas"),
    one("areas/<slug:slug>/", views.Areas, "area-detail", "get_area"),
    many("milestones/", views.Milestones, "milestone-list", "list_milestones"),
    one(
        "milestones/<number:id>/", views.Milestones, "milestone-detail", "get_milestone"
    ),
    many("sources/", views.Sources, "source-list", "list_sources"),
    one("sources/<slug:key>/", views.Sources, "source-detail", "get_source"),
    many(
        "disagreements/", views.Disagreements, "disagreement-list", "list_disagreements"
    ),
    many("questions/", views.Questions, "question-list", "list_questions"),
    many("positions/", views.Positions, "position-list", "list_positions"),
    many("namesakes/", views.Namesakes, "namesake-list", "list_namesakes"),
    many("changes/", views.Changes, "change-list", "list_changes"),
    one("changes/<number:number>/", views.Changes, "change-detail", "get_change"),
    one("matrix/", views.Matrix, "matrix", "get_matrix"),
    one("statistics/", views.Statistics, "statistics", "get_statistics"),
    path("v1/schema/", open_to_all(by_edition(schema)), name="schema"),
    path("v1/docs/", open_to_all(by_edition(docs)), name="docs"),
    re_path("", open_to_all(anything_else)),
]
