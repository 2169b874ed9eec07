"""References to acts of the EU as addresses, by the rules that the EU publishes: the
European Legislation Identifier, EUR-Lex, the Legislative Observatory, the Parliament's
adopted texts. A reference that a rule does not settle has no address."""

import re
from functools import lru_cache

#: Acts of all types are numbered in one series since 2015.
_ACT = re.compile(
    r"\b(Regulation|Decision|Directive) \((?:EU|CFSP|EU, Euratom)\) "
    r"(20(?:1[5-9]|[2-9]\d))/(\d{1,5})\b"
)
_TYPES = {"Regulation": "reg", "Decision": "dec", "Directive": "dir"}
_IN_TWO_STEPS = re.compile(r"\b(Implementing|Delegated)\b")
_CELEX = re.compile(r"\b([1-9]\d{4}[A-Z]{1,2}\d{4}(?:\(\d{2}\))?)(?!\w)")
_PROCEDURE = re.compile(r"\b((?:19|20)\d{2}/\d{4}[A-Z]?\([A-Z]{3}\))")
_ADOPTED = (
    re.compile(r"\bTA-(\d{1,2})-((?:19|20)\d{2})-(\d{4})\b"),
    re.compile(r"\bP(\d{1,2})_TA\(((?:19|20)\d{2})\)(\d{4})\b"),
)


@lru_cache(maxsize=1_000)
def reference_url(reference: str) -> str:
    """Return the address of the act that a text names, empty if no rule is sure of it
    or if it names several."""
    found = set(filter(None, (rule(reference) for rule in _RULES)))
    return found.pop() if len(found) == 1 else ""


def _act(text: str) -> str:
    acts = {match.groups() for match in _ACT.finditer(text)}
    if len(acts) != 1 or _IN_TWO_STEPS.search(text):
        return ""
    kind, year, number = acts.pop()
    return f"http://data.europa.eu/eli/{_TYPES[kind]}/{year}/{int(number)}/oj"


def _celex(text: str) -> str:
    number = _only(_CELEX, text)
    page = "https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:"
    return number and f"{page}{number}"


def _procedure(text: str) -> str:
    number = _only(_PROCEDURE, text)
    page = "https://oeil.europarl.europa.eu/oeil/en/procedure-file?reference="
    return number and f"{page}{number}"


def _adopted_text(text: str) -> str:
    found = {match.groups() for rule in _ADOPTED for match in rule.finditer(text)}
    if len(found) != 1:
        return ""
    term, year, number = found.pop()
    page = "https://www.europarl.europa.eu/doceo/document/"
    return f"{page}TA-{term}-{year}-{number}_EN.html"


def _only(rule: re.Pattern[str], text: str) -> str:
    found = set(rule.findall(text))
    return found.pop() if len(found) == 1 else ""


_RULES = (_act, _celex, _procedure, _adopted_text)
