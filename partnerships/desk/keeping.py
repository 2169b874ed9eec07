"""Keeping what is typed of a document as a private draft, valid or not."""

import json
from hashlib import sha256

from partnerships.actions.statements import COLUMNS, SURE
from partnerships.desk.document_forms import DECISIONS, ORDERS, DocumentForm, chosen
from partnerships.desk.grids import MOST_ROWS
from partnerships.models import Draft, Partnership
from partnerships.text import tidy

#: Beside the columns of a row: a publisher leaves it with its author.
HELD = "held"


def without_nul(data):
    """Return what was sent without a character that PostgreSQL cannot store."""
    data = data.copy()
    for name, values in data.lists():
        data.setlist(name, [value.replace("\0", "") for value in values])
    return data


def wording(draft):
    """Return what a draft says: of the document, and row by row."""
    rows = [[row.get(name, "") for name in COLUMNS] for row in draft.rows]
    return {"document": draft.document, "rows": rows}


def version(draft):
    """Return a short text that stands for what a draft says, the same for the same."""
    told = json.dumps(wording(draft), sort_keys=True)
    return sha256(told.encode()).hexdigest()[:16]


def is_overtaken(draft, typed):
    """Return whether somebody else, or its owner in another window, changed a draft
    since it was shown on the page on which this was typed. ``page`` names that page in
    all that it sends: an answer that never arrived makes it no other."""
    now, seen = version(draft), typed.get("version")
    if seen in (None, now) or version(as_typed(typed)) == now:
        return False
    return draft.data.get("page") != typed.get("page")


def is_written_on(typed):
    """Return whether something was changed on the page that sent this."""
    return typed.get("version") != version(as_typed(typed))


def as_typed(typed, **fields):
    """Return a new draft, not saved, of what was typed."""
    draft = Draft(**fields)
    keep_typed(draft, typed)
    _choose(draft)
    return draft


def keep_typed(draft, typed):
    """Take over what was typed as it stands, but for a reason too long to keep."""
    draft.document = {name: typed.get(name, "") for name in DocumentForm.Meta.fields}
    count = typed.get("rows-TOTAL_FORMS", "")
    if count.isdecimal() and len(count) < 5:
        names = {name: f"rows-%d-{name}" for name in (*COLUMNS, SURE, HELD)}
        rows = [
            {name: typed.get(key % n, "").strip() for name, key in names.items()}
            for n in range(min(int(count), MOST_ROWS))
        ]
        draft.rows = [row for row in rows if any(row[name] for name in COLUMNS)]
    draft.change_kind = typed.get("change_kind", "")[:20]
    reason = typed.get("change_reason", "")
    draft.change_reason = reason if len(reason) <= 500 else draft.change_reason
    draft.data["page"] = typed.get("page", "")


def keep(draft, given):
    """Keep what was typed, valid or not, and add the rows that are asked for; return
    what is wrong with it."""
    typed = given["document"].data
    keep_typed(draft, typed)
    problems = [
        f"Row {number}, {form.fields[name].label or name}: {error}"
        for number, form in enumerate(given["rows"], start=1)
        for name, errors in form.errors.items()
        for error in errors
    ]
    for form in (given["paste"], given["why"]):
        problems += [error for errors in form.errors.values() for error in errors]
    more = given["paste"].rows()
    if len(draft.rows) + len(more) > MOST_ROWS:
        problems.append(f"A document has at most {MOST_ROWS} rows: paste fewer.")
    elif given["paste"].is_valid():
        draft.rows += more
        draft.is_import |= bool(given["paste"].cleaned_data["uploaded"])
        given["paste"] = type(given["paste"])()
    _choose(draft)
    problems += keep_summaries(draft, typed)
    draft.save()
    return problems


def _choose(draft):
    """Write the choices of each row by their codes."""
    for row in draft.rows:
        row["decision"] = chosen(row.get("decision", ""), DECISIONS)
        row["order"] = chosen(row.get("order", ""), ORDERS)


def keep_summaries(draft, typed, *, says_so=True):
    """Keep new summaries, each with the one that it replaces; return the sentences for
    those that somebody else changed meanwhile. Until the editor is told so, the one
    that was to be replaced is remembered."""
    sent = {
        name.removeprefix("summary-"): "\n".join(tidy(text).strip().splitlines())
        for name, text in typed.items()
        if name.startswith("summary-") and name.removeprefix("summary-").isdecimal()
    }
    ids = [pk for pk in {*sent, *draft.summaries} if len(pk) < 19]
    problems = []
    for record in Partnership.objects.filter(pk__in=ids).select_related("partner"):
        pk, there = str(record.pk), record.summary
        before, text = draft.summaries.get(pk, (there, ""))
        draft.summaries[pk] = (there if says_so else before, sent.get(pk, text))
        if before != there:
            problems.append(
                f"The summary of {record.partner} was changed meanwhile; it says: "
                f"“{there}” Yours is kept, and replaces it if you publish again."
            )
    return problems
