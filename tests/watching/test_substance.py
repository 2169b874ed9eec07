"""Two texts of a page differ where somebody changed it, and nowhere else."""

import tracemalloc
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.actions.watching import difference, digest_of, is_html, text_of
from tests.watching import html

pytestmark = pytest.mark.once


def text(markup, type="text/html; charset=utf-8"):
    return text_of(html(markup, type))


def test_text_is_a_line_for_each_block():
    page = """<!DOCTYPE html><html><head><title>Title</title><meta charset=utf-8>
    <style>p { color: red }</style></head><body><h1>The  EU
    and <em>Ca</em>nada</h1><p>Signed&nbsp;on 23&#32;June<br>in Brussels.
    <ul><li>One<li>Two</ul><table><tr><td>1<td>2</table><p>5 &lt; 6 &amp; more"""
    assert text(page).split("\n") == [
        *("The EU and Canada", "Signed on 23 June", "in Brussels.", "One", "Two"),
        *("1", "2", "5 < 6 & more"),
    ]


@pytest.mark.parametrize(
    "around",
    [
        "<script>let a = '<p>no</p>'</script>",
        "<script>no",
        "<style>no { }</style>",
        "<noscript>no</noscript>",
        "<template><p>no</p></template>",
        "<nav><ul><li>no<li>no</ul></nav>",
        "<nav>no<nav>no</nav>no</nav>",
        "<header><h1>no</h1></header>",
        "<footer>no</footer>",
        "<FOOTER class=a>no</FOOTER >",
        "<aside><p>no</aside>",
        "<form>no <input value=no><button>no</button></form>",
        "<textarea>no</textarea>",
        "<iframe>no</iframe>",
        "<div hidden><p>no</div>",
        "<p hidden>no<p>",
        "<div style='color: red; Display : none'>no</div>",
        "<div style=visibility:hidden>no</div>",
        "<div><nav>no</div>",
        "<!-- no -->",
        "<!-- <p>no > -->",
        "<!--[if IE]><p>no<![endif]-->",
        "<!---->",
        "<!-->",
        "<![CDATA[ no ]]>",
        "<?xml no ?>",
        "<!-- no",
        "<p class='no",
        "</>",
        "</ no>",
    ],
)
def test_what_is_around_the_text_is_left_out(around):
    assert text(f"<body><p>Before</p>{around}") == "Before"


@pytest.mark.parametrize(
    "markup",
    [
        "<!-->Here",
        "<!--->Here",
        "<!-- no --!>Here",
        "<body>no <main><p>Here</p></main> no",
        "<article>no</article><main>Here</main>",
        "<div>no <article>He<b>re</b></article></div>",
        "<main><script>no</script></main><article>Here</article>",
        "<main></main><p>Here",
        "<main hidden>no</main><p>Here",
        "<div><main>Here</div>no</main>",
        "Here",
        "<p hidden>no<p>Here",
        "<ul><li hidden>no<li>Here</ul>",
        "<form>Here</form>",
        "<nav>no</nav><form action='/'><main>Here</main></form>",
    ],
)
def test_text_is_looked_for_where_it_is(markup):
    assert text(markup) == "Here"


def test_page_that_is_one_form_is_not_empty():
    page = "<p>Skip</p><form><p>" + "Here it is. " * 99 + "</p></form>"
    assert text(page).startswith("Skip\nHere it is.")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It is 14:02.", "It is 09:31."),
        ("Updated at 2:02:11 pm", "Updated at 11:59:59 am"),
        ("Updated 2:02 p.m. CET", "Updated 3:15 a.m. CEST"),
        ("2026-11-29T14:02:11Z", "2026-11-29T14:02:12Z"),
        ("Posted 5 minutes ago", "Posted 2 hours ago"),
        ("Posted an hour ago", "Posted 3 days ago"),
        ("Read: 1,234 views", "Read: 12 views"),
        ("Page views: 1 234", "Page views: 1 240"),
        ("Monday, 30 November 2026, 14:02", "Tuesday, 1 December 2026, 09:00"),
        ("Mon 2026-11-30 14:02:11", "Tue 2026-12-01 09:00:00"),
        ("Ca\u0301da", "C\u00e1da"),
        ("a\u00adb\u200bc", "abc"),
        ("a  b\n\tc", "a b&nbsp;c"),
        ("a\x00b", "ab"),
    ],
)
def test_what_changes_by_itself_is_no_change(one, other):
    one, other = (text(f"<p>Text<p>{line}") for line in (one, other))
    assert digest_of(one) == digest_of(other)
    assert difference(one, other) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Signed on 23 June 2025", "Signed on 24 June 2025"),
        ("23 June 2025", "24 June 2025"),
        ("Monday, 23 June 2025", "Tuesday, 24 June 2025"),
        ("Published 23 June 2025, 14:02", "Published 24 June 2025, 14:02"),
        ("Agreement 1:20", "Agreement 1:30"),
        ("Article 14.02", "Article 14.03"),
        ("Regulation 12:34:56:78", "Regulation 12:34:56:79"),
        ("26 areas", "27 areas"),
        ("Two years ago", "Three years ago"),
        ("<a href=a>text</a>", "<a href=a>texts</a>"),
    ],
)
def test_what_somebody_changed_is_a_change(one, other):
    one, other = (text(f"<p>Text<p>{line}") for line in (one, other))
    assert digest_of(one) != digest_of(other)
    assert [line[:5] for line in difference(one, other)] == ["Remov", "Added"]


