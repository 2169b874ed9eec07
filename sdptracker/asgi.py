from django.conf import settings

from sdptracker.front import Front
from sdptracker.wsgi import application as django

application = Front(django, settings.LONGEST_BODIES)
