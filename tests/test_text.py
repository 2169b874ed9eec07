"""Text as it is compared, without case and accents; and as files and feeds hold it."""

import re
import unicodedata
from xml.etree import ElementTree

import pytest
from django.utils.html import escape, format_html
from hypothesis import example, given
from hypothesis import strategies as st

from partnerships.text import (
    CONTROL,
    feed_text,
    file_text,
    has_letters,
    new_key,
    search_form,
    tidy,
)
from partnerships.web.markup import joined

pytestmark = pytest.mark.once

words = st.text(alphabet=st.characters(exclude_categories=["Cs", "Co", "Cn"]))
# Unicode keeps the Turkish dotless i apart, although its capital is a plain I.
latin = st.text(
    st.characters(max_codepoint=0x17F, categories=["L"], exclude_characters="ı")
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Türkiye", "turkiye"),
        ("TÜRKİYE", "turkiye"),
        ("Straße", "strasse"),
        ("Côte d’Ivoire", "cote d’ivoire"),
        ("Ελλάδα", "ελλαδα"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("ﬁnance", "finance"),
        ("  EU –\n Norway ", "eu - norway"),
        ("A\u00a0B", "a b"),
        ("", ""),
    ],
)
def test_text_is_folded(text, folded):
    assert search_form(text) == folded


def test_texts_are_joined_and_empty_ones_leave_no_gap():
    assert search_form("South Korea", "", "KR") == "south korea kr"
    assert search_form() == ""


@given(words)
def test_folding_twice_changes_nothing_more(text):
    assert search_form(search_form(text)) == search_form(text)


@given(words)
def test_composed_and_decomposed_text_are_alike(text):
    composed = unicodedata.normalize("NFC", text)
    assert search_form(composed) == search_form(unicodedata.normalize("NFD", text))


@given(latin)
def test_capitals_are_like_small_letters(text):
    assert search_form(text.upper()) == search_form(text.lower()) == search_form(text)


@given(words)
def test_no_accent_is_left(text):
    assert not any(map(unicodedata.combining, search_form(text)))


@given(words)
def test_words_are_parted_by_single_spaces(text):
    assert search_form(text) == " ".join(search_form(text).split())


@given(words, words)
def test_every_word_of_a_text_is_found_in_it(text, more):
    """Whatever stands beside it."""
    whole = search_form(text, more)
    assert all(word in whole for word in search_form(text).split())


def test_keys_are_twelve_hexadecimal_digits_and_differ():
    keys = {new_key() for _ in range(1000)}
    assert len(keys) == 1000
    assert all(re.fullmatch(r"[0-9a-f]{12}", key) for key in keys)


@given(st.text())
@example("a\ud800\x00\x0b\x1b\x7f\x85\ufffe\uffff\r\n\u2028b")
@example("]]></content></entry><entry><id>x</id></entry>")
def test_xml_can_hold_what_files_and_feeds_hold(text):
    for held in (file_text(text), feed_text(text)):
        ElementTree.fromstring(f"<p>{escape(held)}</p>")
        assert "\r" not in held


@given(st.text())
@example("a\x7f\x85\u2028\x0bb\r\nEND:VEVENT\r\nBEGIN:VEVENT")
def test_feeds_hold_no_control_and_break_lines_in_one_way(text):
    held = feed_text(text)
    assert not CONTROL.search(held)
    assert f"{held}.".splitlines() == f"{held}.".split("\n")


def test_what_is_typed_comes_through_files_and_feeds():
    for text in ("a\tb\nc", "Türkiye’s “é” €", "\u202eאב 👩‍👩‍👧", "]]> & <b>"):
        assert file_text(text) == feed_text(text) == text
        assert not CONTROL.search(text)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Brus\u00adsels\u200b\u202e", "Brussels"),
        ("Mo\u0308ller", "M\u00f6ller"),
        ("35\u00a0%", "35\u00a0%"),
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        ("\ufeff\u2066Oslo\u2069", "Oslo"),
    ],
)
def test_what_nobody_sees_is_not_kept(typed, kept):
    assert tidy(typed) == kept


@pytest.mark.parametrize(
    ("text", "is_word"),
    [("Typo", True), ("日本", True), ("...", False), ("7 8", False), ("a b", False)],
)
def test_words_have_letters(text, is_word):
    assert has_letters(text) == is_word


def test_pieces_of_html_are_joined_and_text_is_escaped():
    said = joined(" · ", [format_html("<b>{}</b>", "a"), "<b>"])
    assert said == "<b>a</b> · &lt;b&gt;"
    assert said == said.__html__()  # safe: nobody escapes it again
