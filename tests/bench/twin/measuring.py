"""Measures the twin, in a process of its own."""

import json
import os
from functools import partial
from itertools import count
from pathlib import Path

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.bench.form import Form
from tests.bench.rounds import Unexpected, measured
from tests.bench.twin import models


def fill():
    """Take over the rows that ``tests.bench.measuring.rows`` wrote."""
    written = Path(os.environ["DATA_DIR"], "rows.json").read_text()
    for model, rows in zip(models.TABLES, json.loads(written), strict=True):
        model.objects.bulk_create(model(**row) for row in rows)
    User.objects.create_superuser("editor")


def pages(rounds: int):
    """Print the figures of list, record and form."""
    fill()
    client, numbers = Client(), count(1)
    client.force_login(User.objects.get())
    row = models.Partnership.objects.get(partner__slug="norway")
    form = reverse("admin:twin_partnership_change", args=[row.pk])

    def got(path: str):
        return lambda: partial(asked, client.get, path)

    def saved():
        fields = Form(client.get(form).content.decode()).fields
        fields["title"] = f"Number {next(numbers)}"
        return partial(asked, client.post, form, fields, expected=302)

    def save_row():
        row.summary = f"Number {next(numbers)}"
        row.save()

    todo = {
        "list": got("/partnerships/"),
        "record": got("/partnerships/norway/"),
        "API list of 50": got("/api/partnerships/"),
        "API record": got("/api/partnerships/norway/"),
        "record: open": got(form),
        "record: save": saved,
        "save of a row": lambda: save_row,
    }
    figures = measured(todo, rounds)
    print(json.dumps({f"twin: {name}": figures[name] for name in figures}))


def asked(method, *given, expected: int = 200):
    if (status := method(*given).status_code) != expected:
        raise Unexpected(f"{status}, not {expected}")
