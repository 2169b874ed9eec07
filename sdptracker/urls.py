from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("partnerships.api.urls")),
    path("", include("partnerships.urls")),
]
handler400 = "partnerships.views.errors.bad_request"
handler404 = "partnerships.views.errors.page_not_found"
handler500 = "partnerships.views.errors.server_error"
