"""The repository is what it says it is."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from partnerships import __version__

pytestmark = pytest.mark.once

ROOT = Path(settings.BASE_DIR)


def tracked_files():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [
        ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()
    ]


def texts():
    for path in tracked_files():
        is_text = path.suffix not in {".png", ".ico", ".gz", ".woff2", ".ttf"}
        is_licence = path.name.startswith("LICENSE")
        if is_text and not is_licence:
            yield path, path.read_text(encoding="utf-8")


def test_layout_is_complete():
    wanted = """manage.py Makefile pyproject.toml requirements.in requirements.txt
    requirements-dev.in requirements-dev.txt README.md CHANGELOG.md LICENSE .ci/run
    sdptracker partnerships fixtures templates tests docs/adr docs/architecture.md
    CONTRIBUTING.md SECURITY.md CITATION.cff publiccode.yml .editorconfig
    .pre-commit-config.yaml .github/workflows/ci.yml"""
    assert [name for name in wanted.split() if not (ROOT / name).exists()] == []


@pytest.mark.parametrize(
    "package",
    ["django", "django-filter", "djangorestframework", "django-simple-history"],
)
def test_requirements_pin_the_package_with_hashes(package):
    pinned = (ROOT / "requirements.txt").read_text()
    assert re.search(rf"^{package}==[\d.]+ \\\n    --hash=sha256:", pinned, flags=re.M)


def test_requirements_name_no_package_index():
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert "://" not in (ROOT / name).read_text()


def test_nothing_is_left_unfinished():
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    assert [str(path) for path, text in texts() if marks.search(text)] == []


def test_no_file_names_a_path_of_one_machine():
    paths = re.compile(r"(?<![\w.])/(wo" + r"rk|ho" + r"me|ro" + r"ot)/")
    assert [str(path) for path, text in texts() if paths.search(text)] == []


def test_pages_load_nothing_from_another_host():
    loading = re.compile(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//""")
    found = [
        str(path)
        for path, text in texts()
        if path.suffix in {".html", ".css", ".js", ".svg"}
        for line in text.splitlines()
        if loading.search(line) and "<a " not in line
    ]
    assert found == []


def test_every_make_target_is_listed_by_make():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.search(r"^\.PHONY: (.+)$", makefile, flags=re.M)[1].split())
    assert targets == set(re.findall(r"^(\w+):.*## ", makefile, flags=re.M))


def test_citation_file_is_as_its_format_asks():
    check = [sys.executable, "-m", "check_jsonschema"]
    schema = "--builtin-schema=vendor.citation-file-format"
    ran = subprocess.run(
        [*check, schema, ROOT / "CITATION.cff"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize("file", ["CITATION.cff", "publiccode.yml"])
def test_version_is_said_alike(file):
    assert re.search(
        rf"ersion: {re.escape(__version__)}$", (ROOT / file).read_text(), re.M
    )
