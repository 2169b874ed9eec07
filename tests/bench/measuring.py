"""Measures one database, in a process of its own (``__main__``)."""

import json
import re
import resource
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import partial
from io import StringIO
from itertools import count
from random import Random
from statistics import median
from time import perf_counter, process_time
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from partnerships.ledger import context
from partnerships.models import Partnership, User
from sdptracker.wsgi import application
from tests.bench.form import Form
from tests.bench.table import PAGES
from tests.samples import make_sample

LIST, _ = PAGES["list"]
REQUESTS = RequestFactory(SERVER_NAME="127.0.0.1")
get = REQUESTS.get


def grow(partnerships: int):
    """Add sample partnerships until there are so many."""
    if (missing := partnerships - Partnership.objects.count()) > 0:
        list(make_sample(missing, random=Random(1), today=timezone.localdate()))
        call_command("seal", verbosity=0)
    connection.cursor().execute("ANALYZE")


def pages(rounds: int):
    """Print the figures of pages, forms and trail, and the addresses of the files."""
    figures = measured(readers(), rounds) | measured(editors(), rounds)
    printed, began = StringIO(), perf_counter()
    call_command("verify_audit", stdout=printed)
    seconds, changes = perf_counter() - began, re.search(r"(\d+):", printed.getvalue())
    figures["verify_audit"] = {"seconds": seconds, "changes": int(changes[1])}
    package = json.loads(answer(get("/data/datapackage.json"))[1])
    files = [f"/data/{resource['path']}" for resource in package["resources"]]
    print(json.dumps([figures, files]))


def measured(cases: dict[str, Callable], rounds: int) -> dict[str, dict]:
    """Return of each case its milliseconds of CPU in this process and elapsed, both as
    medians, and its SQL queries. A case prepares itself and returns the function that is
    measured; all are in each round, so that what slows one down slows the others down."""
    times, queries, figures = {name: [] for name in cases}, {}, {}
    for name, prepare in [*cases.items()] * 2:  # the first is cold
        act = prepare()
        with CaptureQueriesContext(connection) as captured:
            act()
        queries[name] = len(captured)
    for name, prepare in [*cases.items()] * rounds:
        times[name].append(timed(prepare()))
    for name, took in times.items():
        cpu, elapsed = (round(median(ms), 2) for ms in zip(*took, strict=True))
        figures[name] = {"cpu": cpu, "elapsed": elapsed, "queries": queries[name]}
    return figures


def timed(act: Callable) -> tuple[float, float]:
    cpu, elapsed = process_time(), perf_counter()
    act()
    return 1000 * (process_time() - cpu), 1000 * (perf_counter() - elapsed)


def answer(request, expected: int = 200) -> tuple[dict, bytes]:
    """Return headers and body, as a server gets them. Raise at another status."""
    head = []
    body = application(request.environ, lambda *given: head.extend(given))
    content = b"".join(body)
    body.close()
    if not head[0].startswith(str(expected)):
        raise RuntimeError(f"{request.path} answers {head[0]}, not {expected}.")
    return dict(head[1]), content


def case(make: Callable, *, expected: int = 200) -> Callable:
    """Return the case of an answer, whose request is made before the time runs."""
    return lambda: partial(answer, make(), expected)


def readers() -> dict[str, Callable]:
    """Return the pages, each made anew, and the answers to those who come after."""
    today = timezone.localdate()
    days = (today - timedelta(days=number) for number in count(1))

    def anew(path: str):
        cache.clear()
        return get(path.format(day=next(days)) if "{day}" in path else path)

    def unchanged():
        headers, _ = answer(get(LIST))
        return get(LIST, headers={"if-none-match": headers["ETag"]})

    def kept():
        answer(get(LIST))
        return get(LIST)

    cases = {name: case(partial(anew, path)) for name, (path, _) in PAGES.items()}
    cases |= {"304": case(unchanged, expected=304), "kept page": case(kept)}
    return cases | {"bare view": case(partial(get, "/bare/"))}


def editors() -> dict[str, Callable]:
    """Return the form of a record, opened and saved, and rows saved without a form."""
    record = Partnership.objects.get(partner__slug="norway")
    path = reverse("admin:partnerships_partnership_change", args=[record.pk])
    milestone, account = record.milestones.first(), User.objects.get()
    client, numbers = Client(), count(1)
    client.force_login(account)
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    headers = {"cookie": f"{session.key}={session.value}; csrftoken={'x' * 32}"}

    def changed():
        fields = Form(answer(get(path, headers=headers))[1].decode()).fields
        fields["title"] = f"{fields['title'].partition(',')[0]}, {next(numbers)}"
        fields |= {"change_kind": "editorial", "change_reason": "To measure it"}
        kind = "application/x-www-form-urlencoded"
        return REQUESTS.post(path, urlencode(fields), kind, headers=headers)

    def audited():
        milestone.note = f"Number {next(numbers)}"
        with context.change(reason="Bench", kind="editorial", actor="Bench"):
            milestone.save()

    return {
        "opening a record's form": case(partial(get, path, headers=headers)),
        "saving a changed word": case(changed, expected=302),
        "audited save of a row": lambda: audited,
        "plain save of a row": lambda: account.save,
    }


def file(path: str):
    """Print the rows a second of a file, once it is warm, and the peak memory in MB."""
    speeds = []
    for _ in range(3):
        began = perf_counter()
        with closing(application(get(path).environ, lambda *given: None)) as chunks:
            rows = sum(chunk.count(b"\n") for chunk in chunks) - 1
        speeds.append(rows / (perf_counter() - began))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"speed": max(speeds[1:]), "rows": rows, "peak": peak}))
