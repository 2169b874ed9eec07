from django.apps import AppConfig
from django.conf import settings


class SiteConfig(AppConfig):
    """The frame of the site: its checks, and what is told to those who run it."""

    name = "sdptracker"
    verbose_name = "Site"

    def ready(self):
        from sdptracker import checks, logins  # noqa: F401 - checks register themselves

        logins.note_logins()
        if settings.SENTRY_DSN:
            from sdptracker.sentry import report_errors

            report_errors(settings.SENTRY_DSN)
