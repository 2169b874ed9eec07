"""The names of countries in the official languages of the EU, so that readers find a
partner by the name that they know."""

from functools import cache

from babel import Locale

EU_LANGUAGES = (
    *("bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr"),
    *("hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv"),
)


@cache
def names_in_eu_languages(iso_code: str) -> tuple[str, ...]:
    """Return the names of a country, by its ISO 3166-1 alpha-2 code, as the Unicode
    CLDR has them; none for a code that it does not know, nor for an organisation."""
    names = (Locale(code).territories.get(iso_code) for code in EU_LANGUAGES)
    return tuple(dict.fromkeys(name for name in names if name))
