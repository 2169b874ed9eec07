"""Other ties in words: the kinds with the ends of their addresses, what a page of one
kind finds, and money."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.text import get_text_list

from partnerships.choices import EngagementKind, TieStage
from partnerships.selectors.contributions import ContributionTotal
from partnerships.text import capitalised

MILLION = 1_000_000
#: More names than these say less than their number.
MOST_NAMED = 8


@dataclass(frozen=True)
class TieKind:
    """A kind of ties on pages: the end of its address, for good, its name, what its
    partners do, now and on a day that is over, and the word of the glossary that tells
    what it is about."""

    slug: str
    kind: EngagementKind
    name: str
    do: str
    did: str
    term: str = ""


KINDS = [
    TieKind(
        "missions",
        EngagementKind.MISSION,
        "Missions and operations",
        "have ties with EU missions and operations",
        "had ties with EU missions and operations",
        "csdp",
    ),
    TieKind(
        "contributions",
        EngagementKind.EPF_CONTRIBUTION,
        "Peace Facility",
        "have given to the European Peace Facility",
        "had given to the European Peace Facility",
        "epf",
    ),
    TieKind(
        "dialogues",
        EngagementKind.DIALOGUE,
        "Dialogues",
        "hold dialogues with the EU",
        "held dialogues with the EU",
    ),
    TieKind(
        "agreements",
        EngagementKind.AGREEMENT,
        "Agreements",
        "have other agreements and arrangements",
        "had other agreements and arrangements",
    ),
    TieKind(
        "projects",
        EngagementKind.PESCO_PROJECT,
        "PESCO projects",
        "have ties with PESCO projects",
        "had ties with PESCO projects",
        "pesco",
    ),
    TieKind(
        "eda-arrangements",
        EngagementKind.EDA_ARRANGEMENT,
        "European Defence Agency",
        "have arrangements with the European Defence Agency",
        "had arrangements with the European Defence Agency",
        "eda",
    ),
    TieKind(
        "others",
        EngagementKind.OTHER,
        "Others",
        "have ties of other kinds",
        "had ties of other kinds",
    ),
]
KINDS_BY_SLUG = {kind.slug: kind for kind in KINDS}
_ONE = {"have": "has", "hold": "holds"}


def money(amount: int, currency: str) -> str:
    """Return an amount as people say it: "NOK 1,400 million", "EUR 122.5 million"."""
    if amount < MILLION or amount % (MILLION // 10):
        return f"{currency} {amount:,}"
    millions = f"{amount / MILLION:,.1f}".removesuffix(".0")
    return f"{currency} {millions} million"


def total_in_words(total: ContributionTotal) -> str:
    """Return a sum, "at least" so much where that is all one can say."""
    return "at least " * total.is_least + money(total.amount, total.currency)


def finding(
    kind: TieKind,
    partners: list[str],
    totals: Mapping[str, list[ContributionTotal]],
    in_words: Callable[[int], str],
    *,
    is_past: bool,
) -> str:
    """Return what the page of a kind of ties finds: "seven partners hold dialogues with
    the EU", "Norway has given NOK 1,400 million to the European Peace Facility"."""
    do = kind.did if is_past else kind.do
    verb, _, rest = do.partition(" ")
    if len(partners) > 1:
        return f"{in_words(len(partners))} partners {verb} {rest}"
    verb = _ONE.get(verb, verb)
    if not partners:
        return f"no partner {verb} {rest}"
    if sums := [total for own in totals.values() for total in own]:
        rest = rest.replace("given", f"given {_sums(sums)}", 1)
    return f"{partners[0]} {verb} {rest}"


def standfirst(
    partners: list[str],
    counts: Mapping[TieStage, tuple[int, int]],
    in_words: Callable[[int], str],
) -> str:
    """Return whose ties are there, and how many more are only envisaged."""
    said = []
    if 1 < len(partners) <= MOST_NAMED:
        said.append(f"{get_text_list(partners, 'and')}.")
    if envisaged := counts.get(TieStage.ENVISAGED, (0, 0))[0]:
        are = "is" if envisaged == 1 else "are"
        said.append(f"{capitalised(in_words(envisaged))} more {are} only envisaged.")
    return " ".join(said)


def _sums(totals: list[ContributionTotal]) -> str:
    return str(get_text_list([total_in_words(total) for total in totals], "and"))
