"""Forms that an editor fills in and a publisher saves, where readers would see it."""

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
from partnerships.ledger import context
from partnerships.models import Draft

SHOWN = (
    "{} proposes this; nothing of it is saved. Mend it if need be, and save it to "
    "publish it, or send it back with a word."
)


class Proposed(Exception):
    """An editor changed what readers see, so that nothing is saved."""

    def __init__(self, instance):
        self.instance = instance


class ShownForm:
    """A form that shows what was proposed, and is not saved as it comes."""

    def full_clean(self):
        super().full_clean()
        self.add_error(None, SHOWN.format(self.proposed_by))


class ProposingAdmin(admin.ModelAdmin):
    """A model admin that keeps an editor's form as a proposal where readers would see
    the change, and shows it to publishers as it was filled in (``?proposal=``)."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        draft = request.proposal = self._proposal(request)
        if draft and object_id and not self.get_object(request, unquote(object_id)):
            return self._gone(request, draft, unquote(object_id))
        # Files are read first: read later, they would take what is put into POST.
        if draft and request.method == "GET" and not request.FILES:
            request.proposal_is_shown = True
            request.method, request.POST = "POST", _query_dict(draft.data)
        # Without Django's transaction inside the one that ``DeskSite`` opens for all
        # that is sent.
        shown = (
            request,
            object_id,
            form_url,
            {**(extra_context or {}), "proposal": draft},
        )
        if proposing.may_publish(request.user):
            return self._changeform_view(*shown)
        try:
            with transaction.atomic():  # undone where readers would see the change
                return self._changeform_view(*shown)
        except Proposed as proposed:
            return self._keep(request, draft, proposed.instance)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        if getattr(request, "proposal_is_shown", False):
            by = request.proposal.owner.public_label
            form = type("ShownForm", (ShownForm, form), {"proposed_by": by})
        return form

    def _saved(self, request, instance):
        """Ask for a double-check of what was just saved; raise Proposed, which undoes
        it, where readers see it and the one who saved it may not publish."""
        draft = getattr(request, "proposal", None)
        if not self._may_save(request):
            raise Proposed(instance)
        provenance = double_checking.Provenance(author=draft and draft.owner)
        double_checking.ask(by=request.user, provenance=provenance)
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
        drafts = proposing.drafts_of(request.user).filter(path=request.path)
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
            if name != "csrfmiddlewaretoken"
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


def _query_dict(data):
    """Return what was sent, as a request has it."""
    sent = QueryDict(mutable=True)
    for name, values in data.items():
        sent.setlist(name, values)
    return sent
