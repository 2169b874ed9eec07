from django.urls import path, re_path

from partnerships.api import errors, views
from partnerships.caching import by_edition

app_name = "api"


def resource(route, view, name):
    return path(f"v1/{route}", by_edition(view.as_view()), name=name)


urlpatterns = [
    resource("partnerships/", views.PartnershipList, "partnership-list"),
    resource(
        "partnerships/<slug:slug>/", views.PartnershipDetail, "partnership-detail"
    ),
    resource("changes/", views.ChangeList, "change-list"),
    resource("statistics/", views.StatisticsDetail, "statistics"),
    re_path("", errors.not_found),
]
