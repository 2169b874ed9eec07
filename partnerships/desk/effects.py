"""The effect of a document on each record, in words."""

from partnerships.choices import Verdict
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
        "changes": [(n, was[n], becomes[n]) for n in was if was[n] != becomes[n]],
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


def _facts(row):
    return {
        "Partnership": status_words.label(row, "sdp_status"),
        "SAFE": status_words.label(row, "safe_status"),
        "Signed": row.signed_on.display() if row.signed_on else "no day",
        "Areas included": row.areas_included,
        "Open disagreements": row.open_disagreements,
    }
