"""The forms above the rows of a record, and beside its list of actions."""

import re

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ActionForm
from django.utils.html import format_html

from partnerships.admin.change_form import EXPLANATION, ChangeForm
from partnerships.admin.widgets import KeySelect
from partnerships.fields import ReasonField
from partnerships.models import Claim, Source

#: The fields of ``PartnershipForm`` that are no part of the record, beside the reason.
CITATION = ["source", "locator", "wording", "cite_earlier"]

#: The widget of the source that is cited.
CITED = KeySelect(Claim._meta.get_field("source"), admin.site)

#: The title that is proposed for a new record.
TITLE = "EU–{partner} Security and Defence Partnership"
NO_TITLE = f"If you leave it empty, it is {TITLE.format(partner='…')}."

NOTHING_CITED = (
    "The source that you chose was not recorded: no milestone's date, cell or tie was "
    "entered or changed. To add a source to one that is here, open it on the page of "
    "the record, choose “Change it, its claims or its ruling”, and enter its claim."
)


class PartnershipForm(ChangeForm):
    """The form of a partnership, which also asks for the source of what is entered."""

    source = forms.ModelChoiceField(
        Source.objects.all(),
        required=False,
        widget=CITED,
        help_text=(
            "The document that says what you enter or change below. Each such "
            "milestone, cell and engagement gets a claim of it."
        ),
    )
    locator = forms.CharField(
        label="Place in the source",
        required=False,
        max_length=200,
        help_text="As in “Table 1” or “section Norway”; required with a source.",
    )
    wording = forms.CharField(
        label="Its words",
        required=False,
        max_length=200,
        help_text="The few words that matter, above all the verb.",
    )

    cite_earlier = forms.BooleanField(
        label="Also for what is here without a source",
        required=False,
        help_text=(
            "The same place in the source also says the milestones and areas that were "
            "entered earlier and have no claim yet."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None and (title := self.fields.get("title")):
            title.required = False
            title.help_text = format_html("{} {}", title.help_text, NO_TITLE)

    def clean_title(self):
        title, partner = self.cleaned_data["title"], self.cleaned_data.get("partner")
        return TITLE.format(partner=partner) if partner and not title else title

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("cite_earlier") and not cleaned.get("source"):
            self.add_error("source", "Choose the source that says it.")
        own = {*self.fields} - {*CITATION, *EXPLANATION}
        done = {"is_published", "cite_earlier"} & {*self.changed_data}
        if own == {"is_published"} and cleaned.get("change_reason") and not done:
            tick = "Untick" if self.instance.is_published else "Tick"
            aim = "unpublish" if self.instance.is_published else "publish"
            self.add_error("is_published", f"{tick} it to {aim} the record.")
        if cleaned.get("source") and not cleaned.get("locator"):
            self.add_error("locator", "Say where in the source it stands.")
        if cleaned.get("cite_earlier"):
            self.instance.citing = cleaned.get("source")
        return cleaned

    def new_doubts(self):
        if "is_published" not in self.changed_data:
            return []
        added = {"source"} if self.cleaned_data.get("source") else set()
        kinds = re.compile(r"milestones-\d+-kind")
        if any(value for name, value in self.data.items() if kinds.fullmatch(name)):
            added.add("milestone")
        return self.instance.new_doubts(added=added)


class ReasonActionForm(ActionForm):
    """The question why, beside the choice of an action.

    Any text passes: Django answers every error of this form by "No action selected".
    The actions check it by ``REASON``.
    """

    reason = forms.Field(required=False)


#: The reason that an action needs.
REASON = ReasonField(
    error_messages={"required": "This needs a reason: say why. Readers will see it."},
)
