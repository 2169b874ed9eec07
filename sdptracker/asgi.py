from sdptracker.wsgi import application as django  # which reads the settings

# isort: split

from django.conf import settings

from sdptracker.front import Front
from sdptracker.probes import Probes

application = Probes(Front(django, settings.LONGEST_BODIES))
