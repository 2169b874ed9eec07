"""Proposals: what editors would have a publisher save, and a publisher's word back."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from partnerships.actions.proposing import may_publish
from partnerships.models import Draft
from partnerships.text import tidy


class WordForm(forms.Form):
    word = forms.CharField(
        label="Your word to its author",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        error_messages={"required": "Say what should change, or why it cannot be."},
    )

    def clean_word(self):
        return tidy(self.cleaned_data["word"])


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request, site, pk):
    """Send a proposal back to its author, with a word."""
    if not may_publish(request.user):
        raise PermissionDenied
    draft = get_object_or_404(Draft.objects.waiting().select_related("owner"), pk=pk)
    form = WordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        draft.proposed_at, draft.word_back = None, form.cleaned_data["word"]
        draft.save()
        messages.success(request, f"Sent back to {draft.owner.public_label}: {draft}.")
        return redirect("admin:index")
    context = {
        **site.each_context(request),
        "title": f"Send back: {draft}",
        "draft": draft,
        "form": form,
    }
    return TemplateResponse(request, "admin/desk/send_back.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request, site, pk):
    """Ask whether a draft of one's own is deleted, and delete it."""
    draft = get_object_or_404(request.user.drafts.filter(operation=None), pk=pk)
    if request.method == "POST":
        draft.delete()
        messages.info(request, f"Discarded: {draft}. Nothing of it was entered.")
        return redirect("admin:index")
    context = {
        **site.each_context(request),
        "title": f"Discard: {draft}",
        "draft": draft,
    }
    return TemplateResponse(request, "admin/desk/discard.html", context)
