"""How much a reader loads: pages, styles, the map and the fonts, packed as they are sent."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings

pytestmark = pytest.mark.once

STATIC = Path(settings.BASE_DIR) / "partnerships" / "static" / "partnerships"
PAGES = ["/", "/partnerships/", "/partnerships/canada/", "/safe/", "/matrix/"]


def styles_and_drawings(html):
    """The files that a page loads to be drawn, but for the fonts."""
    named = re.findall(r'/static/partnerships/([\w.-]+\.(?:css|svg))["#]', html)
    return {name for name in named if name != "favicon.svg"}


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_page_with_its_styles_is_light(client, dataset, path):
    html = client.get(path).text
    files = styles_and_drawings(html)
    assert "site.css" in files
    sent = len(gzip.compress(html.encode(), 6))
    sent += sum(len(brotli.compress((STATIC / name).read_bytes())) for name in files)
    assert sent <= 30_000


def test_fonts_are_few_and_small():
    fonts = list((STATIC / "fonts").glob("*.woff2"))
    assert len(fonts) == 4
    assert sum(font.stat().st_size for font in fonts) < 120_000
