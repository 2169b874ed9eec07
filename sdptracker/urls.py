from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("partnerships.api.urls")),
    path("", include("partnerships.urls")),
]
handler400 = "partnerships.pages.errors.bad_request"
handler404 = "partnerships.pages.errors.page_not_found"
handler500 = "partnerships.pages.errors.server_error"
