"""The arrows between the rooms of the code point one way.

Everything is read once a run: each test asks about all modules at once and names every
one that breaks its rule.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent
PACKAGES = ("partnerships", "sdptracker")

#: The floors of the house, lowest first. A module imports from floors below its own;
#: on its own floor from its own package alone, so that the order inside a layer counts.
FLOORS = [
    ["partnerships"],
    ["choices", "dates", "text"],
    ["written_dates", "lifecycle.table"],
    ["lifecycle.events"],
    ["lifecycle.chronology"],
    ["lifecycle.status"],
    ["lifecycle.refusals", "lifecycle.open_orders", "fields"],
    ["lifecycle.course", "lifecycle"],
    ["ledger.canonical", "ledger.context"],
    ["ledger"],
    ["querysets"],
    ["models"],
    ["selectors"],
    ["log"],
    ["filters", "actions"],
    ["web"],
    ["templatetags"],
    ["exports"],
    ["feeds"],
    ["pages", "api", "admin", "desk", "management"],
    ["urls", "apps"],
    ["sdptracker"],
]
#: Each is shown to somebody else, and imports nothing of the two others.
FACES = [["admin", "desk"], ["pages", "feeds", "exports"], ["api"]]
#: Modules that know no database, no request and no clock.
PURE = [
    "choices",
    "dates",
    "written_dates",
    "text",
    "lifecycle",
    "ledger.canonical",
    "web.citations",
    "web.linked",
]

#: Modules that reach for a model by its name as a string, and why.
BY_NAME = {
    "actions.backup": "copies every table, whichever there are",
    "ledger.registry": "finds every tracked model, whichever there are",
    "ledger.migrate": "is handed the models of a migration's time",
}

#: Whatever stays in memory, by the kinds of docs/architecture.md. No sixth without a
#: figure (ADR 11).
KEPT = {
    "pages and answers, by edition and day: a reader waits for none twice": {
        "web.caching.store",
    },
    "counts of an edition, by its seal: a list with a filter counts nothing anew": {
        "ledger.editions.kept",
        "ledger.editions.past",
        "log.entries.partnerships_ever_published",
        "log.numbering._kinds",
        "log.numbering._public",
        "log.own_news.first_load",
        "querysets.settled._all_settled",
        "querysets.statuses._all_stories",
        "selectors.by_record.last",
        "selectors.disagreements._disagreeing",
        "selectors.facets._areas_of_all",
        "selectors.facets._groups_of_all",
        "selectors.news.checked_partners",
        "selectors.news.months_with_news",
        "selectors.overview._common_areas",
        "selectors.overview._open_facts",
        "selectors.overview.published_as_of",
        "selectors.site_search.search_index",
        "selectors.sources._counts",
        "web.caching._past_trail",
    },
    "paths of addresses: an answer has hundreds": {
        "web.addresses.path_of",
    },
    "by values: a list asks for 300 statuses, the matrix for thousands of cells": {
        "fields._kept",
        "ledger.verifying.schema._made_by_migrations",
        "querysets.statuses._columns",
        "querysets.statuses.story",
        "api.description._described",
        "web.pictures.png.card_png",
        "web.strips._strip",
        "templatetags.areas._inside_cell",
        "templatetags.claims._claim_as",
        "web.codings.accepted",
        "web.references.reference_url",
    },
    "constants: follow from code and static files alone": {
        "desk.manual._rendered",
        "models.country_names.names_in_eu_languages",
        "exports.columns._dictionary",
        "ledger.registry.tracked",
        "ledger.signing._key",
        "ledger.verifying.record_rules._rules",
        "ledger.verifying.stored._readers",
        "ledger.sealing._hook",
        "log.descriptions.LoggedModel",
        "pages.health._migrations",
        "templatetags.statuses._badge",
        "web.caching.release",
        "web.caching._started_at",
        "web.timeline_marks.symbols",
        "web.world_map.ground",
        "web.world_map.shapes",
    },
}
#: Read once for one form, and gone with it.
KEPT_BY_A_FORM = {"filters.partnerships._areas"}

#: Names of others that begin with an underscore, why, and how often in which module.
#: ``_meta`` is free: Django documents it.
PRIVATE = {
    "_base_manager": (
        "reads every row, whatever a model's own manager leaves out",
        {
            "actions.backup": 1,
            "ledger.migrate": 1,
            "ledger.recorder": 4,
            "ledger.redacting": 2,
        },
    ),
    "_state": (
        "tells a new row from a stored one",
        {"actions.undoing": 2, "models.milestone": 1, "models.partnership": 1},
    ),
    "_asdict": ("of named tuples; public in spite of its name", {"exports.columns": 1}),
    "_set": (
        "bounds the memory of a process in bytes; there is no public way",
        {"sdptracker.caches": 2},
    ),
    "_cache": ("is what that memory holds", {"sdptracker.caches": 2}),
    "_expire_info": ("is until when", {"sdptracker.caches": 1}),
    "_changeform_view": (
        "saves in the transaction of the request; the public way opens another in it",
        {"admin.proposing": 2},
    ),
    "_get_history_user_fields": (
        "gives each history a field of its own; there is no public way",
        {"ledger.recorder": 2},
    ),
    "_raw_delete": (
        "refuses to delete without history; there is no public way",
        {"ledger.recorder": 1},
    ),
}


@cache
def modules() -> dict[str, Path]:
    """Every module by its name inside the app; those of the project with its name."""
    named = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = list(path.relative_to(ROOT).with_suffix("").parts)
            name = ".".join(part for part in parts if part != "__init__")
            if not name.startswith("partnerships.migrations"):
                named[name.removeprefix("partnerships.")] = path
    return named


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(modules()[name].read_text())


@cache
def imports(name: str) -> frozenset[str]:
    """The full names that a module imports, wherever in it the import stands."""
    path, names = modules()[name], set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = path.relative_to(ROOT).parts[: -node.level] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            names |= {f"{module}.{alias.name}" for alias in node.names}
    return frozenset(names)


def own_imports(name: str) -> Iterator[str]:
    """The modules of the house that a module imports."""
    for full in imports(name):
        if full.split(".")[0] in PACKAGES:
            short = full.removeprefix("partnerships.")
            while short and short not in modules():
                short = short.rpartition(".")[0]
            yield short or "partnerships"


def place(name: str, groups: list[list[str]]) -> tuple[int, str] | None:
    """The number of the group that a module is in and its name there, the longest."""
    fits = [
        (len(prefix), number, prefix)
        for number, group in enumerate(groups)
        for prefix in group
        if f"{name}.".startswith(f"{prefix}.")
    ]
    return max(fits)[1:] if fits else None


def under(prefix: str) -> list[str]:
    """The modules of that name: one, or all of a package."""
    names = [name for name in modules() if f"{name}.".startswith(f"{prefix}.")]
    assert names, f"there is no {prefix}"
    return names


def test_every_module_has_its_place():
    assert [name for name in modules() if place(name, FLOORS) is None] == []


def test_modules_import_from_floors_below_their_own():
    wrong = []
    for name in modules():
        floor, package = place(name, FLOORS)
        for other in own_imports(name):
            below, theirs = place(other, FLOORS)
            if not (below < floor or (below == floor and theirs == package)):
                wrong.append(f"{name} imports {other}")
    assert wrong == []


def test_modules_do_not_import_in_circles():
    reached: dict[str, set[str]] = {}

    def reach(name: str, above: tuple[str, ...]) -> set[str]:
        assert name not in above, f"in a circle: {' > '.join([*above, name])}"
        if name not in reached:
            names = set(own_imports(name)) - {name}
            reached[name] = names.union(*(reach(n, (*above, name)) for n in names))
        return reached[name]

    for name in modules():
        reach(name, ())


def test_faces_do_not_import_one_another():
    wrong = []
    for name in modules():
        for other in own_imports(name):
            here, there = place(name, FACES), place(other, FACES)
            if here and there and here[0] != there[0]:
                wrong.append(f"{name} imports {other}")
    assert wrong == []


def test_models_are_not_reached_by_name():
    """A string is an arrow that no import shows."""
    reaching = set()
    for name in modules():
        for node in ast.walk(tree(name)):
            called = getattr(getattr(node, "func", None), "attr", "")
            if called in ("get_model", "get_models", "get_app_config"):
                reaching.add(name)
    assert reaching == BY_NAME.keys()


@pytest.mark.parametrize("module", PURE)
def test_pure_modules_know_no_database_and_no_clock(module):
    allowed = {"django.db.models.TextChoices"}
    foreign = ("django", "rest_framework", "simple_history")
    clock = {"today", "now", "utcnow", "localdate", "localtime"}
    for name in under(module):
        assert {n for n in imports(name) if n.startswith(foreign)} <= allowed, name
        nodes = ast.walk(tree(name))
        assert not {n.attr for n in nodes if isinstance(n, ast.Attribute)} & clock, name


def test_querysets_know_no_clock():
    """Today's date is passed in."""
    for name in under("querysets"):
        assert not any(n.startswith("django.utils.timezone") for n in imports(name))


