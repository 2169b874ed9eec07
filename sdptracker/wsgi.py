import gc
import os
import sys
from importlib import import_module

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from sdptracker import environment

environment.SERVING = True
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sdptracker.settings")
try:
    application = get_wsgi_application()
except ImproperlyConfigured as error:
    sys.exit(f"Settings: {error}")

# The views too, which else the first reader after a start or a reload waits for.
import_module(settings.ROOT_URLCONF)

# What is loaded by now stays for good, and pages and files leave few cycles behind: to
# look for these less often saves a page a tenth of its time, a file a sixth.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)

# A thread that makes a large file gives way to pages ten times as often: each page asks
# for its turn several times, and waits up to so many seconds for each.
sys.setswitchinterval(0.0005)
