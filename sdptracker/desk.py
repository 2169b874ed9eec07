from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """Django's admin, whose first page is the editors' desk."""

    default_site = "partnerships.desk.sites.DeskSite"
