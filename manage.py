#!/usr/bin/env python
"""Django's command-line utility for the SDP tracker."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import Error as DatabaseProblem
from django.db import OperationalError

from partnerships import __version__
from partnerships.ledger.faults import NOT_THE_OWNER, fault_of, is_forbidden

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sdptracker.settings")
    if sys.argv[1:] in (["version"], ["--version"]):  # Django would say its own
        print(f"SDP tracker {__version__}")
        sys.exit()
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Settings: {error}")
    except DatabaseProblem as error:
        if fault := fault_of(error):
            sys.exit(f"{fault.sentence} It says: {error}")
        if is_forbidden(error):
            sys.exit(f"{NOT_THE_OWNER} It says: {error}")
        if isinstance(error, OperationalError):
            sys.exit(f"The database is not that of this version; run migrate: {error}")
        raise
