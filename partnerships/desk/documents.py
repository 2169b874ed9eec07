"""Enter a document: what it is, what it says, and what that would change."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import formset_factory
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from partnerships.actions import entering, leads, proposing
from partnerships.actions.double_checking import Provenance
from partnerships.actions.statements import Reader
from partnerships.actions.vocabulary import AREA, vocabulary
from partnerships.desk import keeping
from partnerships.desk.document_forms import (
    DocumentForm,
    PasteForm,
    ReviewForm,
    RowForm,
    WhyForm,
)
from partnerships.desk.effects import in_words, new_facts
from partnerships.desk.grids import MOST_ROWS
from partnerships.models import Area, Draft, Partnership, Source
from partnerships.querysets.fact_kinds import KIND_OF
from partnerships.querysets.names import by_name

#: What the editor must be allowed to do.
NEEDED = {
    f"partnerships.{action}_{model}"
    for model in ("source", *KIND_OF, "claim")
    if model not in ("partnership", "question")
    for action in ("add", "change")
} | {"partnerships.change_partnership", "partnerships.delete_claim"}
BLANK_ROWS = 12
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
        if not is_own and not proposing.may_publish(request.user):
            raise Http404
        if not is_own and not draft.proposed_at:
            return _taken_back(request, draft)
        if draft.operation:
            if "keep" in request.POST:
                return _not_kept("It is entered already.", status=409)
            messages.info(request, f"{draft} is entered already.")
            return redirect("admin:index")
        if request.method == "POST":
            return _sent(request, site, draft, is_own)
        given, problems = _stored_forms(draft, is_own), None if is_own else []
        return _shown(request, site, draft, given, problems)


def _sent(request, site, draft, is_own):
    """Do what the button says with what was typed."""
    if "discard" in request.POST:
        if not is_own:
            raise PermissionDenied
        draft.delete()
        messages.info(request, f"Discarded: {draft}. Nothing of it was entered.")
        return redirect("admin:index")
    typed = keeping.without_nul(request.POST)
    is_overtaken = keeping.is_overtaken(draft, typed)
    if "keep" in typed:
        if not is_own:
            return _not_kept("It is kept when you check or publish it.", status=409)
        return _keep_alone(draft, typed, is_overtaken)
    if is_overtaken:
        _set_aside(request, draft, typed)
        given = _stored_forms(draft, is_own)
        return _shown(request, site, draft, given, [], status=409)
    if is_own:
        draft.proposed_at = None  # what is written again is proposed again
    given, before = _typed_forms(typed, request.FILES, is_own), keeping.wording(draft)
    problems = keeping.keep(draft, given)
    if not is_own and keeping.wording(draft) != before:
        draft.data["changed"] = [*draft.data.get("changed", []), request.user.pk]
        draft.save()
    for name, finish in (("propose", _propose), ("publish", _publish)):
        if name in request.POST and not problems:
            try:
                return finish(request, draft, given)
            except entering.EntryRefused as refusal:
                problems = refusal.problems
    return _shown(request, site, draft, given, problems)


def _taken_back(request, draft):
    """Keep what a publisher sent of a proposal that its author writes on meanwhile, as
    a draft of the publisher's own. Raises Http404 where they saw no proposal."""
    if "proposed" not in draft.data or "version" not in request.POST:
        raise Http404
    if "keep" in request.POST:
        return _not_kept("Its author took it back.", status=409)
    _set_aside(request, draft, keeping.without_nul(request.POST))
    return redirect("admin:index")


def _set_aside(request, draft, typed):
    """Say that a draft was overtaken, and keep what was typed as another one, if
    anything was changed there; the same twice once."""
    who = "Another window"
    if draft.owner_id != request.user.pk:
        who = draft.owner.public_label
    elif draft.data.get("changed"):
        who = "A publisher"
    said = f"{who} changed {draft} meanwhile; nothing of what you sent was entered."
    if keeping.is_written_on(typed):
        new = keeping.as_typed(typed, owner=request.user)
        for own in request.user.drafts.filter(operation=None, path=""):
            if keeping.version(own) == keeping.version(new):
                new = own
        new.save()
        link = reverse("admin:desk-document", args=[new.pk])
        said = format_html(
            '{} It is kept <a href="{}">as a document of your own</a>.', said, link
        )
    messages.warning(request, said)


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
    own = DocumentForm(initial=draft.document)
    return {
        "document": own if is_own else DocumentForm(draft.document),
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


def _keep_alone(draft, typed, is_overtaken):
    """Keep what was typed, and neither check nor add anything; answer in a word, and
    with the version that the page has of it now."""
    if is_overtaken:
        why = (
            "it was changed in another window. Your text stays here: press Keep and "
            "check."
        )
        return _not_kept(why, status=409)
    draft.proposed_at = None  # what is written again is proposed again
    keeping.keep_typed(draft, typed)
    keeping.keep_summaries(draft, typed, says_so=False)
    draft.save()
    if draft.change_reason != typed.get("change_reason", ""):
        return _not_kept("The reason is longer than 500 characters.", status=422)
    return HttpResponse(status=204, headers={"Version": keeping.version(draft)})


def _not_kept(why, *, status):
    return HttpResponse(why, content_type="text/plain; charset=utf-8", status=status)


def _propose(request, draft, given):
    """Propose the document to the publishers, once nothing is in its way. Raises
    EntryRefused, with the reasons."""
    lines, problems, _ = _checked(draft, _source(given), request.user)
    if problems or not lines or any(line.problem for line in lines):
        raise entering.EntryRefused(problems)
    draft.proposed_at, draft.word_back = timezone.now(), ""
    draft.data["proposed"] = keeping.wording(draft)
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
    held = [ln for ln in lines if draft.rows[ln.number - 1].get(keeping.HELD)]
    is_own = draft.owner_id == user.pk
    is_others = draft.data.get("proposed") == keeping.wording(draft)
    is_others &= user.pk not in draft.data.get("changed", [])
    is_compared = is_others and why.cleaned_data.get("compared")
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
        leads.entered(draft, operation)
    draft.save()
    messages.success(request, f"Entered: {source}.")
    return redirect("admin:index")


def _source(given):
    """Return the document, saved or not; raise EntryRefused if it cannot be."""
    source = given["document"].source()
    if source is None:
        raise entering.EntryRefused
    return source


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


def _shown(request, site, draft, given, problems=None, *, status=200):
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
    partners = Partnership.objects.order_by(*by_name())
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
    context |= {
        "version": keeping.version(draft),
        "page": request.POST.get("page") or get_random_string(12),
    }
    return TemplateResponse(request, "admin/desk/document.html", context, status=status)
