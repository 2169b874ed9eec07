from django.contrib.sessions.management.commands import clearsessions

from partnerships.management.writing import TimedCommand


class Command(TimedCommand, clearsessions.Command):
    pass
