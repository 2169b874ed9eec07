"""Today: what is due, each with its number, a list and what to do about it."""

from contextlib import nullcontext
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.views.decorators.http import require_POST

from partnerships.actions import checking
from partnerships.actions.proposing import may_publish
from partnerships.dates import day_in_words
from partnerships.desk.documents import NEEDED
from partnerships.ledger.editions import reading
from partnerships.log.operations import done_by, first_changes
from partnerships.models import Draft, Lead, Partnership, Source
from partnerships.selectors import due
from partnerships.selectors.double_checks import open_double_checks
from partnerships.web.caching import trail_of
from partnerships.web.milestone_words import title

SHOWN = 6


@dataclass(frozen=True)
class Item:
    """A line of a card: what it is about, its page, and a few words beside it;
    ``action`` is what else can be done, in words, and where; ``look`` the partnership
    that is looked at, ``opened`` the source that is opened."""

    text: str
    url: str
    note: str = ""
    action: tuple[str, str] | None = None
    look: Partnership | None = None
    opened: Source | None = None


@dataclass(frozen=True)
class Card:
    """Something that is due: the first few, and how many there are, which is said by
    ``left_out`` where ``items`` are not all. ``is_late`` marks what should have been
    done before today; ``every`` is what can be said of all that are seen, in words,
    where, and under which name their ids are sent."""

    heading: str
    items: list[Item]
    more: str = ""
    is_late: bool = False
    every: tuple[str, str, str] | None = None
    left_out: int = 0

    @property
    def count(self) -> int:
        return len(self.items) + self.left_out

    @property
    def more_than_shown(self) -> int:
        return self.count - len(self.shown)

    @property
    def shown(self) -> list[Item]:
        return self.items[:SHOWN]

    @property
    def others(self) -> list[Item]:
        return self.items[SHOWN:]

    @property
    def of_every(self) -> dict[str, object] | None:
        """The one thing to say of all that are seen, where there are several."""
        if not self.every or len(self.shown) < 2:
            return None
        label, view, name = self.every
        rows = [item.look or item.opened for item in self.shown]
        label = label.format(len(rows))
        return {"label": label, "view": view, "name": name, "rows": rows}


def today(request, site):
    """Show what needs doing."""
    on = timezone.localdate()
    context = {
        **site.each_context(request),
        "title": f"Today, {on:%A} {day_in_words(on)}",
        "cards": _cards_to_show(request),
        "may_enter": request.user.has_perms(NEEDED),
        "may_note": request.user.has_perm("partnerships.add_lead"),
        "may_check": request.user.has_perm("partnerships.add_check"),
        "may_open": request.user.has_perm("partnerships.change_source"),
        "app_list": site.get_app_list(request),
    }
    return TemplateResponse(request, "admin/desk/today.html", context)


@require_POST
def looked(request, site):
    """Record that the editor looked for news of these partnerships through today, and
    that there was none."""
    if not request.user.has_perm("partnerships.add_check"):
        raise PermissionDenied
    found = _sent(request, Partnership.objects.select_related("partner"), "partnership")
    through = timezone.localdate()
    try:
        checking.check_partnerships(
            partnerships=found,
            through=through,
            by=request.user,
            reason=checking.REASON,
        )
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        names = get_text_list([str(row.partner) for row in found], "and")
        said = f"{names}: checked through {day_in_words(through)}, nothing new."
        messages.success(request, said)
    return redirect("admin:index")


@require_POST
def opened(request, site):
    """Record that the editor opened these sources today at their addresses."""
    if not request.user.has_perm("partnerships.change_source"):
        raise PermissionDenied
    found = _sent(request, Source.objects.all(), "source")
    on = timezone.localdate()
    try:
        checking.check_sources(sources=found, on=on, by=request.user)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, f"{get_text_list(found, 'and')}: opened today.")
    return redirect("admin:index")


def _sent(request, rows, name):
    """Return the rows whose ids were sent; raise Http404 where one is not there."""
    ids = {pk for pk in request.POST.getlist(name) if pk.isdecimal() and len(pk) < 19}
    found = list(rows.filter(pk__in=ids))
    if not found or len(found) < len(request.POST.getlist(name)):
        raise Http404
    return found


def _cards_to_show(request):
    trail = trail_of(request)
    # An edition is read, so that what is kept of one serves here too.
    edition = nullcontext() if trail.is_waiting else reading(trail.seal, trail.edition)
    with edition:
        return [card for card in _cards(request.user) if card.items]


