"""References to acts of the EU as addresses, by the rules that the EU publishes: the
European Legislation Identifier, EUR-Lex, the Legislative Observatory, the Parliament's
adopted texts. A reference that a rule does not settle has no address."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

_FLAGS = re.ASCII | re.IGNORECASE
#: An act, of the one series of numbers since 2015, with what may stand around its name.
_ACT = re.compile(
    r"(?:the )?(?:council |commission |european parliament and council )?"
    r"(regulation|decision|directive) \((?:eu|cfsp|eu, euratom)\) "
    r"(20(?:1[5-9]|[2-9]\d))/0*([1-9]\d{0,4})"
    r"(?: of (?:the [a-z ]+ of )?\d{1,2} [a-z]+ \d{4})?",
    _FLAGS,
)
_TYPES = {"regulation": "reg", "decision": "dec", "directive": "dir"}
_LETTERS = {"R": "reg", "D": "dec", "L": "dir"}
_ELI = re.compile(
    r"http://data\.europa\.eu/eli/(reg|dec|dir)/(\d{4})/(\d+)/oj", re.ASCII
)
_CELEX = re.compile(r"(?:celex:? )?([1-9]\d{4}[a-z]{1,2}\d{4,5}(?:\(\d{2}\))?)", _FLAGS)
_CELEX_OF_ACT = re.compile(r"3(20(?:1[5-9]|[2-9]\d))([RDL])(\d{4})", re.ASCII)
_PROCEDURE = re.compile(
    r"(?:procedure )?((?:19|20)\d{2}/\d{4}[a-z]?\([a-z]{3}\))", _FLAGS
)
_ADOPTED = (
    re.compile(r"TA-(\d{1,2})-((?:19|20)\d{2})-(\d{4})", _FLAGS),
    re.compile(r"P(\d{1,2})_TA\(((?:19|20)\d{2})\)(\d{4})", _FLAGS),
)
#: What may stand beside an act and is none: where it was printed, a place in it.
_BESIDE = re.compile(r"oj [lc][ ,].*|article[s]? [\d()a-z –-]+", _FLAGS)
_BETWEEN = re.compile(r"; |, (?!euratom\))", re.IGNORECASE)


class Act(NamedTuple):
    """The identifiers of an act; each is empty where no rule is sure of it."""

    eli: str
    celex: str


def act(reference: str) -> Act:
    """Return the identifiers of the act that a text names and nothing else."""
    address = reference_url(reference)
    if match := _ELI.fullmatch(address):
        kind, year, number = match.groups()
        (letter,) = (letter for letter, name in _LETTERS.items() if name == kind)
        return Act(address, f"3{year}{letter}{number:0>4}")
    page = celex_page("")
    return Act("", address.removeprefix(page) if address.startswith(page) else "")


@lru_cache(maxsize=1_000)
def reference_url(reference: str) -> str:
    """Return the address of the act that a text names and nothing else; empty if no
    rule is sure of it."""
    parts = _BETWEEN.split(" ".join(reference.split()))
    if any(not (_BESIDE.fullmatch(part) or _address(part)) for part in parts):
        return ""
    found = {address for part in parts if (address := _address(part))}
    return found.pop() if len(found) == 1 else ""


def _address(part: str) -> str:
    return next(filter(None, (rule(part) for rule in _RULES)), "")


def _act(part: str) -> str:
    if not (match := _ACT.fullmatch(part)):
        return ""
    kind, year, number = match.groups()
    return f"http://data.europa.eu/eli/{_TYPES[kind.lower()]}/{year}/{number}/oj"


def _celex(part: str) -> str:
    if not (match := _CELEX.fullmatch(part)):
        return ""
    number = match[1].upper()
    if act := _CELEX_OF_ACT.fullmatch(number):  # one address for one act
        year, letter, place = act.groups()
        return f"http://data.europa.eu/eli/{_LETTERS[letter]}/{year}/{int(place)}/oj"
    return celex_page(number)


def celex_page(number: str) -> str:
    """Return the address of a document's page at EUR-Lex."""
    return f"https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:{number}"


def _procedure(part: str) -> str:
    if not (match := _PROCEDURE.fullmatch(part)):
        return ""
    page = "https://oeil.europarl.europa.eu/oeil/en/procedure-file?reference="
    return f"{page}{match[1].upper()}"


def _adopted_text(part: str) -> str:
    match = next(filter(None, (rule.fullmatch(part) for rule in _ADOPTED)), None)
    if not match:
        return ""
    term, year, number = match.groups()
    page = "https://www.europarl.europa.eu/doceo/document/"
    return f"{page}TA-{term}-{year}-{number}_EN.html"


_RULES: tuple[Callable[[str], str], ...] = (_act, _celex, _procedure, _adopted_text)
