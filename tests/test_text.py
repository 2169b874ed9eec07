"""Text as it is compared: without case and accents."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.text import new_key, search_form

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
