"""The log as Atom and as JSON Feed.

An entry is one operation: what matters most in it is the title, all of it is inside. Of
one with more than 25 changes, such as an import, the entry says how many. Which of both
it is never changes, and neither do ids (``ids.news_id``).
"""

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.views.decorators.http import require_safe

from partnerships.feeds import atom, ids, json_feed, parameters
from partnerships.feeds.entries import MOST_ENTRIES, Entry
from partnerships.filters.changes import ChangeFilter
from partnerships.log.changes import Change
from partnerships.log.entries import public_changes
from partnerships.log.news import News, latest_news
from partnerships.log.numbering import public_numbers
from partnerships.templatetags.changes import NO_REASON, NOT_PUBLIC, logged_value
from partnerships.text import as_sentence, in_a_line


@require_safe
def changes_atom(request):
    """Answer with the newest changes; the parameters are those of the log."""
    return _newest(request, atom.answer)


@require_safe
def changes_json(request):
    """Answer with the entries of ``changes_atom``."""
    return _newest(request, json_feed.answer)


def _newest(request, answer):
    public = public_changes()
    filterset = ChangeFilter(request.GET, public)
    if refused := parameters.refusal(filterset):
        return refused
    numbers = filterset.among(public_numbers())
    newest = latest_news(numbers, among=public, most=MOST_ENTRIES)
    entries = [_entry(news) for news in newest]
    return answer(request, entries, filterset, subject="changes", page="change-list")


def _entry(news: News) -> Entry:
    summary = _summary(news)
    content = format_html("<p>{}</p>", summary)
    if not news.is_bulk:
        content += _differences(news.change)
        for change in news.changes[1:]:
            content += format_html("<p>{}</p>", _sentence(change))
            content += _differences(change)
    return Entry(
        id=ids.news_id(news).urn,
        link=_link(news),
        title=_title(news),
        summary=summary,
        content=content,
        published=news.at,
        updated=news.told_at,
        categories=news.categories,
        author=in_a_line(news.change.by) or None,
    )


def _link(news: News) -> str:
    if news.is_bulk or len(news.changes) > 1:
        return f"{reverse('change-list')}?operation={news.change.entry.operation}"
    return reverse("change-detail", args=[news.change.number])


def _title(news: News) -> str:
    if news.is_bulk:
        were = "change was" if news.count == 1 else "changes were"
        return f"{news.count:,} {were} made at once."
    sentence, more = _sentence(news.change), len(news.changes) - 1
    if not more:
        return sentence
    return f"{sentence.removesuffix('.')}, and {more} more change{'s' * (more > 1)}."


def _sentence(change: Change) -> str:
    """Say what was done, the partner first: "Norway: new source for Signed (SDP)."."""
    act, partner, rest = change.parts
    if not partner:
        return as_sentence(in_a_line(change.title))
    between = " " if act.endswith(" for") else ", "
    done = between.join(filter(None, [act[:1].lower() + act[1:], rest]))
    return as_sentence(in_a_line(f"{partner}: {done}"))


def _summary(news: News) -> str:
    """Say what was done, by whom, and why."""
    category = f"{news.categories[0].label}: " if news.categories else ""
    by = in_a_line(news.change.by) or "Somebody who is not named"
    reason = as_sentence(news.change.reason) or NO_REASON
    return f"{category}{_title(news)} {_fields(news)}{by} gave the reason: {reason}"


def _fields(news: News) -> str:
    change, is_alone = news.change, len(news.changes) == 1 and not news.is_bulk
    if not is_alone or change.action != "changed" or not change.fields:
        return ""
    labels = [field.label for field in change.fields]
    return f"Changed: {get_text_list(labels, 'and')}. "


def _differences(change: Change) -> SafeString:
    if not change.fields:
        return format_html("<p>{}</p>", NOT_PUBLIC)
    fields = (
        (field.label, logged_value(field.old), logged_value(field.new))
        for field in change.fields
    )
    items = format_html_join(
        "", "<li>{}: before, <del>{}</del>; after, <ins>{}</ins>.</li>", fields
    )
    return format_html("<ul>{}</ul>", items)
