"""The editors' side: Django's admin, with a reason on every change."""

from django.contrib import admin

from partnerships.admin import (  # noqa: F401
    checks,
    facts,
    partnership,
    reference,
    users,
)

admin.site.site_header = "SDP tracker: editing"
admin.site.site_title = "SDP tracker"
admin.site.index_title = "The record"
