"""Forms that an editor fills in and a publisher saves, where readers would see it."""

from itertools import chain

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import capfirst

from partnerships.actions import double_checking, proposing
from partnerships.admin import meanwhile
from partnerships.admin.proposed_values import proposed_values
from partnerships.ledger import context
from partnerships.models import Draft

SHOWN = (
    "{} proposes this; nothing of it is saved. Mend it if need be, and save it to "
    "publish it, or send it back with a word."
)
NEWER = (
    "{} was changed while you read it, so nothing is saved. What you wrote stands "
    "here: open the newer one in a new tab, and take over there what you changed."
)
#: A hidden field: the moment at which the proposal that is shown was last changed.
VERSION = "proposal_version"


class Proposed(Exception):
    """An editor changed what readers see, so that nothing is saved."""

    def __init__(self, instance):
        self.instance = instance


class ShownForm:
    """A form that shows what was proposed, or what was written to it as it was proposed
    anew, and is not saved as it comes."""

    def full_clean(self):
        super().full_clean()
        self.add_error(None, self.not_saved)


class ProposingAdmin(admin.ModelAdmin):
    """A model admin that keeps an editor's form as a proposal where readers would see
    the change, and shows it to publishers as it was filled in (``?proposal=``)."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        draft = request.proposal = self._proposal(request)
        if draft and object_id and not self.get_object(request, unquote(object_id)):
            return self._gone(request, draft, unquote(object_id))
        request.not_saved = None
        # Files are read first: read later, they would take what is put into POST.
        if draft and request.method == "GET" and not request.FILES:
            request.not_saved = SHOWN.format(draft.owner.public_label)
            request.method, request.POST = "POST", _query_dict(draft.data)
        elif draft and request.POST.get(VERSION) not in (None, _version(draft)):
            request.not_saved = NEWER.format(draft)
        version = request.POST.get(VERSION) or (draft and _version(draft))
        # Without Django's transaction inside the one that ``DeskSite`` opens for all
        # that is sent.
        shown = (
            request,
            object_id,
            form_url,
            {**(extra_context or {}), "proposal": draft, "proposal_version": version},
        )
        if proposing.may_publish(request.user):
            if draft:
                context.current().actor = _provenance(draft).actor(request.user)
            return self._changeform_view(*shown)
        try:
            with transaction.atomic():  # undone where readers would see the change
                return self._changeform_view(*shown)
        except Proposed as proposed:
            return self._keep(request, draft, proposed.instance)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        if not_saved := getattr(request, "not_saved", None):
            form = type("ShownForm", (ShownForm, form), {"not_saved": not_saved})
        return form

    def render_change_form(self, request, context, *args, **kwargs):
        if getattr(request, "not_saved", None):
            rows = [s.formset.forms for s in context["inline_admin_formsets"]]
            forms = [context["adminform"].form, *chain.from_iterable(rows)]
            context["not_saved"] = request.not_saved
            context["proposed"] = [*chain.from_iterable(map(proposed_values, forms))]
        return super().render_change_form(request, context, *args, **kwargs)

    def _saved(self, request, instance):
        """Ask for a double-check of what was just saved; raise Proposed, which undoes
        it, where readers see it and the one who saved it may not publish."""
        draft = getattr(request, "proposal", None)
        if not self._may_save(request):
            raise Proposed(instance)
        double_checking.ask(by=request.user, provenance=_provenance(draft))
        if draft:
            draft.operation = context.current_changeset()
            draft.save()

    def log_addition(self, request, instance, message):
        """Keep no log of Django's own: the trail is the one log of changes."""
        self._saved(request, instance)

    log_change = log_addition

    def log_deletions(self, request, queryset):
        """Keep no log of Django's own, which would keep what was redacted."""

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        if not self._may_save(request):
            raise PermissionDenied
        double_checking.ask(by=request.user)

    def _may_save(self, request):
        """Return whether the user may save what was just done: one who may publish,
        or, of what readers do not see, anybody."""
        operation = context.current_changeset()
        return proposing.may_publish(request.user) or not proposing.is_seen(operation)

    def _proposal(self, request):
        """Return the proposal that the address names; raise Http404 for any that the
        user may not see, or that belongs to another form."""
        pk = request.GET.get("proposal")
        if not pk:
            return None
        drafts = proposing.drafts_of(request.user)
        if request.method == "POST" and proposing.may_publish(request.user):
            # One that was sent back while a publisher read it: nothing is saved.
            drafts |= Draft.objects.filter(operation=None).exclude(word_back="")
        drafts = drafts.filter(path=request.path)
        if request.method == "POST":  # two who save it come one after the other
            drafts = drafts.select_for_update(of=("self",))
        try:
            return drafts.select_related("owner").get(pk=pk)
        except (Draft.DoesNotExist, ValidationError) as error:
            raise Http404 from error

    def _gone(self, request, draft, pk):
        """Say that somebody has deleted what a proposal would change."""
        deleted = self.model.history.filter(id=pk, history_type="-")
        last = deleted.order_by("-history_id").first()
        shown = {
            **self.admin_site.each_context(request),
            "title": draft,
            "draft": draft,
            "is_own": draft.owner_id == request.user.pk,
            "name": self.opts.verbose_name,
            "by": last and meanwhile.done_by(last),
            "at": last and meanwhile.moment(last),
            "why": last and last.history_change_reason,
        }
        return TemplateResponse(request, "admin/desk/gone.html", shown)

    def _keep(self, request, draft, instance):
        """Keep what was sent as a proposal to the publishers."""
        data = {
            name: values
            for name, values in request.POST.lists()
            if name not in ("csrfmiddlewaretoken", VERSION)
        }
        own = request.user.drafts.filter(path=request.path, operation=None)
        twice = (one for one in own if one.data == data)  # a second click
        draft = draft or next(twice, Draft(owner=request.user, path=request.path))
        draft.document = {"title": f"{capfirst(self.opts.verbose_name)}: {instance}"}
        draft.data = data
        draft.proposed_at, draft.word_back = timezone.now(), ""
        draft.save()
        messages.success(
            request,
            f"Proposed: {draft}. A publisher saves it or sends it back with a word; "
            "until then nothing has changed for readers.",
        )
        return redirect("admin:index")


def _provenance(draft):
    return double_checking.Provenance(author=draft and draft.owner)


def _version(draft):
    """Return the moment of a proposal's last change, to tell if it changed since."""
    return draft.changed_at.isoformat()


def _query_dict(data):
    """Return what was sent, as a request has it."""
    sent = QueryDict(mutable=True)
    for name, values in data.items():
        sent.setlist(name, values)
    return sent
