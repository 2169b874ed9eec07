from django.urls import path, re_path

from partnerships.api import errors, views

app_name = "api"
urlpatterns = [
    path("v1/partnerships/", views.PartnershipList.as_view(), name="partnership-list"),
    path(
        "v1/partnerships/<slug:slug>/",
        views.PartnershipDetail.as_view(),
        name="partnership-detail",
    ),
    path("v1/changes/", views.ChangeList.as_view(), name="change-list"),
    path("v1/statistics/", views.StatisticsDetail.as_view(), name="statistics"),
    re_path("", errors.not_found),
]
