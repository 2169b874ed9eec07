"""The admin site whose first page is the desk."""

from django.contrib.admin import AdminSite
from django.urls import path


class DeskSite(AdminSite):
    """Django's admin site, whose index is what is due today, with the desk's screens
    beside those of its tables. All ask for its log-in."""

    site_header = "SDP tracker: editing"
    site_title = "SDP tracker"
    index_title = "Today"

    def index(self, request, extra_context=None):
        from partnerships.desk.today import today

        return today(request, self)

    def get_urls(self):
        from partnerships.desk import documents, manual, search, today, undo

        def screen(route, view):
            name = f"desk-{view.__name__}"
            return path(route, self.admin_view(view), {"site": self}, name=name)

        return [
            screen("looked/", today.looked),
            screen("find/", search.find),
            screen("enter/", documents.enter),
            screen("enter/<uuid:pk>/", documents.document),
            screen("manual/<slug:book>/", manual.manual),
            screen("undo/<uuid:operation>/", undo.undo),
            *super().get_urls(),
        ]