@pytest.mark.parametrize(
    ("type", "markup", "expected"),
    [
        ("text/html; charset=ISO-8859-1", b"caf\xe9 \x93", "café “"),
        ("text/html; charset='utf-8'", b"caf\xc3\xa9", "café"),
        ("text/html", b"<meta charset=windows-1257><p>\xe9", "é"),
        ("text/html", b"<meta content='text/html; charset=euc-kr'><p>\xb0\xa1", "가"),
        ("text/html; charset=nonsense", b"<meta charset=koi8-r><p>\xc1", "а"),
        ("text/html; charset=nonsense", b"caf\xc3\xa9", "café"),
        ("text/html; charset=punycode", b"caf\xc3\xa9", "café"),
        ("text/html; charset=undefined", b"caf\xc3\xa9", "café"),
        ("text/html; charset=hex", b"caf\xc3\xa9", "café"),
        ("text/html; charset=utf-8", b"caf\xe9!", "caf�!"),
        ("text/html; charset=utf-16", b"a", "�"),
        ("text/html", b"\xef\xbb\xbfHere", "Here"),
        ("application/xhtml+xml", b"<p>Here</p>", "Here"),
        ("", b" <!doctype html><p>Here", "Here"),
    ],
)
def test_charset_is_that_of_the_header_then_of_the_page(type, markup, expected):
    assert text(markup, type) == expected


@pytest.mark.parametrize(
    "type", ["application/pdf", "text/plain", "image/png", "application/json", ""]
)
def test_what_is_no_html_has_no_text_and_the_digest_of_its_bytes(type):
    answer = html(b"%PDF-1.7 <p>text", type)
    assert not is_html(answer)
    assert text_of(answer) == ""
    assert digest_of(answer.body) == digest_of("%PDF-1.7 <p>text")
    assert digest_of(b"") == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )


# Hostile pages


@pytest.mark.parametrize(
    ("start", "repeated", "end"),
    [
        ("", "<", ""),
        ("", "<a", ""),
        ("", "<!--", ""),
        ("", "<![", ""),
        ("", "</", ""),
        ("", "<a b='", ""),
        ("", '<a b="', ""),
        ("<a ", "b ", ""),
        ("<a ", "=", ""),
        ("<a ", "/", ""),
        ("", "<script>", ""),
        ("", "<div>", ""),
        ("", "<nav>", "</main>"),
        ("", "<div><span>", "</p>" * 9_999),
        ("", "<form>", ""),
        ("&#", "9", ";"),
        ("", "&#9", ""),
        ("", "&am", ""),
        ("", "&", ""),
        ("", "1 ", ""),
        ("", "12:34:", ""),
        ("", "\0", ""),
        ("a", "\u0301", "\u0316" * 99_999),
        ("<p style='", "display ", "'>"),
        ("", "<meta ", ""),
    ],
)
def test_hostile_page_takes_the_time_that_its_length_takes(start, repeated, end):
    """A tenth of the longest page; what takes the square of it takes a minute."""
    page = start + repeated * (200_000 // len(repeated)) + end
    started = process_time()
    text(page)
    assert process_time() - started < 5


def test_depth_has_no_end():
    page = "<div>" * 100_000 + "<p>Here" + "</div>" * 100_000 + "<p>There"
    assert text(page) == "Here\nThere"


def test_depth_takes_little_memory():
    page = "<div>" * 30_000
    tracemalloc.start()
    try:
        text(page)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 1_500_000


@given(st.text("<>/!-='\" &#;adiv\0\n", max_size=60) | st.binary(max_size=60))
def test_any_bytes_are_a_page(markup):
    read = text(markup)
    assert "\0" not in read
    assert all(
        line == " ".join(line.split()) != "" for line in read.split("\n") if read
    )


# Differences


def test_difference_names_the_word():
    old, new = "One\nSigned in May.\nThree", "One\nSigned in June.\nThree"
    assert difference(old, new) == ["Removed: Signed in May.", "Added: Signed in June."]


def test_difference_names_new_and_old_lines():
    assert difference("One\nTwo", "One\nTwo\nThree") == ["Added: Three"]
    assert difference("One\nTwo", "Two") == ["Removed: One"]
    assert difference("", "One") == ["Added: One"]
    assert difference("One", "One") == []


def test_difference_in_a_long_line_is_shown_where_it_is():
    start, end = "word " * 100, " word" * 100
    old, new = difference(f"{start}May{end}", f"{start}June{end}")
    assert "word May word" in old
    assert "word June word" in new
    assert 190 < len(new) < len(old) == 200


def test_difference_is_a_few_lines():
    old, new = ("\n".join(f"{n} {word}" for n in range(500)) for word in ("a", "b"))
    said = difference(old, new)
    assert said[:2] == ["Removed: 0 a", "Added: 0 b"]
    assert said[-1] == "More has changed."
    assert len(said) == 7


@pytest.mark.parametrize("other", ["ba", "b", "aab"])
def test_difference_of_hostile_texts_takes_little_time(other):
    started = process_time()
    assert difference("\n".join("ab" * 99_999), "\n".join(other * 99_999))
    assert process_time() - started < 5
