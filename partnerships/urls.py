from django.urls import path

from partnerships import views

urlpatterns = [
    path("", views.home, name="home"),
    path("partnerships/", views.partnership_list, name="partnership-list"),
    path(
        "partnerships/<slug:slug>/", views.partnership_detail, name="partnership-detail"
    ),
]
