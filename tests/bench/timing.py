"""Times on a machine that others use too: in rounds, each with every case in it, so
that what slows one case down slows the others down as well."""

import sys
import time
from collections.abc import Callable, Mapping
from statistics import median


def interleaved(cases: Mapping[str, Callable], *, rounds: int) -> dict[str, list]:
    """Seconds of each case in each round; a first round is not counted. A case that
    returns seconds has measured itself. The order turns from round to round."""
    names, found = list(cases), {name: [] for name in cases}
    for number in range(rounds + 1):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            began = time.perf_counter()
            took = cases[name]()
            if took is None:
                took = time.perf_counter() - began
            if number:
                found[name].append(took)
    return found


def ratio(times: list[float], base: list[float]) -> float:
    """The median of the rounds' ratios."""
    return median(one / other for one, other in zip(times, base, strict=True))


def milliseconds(times: list[float], *, each: int = 1) -> str:
    took = 1000 * median(times) / each
    return f"{took:.{0 if took >= 100 else 1}f} ms"


class Stopwatch:
    """Tells on standard error what is under way, and how long it took."""

    def __init__(self, doing: str):
        self.doing = doing

    def __enter__(self):
        self.began = time.perf_counter()
        return self

    def __exit__(self, *error):
        self.seconds = time.perf_counter() - self.began
        print(f"  {self.doing}: {self.seconds:.1f} s", file=sys.stderr, flush=True)
