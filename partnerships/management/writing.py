"""Commands that write, and so do nothing where nothing is to be written."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class WritingCommand(BaseCommand):
    """A command that changes the record, or the world beside it."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        refuse_if_read_only()
        return super().execute(*args, **options)


class TimedCommand(BaseCommand):
    """A command that a timer starts: it is no failure that it finds nothing to do while
    the tracker takes no changes."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        if settings.READ_ONLY:
            self.stderr.write("Nothing was done: READ_ONLY is on.")
            return None
        return super().execute(*args, **options)


def refuse_if_read_only() -> None:
    """Raise CommandError if the tracker takes no changes."""
    if settings.READ_ONLY:
        raise CommandError(
            "Nothing was done: READ_ONLY is on. Run this where the tracker takes "
            "changes, or take READ_ONLY away first."
        )
