"""The documents say what the code does."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from partnerships.choices import Track
from partnerships.lifecycle.table import EFFECTS

pytestmark = pytest.mark.once

ROOT = Path(settings.BASE_DIR)
MODEL = (ROOT / "docs/data-model.md").read_text()
OPERATING = (ROOT / "docs/operating.md").read_text()


def table_under(heading):
    """The rows of the first table under a heading, each a list of its cells."""
    section = re.split(r"^#+ ", MODEL.split(heading, 1)[1], flags=re.M)[0]
    table = re.search(r"(?:^\|.*\n)+", section, flags=re.M)[0]
    rows = table.splitlines()[2:]
    return [[cell.strip(" `") for cell in row.strip("|").split("|")] for row in rows]


@pytest.mark.parametrize("track", list(Track))
def test_lifecycle_tables_are_those_of_the_code(track):
    in_code = [
        [kind.value, effect.value if effect else "nothing"]
        for kind, effect in EFFECTS[track].items()
    ]
    assert table_under(f"### Track `{track}`") == in_code


def test_partial_dates_are_shown_as_the_table_says():
    from partnerships.dates import parse

    rows = table_under("## Partial dates")
    assert len(rows) == 5
    assert [parse(text).display() for text, _, _ in rows] == [row[2] for row in rows]


def test_glossary_is_that_of_the_page():
    from partnerships.web.glossary import TERMS

    said = [[t.word, t.meaning, "; ".join(map(str, t.citations))] for t in TERMS]
    assert table_under("## Glossary") == said


def test_every_setting_read_from_the_environment_is_documented():
    code = "".join(
        (ROOT / f"sdptracker/{name}.py").read_text()
        for name in ("settings", "environment")
    )
    read = set(
        re.findall(
            r"(?:text|flag|choice|number|hosts|contact|mail|sender|issuer|of_provider|provider_alone|roles)\(\s*\"([A-Z_]+)\"",
            code,
        )
    )
    documented = set(re.findall(r"^\| `([A-Z_]+)`", OPERATING, flags=re.M))
    assert "DATABASE_URL" in read
    assert read == documented


def test_every_command_is_documented():
    commands = (ROOT / "partnerships/management/commands").glob("[a-z]*.py")
    missing = [c.stem for c in commands if f"manage.py {c.stem}" not in OPERATING]
    assert missing == []


@pytest.mark.parametrize(
    "document",
    [p for p in ROOT.glob("**/*.md") if not {".venv", "node_modules"} & {*p.parts}],
    ids=str,
)
def test_links_between_documents_lead_somewhere(document):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []
