from django.contrib.staticfiles.apps import StaticFilesConfig


class TrackerStaticFiles(StaticFilesConfig):
    """Static files without what a package brings for pages that there are not."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "redoc"]
