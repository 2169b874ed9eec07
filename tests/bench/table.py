"""The figures as tables in Markdown: growth from size to size, and what misses its
goal."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

#: Figures of one case, of all cases of a size, and of all sizes, smallest first.
Figures = dict[str, float]
Size = dict[str, Figures]
Sizes = dict[str, Size]

UNITS = {
    "cpu": "{:g} ms",
    "queries": "{} SQL",
    "kB": "{:,} kB",
    "nodes": "{:,} nodes",
    "rate": "{:,}/s",
    "p99": "p99 {:,g} ms",
    "first": "first {:,g} ms",
    "seconds": "{:,g} s",
    "seconds per 100,000": "{:g} s per 100,000",
    "speed": "{:,} rows/s",
    "changes": "{:,} changes",
    "idle": "{} MB at first",
    "MB": "{} MB",
    "failed": "fails: {}",
}


class Goal(NamedTuple):
    """A figure is at most ``most`` or at least ``least``, or so many times that of the
    case ``of``, of which it may be another figure, ``its``."""

    key: str
    most: float | None = None
    least: float | None = None
    of: str = ""
    its: str = ""

    def __str__(self) -> str:
        bound = f"≥ {self.least:g}" if self.most is None else f"≤ {self.most:g}"
        return f"{self.key} {bound}{f' × {self.of}' if self.of else ''}"

    def is_missed(self, name: str, size: Size) -> bool:
        """Return whether it is; not where there is nothing to compare."""
        base = size.get(self.of, {}).get(self.its or self.key) if self.of else 1
        figure = size[name].get(self.key)
        if figure is None or not base:
            return False
        ratio = figure / base
        return ratio > self.most if self.most is not None else ratio < self.least


NOW = {
    "home, known_on": "home",
    "home, edition": "home",
    "list, known_on": "partnership-list",
    "record, known_on": "partnership-detail",
    "record, edition": "partnership-detail",
    "matrix, known_on": "matrix",
    "API list, known_on": "api:partnership-list",
    "API matrix, known_on": "api:matrix",
}
FORMS = ["words", "milestones", "areas", "milestone", "claim"]
GOALS = {
    **{name: [Goal("cpu", 1.5, of=now)] for name, now in NOW.items()},
    "matrix": [Goal("cpu", 45), Goal("nodes", 9000)],
    "api:source-detail": [Goal("cpu", 5)],
    "API source with many claims": [Goal("cpu", 5)],
    "API list of 50": [Goal("cpu", 8, of="raw SQL and JSON of 50")],
    "record: open": [Goal("cpu", 60)],
    "words: refused": [Goal("cpu", 1.2, of="words: save")],
    "main pages after an edit": [Goal("cpu", 250)],
    "audited save of a row": [Goal("cpu", 1.5, of="twin: save of a row")],
    "verify_audit": [Goal("seconds per 100,000", 30)],
    "seal": [Goal("seconds per 100,000", 2)],
    "backup": [Goal("seconds per 100,000", 3)],
    "restore": [Goal("seconds per 100,000", 8)],
    "/data/datapackage.json": [Goal("seconds", 0.3)],
    "/data/sdp-tracker.zip": [Goal("seconds", 0.3)],
    "/data/changes.csv": [Goal("speed", least=3, of="Datasette: changes.csv")],
    "served: kept page": [
        Goal("rate", least=0.6, of="served: hello"),
        Goal("rate", least=4, of="served: bare view"),
    ],
    "served: 304": [Goal("rate", least=0.65, of="served: hello")],
    "served: list, made anew": [
        Goal("rate", least=5, of=f"Datasette: {way}")
        for way in ("list, 1 facet", "milestones, 2 facets", "claims, 2 facets")
    ],
    "start": [Goal("seconds", 0.6)],
    "a crawl": [Goal("MB", 120)],
}
#: Goals of cases by the beginning of their names, where they have none of their own.
KINDS = {
    "eight of": [Goal("p99", 50)],
    "admin: ": [Goal("cpu", 50)],
    **{f"{form}: open": [Goal("cpu", 60)] for form in FORMS},
    **{f"{form}: save": [Goal("cpu", 30), Goal("queries", 60)] for form in FORMS},
    "an edit just made, home": [Goal("p99", 1.2, of="home", its="cpu")],
    "an edit just made, sources": [Goal("p99", 1.2, of="source-list", its="cpu")],
}
ANEW, LIGHT = [Goal("cpu", 25)], [Goal("nodes", 3000), Goal("kB", 200)]
#: Growth from the smallest to the largest trail of as many partnerships.
GROWTH = 1.2
#: Milliseconds below which growth is noise.
NOISE = 3


def goals_of(name: str, size: Size) -> list[Goal]:
    if name in GOALS:
        return GOALS[name]
    for beginning, goals in KINDS.items():
        if name.startswith(beginning):
            return goals
    is_html, is_page = "nodes" in size[name], "kB" in size[name]
    return (ANEW if is_page else []) + (LIGHT if is_html else [])


def lines(found: dict[str, Sizes], before: dict[str, Sizes]) -> Iterator[str]:
    """Yield a table for each database, then what misses its goal."""
    for database, sizes in found.items():
        was = before.get(database, {})
        head = [database, *sizes, "growth", "goal"]
        yield from ("", row(head), row(["---"] * len(head)))
        for name in list(sizes.values())[-1]:
            cells = [cell(name, sizes[size], was.get(size, {})) for size in sizes]
            goals = goals_of(name, list(sizes.values())[-1])
            yield row([name, *cells, growth(name, sizes), ", ".join(map(str, goals))])
    yield from ("", *misses(found))


def row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def cell(name: str, size: Size, before: Size) -> str:
    text = words(size.get(name, {}))
    return f"{text}; was {words(before[name])}" if name in before else text


def words(figures: Figures) -> str:
    return ", ".join(UNITS[k].format(v) for k, v in figures.items() if k in UNITS)


def growth(name: str, sizes: Sizes) -> str:
    """Return how many times the CPU is from each size to the next."""
    cpu = [size.get(name, {}).get("cpu") for size in sizes.values()]
    pairs = pairwise(cpu)
    return " → ".join(f"{b / a:.1f}" if a and b else "–" for a, b in pairs)


def misses(found: dict[str, Sizes]) -> Iterator[str]:
    """Yield a line for each figure that misses its goal at the largest size, or that
    grows with the trail."""
    for database, sizes in found.items():
        last = list(sizes)[-1]
        of_these = last.partition("x")[0]
        first = next(size for size in sizes if size.partition("x")[0] == of_these)
        for name, figures in sizes[last].items():
            where = f"{name} ({database}, {last}): {words(figures)}"
            if "failed" in figures:
                yield f"- fails: {where}"
            for goal in goals_of(name, sizes[last]):
                if goal.is_missed(name, sizes[last]):
                    yield f"- misses {goal}: {where}"
            small, large = sizes[first].get(name, {}).get("cpu"), figures.get("cpu")
            if small and large and large > max(GROWTH * small, small + NOISE):
                yield f"- grows {large / small:.1f} times from {first}: {where}"