@pytest.mark.parametrize(
    "room", ["querysets", "selectors", "log", "filters", "actions"]
)
def test_reads_and_writes_know_no_template_or_response(room):
    shown = ("django.shortcuts", "django.http.HttpResponse", "django.template")
    for name in under(room):
        assert not any(n.startswith(shown) for n in imports(name)), name


def memos(name: str) -> Iterator[tuple[str, ast.expr]]:
    """Yield what a module keeps in memory, by its name, and how it says so."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found = [(node.name, decorator) for decorator in node.decorator_list]
        elif isinstance(node, ast.Call) and node.args:
            found = [(ast.unparse(node.args[0]), node.func)]
        elif isinstance(node, ast.ImportFrom) and node.module == "django.core.cache":
            found = [(a.asname or a.name, ast.Name("cache")) for a in node.names]
        else:
            continue
        for kept, how in found:
            called = how.func if isinstance(how, ast.Call) else how
            if ast.unparse(called).rpartition(".")[2] in (
                "cache",
                "lru_cache",
                "kept_by_edition",
                "advanced_by_edition",
            ):
                yield f"{name}.{kept}", how


def test_five_kinds_of_cache_and_all_with_a_bound():
    *kinds, _ = KEPT.values()
    named = set().union(*KEPT.values(), KEPT_BY_A_FORM)
    found = [memo for name in modules() for memo in memos(name)]
    assert sorted(kept for kept, _ in found) == sorted(named)
    bounded = {
        kept
        for kept, how in found
        if re.search("maxsize|advanced_by_edition", ast.unparse(how))
    }
    assert bounded == set().union(*kinds) - {"web.caching.store"}
    text = (ROOT / "docs" / "architecture.md").read_text()
    table = re.search(r"## What is kept in memory(.*?)\n## ", text, re.S)[1]
    assert len(KEPT) == table.count("\n| ") - 1 == 5  # but for its head


def private_names(name: str) -> Iterator[str]:
    """Yield each name with one underscore that a module takes from somebody else, or
    gives another meaning in a class of its own."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Attribute) and (
            node.attr not in own_names() or ast.unparse(node.value) == "super()"
        ):
            taken = [node.attr]
        elif isinstance(node, ast.FunctionDef) and node.name not in read_names():
            taken = [node.name]
        elif isinstance(node, ast.ImportFrom):
            taken = [*(node.module or "").split("."), *(a.name for a in node.names)]
        elif isinstance(node, ast.Import):
            taken = [part for a in node.names for part in a.name.split(".")]
        else:
            continue
        yield from (n for n in taken if re.match("_[a-z]", n) and n != "_meta")


