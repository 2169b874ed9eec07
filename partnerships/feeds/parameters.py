"""What a feed is asked for: nothing wrong or unknown is ignored in silence."""

from django.http import HttpResponse
from django.utils.http import urlencode

from partnerships.feeds.ids import permanent_id
from partnerships.feeds.text import clean
from partnerships.templatetags.presentation.dates import between
from partnerships.templatetags.presentation.lists import active_filters

SPAN = ("from", "to")
CLOCK = {"as_of": "as of", "known_on": "known on"}


def refusal(asked) -> HttpResponse | None:
    """The answer to wrong or unknown parameters, a line for each; None where there are
    none."""
    lines = [
        f"{name}: {sentence}"
        for name, sentences in asked.form.errors.items()
        for sentence in sentences
    ]
    known = ", ".join(asked.form.fields)
    for name in asked.form.data.keys() - asked.form.fields.keys():
        lines.append(f"{name[:50]}: There is no such parameter; there are {known}.")
    if not lines:
        return None
    text = "".join(f"{clean(line)}\n" for line in lines)
    return HttpResponse(text, status=400, content_type="text/plain; charset=utf-8")


def title(what: str, asked) -> str:
    """The name of a feed, with what a valid filter chooses."""
    given = asked.form.cleaned_data
    chosen = [
        f"{active.label}: {active.value}"
        for active in active_filters(asked)
        if active.label not in ("From", "To")
    ]
    chosen += filter(None, [between(asked.form)])
    chosen += [
        f"{word} {given[name]}" for name, word in CLOCK.items() if given.get(name)
    ]
    return clean(f"{what} ({'; '.join(chosen)})" if chosen else what)


def feed_id(name: str, asked) -> str:
    """The id of a feed: the same wherever it is read, however its address is spelt."""
    return permanent_id(f"{name}?{urlencode(sorted(_given(asked)))}").urn


def page_query(asked) -> str:
    """The query of the page that shows what a feed is about."""
    return f"?{query}" if (query := urlencode(list(_given(asked)))) else ""


def _given(asked):
    for name, values in asked.form.data.lists():
        for value in dict.fromkeys(values):
            if value:
                yield name, value
