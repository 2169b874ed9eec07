"""Measures one database, in a process of its own (``__main__``)."""

import json
import re
import resource
import signal
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import partial
from io import StringIO
from itertools import count, cycle
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from partnerships.ledger import context, sealing
from partnerships.models import (
    Claim,
    Coverage,
    Milestone,
    Partner,
    Partnership,
    Source,
    User,
)
from sdptracker.wsgi import application
from tests.bench import cases, growing
from tests.bench.form import Form
from tests.bench.rounds import Unexpected, measured
from tests.bench.serving import MAIN

REQUESTS = RequestFactory(SERVER_NAME="127.0.0.1")
#: Changes of a trail that are verified, backed up and restored as a whole in minutes.
WHOLE = 250_000
#: Changes that are sealed at once.
SEALED = 5_000
#: Seconds of CPU after which a file, of which enough is then known, is left.
ENOUGH = 10
#: Seconds of CPU after which one that has not begun is given up.
PATIENCE = 60


def get(path: str, **options):
    return REQUESTS.get(path, HTTP_ACCEPT_ENCODING="gzip", **options)


def pages(rounds: int):
    """Print the figures of pages and forms."""
    figures = measured(readers() | editors(), rounds)
    for name, path in addresses().items():
        figures[name] |= weight(path)
    print(json.dumps(figures))


def answer(request, expected: int = 200) -> tuple[dict, bytes]:
    """Return headers and body, as a server gets them. Raise at another status."""
    head = []
    body = application(request.environ, lambda *given: head.extend(given))
    content = b"".join(body)
    body.close()
    if not head[0].startswith(str(expected)):
        raise Unexpected(f"{head[0]}, not {expected}")
    return dict(head[1]), content


def case(make: Callable, *, expected: int = 200) -> Callable:
    """Return the case of an answer, whose request is made before the time runs."""
    return lambda: partial(answer, make(), expected)


