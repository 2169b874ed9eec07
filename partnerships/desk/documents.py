"""Enter a document: what it is, what it says, and what that would change."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import formset_factory
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from partnerships.actions import entering
from partnerships.actions.statements import ADOPT, COLUMNS, KEEP, Reader
from partnerships.actions.vocabulary import AREA, vocabulary
from partnerships.desk.document_forms import (
    DocumentForm,
    PasteForm,
    RowForm,
    WhyForm,
)
from partnerships.desk.grids import MOST_ROWS
from partnerships.models import Area, Draft, Partnership, Source
from partnerships.text import tidy
from partnerships.web import status_words

#: What the editor must be allowed to do.
NEEDED = {
    f"partnerships.{action}_{model}"
    for model in ("source", "claim", "milestone", "coverage")
    for action in ("add", "change")
} | {"partnerships.change_partnership", "partnerships.delete_claim"}
BLANK_ROWS = 3


def enter(request, site):
    """Begin a document."""
    if not request.user.has_perms(NEEDED):
        raise PermissionDenied
    return redirect("admin:desk-document", uuid4())


@require_http_methods(["GET", "HEAD", "POST"])
def document(request, site, pk):
    """Show a document that is being entered; keep what is typed, check it against the
    record, publish or discard it. Publishing it twice enters it once."""
    if not request.user.has_perms(NEEDED):
        raise PermissionDenied
    with transaction.atomic():  # two clicks come one after the other
        if request.method == "POST":
            drafts = Draft.objects.select_for_update()
            draft, _ = drafts.get_or_create(pk=pk, defaults={"owner": request.user})
        else:
            draft = Draft.objects.filter(pk=pk).first()
            draft = draft or Draft(pk=pk, owner=request.user)
        if draft.owner_id != request.user.pk:
            raise Http404
        if draft.operation:
            messages.info(request, f"{draft} is entered already.")
            return redirect("admin:index")
        if request.method != "POST":
            return _shown(request, site, draft, _stored_forms(draft))
        if "discard" in request.POST:
            draft.delete()
            messages.info(request, f"Discarded: {draft}. Nothing of it was entered.")
            return redirect("admin:index")
        given = _typed_forms(_without_nul(request.POST), request.FILES)
        problems = _keep(draft, given)
        is_ready = "publish" in request.POST and not problems
        if is_ready and (answer := _publish(request, draft, given)):
            return answer
        return _shown(request, site, draft, given, problems)


def _without_nul(data):
    """Return what was sent without a character that PostgreSQL cannot store."""
    data = data.copy()
    for name, values in data.lists():
        data.setlist(name, [value.replace("\0", "") for value in values])
    return data


def _typed_forms(data, files):
    rows = formset_factory(RowForm, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS)
    return {
        "document": DocumentForm(data),
        "rows": rows(data, prefix="rows"),
        "why": WhyForm(data),
        "paste": PasteForm(data, files),
    }


def _stored_forms(draft):
    why = {"change_reason": draft.change_reason, "change_kind": draft.change_kind}
    return {
        "document": DocumentForm(initial=draft.document),
        "why": WhyForm(initial={name: text for name, text in why.items() if text}),
        "paste": PasteForm(),
    }


def _row_forms(rows):
    """Return a formset of these rows and a few blank ones."""
    blank = min(BLANK_ROWS, MOST_ROWS - len(rows))
    formset = formset_factory(RowForm, extra=blank, max_num=MOST_ROWS)
    return formset(initial=rows, prefix="rows")


def _keep(draft, given):
    """Keep what was typed, valid or not, and add the rows that are asked for; return
    what is wrong with it."""
    typed = given["document"].data
    draft.document = {name: typed.get(name, "") for name in DocumentForm.Meta.fields}
    problems = [
        f"Row {number}, {form.fields[name].label or name}: {error}"
        for number, form in enumerate(given["rows"], start=1)
        for name, errors in form.errors.items()
        for error in errors
    ]
    if given["rows"].management_form.is_valid():
        rows = [
            {name: form.data.get(form.add_prefix(name), "").strip() for name in COLUMNS}
            for form in given["rows"]
        ]
        draft.rows = [row for row in rows if any(row.values())]
    for form in (given["paste"], given["why"]):
        problems += [error for errors in form.errors.values() for error in errors]
    more = given["paste"].rows()
    if len(draft.rows) + len(more) > MOST_ROWS:
        problems.append(f"A document has at most {MOST_ROWS} rows: paste fewer.")
    elif given["paste"].is_valid():
        draft.rows += more
        given["paste"] = PasteForm()
    for row in draft.rows:
        row["decision"] = _decision(row.get("decision", ""))
    problems += _keep_summaries(draft, typed)
    draft.change_kind = typed.get("change_kind", "")[:20]
    draft.change_reason = typed.get("change_reason", "")[:500]
    draft.save()
    return problems


def _decision(text):
    """Return the decision that a cell means, as it stands in a spreadsheet too."""
    word = text.casefold().partition(" ")[0]
    return word if word in (ADOPT, KEEP) else ""


def _keep_summaries(draft, typed):
    """Keep new summaries, each with the one that it replaces; return the sentences for
    those that somebody else changed meanwhile."""
    sent = {
        name.removeprefix("summary-"): "\n".join(tidy(text).strip().splitlines())
        for name, text in typed.items()
        if name.startswith("summary-") and name.removeprefix("summary-").isdecimal()
    }
    ids = [pk for pk in {*sent, *draft.summaries} if len(pk) < 19]
    problems = []
    for record in Partnership.objects.filter(pk__in=ids).select_related("partner"):
        pk, there = str(record.pk), record.summary
        before, text = draft.summaries.get(pk, (there, ""))
        draft.summaries[pk] = (there, sent.get(pk, text))
        if before != there:
            problems.append(
                f"The summary of {record.partner} was changed meanwhile; it says: "
                f"“{there}” Yours is kept, and replaces it if you publish again."
            )
    return problems


def _publish(request, draft, given):
    """Enter the document, and return where that is seen; None, with the reasons on the
    page, where it is refused."""
    source = given["document"].source()
    if source is None:
        return None
    try:
        draft.operation = entering.enter(
            source=source,
            lines=Reader(source).read(draft.rows),
            by=request.user,
            reason=given["why"].reason(source),
            kind=given["why"].cleaned_data["change_kind"],
            summaries=_new_summaries(draft),
        )
    except entering.EntryRefused:
        return None
    draft.rows, draft.summaries = [], {}
    draft.save()
    messages.success(request, f"Entered: {source}.")
    return redirect("admin:index")


def _new_summaries(draft):
    return {pk: text for pk, (_, text) in draft.summaries.items()}


def _checked(draft, source, by):
    """Return the rows as they stand to the record, what is wrong with them as a whole,
    and what entering them would do. ``source`` is None while it cannot be saved."""
    lines = Reader(source or Source()).read(draft.rows)
    if source is None or any(line.problem for line in lines):
        return lines, [], []
    try:
        effects = entering.effects(
            source=source,
            lines=lines,
            by=by,
            on=timezone.localdate(),
            summaries=_new_summaries(draft),
        )
    except entering.EntryRefused as refusal:
        return lines, refusal.problems, []
    return lines, [], effects


def _shown(request, site, draft, given, problems=None):
    """Show the forms; once something was sent, with how it stands to the record and
    with ``problems``, those found so far and more."""
    lines, more, effects = [], [], []
    if problems is not None:
        source = given["document"].source()
        lines, more, effects = _checked(draft, source, request.user)
    rows = _row_forms(draft.rows)
    by_number = {line.number: line for line in lines}
    areas = Area.objects.order_by("number").values_list("number", flat=True)
    partners = Partnership.objects.order_by("partner__name")
    context = {
        **site.each_context(request),
        "title": "Enter a document",
        "document": given["document"],
        "formset": rows,
        "rows": [(form, by_number.get(n)) for n, form in enumerate(rows, start=1)],
        "why": given["why"],
        "paste": given["paste"],
        "problems": [*(problems or []), *more],
        "wrong": [line for line in lines if line.problem],
        "effects": [_in_words(effect, _new_summaries(draft)) for effect in effects],
        "others": request.user.drafts.filter(operation=None).exclude(pk=draft.pk)[:20],
        "vocabulary": [*vocabulary(), *(f"{AREA}{number}" for number in areas)],
        "partners": partners.values_list("partner__name", flat=True),
    }
    return TemplateResponse(request, "admin/desk/document.html", context)


def _in_words(effect, summaries):
    """Return a record, of each thing that changes what it was and is, and its summary
    where that should be read again."""
    before, after = effect.before, effect.after
    was, becomes = _facts(before), _facts(after)
    changes = [(name, was[name], becomes[name]) for name in was]
    typed = summaries.get(str(after.pk))
    return {
        "partnership": after,
        "summary": typed or (after.summary if effect.summary_is_old else ""),
        "changes": [change for change in changes if change[1] != change[2]],
    }


def _facts(row):
    return {
        "Partnership": status_words.label(row, "sdp_status"),
        "SAFE": status_words.label(row, "safe_status"),
        "Signed": row.signed_on.display() if row.signed_on else "no day",
        "Areas included": row.areas_included,
        "Open disagreements": row.open_disagreements,
    }
