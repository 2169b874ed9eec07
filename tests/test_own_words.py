"""Facts and figures carry over from documents; sentences do not."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.eight_words import known, runs

pytestmark = pytest.mark.once

ROOT = Path(settings.BASE_DIR)
#: Fields that quote, name or point to what is not ours: at most twelve words, titles,
#: official names, headings of sections, addresses.
NOT_OURS = {"wording", "title", "publisher", "authors", "locator", "url", "name"}
NOT_OURS |= {"official_name", "other_names", "archived_url"}
QUOTED = re.compile(r"“[^”]{1,120}”|<q>[^<]{1,120}</q>|‘[^’]{1,120}’")


def rows(name):
    path = ROOT / "fixtures" / f"{name}.json"
    return [row["fields"] for row in json.loads(path.read_text(encoding="utf-8"))]


def names_and_titles():
    """Names and titles that others gave, the longest first."""
    called = {row["title"] for row in rows("sources")}
    called |= {row["name"] for row in rows("areas")}
    called |= {row["official_name"] for row in rows("partners")}
    return sorted(called - {""}, key=len, reverse=True)


def our_texts():
    """Each text of ours by where it stands."""
    for path in sorted((ROOT / "fixtures").glob("*.json")):
        for row in rows(path.stem):
            for field, value in row.items():
                if isinstance(value, str) and field not in NOT_OURS:
                    yield f"{path.name}: {field}", value
    for folder, ending in (("templates", "html"), ("docs", "md"), ("examples", "md")):
        for path in sorted((ROOT / folder).rglob(f"*.{ending}")):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
    for name in ("README.md", "CHANGELOG.md", "partnerships/web/glossary.toml"):
        yield name, (ROOT / name).read_text(encoding="utf-8")


def copied(texts):
    """The runs of eight words that stand in a document too, by where they are ours."""
    documents, called = known(), names_and_titles()
    found = {}
    for where, text in texts:
        text = QUOTED.sub(" | ", text)
        for name in called:
            text = text.replace(name, " . ")
        for sentence in re.split(r"[|\n.]\s", text):
            for key, run in runs(sentence):
                if key in documents:
                    found.setdefault(where, run)
    return found


def test_no_eight_words_in_a_row_are_those_of_a_document():
    assert copied(our_texts()) == {}


def test_copied_sentence_would_be_found():
    text = "These Partnerships cover priorities of mutual interest and aim to bolster"
    assert copied([("a page", f"It says this: {text}.")]).keys() == {"a page"}
    assert copied([("a page", f"It says “{text}”.")]) == {}


def test_quotations_are_a_few_words():
    for row in rows("claims"):
        assert len(row["wording"].split()) <= 12, row["key"]