def addresses() -> dict[str, str]:
    """Return the address of each page by its name, with what differs by database."""
    today, head = timezone.localdate(), sealing.head().number
    has_samples = Source.objects.filter(key__startswith="sample-source-0").exists()
    given = {
        "head": head,
        "recent": head - 200,
        "day": today - timedelta(days=growing.DAYS // 2),
    }
    given["later"] = given["day"] + timedelta(days=10)
    found = cases.pages(with_samples=has_samples)
    milestone = Milestone.objects.filter(partnership__partner__slug="norway").first()
    found["api:milestone-detail"] = reverse("api:milestone-detail", args=[milestone.pk])
    return {name: path.format(**given) for name, path in found.items()}


def readers() -> dict[str, Callable]:
    """Return the pages, each made anew, and the answers to those who come after."""
    past = timezone.localdate() - timedelta(days=growing.DAYS - 2)
    days = cycle(past + timedelta(days=number) for number in range(growing.DAYS - 12))
    as_of, any_day = re.compile(r"(as_of=)[\d-]+"), re.compile(r"(=)\d+-\d+-\d+")

    def anew(name: str, path: str):
        cache.clear()
        of_others = any_day if name.endswith("never asked") else as_of
        return get(of_others.sub(lambda found: f"{found[1]}{next(days)}", path))

    def kept(**headers: str):
        tag = answer(get("/partnerships/"))[0]["ETag"]
        return get("/partnerships/", headers={"if-none-match": tag} if headers else {})

    todo = {name: case(partial(anew, name, path)) for name, path in addresses().items()}
    return todo | {
        "304": case(partial(kept, is_known=True), expected=304),
        "kept page": case(kept),
        "bare view": case(partial(get, "/bare/")),
        "raw SQL and JSON of 50": lambda: raw_list,
    }


def raw_list() -> str:
    """Return 50 rows as JSON, with no framework at all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, slug, name, region, title, summary, reviewed_on FROM"
            " partnerships_partnership p JOIN partnerships_partner r"
            " ON r.id = partner_id ORDER BY name LIMIT 50"
        )
        return json.dumps(cursor.fetchall(), default=str)


def weight(path: str) -> dict:
    """Return how many kB a page has, and how many nodes if it is HTML."""
    try:
        headers, content = answer(REQUESTS.get(path))
    except Unexpected:
        return {}
    nodes = len(re.findall(rb"<[a-z]", content))
    is_html = headers.get("Content-Type", "").startswith("text/html")
    return {"kB": round(len(content) / 1000)} | ({"nodes": nodes} if is_html else {})


def editors() -> dict[str, Callable]:
    """Return lists and forms of the admin, and rows saved without a form."""
    account, client, numbers = User.objects.first(), Client(), count(1)
    client.force_login(account)
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    headers = {"cookie": f"{session.key}={session.value}; csrftoken={'x' * 32}"}
    record = Partnership.objects.get(partner__slug="norway")
    milestone, claim = record.milestones.first(), Claim.objects.first()

    def path_of(row, part: str = "change") -> str:
        route = f"admin:partnerships_{row._meta.model_name}_{part}"
        return reverse(route, args=[row.pk])

    def sent(path: str, field: str, is_wrong: bool):
        html = answer(REQUESTS.get(path, headers=headers))[1].decode()
        fields = Form(html).fields
        text = fields[field].partition(", no. ")[0]
        fields[field] = "" if is_wrong else f"{text}, no. {next(numbers)}"
        fields |= {"change_kind": "editorial", "change_reason": "To measure it"}
        kind = "application/x-www-form-urlencoded"
        return REQUESTS.post(path, urlencode(fields), kind, headers=headers)

    def saved():
        milestone.note = f"Number {next(numbers)}"
        with context.change(reason="Bench", kind="editorial", actor="Bench"):
            milestone.save()

    def main_pages_after_an_edit():
        saved()
        return lambda: [answer(get(path)) for path in MAIN]

    todo = {
        name: case(partial(get, path, headers=headers))
        for name, path in cases.admin_pages().items()
    }
    todo["record: open"] = case(partial(get, path_of(record), headers=headers))
    for name, path, field in [
        ("words", path_of(record, "words"), "title"),
        ("milestones", path_of(record, "milestones"), "milestones-0-note"),
        ("areas", path_of(record, "areas"), "coverage-0-ruling"),
        ("milestone", path_of(milestone), "note"),
        ("claim", path_of(claim), "locator"),
    ]:
        todo[f"{name}: open"] = case(partial(get, path, headers=headers))
        todo[f"{name}: save"] = case(partial(sent, path, field, False), expected=302)
    todo["words: refused"] = case(
        partial(sent, path_of(record, "words"), "title", True)
    )
    return todo | {
        "main pages after an edit": main_pages_after_an_edit,
        "audited save of a row": lambda: saved,
    }


def edit():
    """Change the title of a record, as an editor does."""
    record = Partnership.objects.get(partner__slug="norway")
    title, _, number = record.title.partition(", no. ")
    record.title = f"{title}, no. {int(number or 0) + 1}"
    with context.change(reason="Bench", kind="editorial", actor="Bench"):
        record.save()


def rows():
    """Write those rows for the twin that its tables have, and print how many."""
    tables = [
        Partner.objects.values("id", "slug", "name", "region"),
        Partnership.objects.values(
            "id", "partner_id", "title", "summary", "reviewed_on"
        ),
        Milestone.objects.values(
            "id", "partnership_id", "track", "kind", "date", "note"
        ),
        Coverage.objects.values("id", "partnership_id", "area_id", "value"),
    ]
    written = json.dumps([list(table) for table in tables], default=str)
    print(Path(settings.DATA_DIR, "rows.json").write_text(written))


def trail():
    """Print the seconds of CPU of those who keep the trail."""
    head = sealing.head().number
    figures = {
        "verify_audit, of nothing new": run("verify_audit", since=head),
        "verify_audit, last 1,000": run("verify_audit", since=head - 1000),
    }
    if head < WHOLE:
        backup = Path(settings.DATA_DIR, "backup.jsonl.gz")
        figures["verify_audit"] = run("verify_audit")
        figures["backup"] = run("backup", str(backup))
    print(json.dumps(figures | {"seal": sealed()}))


def sealed() -> dict:
    """Return the seconds of CPU of a seal, for each 100,000 changes."""
    with context.change(reason="Bench", kind="editorial", actor="Bench"):
        with transaction.atomic():
            chosen = Claim.objects.order_by("pk").values("pk")[:SEALED]
            count = Claim.objects.filter(pk__in=chosen).update(wording="Bench")
            began = time.process_time()
        took = time.process_time() - began
    return {"seconds per 100,000": round(took / count * 100_000, 1)}


def restore(backup: str):
    print(json.dumps({"restore": run("restore", backup)}))


def run(command: str, *given, **options) -> dict:
    """Return the seconds of a command, in all and for each 100,000 changes."""
    began, printed = time.process_time(), StringIO()
    call_command(command, *given, **options, stdout=printed, stderr=printed)
    took, head = time.process_time() - began, sealing.head().number
    each = {"seconds per 100,000": round(took / head * 100_000, 1)}
    return {"seconds": round(took, 2)} | ({} if options else each)


def files():
    """Print the addresses of the files that are measured."""
    print(json.dumps(cases.FILES))


class Endless(BaseException):
    """A file has not begun within the time given, whatever catches exceptions there."""


def file(path: str):
    """Print of a file the CPU, until it is whole or enough is known; how much of that
    is before its first bytes, and the peak memory in MB."""
    answer(get("/data/areas.csv"))  # loads the site
    signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    try:
        figures = read(path)
    except Endless:
        figures = {"failed": f"nothing in {PATIENCE} s of CPU"}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(figures | {"MB": peak}))


def _stop(*given):
    raise Endless


def read(path: str) -> dict:
    """Return the CPU of a file, and of one that has lines, how many it gives a second."""
    began, first, rows = time.process_time(), None, 0
    environ = REQUESTS.get(path).environ
    with closing(application(environ, lambda *given: None)) as chunks:
        for chunk in chunks:
            first = first or time.process_time() - began
            rows += chunk.count(b"\n")
            if (took := time.process_time() - began) > ENOUGH:
                break
    figures = {"seconds": round(took, 2), "first": round(1000 * first)}
    has_rows = path.endswith(("csv", "jsonl"))
    return figures | ({"speed": round(rows / took)} if has_rows else {})
