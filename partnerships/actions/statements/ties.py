"""Rows on other ties, and on a partner's standing with NATO and the EU."""

import re
from decimal import Decimal
from typing import Any

from partnerships.actions.statements.likeness import meant
from partnerships.actions.statements.line import Line
from partnerships.actions.statements.on_record import OnRecord
from partnerships.actions.statements.relations import (
    NOTHING,
    compare_dates,
    compare_texts,
    date_in,
)
from partnerships.actions.vocabulary import CannotRead
from partnerships.choices import AffiliationKind, EngagementKind, Frequency, Verdict
from partnerships.models import Affiliation, Engagement
from partnerships.text import capitalised, search_form

_FREQUENCIES = {
    search_form(word): value
    for value in Frequency
    for word in (value.label, value.value)
}
_AMOUNT = re.compile(
    r"(?P<before>[A-Z]{3}|€)? ?(?P<number>\d+(?:\.\d+)?)"
    r"(?: ?(?P<scale>million|billion))?(?: ?(?P<after>[A-Z]{3}))?",
    re.ASCII | re.IGNORECASE,
)
#: A text that gives an amount: no date ends in letters.
_AMOUNTS = re.compile(r"\b[A-Z]{3}\b|€|million|billion|\d ?[a-z]{3}$")
_SCALES = {"": 1, "million": 10**6, "billion": 10**9}
_MOST = 10**15


def read_tie(line: Line, record: OnRecord) -> None:
    """Read a row on a dialogue, an agreement, a mission, a contribution or the like."""
    what = line.what
    _read_value(line, what.kind)
    rows = record.rows("engagement", line.partnership)
    of_kind = [row for row in rows if row.kind == what.kind]
    title = line.row["detail"] or what.title
    above = record.newest.get(("engagement", line.partnership.pk))
    if not title and above in of_kind:
        of_kind = [above]
    line.fact = meant(line, of_kind, title, lambda row: row.title)
    if line.fact is None:
        if not title:
            raise CannotRead("Say its title under “Who, title, or expected”.")
        line.fact = Engagement(
            partnership=line.partnership,
            kind=what.kind,
            state=what.state,
            title=title,
            note=line.row["text"],
        )
        if what.kind == EngagementKind.DIALOGUE:
            line.fact.frequency = Frequency.NOT_SPECIFIED
        _begin(line, rows)
    elif line.fact.state != what.state and (not line.is_like or line.row["decision"]):
        state = line.fact.get_state_display().lower()
        raise CannotRead(
            f"“{line.fact.title}” is on record as a tie with the state “{state}”: "
            "choose that, or change its state on its own page first."
        )
    else:
        _compare(line)
    record.newest["engagement", line.partnership.pk] = line.fact


def read_standing(line: Line, record: OnRecord) -> None:
    """Read a row on a partner's standing; a standing that ended can begin anew."""
    what = line.what
    _read_value(line, what.kind)
    rows = record.rows("affiliation", line.partnership)
    of_kind = [row for row in rows if row.kind == what.kind and not row.until]
    is_other = what.kind == AffiliationKind.OTHER
    title = line.row["detail"] if is_other else ""
    if line.row["detail"] and not is_other:
        raise CannotRead("Leave “Who, title, or expected” empty: a standing has none.")
    line.fact = meant(line, of_kind, title, lambda row: row.note)
    if line.fact is None:
        if is_other and not title:
            raise CannotRead("Say under “Who, title, or expected” what it is.")
        line.fact = Affiliation(
            partner=line.partnership.partner,
            kind=what.kind,
            note=title or line.row["text"],
        )
        _begin(line, rows)
    else:
        _compare(line)


def _read_value(line: Line, kind: str) -> None:
    """Read the value of a tie: yes, no, since when, how often or how much."""
    text = line.row["value"]
    plain = search_form(text)
    line.says, line.value_of, line.values = plain, "there", {}
    if plain in ("yes", "no"):
        return
    if frequency := frequency_in(text, kind):
        line.says, line.value_of = frequency, "frequency"
        line.values = {"frequency": line.says}
    elif found := amount_in(text, kind):
        amount, currency = found
        line.says, line.value_of = f"{amount} {currency}", "amount"
        line.values = {"amount": amount, "currency": currency}
    else:
        since = date_in(re.sub(r"^(since|from) ", "", text, flags=re.IGNORECASE))
        line.says, line.value_of = str(since), "since"
        line.values = {"since": since}


