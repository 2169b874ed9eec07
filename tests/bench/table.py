"""The figures as tables in Markdown, and which of them miss their goal."""

from collections.abc import Iterator

#: Address of each page, and the ms of CPU that it may take at most, made anew.
PAGES = {
    "home": ("/", 10),
    "list": ("/partnerships/", 10),
    "list of another day": ("/partnerships/?as_of={day}", 10),
    "record": ("/partnerships/norway/", 20),
    "matrix": ("/matrix/", 45),
    "API list": ("/api/v1/partnerships/?page_size=50", 10),
    "API record": ("/api/v1/partnerships/norway/", None),
}
GOALS = {name: {"cpu": most} for name, (_, most) in PAGES.items() if most}
#: Goals of the shipped data alone.
SHIPPED = "15"
FORMS = {
    "opening a record's form": {"cpu": 60, "queries": 60},
    "saving a changed word": {"cpu": 60, "queries": 100},
}
BESIDE = {
    "304": "bare view",
    "kept page": "bare view",
    "audited save of a row": "plain save of a row",
}
UNITS = {
    "cpu": "{:g} ms CPU",
    "elapsed": "{:g} elapsed",
    "queries": "{} SQL",
    "seconds": "{:.1f} s",
    "changes": "{:,} changes",
    "speed": "{:,.0f} rows/s",
    "rows": "{:,} rows",
    "peak": "{:.0f} MB",
}


def lines(found: dict, before: dict) -> Iterator[str]:
    """Yield a table for each database, then what misses its goal."""
    for database, sizes in found.items():
        was = before.get(database, {})
        head = [f"{database}, number of partnerships", *sizes, "goal"]
        rows = [head, ["---"] * len(head)]
        for name in list(sizes.values())[-1]:
            cells = [cell(name, sizes[size], was.get(size, {})) for size in sizes]
            rows.append([name, *cells, words((GOALS | FORMS).get(name, {}))])
        yield from ("", *(f"| {' | '.join(row)} |" for row in rows))
    yield from ("", *misses(found))


def cell(name: str, figures: dict, before: dict) -> str:
    """Return a figure in words, beside another case and beside what it was."""
    text = words(figures.get(name, {}))
    if base := BESIDE.get(name):
        text += f", {figures[name]['cpu'] / figures[base]['cpu']:.1f} × {base}"
    return f"{text}; was {words(before[name])}" if name in before else text


def words(figure: dict) -> str:
    return ", ".join(UNITS[key].format(value) for key, value in figure.items())


def misses(found: dict) -> Iterator[str]:
    """Yield a line for each figure that misses its goal."""
    for database, sizes in found.items():
        for size, figures in sizes.items():
            for name, goal in (GOALS | FORMS if size == SHIPPED else GOALS).items():
                if any(figures[name][key] > goal[key] for key in goal):
                    where = f"{name} ({database}, {size} partnerships)"
                    yield f"- misses {words(goal)}: {where}, {words(figures[name])}"
