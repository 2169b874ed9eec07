"""Text: how it is compared, and which characters it may hold where.

One folding serves both databases (SQLite folds ASCII only).
"""

import re
import secrets
import unicodedata

#: The most characters of a text for readers, such as a summary, a note or a ruling.
MOST = 2000

#: Letters that are no plain letter with an accent, and dashes of all lengths.
_PLAIN = str.maketrans("øłđıħŧ‐‑‒–—", "oldiht-----")

# Characters that text cannot hold everywhere.
_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f"  # of ASCII; not tab and the ends of lines
_LATER_CONTROLS = r"\x7f-\x9f"
_NO_CHARACTERS = r"\ud800-\udfff\ufffe\uffff"  # surrogates and noncharacters

#: Nobody may enter them: no font shows them, and PostgreSQL, XML and calendars refuse
#: some of them or all.
CONTROL = re.compile(f"[{_CONTROLS}{_LATER_CONTROLS}]")
#: XML 1.0, and so a workbook, cannot hold them. Text that is older than the rule of
#: what may be entered keeps the rest of what it has: files tell the record as it is.
_NOT_IN_FILES = re.compile(f"[{_CONTROLS}{_NO_CHARACTERS}]")
#: Nor can calendars hold the later controls.
_NOT_IN_FEEDS = re.compile(f"[{_CONTROLS}{_LATER_CONTROLS}{_NO_CHARACTERS}]")

#: Characters that nobody sees, and that turn the direction of what stands beside them:
#: soft hyphens, zero-width ones but for the joiners of some scripts, marks and
#: overrides of direction.
_UNSEEN = re.compile(
    r"[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)

#: The scripts that are written together in one name, as Unicode calls their letters.
_EAST_ASIAN = {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"}

#: What may stand between words: spaces, apostrophes of all shapes, dashes.
_BETWEEN_WORDS = re.compile(r"[\s'’‘‛ʼʻ`´′-]+")
_NO_WORD = re.compile(r"[\W_ʼʻ]+")  # two apostrophes are letters to Unicode

_LINE_END = re.compile("\r\n|\r")
#: Readers of calendars break lines at all that Unicode knows for an end of a line.
_ANY_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def search_form(*texts: str) -> str:
    """Return the texts as one, without case and accents: "Türkiye" is "turkiye"."""
    folded = unicodedata.normalize("NFKD", " ".join(texts)).casefold()
    folded = folded.translate(_PLAIN)
    if not folded.isascii():
        folded = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(folded.split())


def query_words(query: str) -> list[str]:
    """Return the words of a query, folded. Apostrophes and dashes part them: nobody
    knows which of these a name is written with."""
    folded = search_form(query)
    return [word for word in _BETWEEN_WORDS.split(folded) if word] or folded.split()


def words_only(text: str) -> str:
    """Return the words of a text, folded, between single spaces: " cote d ivoire "."""
    return f" {' '.join(_NO_WORD.sub(' ', search_form(text)).split())} "


def tidy(text: str) -> str:
    """Return what somebody typed in composed characters (NFC), without those that
    nobody sees."""
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text))


def scripts_of(text: str) -> dict[str, str]:
    """Return the scripts of the text by their names, "Cyrillic", each with its letters
    in it. Those that Japanese and Korean write together are one, "East Asian"."""
    found: dict[str, str] = {}
    for letter in unicodedata.normalize("NFKD", text):
        if unicodedata.category(letter) in ("Lu", "Ll", "Lt", "Lo"):
            word = unicodedata.name(letter, "UNKNOWN").partition(" ")[0]
            script = "East Asian" if word in _EAST_ASIAN else word.title()
            found[script] = found.get(script, "") + letter
    return found


def are_alike(one: str, other: str) -> bool:
    """Return whether texts differ at most in what a browser changes by itself: the ends
    of lines, and space around the whole."""
    return _LINE_END.sub("\n", one).strip() == _LINE_END.sub("\n", other).strip()


def has_letters(text: str) -> bool:
    """Return whether there is a word in the text, of two letters or more."""
    return bool(re.search(r"[^\W\d_]{2}", text))


def is_visible(text: str) -> bool:
    """Return whether there is anything to see in the text."""
    return any(one.isprintable() for one in text if not one.isspace())


def in_a_line(text: str) -> str:
    return " ".join(text.split())


def capitalised(text: str) -> str:
    """Return the text with a capital first and the rest as it is."""
    return text[:1].upper() + text[1:]


def as_sentence(text: str) -> str:
    """Return the text with a full stop, where it has no end."""
    text = text.strip()
    return text if not text or text.endswith((".", "!", "?", "…")) else f"{text}."


def file_text(text: str) -> str:
    """Return the text as every format of file can hold it, its lines ended by LF."""
    if text.isprintable():  # as nearly every text of a file with millions of them
        return text
    return _LINE_END.sub("\n", _NOT_IN_FILES.sub("", text))


def feed_text(text: str) -> str:
    """Return the text as Atom and calendars can hold it, its lines ended by LF."""
    return _NOT_IN_FEEDS.sub("", _ANY_LINE_END.sub("\n", text))


def new_key() -> str:
    """Return a permanent identifier for a row without a natural one: 12 hex digits."""
    return secrets.token_hex(6)
