"""The state of play in a headline and a few sentences."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.text import get_text_list

from partnerships.choices import SafeStatus
from partnerships.dates import day_in_words
from partnerships.lifecycle.table import SAFE_ASSOCIATED
from partnerships.text import capitalised
from partnerships.web.milestone_words import in_text, when

#: More names than these say less than their number.
MOST_NAMED = 4


def lede(rows: Iterable[Any]) -> str:
    """Return the newest signatures, who takes part in SAFE by an agreement, and whose
    talks on it ended, of rows with their statuses of one day."""
    rows = list(rows)
    return " ".join(filter(None, [_latest(rows), _associated(rows), _failed(rows)]))


def reach(rows: Iterable[Any], last: date | None) -> str:
    """Return how far the news is complete, where the newest is of a day after the one
    through which editors looked."""
    days = [row.checked_through for row in rows if row.checked_through]
    if not days or last is None or last <= min(days):
        return ""
    return (
        f"Editors have looked for all news through {day_in_words(min(days))}. They "
        "learnt of later events by chance; there may be more."
    )


def _latest(rows: list[Any]) -> str:
    signed = [row for row in rows if row.signed_on]
    if not signed:
        return ""
    last = max(row.signed_latest for row in signed)
    newest = [row for row in signed if row.signed_latest == last]
    sure = [row for row in newest if not row.sdp_status_reported]
    reported = [row for row in newest if row.sdp_status_reported]
    who = _names(sure)
    if reported:
        who += f"{' and, ' * bool(sure)}reportedly, {_names(reported)}"
    return capitalised(f"{who} signed last, {when(newest[0].signed_on)}.")


def _associated(rows: list[Any]) -> str:
    inside = [row for row in rows if row.safe_status in SAFE_ASSOCIATED]
    if not inside:
        return ""
    alone, own = (
        (" alone has", "an agreement of its own")
        if len(inside) == 1
        else (" have", "agreements of their own")
    )
    return capitalised(
        f"{_names(inside)}{alone} {own} on SAFE, the EU’s loans for common defence "
        "purchases."
    )


def _failed(rows: list[Any]) -> str:
    failed = [row for row in rows if row.safe_status == SafeStatus.NO_AGREEMENT]
    if not failed:
        return ""
    return capitalised(f"talks with {_names(failed)} on SAFE ended without one.")


def _names(rows: list[Any]) -> str:
    if len(rows) > MOST_NAMED:
        return f"{len(rows)} partners"
    return str(get_text_list([in_text(row.partner) for row in rows], "and"))
