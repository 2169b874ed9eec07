"""The page of a partnership and the list that leads to it."""

from dataclasses import dataclass, field

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import CheckboxInput
from django.http import HttpResponseNotAllowed, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from partnerships.actions import checking, publishing
from partnerships.admin.base import AuditedAdmin
from partnerships.admin.checks import CheckInline
from partnerships.admin.list_filters import PartnershipNeedsWorkFilter, StatusFilter
from partnerships.admin.partnership import forms, inlines
from partnerships.admin.partnership.record import record_context
from partnerships.choices import ChangeKind
from partnerships.dates import PartialDate, day_in_words
from partnerships.ledger import context
from partnerships.log.entries import changes_of_record
from partnerships.models import LedgerEntry, Partnership
from partnerships.web import status_words


@dataclass(frozen=True)
class Part:
    """A part of a record that is changed as one form: its own fields, and its rows,
    whose values are cited from a source if ``is_cited``."""

    heading: str
    fields: list[str] = field(default_factory=list)
    inlines: list[type[InlineModelAdmin]] = field(default_factory=list)
    is_cited: bool = False


#: By the last part of their address.
PARTS = {
    "words": Part("Words", ["title", "summary", "official_text_url", "internal_notes"]),
    "text": Part(
        "Content as stated",
        [
            "stated_areas",
            "stated_areas_ruling",
            "review_clause",
            "review_clause_ruling",
        ],
        [inlines.PartnershipClaimInline],
    ),
    "milestones": Part("Milestones", [], [inlines.MilestoneInline], is_cited=True),
    "areas": Part("Areas", [], [inlines.CoverageInline], is_cited=True),
    "ties": Part("Other ties", [], [inlines.EngagementInline], is_cited=True),
    "checks": Part("Checks for news", [], [CheckInline]),
    "publication": Part("Publication", ["is_published"], is_cited=True),
}