def frequency_in(text: str, kind: str) -> str:
    """Return how often, of a dialogue; empty if the text does not say it."""
    is_dialogue = kind == EngagementKind.DIALOGUE
    return str(_FREQUENCIES.get(search_form(text), "")) if is_dialogue else ""


def amount_in(text: str, kind: str) -> tuple[int, str] | None:
    """Return the amount of a contribution in whole units and its currency, as in "150
    million NOK"; None if the text gives none. Raise CannotRead for one that cannot be
    read."""
    is_contribution = kind == EngagementKind.EPF_CONTRIBUTION
    if not (is_contribution and _AMOUNTS.search(text)):
        return None
    match = _AMOUNT.fullmatch(re.sub(r"(?<=\d)[, ](?=\d{3}\b)", "", text))
    if match is None:
        raise CannotRead(_HOW_TO_WRITE_AMOUNTS)
    number, scale = Decimal(match["number"]), (match["scale"] or "").lower()
    amount = number * _SCALES[scale]
    currency = (match["before"] or match["after"] or "").upper().replace("€", "EUR")
    is_whole = scale or "." not in match["number"]
    if not (is_whole and currency and amount == int(amount) and 0 < amount < _MOST):
        raise CannotRead(_HOW_TO_WRITE_AMOUNTS)
    return int(amount), currency


_HOW_TO_WRITE_AMOUNTS = (
    "Write the amount with its currency: 150000000 NOK, or 150 million NOK."
)


def _begin(line: Line, rows: list[Any]) -> None:
    """Make the fact of a row that is new."""
    if line.says == "no":
        raise CannotRead("Nothing like it is on record, so there is nothing to deny.")
    for name, value in line.values.items():
        setattr(line.fact, name, value)
    if line.what.kind == EngagementKind.EPF_CONTRIBUTION and not line.fact.amount:
        raise CannotRead("Give its amount first; a row below can say when it was.")
    line.fact.derive()
    rows.append(line.fact)
    line.verdict = Verdict.NEW
    line.sentence = f"{_in_words(line)}. {NOTHING}"


def _in_words(line: Line) -> str:
    """Return the value of a row as it was understood."""
    if line.value_of == "since":
        return f"Since {line.values['since'].display()}"
    if line.value_of == "amount":
        return f"{line.values['amount']:,} {line.values['currency']}"
    return capitalised(line.says.replace("_", " "))


def _compare(line: Line) -> None:
    """Compare the value of a row with the tie on record."""
    fact, value_of = line.fact, line.value_of
    if value_of == "there":
        line.adopted = "yes"
        is_so = line.says == "yes"
        line.verdict = Verdict.SAME if is_so else Verdict.DISAGREES
        line.sentence = "On record, too." if is_so else "The record has it."
    elif value_of == "since":
        line.adopted = str(fact.since or "")
        if fact.since:
            compare_dates(line, line.values["since"], fact.since)
        else:
            line.verdict = Verdict.MORE_PRECISE
            line.sentence = f"{_in_words(line)}. The record does not say since when."
    else:
        has_amount = value_of == "amount" and fact.amount
        amount = f"{fact.amount} {fact.currency}" if has_amount else ""
        line.adopted = amount or str(getattr(fact, value_of) or "")
        compare_texts(line)
        if line.adopted == Frequency.NOT_SPECIFIED and line.says != line.adopted:
            line.verdict = Verdict.MORE_PRECISE
            line.sentence = f"{_in_words(line)}. The record does not say how often."
    if fact.pk is None and line.verdict == Verdict.MORE_PRECISE:
        line.verdict = Verdict.NEW
    if line.verdict == Verdict.NEW:
        for name, value in line.values.items():
            setattr(fact, name, value)
        fact.derive()
