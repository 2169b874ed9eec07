"""A source's earlier words, and those of a document's rows on one value."""

from collections import defaultdict
from datetime import date
from functools import cached_property

from partnerships import dates
from partnerships.actions.statements.line import Line
from partnerships.choices import Frequency, Verdict
from partnerships.models import Claim, Source


def replaces(new: Claim, old: Claim) -> bool:
    """Return whether both say what one source says of one value, so that the new one
    corrects the old. Of a tie a source may say that it is there, since when, how often
    and how much: each of these is a value of its own."""
    kind = new.fact_kind
    if kind is None or kind.has_one_value or new.aspect:
        return new.clashes_with(old)
    if old.says == new.says or old.aspect or _sort(old.says) != _sort(new.says):
        return False
    return _sort(new.says) != "since" or new.locator == old.locator or _apart(new, old)


def _apart(new: Claim, old: Claim) -> bool:
    """Return whether the dates that two claims give cannot both be true."""
    bounds = [dates.bounds_of(claim.says, open_ended=True) for claim in (new, old)]
    starts = [start or date.min for start, _ in bounds]
    ends = [end or date.max for _, end in bounds]
    return max(starts) > min(ends)


def _sort(says: str) -> str:
    """Return of which value of a tie a claim is that says this."""
    if says in ("yes", "no"):
        return "there"
    if says in Frequency.values:
        return "frequency"
    return "since" if any(dates.bounds_of(says, open_ended=True)) else "amount"


class OwnWord:
    """The claims that a source has already, and those that rows above make."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.said: dict[tuple, list[tuple[int, Claim]]] = defaultdict(list)

    @cached_property
    def _claims(self) -> dict[tuple, list[Claim]]:
        """The claims that the source has, by what they are about."""
        found = defaultdict(list)
        claims = self.source.claims.order_by("pk") if self.source.pk else ()
        for claim in claims:
            kind = claim.fact_kind
            assert kind is not None
            about = (kind.model, getattr(claim, kind.column))
            found[*about, claim.partnership_fact, claim.aspect].append(claim)
        return found

    def compare(self, line: Line) -> None:
        """Say on a row what the source said otherwise before, and refuse it where a row
        above says otherwise."""
        new = line.claim(self.source)
        new.derive()
        self._compare_with_claims(line, new)
        self._compare_with_rows_above(line, new)

    def _compare_with_claims(self, line: Line, new: Claim) -> None:
        if line.fact.pk is None:
            return
        model = line.fact._meta.model_name
        about = (model, line.fact.pk, new.partnership_fact, new.aspect)
        for old in self._claims.get(about, ()):
            setattr(old, model, line.fact)
            if old.says == new.says or not replaces(new, old):
                continue
            line.corrects_record = (
                bool(line.values)
                and old.says == line.adopted
                and not self._is_carried_by_others(old)
            )
            if line.corrects_record or not line.asks:
                line.verdict = Verdict.CORRECTS
            said = old.says.replace("_", " ")
            line.sentence += f" This source said {said}: its claim is replaced."

    def _is_carried_by_others(self, old: Claim) -> bool:
        kind, fact = old.fact_kind, old.fact
        assert kind is not None and fact is not None
        others = Claim.objects.filter(
            **{kind.model: fact},
            partnership_fact=old.partnership_fact,
            aspect=old.aspect,
        ).exclude(source=self.source)
        of_one_value = kind.has_one_value or bool(old.aspect)
        return any(
            of_one_value or _sort(other.says) == _sort(old.says)
            for other in others.supporting()
        )

    def _compare_with_rows_above(self, line: Line, new: Claim) -> None:
        is_date = line.value_of in ("date", "since")
        about = id(line.fact), new.partnership_fact, new.aspect, line.value_of
        for number, old in self.said[about]:
            if old.says != new.says and (not is_date or replaces(new, old)):
                line.problem = (
                    f"Row {number} says {old.says} of it: one document says one thing "
                    "of one value. Keep one of the two."
                )
        self.said[about].append((line.number, new))