@admin.register(Partnership)
class PartnershipAdmin(AuditedAdmin):
    form = forms.PartnershipForm
    action_form = forms.ReasonActionForm
    actions = ["looked", "publish", "unpublish"]
    fieldsets = [
        ("Identity", {"fields": ["partner", "title", "summary", "official_text_url"]}),
        ("Editing", {"fields": ["is_published", "internal_notes"]}),
    ]
    autocomplete_fields = ["partner"]
    list_display = [
        *("partner", "headline", "safe", "signed", "disagreements"),
        *("is_published", "checked_through"),
    ]
    list_filter = [
        StatusFilter,
        PartnershipNeedsWorkFilter,
        "is_published",
        "partner__region",
    ]
    list_select_related = ["partner"]
    search_fields = ["partner__name", "partner__search_text", "title", "search_text"]
    ordering = ["partner__name"]  # the model's own order does not outlive a maximum

    def get_queryset(self, request):
        rows, match = super().get_queryset(request), request.resolver_match
        if match and not match.url_name.endswith("_changelist"):
            return rows  # statuses of all are read for the list alone
        rows = rows.with_status(on=timezone.localdate())
        return rows.with_open_disagreement_count().with_checked_through()

    def get_readonly_fields(self, request, obj=None):
        return [] if self.has_publish_permission(request) else ["is_published"]

    def get_urls(self):
        parts = [
            path(
                f"<int:object_id>/{name}/",
                self.admin_site.admin_view(self.part_view),
                {"part": name},
                name=f"partnerships_partnership_{name}",
            )
            for name in PARTS
        ]
        return [*parts, *super().get_urls()]

    def part_view(self, request, object_id, part):
        """Show one part of the record as a form, and go back to the record from it."""
        if part == "publication" and not self.has_publish_permission(request):
            raise PermissionDenied
        request.part = PARTS[part]
        return self.changeform_view(request, str(object_id))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show the record; each part and each fact has its own form."""
        partnership = self.get_object(request, unquote(object_id))
        if partnership is None:
            return super().change_view(request, object_id)  # says so
        is_read = request.method in ("GET", "HEAD")
        may_change = self.has_change_permission(request, partnership)
        if not (may_change or (is_read and self.has_view_permission(request))):
            raise PermissionDenied
        if not is_read:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        context = {
            **self.admin_site.each_context(request),
            **record_context(partnership, timezone.localdate(), request.user),
            "title": partnership.title,
            "opts": self.opts,
            "partnership": partnership,
            "may_change": may_change,
            "may_check": self.has_check_permission(request),
            "may_publish": self.has_publish_permission(request),
            "may_delete": self.has_delete_permission(request, partnership),
        }
        return TemplateResponse(request, "admin/desk/record.html", context)

    def changelist_view(self, request, extra_context=None):
        """Show the list; as it was sent, where the action that was chosen lacks a
        reason, or rows, or none was chosen."""
        answer = super().changelist_view(request, extra_context)
        if request.method != "POST" or hasattr(request, "is_acted_on"):
            return answer
        sent, request.POST = request.POST, QueryDict()  # asks once more
        answer = super().changelist_view(request, extra_context)
        context = getattr(answer, "context_data", None) or {}
        if form := context.get("action_form"):
            form.initial = {name: sent.get(name) for name in form.fields}
            for row in context["cl"].result_list:
                row.is_ticked = str(row.pk) in sent.getlist(ACTION_CHECKBOX_NAME)
        return answer

    def action_checkbox(self, obj):
        attrs = {"class": "action-select", "aria-label": f"Choose {obj}"}
        box = CheckboxInput(attrs, lambda _: getattr(obj, "is_ticked", False))
        return box.render(ACTION_CHECKBOX_NAME, str(obj.pk))

    def placed(self, request, obj):
        address = reverse("admin:partnerships_partnership_change", args=[obj.pk])
        return {
            "title": f"{obj.partner}: {request.part.heading}",
            "within": (str(obj.partner), address),
            "show_save_and_add_another": False,
        }

    def response_post_save_change(self, request, obj):
        return redirect("admin:partnerships_partnership_change", obj.pk)

    response_post_save_add = response_post_save_change

    def get_inlines(self, request, obj):
        return request.part.inlines if obj else [inlines.MilestoneInline]

    def get_fieldsets(self, request, obj=None):
        *own, this_change = super().get_fieldsets(request, obj)
        if obj is None:
            fields = [*this_change[1]["fields"], *forms.CITATION]
            return [*own, (this_change[0], {"fields": fields})]
        part = request.part
        if not self.may_write(request, obj):
            return [(part.heading, {"fields": part.fields})]
        cited = forms.CITATION if part.is_cited else []
        fields = [*this_change[1]["fields"], *cited]
        heading = [(part.heading, {"fields": part.fields})] if part.fields else []
        return [*heading, (this_change[0], {"fields": fields})]

    def has_check_permission(self, request):
        return request.user.has_perm("partnerships.add_check")

    def has_publish_permission(self, request):
        return request.user.has_perm("partnerships.publish_partnership")

    def save_related(self, request, form, formsets, change):
        """Save the rows, saying why where they are checks alone, and give each fact
        that is entered, and each that had no source if the editor says so, a claim of
        the source that was chosen."""
        if _enters_checks_alone(form, formsets):
            under_way = context.current()
            under_way.reason = under_way.reason or checking.REASON
            under_way.kind = under_way.kind or ChangeKind.EDITORIAL
        super().save_related(request, form, formsets, change)
        if not form.cleaned_data.get("source"):
            return
        cited = {
            name: form.cleaned_data[name] for name in ("source", "locator", "wording")
        }
        facts = []
        for formset in formsets:
            if isinstance(formset, inlines.FactFormSet):
                for row in formset.changed_facts():
                    if formset.value_fields & {*row.changed_data}:
                        facts.append((row.instance, ""))
                    facts += [(row.instance, a) for a in formset.changed_aspects(row)]
                    if "since" in row.changed_data and row.instance.since:
                        facts.append((row.instance, "since"))
        if form.cleaned_data["cite_earlier"]:
            unsourced = ((fact, "") for fact in form.instance.unsourced_facts())
            facts += [fact for fact in unsourced if fact not in facts]
        for fact, aspect in facts:
            publishing.cite_source(fact=fact, aspect=aspect, **cited)
        if not facts:
            self.message_user(request, forms.NOTHING_CITED, messages.WARNING)

    def log(self, instance):
        return changes_of_record(LedgerEntry.objects.all(), instance.partner.slug)

    def get_view_on_site_url(self, obj=None):
        return super().get_view_on_site_url(obj) if obj and obj.is_published else None

    @admin.display(description="status", ordering="status")
    def headline(self, partnership):
        return status_words.label(partnership)

    @admin.display(description="SAFE", ordering="safe_status")
    def safe(self, partnership):
        return status_words.label(partnership, "safe_status")

    @admin.display(description="signed on", ordering="signed_latest", empty_value="–")
    def signed(self, partnership):
        signed_on = partnership.signed_on
        return signed_on.display() if isinstance(signed_on, PartialDate) else None

    @admin.display(ordering="open_disagreements")
    def disagreements(self, partnership):
        return partnership.open_disagreements

    @admin.display(ordering="checked_through")
    def checked_through(self, partnership):
        return partnership.checked_through

    @admin.action(
        description="Looked, nothing new, through today", permissions=["check"]
    )
    def looked(self, request, queryset):
        reason = checking.REASON
        if self.has_publish_permission(request):
            reason = self._reason(request, reason)
        if reason is None:
            return
        request.is_acted_on = True
        today = timezone.localdate()
        rows = {True: [], False: []}
        for partnership in queryset:
            through = partnership.checked_through
            rows[through is not None and through >= today].append(partnership)
        checking.check_partnerships(
            partnerships=rows[False], through=today, by=request.user, reason=reason
        )
        for is_checked, level in ((False, messages.SUCCESS), (True, messages.WARNING)):
            for partnership in rows[is_checked]:
                already = " already" * is_checked
                done = f"checked through {day_in_words(today)}{already}."
                self.message_user(request, f"{partnership.partner}: {done}", level)

    @admin.action(description="Publish", permissions=["publish"])
    def publish(self, request, queryset):
        rows = queryset.filter(is_published=False)
        self._run(request, rows, publishing.publish_partnership, "is published")

    @admin.action(description="Unpublish", permissions=["publish"])
    def unpublish(self, request, queryset):
        rows = queryset.filter(is_published=True)
        self._run(request, rows, publishing.unpublish_partnership, "is a draft again")

    def _reason(self, request, default=""):
        """Return the reason given; None, with a message, where it cannot be one."""
        try:
            return forms.REASON.clean(request.POST.get("reason", "").strip() or default)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return None

    def _run(self, request, partnerships, action, done: str):
        """Do this to each of the partnerships, and say what came of it."""
        reason = self._reason(request)
        if reason is None:
            return
        request.is_acted_on = True
        for partnership in partnerships:
            try:
                action(partnership=partnership, by=request.user, reason=reason)
            except ValidationError as error:
                to = reverse(
                    "admin:partnerships_partnership_publication", args=[partnership.pk]
                )
                problem = format_html(
                    '{}: {} <a href="{}">Its form “Publish”</a>',
                    *(partnership, " ".join(error.messages), to),
                )
                self.message_user(request, problem, messages.ERROR)
            else:
                self.message_user(request, f"{partnership} {done}.", messages.SUCCESS)
                if partnership.is_published and (lacking := partnership.lacking()):
                    self.message_user(request, lacking, messages.WARNING)


def _enters_checks_alone(form, formsets) -> bool:
    """Return whether nothing changes but rows that need no reason of the editor's."""
    needy = [formset for formset in formsets if formset.needs_reason]
    is_changed = form.public_changes - {*forms.CITATION}
    return not is_changed and not any(formset.has_changed() for formset in needy)
