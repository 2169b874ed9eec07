"""Text as it is compared: one folding for both databases (SQLite folds ASCII only)."""

import secrets
import unicodedata

#: Letters that are no plain letter with an accent, and dashes of all lengths.
_PLAIN = str.maketrans("øłđıħŧ‐‑‒–—", "oldiht-----")


def search_form(*texts: str) -> str:
    """The texts as one, without case and accents: "Türkiye" becomes "turkiye"."""
    folded = unicodedata.normalize("NFKD", " ".join(texts)).casefold()
    folded = folded.translate(_PLAIN)
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(plain.split())


def new_key() -> str:
    """A permanent identifier for a row that has no natural one: 12 hex digits."""
    return secrets.token_hex(6)