def _cards(user):
    on = timezone.localdate()
    if may_publish(user):
        waiting = Draft.objects.waiting().exclude(owner=user).select_related("owner")
        yield Card("Proposed, for you to publish", [_proposal(one) for one in waiting])
    yield _leads(user, on)
    looks, announced = due.looks(on=on), due.announcements_due(on=on)
    yield _announcements(announced, on)
    checks = open_double_checks()
    titles = first_changes(check.operation for check in checks)
    items = [_double_check(check, user, titles) for check in checks]
    yield Card("Not yet double-checked", items)
    waiting = due.looks_due(looks, announced, on=on)
    yield Card(
        "To be looked at",
        [_look(look) for look in waiting[:SHOWN]],
        _list("partnership"),
        is_late=True,
        every=("Looked at all {}, nothing new", "admin:desk-looked", "partnership"),
        left_out=len(waiting[SHOWN:]),
    )
    yield Card(
        "Sources disagree, no ruling yet",
        [
            Item(str(fact.about), _change(fact.about))
            for fact in due.open_disagreements()
        ],
    )
    yield Card(
        "Summary is older than the newest milestone",
        [_record(row, "rewrite it") for row in due.summaries_due()],
    )
    yield Card(
        "Signed, areas not assessed",
        [_record(row, "26 areas") for row in due.signed_not_assessed(looks)],
    )
    yield Card("Drafts", [_record(row, "not published") for row in due.drafts()])
    documents = due.sources_due(looks, on=on)
    items = [_source(source) for source in documents[:SHOWN]]
    yield Card(
        "Documents to be opened",
        items,
        _list("source"),
        every=("Opened all {}, unchanged", "admin:desk-opened", "source"),
        left_out=documents.count() - len(items),
    )
    yield from _own_drafts(user)
    yield Card("Your last changes", [_done(done) for done in done_by(user)])


def _leads(user, on):
    if not user.has_perm("partnerships.view_lead"):
        return Card("Leads", [])
    rows = Lead.objects.due(on=on)
    rows = list(rows.select_related("partnership__partner", "taken_by"))
    items = [Item(str(lead), _change(lead), _lead_note(lead)) for lead in rows]
    is_late = any(lead.follow_up_on and lead.follow_up_on < on for lead in rows)
    more = f"{_list('lead')}?state=due"
    return Card("Leads: what came in", items, more, is_late=is_late)


def _lead_note(lead):
    partner = lead.partnership and str(lead.partnership.partner)
    how = lead.get_news_display() if lead.news else lead.get_origin_display()
    due_on = lead.follow_up_on and f"due {day_in_words(lead.follow_up_on)}"
    return ", ".join(filter(None, [partner, how, lead.state, due_on]))


def _announcements(rows, on):
    items = [
        Item(title(row), _change(row), f"expected {row.expected.display()}")
        for row in rows
    ]
    is_late = any(row.expected_latest < on for row in rows)
    return Card("Announced, and due", items, is_late=is_late)


def _look(look):
    row, rhythm = look.partnership, "weekly" if look.is_weekly else "monthly"
    through = row.checked_through
    last = f"checked through {day_in_words(through)}" if through else "never looked at"
    return Item(str(row.partner), _change(row), f"{rhythm}, {last}", look=row)


def _record(row, note):
    return Item(str(row.partner), _change(row), note)


def _source(source):
    opened = source.last_checked_on
    note = f"opened {day_in_words(opened)}" if opened else "never opened"
    return Item(str(source), source.url, note, opened=source)


def _own_drafts(user):
    """Yield the cards of what the user is writing: sent back, not yet proposed,
    proposed."""
    drafts = user.drafts.filter(operation=None)
    back = [one for one in drafts if one.word_back and not one.proposed_at]
    items = [_draft(one, f"“{one.word_back}”") for one in back]
    yield Card("Sent back to you", items, is_late=True)
    own = [one for one in drafts if not (one.word_back or one.proposed_at)]
    kept = [_draft(one, f"kept {_moment(one.changed_at)}") for one in own]
    yield Card("Documents being entered", kept)
    waiting = [one for one in drafts if one.proposed_at]
    items = [_draft(one, f"proposed {_moment(one.proposed_at)}") for one in waiting]
    yield Card("Yours, waiting for a publisher", items)


def _draft(draft, note):
    discard = reverse("admin:desk-discard", args=[draft.pk])
    return Item(str(draft), draft.get_absolute_url(), note, action=("Discard", discard))


def _proposal(draft):
    by = f"{draft.owner.public_label}, {_moment(draft.proposed_at)}"
    back = reverse("admin:desk-send-back", args=[draft.pk])
    return Item(str(draft), draft.get_absolute_url(), by, action=("Send back", back))


def _double_check(check, user, titles):
    is_own = check.entered_by == user.pk
    whose = "yours: another person confirms it" if is_own else check.in_words
    about = str(check.partnership.partner if check.partnership else "No partnership")
    about = titles.get((check.operation, check.partnership_id), about)
    return Item(about, reverse("admin:desk-double-check", args=[check.pk]), whose)


def _done(done):
    more = f" and {done.count - 1} more" if done.count > 1 else ""
    return Item(
        f"{done.title}{more}",
        f"{reverse('change-list')}?operation={done.operation}",
        _moment(done.at),
        action=("Undo", reverse("admin:desk-undo", args=[done.operation])),
    )


def _moment(at):
    at = timezone.localtime(at)
    return f"{day_in_words(at.date())}, {at:%H:%M}"


def _change(row):
    """Return the address of the admin's page of a record."""
    return reverse(f"admin:partnerships_{row._meta.model_name}_change", args=[row.pk])


def _list(name):
    return reverse(f"admin:partnerships_{name}_changelist")
