from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from partnerships import views

# Every page only reads, so that other methods are answered by 405, not by a question
# for a token that no page has.
home = csrf_exempt(views.home)
partnership_list = csrf_exempt(views.partnership_list)
partnership_detail = csrf_exempt(views.partnership_detail)

urlpatterns = [
    path("", home, name="home"),
    path("partnerships/", partnership_list, name="partnership-list"),
    path("partnerships/<slug:slug>/", partnership_detail, name="partnership-detail"),
]
