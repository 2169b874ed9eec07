"""A document that is entered at the desk, as an editor sends it."""

from uuid import uuid4

from django.urls import reverse

ADDRESS = "https://example.org/ghana-and-the-eu-sign"
DOCUMENT = {
    "url": ADDRESS,
    "publisher": "Channel Africa",
    "kind": "press",
    "title": "Ghana and the EU sign",
    "published_on": "25 March 2026",
    "language": "en",
    "change_kind": "new_development",
}
SIGNED = {"partner": "Ghana", "what": "Signed", "value": "24/03/2026", "place": "¶ 2"}


def address(draft=None):
    return reverse("admin:desk-document", args=[draft or uuid4()])


def send(client, rows=(), button="publish", *, to=None, **fields):
    data = {"rows-TOTAL_FORMS": len(rows), "rows-INITIAL_FORMS": 0, button: "1"}
    for number, row in enumerate(rows):
        data |= {f"rows-{number}-{name}": value for name, value in row.items()}
    return client.post(to or address(), {**DOCUMENT, **data, **fields})


def check(client, rows, **fields):
    """The rows as they stand to the record, and the page's other findings."""
    context = send(client, rows, "check", **fields).context
    return [line for _, line in context["rows"] if line], context


def read(client, row):
    """One row as it stands to the record."""
    ((line,), _) = check(client, [row])
    return line


def problems_of(answer):
    """Whatever is in the way of publishing, row by row and as a whole."""
    rows = [line.problem for line in answer.context["wrong"]]
    return rows + answer.context["problems"]


def beside(client, *rows, **fields):
    lines, _ = check(client, rows, **fields)
    return [(str(line.verdict or ""), line.problem) for line in lines]
