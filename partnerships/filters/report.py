"""The form by which a reader tells of an error, or of a document that is missing."""

import re

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.urls import reverse
from django.utils import timezone

from partnerships.text import feed_text, has_letters, tidy

#: In how many seconds after it was shown the form may be sent.
SHORTEST, LONGEST = 3, 24 * 60 * 60

WRONG, DOCUMENT = "wrong", "document"
KINDS = [(WRONG, "Something is wrong"), (DOCUMENT, "A document is missing here")]

#: The path of a page, which is no sentence and leads to no other site.
_PATH = re.compile(r"/(?!/)[\w./%~-]*", re.ASCII)
_FACT = re.compile(r"[a-z_-]+-[0-9]+")
_SALT = __name__


def new_moment(*, ago: int = 0) -> str:
    """Return the moment at which the form is shown, or was so many seconds before,
    signed, so that no session need keep it."""
    return signing.dumps(int(timezone.now().timestamp()) - ago, salt=_SALT)


class _TidyField(forms.CharField):
    """A field without the characters that nobody sees, its lines ended by LF."""

    def to_python(self, value):
        return super().to_python(tidy(feed_text(value or "")))


class _EmailField(_TidyField, forms.EmailField):
    pass


class _AddressField(_TidyField, forms.URLField):
    default_validators = [URLValidator(["http", "https"])]


class _TextField(_TidyField):
    """A field for some words."""

    def validate(self, value):
        super().validate(value)
        if value and not has_letters(value):
            raise ValidationError("Say it in words.", code="no_words")


class PathField(forms.Field):
    """A field for the path of a page of this site; empty for all that is none."""

    widget = forms.HiddenInput

    def clean(self, value):
        path = value or ""
        is_path = _PATH.fullmatch(path) and not path.startswith(reverse("admin:index"))
        return path if is_path and len(path) <= 300 else ""


class AnchorField(forms.Field):
    """A field for the anchor of a fact, as milestone-12; empty for all that is none."""

    widget = forms.HiddenInput

    def clean(self, value):
        anchor = value or ""
        return anchor if _FACT.fullmatch(anchor) and len(anchor) <= 60 else ""


class AboutForm(forms.Form):
    """The page, and the fact on it, that a report is about. It is always valid: what
    can be neither is left out."""

    page = PathField(required=False)
    fact = AnchorField(required=False)


class ReportForm(AboutForm):
    """A report, with what tells people from robots: when the form was shown, and a
    field that people do not see."""

    kind = forms.ChoiceField(
        choices=KINDS,
        label="What do you want to tell?",
        widget=forms.RadioSelect,
        initial=WRONG,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choose one of the two."
        ),
    )
    url = _AddressField(
        label="Address of a document",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="Where it can be read. Needed if a document is missing here.",
        error_messages={
            "invalid": "Write the whole address, as in https://example.org/text.pdf.",
            "max_length": "Give a shorter address, of at most 500 characters.",
        },
    )
    text = _TextField(
        label="What is wrong, or what does the document say?",
        min_length=10,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="In your words, and in any language. Name the document that says so "
        "and where in it, if you can.",
        error_messages={
            "required": "Say what is wrong, or what the document says.",
            "min_length": "Say a little more: at least %(limit_value)d characters.",
            "max_length": "Say it in at most %(limit_value)d characters; these are "
            "%(show_value)d.",
        },
    )
    email = _EmailField(
        label="Your e-mail address, if you like",
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="Only the editors see it, to ask you if something is unclear. It is "
        "deleted once the report is answered.",
        error_messages={
            "invalid": "Write it as in name@example.org, or leave it empty.",
            "max_length": "Give a shorter address, of at most 254 characters.",
        },
    )
    moment = forms.Field(required=False)
    homepage = forms.Field(required=False)

    def clean(self):
        kind, url = self.cleaned_data.get("kind"), self.cleaned_data.get("url")
        if kind == DOCUMENT and url == "":
            self.add_error("url", "Say where the document can be read.")
        if not self.errors and self._is_like_a_robot():
            raise ValidationError(
                "It was sent very fast, or a day after the form was opened, as robots "
                "do. Your text stands below: press Send once more.",
                code="robot",
            )

    def report(self):
        """Return what a lead keeps of the report, by its fields."""
        said = self.cleaned_data
        is_error = said["kind"] == WRONG
        told = said["text"] if is_error else f"A document is missing: {said['text']}"
        kept = {name: said[name] for name in ("page", "fact", "url", "email")}
        return kept | {"sentence": told}

    def _is_like_a_robot(self):
        try:
            shown_at = signing.loads(self.cleaned_data["moment"] or "", salt=_SALT)
        except signing.BadSignature:
            return True
        seconds = timezone.now().timestamp() - shown_at
        is_baited = bool(self.cleaned_data["homepage"])
        return is_baited or not SHORTEST <= seconds <= LONGEST
