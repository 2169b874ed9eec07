"""How many partnerships count as what on any day, without a look at each of them."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter

from partnerships.choices import SdpStatus
from partnerships.lifecycle.table import EFFECTS, STEPS
from partnerships.models import Affiliation, Milestone, Partnership
from partnerships.selectors.kinds import BITS, Kind, counted_as, values_of

SUMMED = 1_000  # changes, at most, that are added up for an answer

_Event = tuple[date, int, int, str, str | int]


class Tally:
    """What the published partnerships began and ceased to count as, in the order of the
    days. Up to any day, the difference is how many count as what."""

    def __init__(self):
        self._days: list[date] = []
        self._sums = [Counter()]
        self._began: list[int] = []
        self._ceased: list[int | None] = []
        self._values: list[dict[str, set[str]]] = []
        numbers, counts_as = {}, {}
        for day, pk, kind in _changes():
            if kind not in numbers:
                numbers[kind] = len(numbers)
                self._values.append(values_of(*kind))
            if (before := counts_as.get(pk)) != numbers[kind]:
                counts_as[pk] = numbers[kind]
                self._days.append(day)
                self._began.append(numbers[kind])
                self._ceased.append(before)
                if len(self._days) % SUMMED == 0:
                    self._sums.append(self._sum(len(self._days)))

    def on(self, day: date) -> list[Kind]:
        """The kinds that there are on that day."""
        counts = self._sum(bisect_right(self._days, day))
        return [Kind(self._values[number], n) for number, n in counts.items()]

    def _sum(self, end: int) -> Counter:
        """The difference up to this place, from the last sum before it."""
        summed = (end - 1) // SUMMED
        rest = slice(summed * SUMMED, end)
        began = self._sums[summed] + Counter(self._began[rest])
        return began - Counter(self._ceased[rest])


@dataclass
class _State:
    """What one partnership counts by, from one day to the next."""

    iso_code: str
    region: str
    sdp: str = SdpStatus.NOT_RECORDED
    safe: str | None = None
    held: list[int] = field(default_factory=list)

    def apply(self, what: str, value: str | int):
        if what == "since":
            self.held.append(value)
        elif what == "until":
            self.held.remove(value)
        else:
            setattr(self, what, value)

    def kind(self) -> tuple:
        held = sum(set(self.held))
        return counted_as(self.sdp, self.safe, held, self.iso_code, self.region)


def _changes() -> Iterator[tuple[date, int, tuple]]:
    """Each partnership by its id, and what it counts as: from the first day of all on,
    and whenever something happens to it."""
    states, of_partner = {}, defaultdict(list)
    columns = ("pk", "partner_id", "partner__iso_code", "partner__region")
    for pk, partner_id, *place in Partnership.objects.published().values_list(*columns):
        states[pk] = _State(*place)
        of_partner[partner_id].append(pk)
        yield date.min, pk, states[pk].kind()
    events = [*_milestones(), *_affiliations(of_partner)]
    for day, _, pk, what, value in sorted(events, key=itemgetter(0, 1)):
        if pk in states:
            states[pk].apply(what, value)
            yield day, pk, states[pk].kind()


def _milestones() -> Iterator[_Event]:
    """What they set the status of a track to; of one day's, the last prevails."""
    effective = [kind for steps in STEPS.values() for kind in steps if steps[kind]]
    rows = Milestone.objects.filter(kind__in=effective).exclude(latest=None).order_by()
    for day, pk, track, kind in rows.values_list(
        "latest", "partnership_id", "track", "kind"
    ):
        if step := STEPS[track][kind]:
            yield day, step, pk, track, EFFECTS[track][kind]


def _affiliations(of_partner: dict[int, list[int]]) -> Iterator[_Event]:
    """When they begin to hold, and when they cease to."""
    for partner_id, kind, since, until in Affiliation.objects.order_by().values_list(
        "partner_id", "kind", "since_latest", "until_latest"
    ):
        begins = since or date.min
        if until and until <= begins:
            continue
        for pk in of_partner[partner_id]:
            yield begins, 0, pk, "since", BITS[kind]
            if until:
                yield until, 0, pk, "until", BITS[kind]
