"""Partners, areas, sources and questions: what the records refer to."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from partnerships.actions.statements.notation import answer_in_notation
from partnerships.actions.vocabulary import CannotRead
from partnerships.admin.audited_inlines import AuditedFormSet, AuditedInline
from partnerships.admin.base import AuditedAdmin
from partnerships.admin.change_form import ChangeForm
from partnerships.admin.claims import ClaimInline
from partnerships.admin.list_filters import FactNeedsWorkFilter
from partnerships.choices import AffiliationKind
from partnerships.models import Affiliation, Area, Claim, Partner, Question, Source
from partnerships.text import tidy


class AffiliationFormSet(AuditedFormSet):
    def identity(self, row):
        if row.until or row.kind == AffiliationKind.OTHER:
            return None
        return row.kind


class AffiliationInline(AuditedInline):
    model = Affiliation
    formset = AffiliationFormSet
    fields = ["kind", "since", "until", "note"]


@admin.register(Partner)
class PartnerAdmin(AuditedAdmin):
    fieldsets = [
        ("Name", {"fields": ["name", "official_name", "slug", "iso_code"]}),
        ("Place", {"fields": ["region"]}),
        (
            "Elsewhere",
            {"fields": ["other_names", "iso_alpha3", "wikidata", "eu_uri"]},
        ),
    ]
    inlines = [AffiliationInline]
    list_display = ["name", "iso_code", "region"]
    list_filter = ["region", "affiliations__kind"]
    search_fields = ["name", "official_name", "iso_code", "search_text"]
    prepopulated_fields = {"slug": ["name"]}

    def response_post_save_add(self, request, obj):
        """Lead on to the partnership of the new partner."""
        if not request.user.has_perm("partnerships.add_partnership"):
            return super().response_post_save_add(request, obj)
        self.message_user(request, "Its partnership is next: the title is proposed.")
        to = reverse("admin:partnerships_partnership_add")
        return redirect(f"{to}?partner={obj.pk}")


@admin.register(Area)
class AreaAdmin(AuditedAdmin):
    fieldsets = [("Area", {"fields": ["number", "slug", "name", "short_name"]})]
    list_display = ["number", "name"]
    list_display_links = ["name"]
    search_fields = ["name", "short_name", "number"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Source)
class SourceAdmin(AuditedAdmin):
    fieldsets = [
        (
            "Document",
            {
                "fields": [
                    *("kind", "publisher", "title", "authors", "language", "key"),
                ]
            },
        ),
        ("Time", {"fields": ["published_on", "knowledge_as_of"]}),
        (
            "Reading it",
            {
                "fields": [
                    "url",
                    "no_address",
                    "archived_url",
                    "last_checked_on",
                    "note",
                ]
            },
        ),
        ("Identifiers", {"fields": ["eli", "celex", "doi", "document_number"]}),
    ]
    list_display = ["key", "publisher", "title", "kind", "published_on", "claims"]
    list_filter = ["kind", "language"]
    search_fields = ["key", "publisher", "title", "authors", "url"]
    date_hierarchy = "last_checked_on"
    ordering = ["key"]

    def get_queryset(self, request):
        own = Claim.objects.order_by().filter(source=OuterRef("pk")).values("source")
        counted = Subquery(own.values(n=Count("pk")))
        return super().get_queryset(request).annotate(n=Coalesce(counted, 0))

    @admin.display(ordering="n")
    def claims(self, source):
        """Lead to them: there, no list of all sources is chosen from."""
        to = reverse("admin:partnerships_claim_changelist")
        return format_html(
            '<a href="{}?source__id__exact={}">{}</a>', to, source.pk, source.n
        )


class QuestionForm(ChangeForm):
    """A question, whose answer is taken as people write it, as its claims are."""

    def clean_answer(self):
        try:
            return answer_in_notation(tidy(self.cleaned_data["answer"]))
        except CannotRead as error:
            raise ValidationError(str(error)) from error


@admin.register(Question)
class QuestionAdmin(AuditedAdmin):
    """General questions are public at once, so none is deleted without a trace."""

    form = QuestionForm
    fieldsets = [
        ("Question", {"fields": ["slug", "text", "answer"]}),
        ("Ruling", {"fields": ["ruling"]}),
    ]
    inlines = [ClaimInline]
    list_display = ["text", "answer"]
    list_filter = [FactNeedsWorkFilter]
    search_fields = ["text", "answer"]

    def has_delete_permission(self, request, obj=None):
        return False
