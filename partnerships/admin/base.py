"""The model admin of everything in the trail: a reason on every change, the log as
history page, and no deletion of what is published."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.db import connection, models
from django.http import QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from partnerships.admin.change_form import EXPLANATION, ChangeForm, DeletionForm
from partnerships.admin.decision_links import help_with_link, section_of
from partnerships.admin.proposing import ProposingAdmin
from partnerships.admin.widgets import DayInput, KeySelect, SearchSelect
from partnerships.choices import ChangeKind
from partnerships.ledger import context
from partnerships.log.entries import described_changes
from partnerships.models import Area, LedgerEntry, Partner, Partnership, Source
from partnerships.text import search_form

#: For lists of what belongs to a record: its partner, and that by any of its names.
PARTNER = "partnership__partner"
OF_PARTNER = [f"{PARTNER}__name", f"{PARTNER}__search_text"]

#: Models of which a form holds the whole list, for where no script runs.
LISTED = (Area, Partner, Partnership)


class DayList(ChangeList):
    """A change list that leads to days, which are days wherever the editor is: Django
    would make them moments in the editor's zone, and read these as days of UTC."""

    def get_filters(self, request):
        with timezone.override(None):
            return super().get_filters(request)


class LoggedAdmin(admin.ModelAdmin):
    """A model admin whose pages are titled by what they show, and whose history page is
    the log of the trail, with what is not public beside."""

    object_history_template = "admin/change_log.html"

    def changelist_view(self, request, extra_context=None):
        shown = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, {**shown, **(extra_context or {})})

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj:
            context |= {"title": str(obj), "subtitle": None} | self.placed(request, obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def placed(self, request, obj) -> dict[str, Any]:
        """Return what its form is shown with: the title, if it is not its name, and the
        name and address of what it stands ``within``."""
        return {}

    def delete_view(self, request, object_id, extra_context=None):
        shown = {}
        if instance := self.get_object(request, unquote(object_id)):
            within = (str(instance), self._address(instance))
            shown = {"title": f"Delete: {instance}", "subtitle": None, "within": within}
        return super().delete_view(request, object_id, shown | (extra_context or {}))

    def _address(self, instance):
        name = f"{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(f"admin:{name}", args=[instance.pk])

    def log(self, instance) -> models.QuerySet[LedgerEntry]:
        """Return the entries that its history page shows."""
        record = self.opts.model_name
        return LedgerEntry.objects.filter(record=record, object_id=instance.pk)

    def history_view(self, request, object_id, extra_context=None):
        instance = self.get_object(request, unquote(object_id))
        if instance is None:
            return super().history_view(request, object_id)  # says so
        if not self.has_view_or_change_permission(request, instance):
            raise PermissionDenied
        entries = self.log(instance).exclude(number=None).order_by("-number")
        page = self.get_paginator(request, entries, 50).get_page(request.GET.get("p"))
        page_context = {
            **self.admin_site.each_context(request),
            "title": f"History of {instance}",
            "opts": self.opts,
            "object": instance,
            "within": (str(instance), self._address(instance)),
            "page": page,
            "changes": described_changes(page.object_list),
        }
        return TemplateResponse(request, self.object_history_template, page_context)


def kept_sentences(form, formsets) -> list[str]:
    """Return what others changed while a page was open and is kept, in sentences."""
    sentences = [f"{change}: kept." for change in form.kept]
    return sentences + [sentence for formset in formsets for sentence in formset.kept]


def open_disagreements(instance) -> int:
    """Count the open disagreements of the record that an instance is of, as stored."""
    record = instance.partnership_or_none
    if record is None or record.pk is None:
        return 0
    rows = Partnership.objects.filter(pk=record.pk).with_open_disagreement_count()
    return sum(rows.values_list("open_disagreements", flat=True))


def opened_in_words(number: int) -> str:
    many = f"{number} disagreements are" if number > 1 else "A disagreement is"
    return (
        f"{many} open now: a source says otherwise, and no ruling says why. Rule on "
        "it, or correct the value."
    )


class AuditedAdmin(ProposingAdmin, LoggedAdmin):
    """A model admin whose changes are in the trail.

    There is no form to revert to an old version: a correction is an ordinary edit.
    What is published is not deleted here: rows of a record are deleted on its own page,
    with a reason.
    """

    form = ChangeForm
    delete_confirmation_template = "admin/delete_with_reason.html"
    formfield_overrides = {
        models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})},
        models.URLField: {"assume_scheme": "https"},
        models.DateField: {"widget": DayInput},
    }
    show_facets = admin.ShowFacets.ALWAYS
    list_per_page = 50

    class Media:
        css = {"all": ["partnerships/admin.css"]}

    def placed(self, request, obj):
        record = obj.partnership_or_none
        if record is None or record == obj:
            return {}
        address = reverse("admin:partnerships_partnership_change", args=[record.pk])
        return {"within": (str(record.partner), address)}

    def get_search_results(self, request, queryset, search_term):
        """Find rows whatever the case and accents: what is folded is found folded."""
        rows, may_repeat = super().get_search_results(request, queryset, search_term)
        if (folded := search_form(search_term)) == search_term:
            return rows, may_repeat
        others, repeats = super().get_search_results(request, queryset, folded)
        return rows | others, may_repeat or repeats

    def get_changelist(self, request, **kwargs):
        return DayList if self.date_hierarchy else ChangeList

    def get_queryset(self, request):
        # A row's name needs them, in the list and in the answers of autocompletion.
        rows, names = super().get_queryset(request), self.list_select_related
        return rows.select_related(*names) if names else rows

    def get_object(self, request, object_id, from_field=None):
        """Return the object; one that is to be saved as it stands once nobody else
        saves anything of its record here, so that no two miss each other's change."""
        instance = super().get_object(request, object_id, from_field)
        is_saved = request.method == "POST" and connection.in_atomic_block
        if instance is None or not is_saved:
            return instance
        record = instance.partnership_or_none or instance
        rows = type(record).objects.select_for_update(no_key=True)
        rows.filter(pk=record.pk).values_list("pk").first()
        return super().get_object(request, object_id, from_field)

    def get_fieldsets(self, request, obj=None):
        fieldsets = list(super().get_fieldsets(request, obj))
        if self.may_write(request, obj):
            fieldsets.append(("This change", {"fields": EXPLANATION}))
        return fieldsets

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and (anchor := section_of(db_field)):
            field.help_text = help_with_link(field.help_text, anchor)
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        is_searched = db_field.name in self.get_autocomplete_fields(request)
        if is_searched and db_field.related_model in LISTED:
            kwargs["widget"] = SearchSelect(db_field, self.admin_site)
        if is_searched and db_field.related_model is Source:
            kwargs["widget"] = KeySelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_fields(self, request, obj=None):
        fields = super().get_fields(request, obj)
        return [name for name in fields if name not in EXPLANATION]

    def may_write(self, request, obj) -> bool:
        """Return True if the editor may add a record, or change this one."""
        if obj is None:
            return self.has_add_permission(request)
        return self.has_change_permission(request, obj)

    def save_form(self, request, form, change):
        """Hand the reason to the trail."""
        under_way = context.current()
        under_way.reason = form.cleaned_data.get("change_reason", "").strip()
        under_way.kind = form.cleaned_data.get("change_kind", "")
        request.open_before = open_disagreements(form.instance)
        return super().save_form(request, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        opened = open_disagreements(form.instance) - request.open_before
        if opened > 0:
            self.message_user(request, opened_in_words(opened), messages.WARNING)
        for sentence in kept_sentences(form, formsets):
            self.message_user(request, sentence, messages.WARNING)

    def render_change_form(self, request, context, *args, **kwargs):
        formsets = [inline.formset for inline in context["inline_admin_formsets"]]
        context["kept"] = kept_sentences(context["adminform"].form, formsets)
        return super().render_change_form(request, context, *args, **kwargs)

    # No deletion of what is published, nor of anything without a reason

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_delete_permission(self, request, obj=None):
        if obj is not None and obj.partnership_or_none and obj.is_public:
            return False
        return super().has_delete_permission(request, obj)

    def delete_view(self, request, object_id, extra_context=None):
        form = DeletionForm(request.POST or None)
        if request.method == "POST":
            if form.is_valid():
                under_way = context.current()
                under_way.reason = form.cleaned_data["change_reason"]
                kind = form.cleaned_data["change_kind"]
                under_way.kind = kind or ChangeKind.CORRECTION
            else:
                request.POST = QueryDict()  # asks once more
        extra_context = {**(extra_context or {}), "deletion_form": form}
        return super().delete_view(request, object_id, extra_context)