@cache
def own_names() -> frozenset[str]:
    """The names that the house defines."""
    nodes = [node for name in modules() for node in ast.walk(tree(name))]
    functions = {
        n.name
        for n in nodes
        if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    stored = {
        getattr(n, "id", getattr(n, "attr", ""))
        for n in nodes
        if isinstance(getattr(n, "ctx", None), ast.Store)
    }
    return frozenset(functions | stored)


@cache
def read_names() -> frozenset[str]:
    """The names that the house reads, but for those it asks its base classes for."""
    nodes = [node for name in modules() for node in ast.walk(tree(name))]
    return frozenset(
        {n.id for n in nodes if isinstance(n, ast.Name)}
        | {
            n.attr
            for n in nodes
            if isinstance(n, ast.Attribute) and ast.unparse(n.value) != "super()"
        }
    )


def test_private_names_of_others_are_few_and_each_has_its_reason():
    found: dict[str, dict[str, int]] = {}
    for module in modules():
        for name in private_names(module):
            places = found.setdefault(name, {})
            places[module] = places.get(module, 0) + 1
    assert found == {name: places for name, (_, places) in PRIVATE.items()}
    assert sum(sum(places.values()) for places in found.values()) < 25


def test_no_signals_of_our_own():
    """But for the migrations', after which the triggers are put back, and for accounts
    and their groups, which are Django's own: roles are on record whatever gives them."""
    for name in modules():
        for full in imports(name):
            if full.startswith(("django.dispatch", "django.db.models.signals")):
                assert (name, full.rpartition(".")[2]) in {
                    ("apps", "pre_migrate"),
                    ("apps", "post_migrate"),
                    ("apps", "m2m_changed"),
                    ("apps", "post_save"),
                    ("apps", "pre_delete"),
                }


def test_the_product_is_seen_in_few_entries():
    entries = {name.partition(".")[0] for name in modules()} - {"partnerships"}
    assert len(entries - {"sdptracker"}) <= 24


def test_no_module_is_too_long_or_hides_the_standard_library():
    from sys import stdlib_module_names

    lines = {n: len(p.read_text().splitlines()) for n, p in modules().items()}
    assert {n: count for n, count in lines.items() if count > 400} == {}
    names = {n.rpartition(".")[2] for n in modules()}
    # The layer of reads is called selectors wherever Django has one.
    assert names & stdlib_module_names == {"selectors"}


def test_no_test_file_imports_another():
    """What several need stands in a module that says what it is."""
    wrong = []
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            module = getattr(node, "module", None) or ""
            names = [f"{module}.{alias.name}" for alias in getattr(node, "names", ())]
            wrong += [
                f"{path}: {n}" for n in names if re.search(r"tests\..*\btest_", n)
            ]
    assert wrong == []
