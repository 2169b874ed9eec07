"""The bench: its trails are whole, and it names what grows and what misses its goal."""

import pytest

from tests import scratch
from tests.bench import table
from tests.bench.__main__ import new

COUNT = """
from partnerships import models
rows = models.Partnership, models.Claim, models.Source, models.LedgerEntry
print(*(model.objects.count() for model in rows))
"""
SMALL = {
    "home": {"cpu": 10, "queries": 4, "kB": 60, "nodes": 800},
    "home, known_on": {"cpu": 14, "kB": 60},
    "feed": {"cpu": 20, "kB": 900},
    "served: bare view": {"rate": 1000},
}
LARGE = {
    "home": {"cpu": 24, "queries": 4, "kB": 210, "nodes": 800},
    "home, known_on": {"cpu": 37, "kB": 60},
    "feed": {"cpu": 21, "kB": 900},
    "served: bare view": {"rate": 1000},
    "served: kept page": {"rate": 3999},
}


@pytest.mark.once
@pytest.mark.slow("builds a database and starts processes")
def test_grown_trail_is_whole_and_of_the_size_asked_for(tmp_path):
    with new("SQLite", tmp_path, "grown") as url:
        env = scratch.environment(url, tmp_path)
        scratch.manage(env, "migrate", "-v0")
        growing = "from tests.bench import growing"
        scratch.shell(env, f"{growing}; growing.grow(18, 3000, 1600, 130)")
        *rows, changes = map(int, scratch.shell(env, COUNT).split())
        assert rows == [18, 1600, 130]
        assert 3000 <= changes < 6000
        assert "The audit trail is whole" in scratch.manage(env, "verify_audit")


@pytest.mark.once
def test_bench_names_what_grows_and_what_misses_its_goal():
    found = {"SQLite": {"15x1k": LARGE, "300x20k": SMALL, "300x1m": LARGE}}
    *_, last = "\n".join(table.lines(found, {})).split("\n\n")
    assert [line.partition(" (")[0] for line in last.splitlines()] == [
        "- misses kB ≤ 200: home",
        "- grows 2.4 times from 300x20k: home",
        "- misses cpu ≤ 1.5 × home: home, known_on",
        "- grows 2.6 times from 300x20k: home, known_on",
        "- misses rate ≥ 4 × served: bare view: served: kept page",
    ]
