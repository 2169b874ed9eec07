"""The effect of a document on each record, in words."""

from partnerships.choices import Verdict
from partnerships.dates import InvalidPartialDate, parse
from partnerships.web import status_words

#: Kinds of fact that a record counts, or has once.
_COUNTED = ("coverage", "partnership")


def in_words(effect, lines, summaries):
    """Return a record, of each thing that changes what it was and is, what it has anew,
    and its summary where that should be read again."""
    before, after = effect.before, effect.after
    was, becomes = _facts(before), _facts(after)
    typed = summaries.get(str(after.pk))
    return {
        "partnership": after,
        "summary": typed or (after.summary if effect.summary_is_old else ""),
        "changes": [
            *((n, was[n], becomes[n]) for n in was if was[n] != becomes[n]),
            *_changed_facts(lines, after),
        ],
        "new": new_facts(lines, after),
    }


def new_facts(lines, partnership):
    """Return the names of the facts that these rows make in a record, or in none."""
    facts = {
        id(line.fact): line.fact
        for line in lines
        if line.verdict == Verdict.NEW
        and line.partnership == partnership
        and line.what.model not in _COUNTED
        and not line.what.aspect
    }
    return [fact.name_in_record for fact in facts.values()]


def _changed_facts(lines, partnership):
    """Return the facts on record to which these rows give another value, each with that
    and the one that it has."""
    return [
        (line.fact.name_in_record, _shown(line.adopted), _shown(line.says))
        for line in lines
        if line.adopts
        and line.verdict != Verdict.NEW
        and line.partnership == partnership
        and line.adopted != line.says
    ]


def _shown(notation):
    """Return a value in words."""
    try:
        return parse(notation).display()
    except InvalidPartialDate:
        return notation.replace("_", " ") or "nothing"


def _facts(row):
    return {
        "Partnership": status_words.label(row, "sdp_status"),
        "SAFE": status_words.label(row, "safe_status"),
        "Signed": row.signed_on.display() if row.signed_on else "no day",
        "Areas included": row.areas_included,
        "Open disagreements": row.open_disagreements,
    }
