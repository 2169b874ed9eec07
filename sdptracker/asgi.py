from sdptracker.wsgi import application as django  # which reads the settings

# isort: split

from importlib import import_module

from django.conf import settings

from sdptracker.front import Front
from sdptracker.probes import Probes

is_measured = settings.METRICS_TOKEN or settings.METRICS_ADDRESSES
count = import_module("sdptracker.metrics").count if is_measured else None
application = Probes(Front(django, settings.LONGEST_BODIES, count))
