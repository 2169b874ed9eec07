"""Enter a document: what it is, what it says, and what that would change."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import formset_factory
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from partnerships.actions import entering, proposing
from partnerships.actions.double_checking import Provenance
from partnerships.actions.statements import COLUMNS, SURE, Reader
from partnerships.actions.vocabulary import AREA, vocabulary
from partnerships.desk.document_forms import (
    DECISIONS,
    ORDERS,
    DocumentForm,
    PasteForm,
    ReviewForm,
    RowForm,
    WhyForm,
    chosen,
)
from partnerships.desk.effects import in_words, new_facts
from partnerships.desk.grids import MOST_ROWS
from partnerships.models import Area, Draft, Partnership, Source
from partnerships.querysets.fact_kinds import KIND_OF
from partnerships.text import tidy

#: What the editor must be allowed to do.
NEEDED = {
    f"partnerships.{action}_{model}"
    for model in ("source", *KIND_OF, "claim")
    if model not in ("partnership", "question")
    for action in ("add", "change")
} | {"partnerships.change_partnership", "partnerships.delete_claim"}
BLANK_ROWS = 12
#: Beside the columns of a row: a publisher leaves it with its author.
HELD = "held"
FOR_PUBLISHERS = "Readers would see this: propose it, and a publisher publishes it."
HELD_BACK = "These rows are not published yet: read them again."


def enter(request, site):
    """Begin a document."""
    if not request.user.has_perms(NEEDED):
        raise PermissionDenied
    return redirect("admin:desk-document", uuid4())


@require_http_methods(["GET", "HEAD", "POST"])
def document(request, site, pk):
    """Show a document that is being entered; keep what is typed, check it against the
    record, propose, publish or discard it. Publishing it twice enters it once."""
    if not request.user.has_perms(NEEDED):
        raise PermissionDenied
    with transaction.atomic():  # two clicks come one after the other
        if request.method == "POST":
            drafts = Draft.objects.select_for_update()
            draft, _ = drafts.get_or_create(pk=pk, defaults={"owner": request.user})
        else:
            draft = Draft.objects.filter(pk=pk).first()
            draft = draft or Draft(pk=pk, owner=request.user)
        is_own = draft.owner_id == request.user.pk
        is_reviewed = draft.proposed_at and proposing.may_publish(request.user)
        if not (is_own or is_reviewed):
            raise Http404
        if draft.operation:
            if "keep" in request.POST:
                return _not_kept("It is entered already.", status=409)
            messages.info(request, f"{draft} is entered already.")
            return redirect("admin:index")
        if request.method != "POST":
            return _shown(request, site, draft, _stored_forms(draft, is_own))
        if "discard" in request.POST:
            if not is_own:
                raise PermissionDenied
            draft.delete()
            messages.info(request, f"Discarded: {draft}. Nothing of it was entered.")
            return redirect("admin:index")
        typed = _without_nul(request.POST)
        if is_own:
            draft.proposed_at = None  # what is written again is proposed again
        if "keep" in typed:
            if not is_own:
                return _not_kept("It is kept when you check or publish it.", status=409)
            return _keep_alone(draft, typed)
        given = _typed_forms(typed, request.FILES, is_own)
        problems = _keep(draft, given)
        for name, finish in (("propose", _propose), ("publish", _publish)):
            if name in request.POST and not problems:
                try:
                    return finish(request, draft, given)
                except entering.EntryRefused as refusal:
                    problems = refusal.problems
        return _shown(request, site, draft, given, problems)


def _without_nul(data):
    """Return what was sent without a character that PostgreSQL cannot store."""
    data = data.copy()
    for name, values in data.lists():
        data.setlist(name, [value.replace("\0", "") for value in values])
    return data


def _typed_forms(data, files, is_own):
    rows = formset_factory(RowForm, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS)
    return {
        "document": DocumentForm(data),
        "rows": rows(data, prefix="rows"),
        "why": (WhyForm if is_own else ReviewForm)(data),
        "paste": PasteForm(data, files),
    }


def _stored_forms(draft, is_own):
    why = {"change_reason": draft.change_reason, "change_kind": draft.change_kind}
    return {
        "document": DocumentForm(initial=draft.document),
        "why": (WhyForm if is_own else ReviewForm)(
            initial={name: text for name, text in why.items() if text}
        ),
        "paste": PasteForm(),
    }


def _row_forms(rows):
    """Return a formset of these rows and a few blank ones."""
    blank = min(BLANK_ROWS, MOST_ROWS - len(rows))
    formset = formset_factory(RowForm, extra=blank, max_num=MOST_ROWS)
    return formset(initial=rows, prefix="rows")


def _keep_alone(draft, typed):
    """Keep what was typed, and neither check nor add anything; answer in a word."""
    _keep_typed(draft, typed)
    _keep_summaries(draft, typed, says_so=False)
    draft.save()
    if draft.change_reason != typed.get("change_reason", ""):
        return _not_kept("The reason is longer than 500 characters.", status=422)
    return HttpResponse(status=204)


def _not_kept(why, *, status):
    return HttpResponse(why, content_type="text/plain; charset=utf-8", status=status)


def _keep_typed(draft, typed):
    """Take over what was typed as it stands, but for a reason too long to keep."""
    draft.document = {name: typed.get(name, "") for name in DocumentForm.Meta.fields}
    count = typed.get("rows-TOTAL_FORMS", "")
    if count.isdecimal() and len(count) < 5:
        names = {name: f"rows-%d-{name}" for name in (*COLUMNS, SURE, HELD)}
        rows = [
            {name: typed.get(key % n, "").strip() for name, key in names.items()}
            for n in range(min(int(count), MOST_ROWS))
        ]
        draft.rows = [row for row in rows if any(row[name] for name in COLUMNS)]
    draft.change_kind = typed.get("change_kind", "")[:20]
    reason = typed.get("change_reason", "")
    draft.change_reason = reason if len(reason) <= 500 else draft.change_reason


def _keep(draft, given):
    """Keep what was typed, valid or not, and add the rows that are asked for; return
    what is wrong with it."""
    typed = given["document"].data
    _keep_typed(draft, typed)
    problems = [
        f"Row {number}, {form.fields[name].label or name}: {error}"
        for number, form in enumerate(given["rows"], start=1)
        for name, errors in form.errors.items()
        for error in errors
    ]
    for form in (given["paste"], given["why"]):
        problems += [error for errors in form.errors.values() for error in errors]
    more = given["paste"].rows()
    if len(draft.rows) + len(more) > MOST_ROWS:
        problems.append(f"A document has at most {MOST_ROWS} rows: paste fewer.")
    elif given["paste"].is_valid():
        draft.rows += more
        draft.is_import |= bool(given["paste"].cleaned_data["uploaded"])
        given["paste"] = PasteForm()
    for row in draft.rows:
        row["decision"] = chosen(row.get("decision", ""), DECISIONS)
        row["order"] = chosen(row.get("order", ""), ORDERS)
    problems += _keep_summaries(draft, typed)
    draft.save()
    return problems


def _keep_summaries(draft, typed, *, says_so=True):
    """Keep new summaries, each with the one that it replaces; return the sentences for
    those that somebody else changed meanwhile. Until the editor is told so, the one
    that was to be replaced is remembered."""
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
        draft.summaries[pk] = (there if says_so else before, sent.get(pk, text))
        if before != there:
            problems.append(
                f"The summary of {record.partner} was changed meanwhile; it says: "
                f"“{there}” Yours is kept, and replaces it if you publish again."
            )
    return problems


def _propose(request, draft, given):
    """Propose the document to the publishers, once nothing is in its way. Raises
    EntryRefused, with the reasons."""
    lines, problems, _ = _checked(draft, _source(given), request.user)
    if problems or not lines or any(line.problem for line in lines):
        raise entering.EntryRefused(problems)
    draft.proposed_at, draft.word_back = timezone.now(), ""
    draft.data = _wording(draft)
    draft.save()
    messages.success(
        request,
        f"Proposed: {draft}. A publisher publishes it or sends it back with a word; "
        "until then nothing has changed for readers.",
    )
    return redirect("admin:index")


def _publish(request, draft, given):
    """Enter the document, and go where that is seen; rows that a publisher holds back
    stay with their author. Raises EntryRefused, with the reasons."""
    source, user, why = _source(given), request.user, given["why"]
    lines = Reader(source).read(draft.rows)
    held = [ln for ln in lines if draft.rows[ln.number - 1].get(HELD)]
    is_own = draft.owner_id == user.pk
    is_unchanged = draft.data == _wording(draft)
    is_compared = is_unchanged and why.cleaned_data.get("compared")
    with transaction.atomic():
        operation = entering.enter(
            source=source,
            lines=[line for line in lines if line not in held],
            by=user,
            reason=why.reason(source),
            kind=why.cleaned_data["change_kind"],
            summaries=_new_summaries(draft),
            provenance=Provenance(
                author=None if is_own else draft.owner,
                is_import=draft.is_import,
                compared_on=timezone.localdate() if is_compared else None,
            ),
        )
        if not proposing.may_publish(user) and proposing.is_seen(operation):
            raise entering.EntryRefused([FOR_PUBLISHERS])
    draft.rows, draft.summaries = [dict(line.row) for line in held], {}
    if held:
        draft.proposed_at = None
        draft.word_back = why.cleaned_data.get("word_back") or HELD_BACK
    else:
        draft.operation = operation
    draft.save()
    messages.success(request, f"Entered: {source}.")
    return redirect("admin:index")


def _source(given):
    """Return the document, saved or not; raise EntryRefused if it cannot be."""
    source = given["document"].source()
    if source is None:
        raise entering.EntryRefused
    return source


def _wording(draft):
    """Return what a draft says, to tell if somebody changes it once it is proposed."""
    rows = [[row.get(name, "") for name in COLUMNS] for row in draft.rows]
    return {"document": draft.document, "rows": rows}


def _is_unseen(effects):
    """Return whether a document is about drafts alone, which editors enter by
    themselves."""
    return bool(effects) and not any(e.after.is_published for e in effects)


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
    is_own = draft.owner_id == request.user.pk
    rows = _row_forms(draft.rows)
    by_number = {line.number: line for line in lines}
    for line in lines:
        rows[line.number - 1].ask(line.decisions)
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
        "is_own": is_own,
        "may_publish": proposing.may_publish(request.user),
        "is_unseen": _is_unseen(effects),
        "problems": list(dict.fromkeys([*(problems or []), *more])),
        "wrong": [line for line in lines if line.problem],
        "effects": [in_words(e, lines, _new_summaries(draft)) for e in effects],
        "new_beside": [] if more else new_facts(lines, None),
        "most_rows": MOST_ROWS,
        "draft": draft,
        "others": request.user.drafts.filter(operation=None).exclude(pk=draft.pk)[:20],
        "vocabulary": [*vocabulary(), *(f"{AREA}{number}" for number in areas)],
        "partners": partners.values_list("partner__name", flat=True),
    }
    return TemplateResponse(request, "admin/desk/document.html", context)
