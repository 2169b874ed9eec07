"""Runs one command and prints its seconds and its peak memory as JSON::

python -m tests.bench.alone verify_audit
"""

import json
import re
import resource
import sys
import time
from pathlib import Path

import django
from django.core.management import call_command


def peak() -> int:
    """In kB. Linux counts in ru_maxrss what the parent had when it made the process,
    in VmHWM it does not."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(*arguments: str):
    django.setup()
    began = time.perf_counter()
    call_command(*arguments)
    print(json.dumps({"seconds": time.perf_counter() - began, "peak": peak()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
