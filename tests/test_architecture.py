"""The arrows between the layers of the app point one way.

A module that does not exist yet has no imports, and so breaks no rule.
"""

import ast
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent
APP = ROOT / "partnerships"

#: Lower layers first; a module may import from its own layer and from those before it.
LAYERS = [
    ["addresses", "choices", "citations", "dates", "glossary", "text", "errors"],
    ["lifecycle", "fields"],
    ["ledger"],
    ["querysets"],
    ["models"],
    ["filters", "selectors", "actions", "dataset", "archive"],
    ["caching", "context_processors", "converters", "open_data"],
    ["admin", "views", "feeds", "exports", "api"],
]
FACES = [["admin"], ["views", "feeds", "exports"], ["api"]]
PURE = ["choices", "citations", "dates", "glossary", "lifecycle", "text"]


def modules():
    """Every module of the app by its dotted name inside it, without migrations."""
    for path in sorted(APP.rglob("*.py")):
        parts = list(path.relative_to(APP).with_suffix("").parts)
        if parts[0] != "migrations":
            yield ".".join(part for part in parts if part != "__init__"), path


def imports(path):
    """Full names of what a module imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = path.relative_to(ROOT).parts[: -node.level] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def imports_within(path):
    """The same, of the app alone, as dotted names inside it."""
    for name in imports(path):
        if name.startswith("partnerships."):
            yield name.removeprefix("partnerships.")


def place(module, groups):
    """The number of the group that a module is in, or None."""
    for number, group in enumerate(groups):
        if any(f"{module}.".startswith(f"{name}.") for name in group):
            return number
    return None


MODULES = dict(modules())


def within(name):
    """The modules of that name: one, or all of a package."""
    found = [path for module, path in MODULES.items() if place(module, [[name]]) == 0]
    assert found
    return found


@pytest.mark.parametrize("module", MODULES)
def test_module_imports_from_its_layer_or_below(module):
    here = place(module, LAYERS)
    for name in imports_within(MODULES[module]):
        there = place(name, LAYERS)
        if None not in (here, there):
            assert there <= here, f"{module} imports {name}"


@pytest.mark.parametrize("module", MODULES)
def test_admin_pages_and_api_do_not_import_one_another(module):
    here = place(module, FACES)
    for name in imports_within(MODULES[module]):
        there = place(name, FACES)
        if None not in (here, there):
            assert there == here, f"{module} imports {name}"


@pytest.mark.parametrize("module", PURE)
def test_pure_module_knows_no_database(module):
    allowed = {"django.db.models.TextChoices"}
    for name in imports(APP / f"{module}.py"):
        is_django = name.startswith(("django", "rest_framework", "simple_history"))
        assert not is_django or name in allowed, f"{module} imports {name}"


@pytest.mark.parametrize("module", [*PURE, "querysets"])
def test_pure_module_and_querysets_know_no_clock(module):
    """Today's date is passed in."""
    for path in within(module):
        tree = ast.parse(path.read_text())
        called = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
        assert not called & {"today", "now", "utcnow", "localdate", "localtime", "time"}


@pytest.mark.parametrize("module", ["filters", "selectors", "actions", "querysets"])
def test_reads_and_writes_know_no_template_or_response(module):
    shown = ("django.shortcuts", "django.http", "django.template")
    for path in within(module):
        assert not any(name.startswith(shown) for name in imports(path))


def test_no_signals_of_our_own():
    """But for the migrations', after which the triggers are put back."""
    allowed = {"pre_migrate", "post_migrate"}
    for module, path in MODULES.items():
        for name in imports(path):
            if name.startswith(("django.dispatch", "django.db.models.signals")):
                assert (module, name.rpartition(".")[2]) in {
                    ("apps", signal) for signal in allowed
                }


def test_rules_know_every_layer_that_exists():
    """A new module at the top of the app is given its place above, or named here."""
    without_layer = {
        "apps",
        "management",
        "sample",
        "templatetags",
        "urls",
        "",
    }
    top = {module.partition(".")[0] for module in MODULES} - without_layer
    assert top <= {name.partition(".")[0] for layer in LAYERS for name in layer}
