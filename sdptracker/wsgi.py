import gc
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sdptracker.settings")
try:
    application = get_wsgi_application()
except ImproperlyConfigured as error:
    sys.exit(f"Settings: {error}")

# Whatever is loaded by now stays: the collector of garbage need not look at it again,
# nor come as often for what a page leaves behind.
gc.freeze()
gc.set_threshold(10_000, 10, 10)
