"""Values as people write them, in the notation of the record: for the forms in
which a claim is entered by itself."""

from partnerships import written_dates
from partnerships.actions.statements.coverage import cell_value
from partnerships.actions.statements.milestones import whole_euro
from partnerships.actions.statements.ties import amount_in, frequency_in
from partnerships.actions.vocabulary import CannotRead
from partnerships.choices import Aspect
from partnerships.dates import InvalidPartialDate
from partnerships.models import Claim
from partnerships.text import search_form


def in_notation(text: str, claim: Claim) -> str:
    """Return the text in the notation of ``Claim.says``, for a claim about that fact;
    as it is where nothing is known to be meant by it. Raise CannotRead, with what to
    write instead, where it can be read in two ways or is no value of the fact."""
    kind = claim.fact_kind
    if claim.aspect:
        return whole_euro(text) if claim.aspect == Aspect.AMOUNT_EUR else text
    if kind is None or kind.model == "partnership":
        return text
    if kind.model == "coverage":
        return str(cell_value(text))
    if claim.engagement and (value := _of_tie(text, claim.engagement.kind)):
        return value
    return answer_in_notation(text, says_dates=kind.says_dates)


def answer_in_notation(text: str, *, says_dates: bool = True) -> str:
    """Return yes, no or a date in the record's notation, and other text as it is. Raise
    CannotRead for a date that can be read in two ways."""
    if (plain := search_form(text)) in ("yes", "no"):
        return plain
    try:
        read = says_dates and written_dates.read(text, open_ended=True)
    except written_dates.AmbiguousDate as error:
        raise CannotRead(str(error)) from error
    except InvalidPartialDate:
        return text
    return str(read or text)


def _of_tie(text: str, kind: str) -> str:
    """Return how often or how much, in the record's notation; empty if neither."""
    if frequency := frequency_in(text, kind):
        return frequency
    amount = amount_in(text, kind)
    return f"{amount[0]} {amount[1]}" if amount else ""
