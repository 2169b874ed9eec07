"""The forms of a document that is entered at the desk."""

from contextlib import suppress

from django import forms
from django.forms.utils import ErrorDict
from django.utils.text import slugify

from partnerships.actions.statements import (
    ADOPT,
    AFTER,
    ANOTHER,
    ATTACH,
    BEFORE,
    COLUMNS,
    KEEP,
    UNKNOWN,
)
from partnerships.actions.vocabulary import AREA
from partnerships.choices import ChangeKind, SourceKind
from partnerships.desk.grids import rows_of_file, rows_of_text
from partnerships.fields import PartialDateFormField, ReasonField
from partnerships.models import Area, Source
from partnerships.text import MOST, search_form, tidy

DECISIONS = [
    ("", "Decide…"),
    (ADOPT, "Adopt it"),
    (KEEP, "Keep the record's"),
    (ATTACH, "It is this one"),
    (ANOTHER, "It is another"),
]
ORDERS = [
    ("", "Before or after?"),
    (BEFORE, "Before it"),
    (AFTER, "After it"),
    (UNKNOWN, "Nobody knows"),
]


def chosen(text, choices):
    """Return the choice that a cell means, as it stands in a spreadsheet too."""
    word = search_form(text)
    for code, label in choices:
        if word and (word.partition(" ")[0] == code or word == search_form(label)):
            return code
    return ""


class DocumentForm(forms.ModelForm):
    """The document. One that is known by its address or key already is taken as it
    stands, and nothing else is asked."""

    url = forms.URLField(
        label="Address", required=False, max_length=500, assume_scheme="https"
    )
    published_on = PartialDateFormField(
        label="Published", required=False, help_text="As you read it: 25 March 2026."
    )

    kind = forms.ChoiceField(
        choices=[("", "As its publisher's last"), *SourceKind.choices], required=False
    )

    class Meta:
        model = Source
        fields = ["url", "publisher", "kind", "title", "published_on"]
        fields += ["language", "no_address", "key"]
        labels = {"key": "Key, if not the proposed one"}

    def __init__(self, data=None, **kwargs):
        super().__init__(data, **kwargs)
        self.known = _known_source(self.data if self.is_bound else self.initial)
        self.fields["key"].required = False
        self.fields["language"].required = False

    def full_clean(self):
        if self.known:
            self._errors, self.cleaned_data = ErrorDict(), {}
        else:
            super().full_clean()

    def clean(self):
        cleaned = super().clean()
        for name, value in cleaned.items():
            if isinstance(value, str):
                cleaned[name] = tidy(value).strip()
        earlier = Source.objects.filter(publisher=cleaned.get("publisher") or "")
        last = earlier.order_by("-pk").first()
        cleaned["kind"] = cleaned.get("kind") or (last.kind if last else "")
        if not cleaned["kind"] and "kind" not in self.errors:
            self.add_error(
                "kind", "Choose who speaks in it: its publisher is new here."
            )
        cleaned["language"] = cleaned.get("language") or (
            last.language if last else "en"
        )
        if not cleaned.get("key") and "key" not in self.errors:
            cleaned["key"] = _proposed_key(cleaned)
        return cleaned

    def source(self):
        """Return the document, saved or not; None, with errors, if it cannot be."""
        if self.known:
            return self.known
        return self.instance if self.is_valid() else None


class RowForm(forms.Form):
    """One statement, as typed; ``Reader`` says what is wrong with it."""

    partner = forms.CharField(
        max_length=200,
        required=False,
        help_text=(
            "The partner's name; “all” for a position on all partnerships; between "
            "whom, for what is not an SDP."
        ),
    )
    what = forms.CharField(
        max_length=200,
        required=False,
        help_text=(
            "Choose from the list: Signed, Where, Area: 5, Tie: Dialogue, Standing: EU "
            "candidate."
        ),
    )
    value = forms.CharField(
        max_length=300,
        required=False,
        help_text=(
            "A day, a place, included. Of a tie or a standing: since when, or yes or "
            "no; of a dialogue also how often, of a contribution how much, as in 150 "
            "million NOK. Of a position: its day, or no day. Of a subject: its name."
        ),
    )
    words = forms.CharField(
        label="Its words",
        max_length=200,
        required=False,
        help_text="The few that matter, as the document has them.",
    )
    place = forms.CharField(
        label="Place in it",
        max_length=200,
        required=False,
        help_text="As in “paragraph 2”.",
    )
    detail = forms.CharField(
        label="Who, title, or expected",
        max_length=200,
        required=False,
        help_text=(
            "Who acted; of a statement, what it was; of an announcement, when it is "
            "expected; of a position, who holds it; of a tie or what is not an SDP, "
            "its title."
        ),
    )
    text = forms.CharField(
        label="In our words",
        max_length=MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=(
            "Of a position, what was said; of what is not an SDP, why; else a note. "
            "Asked for where it is needed."
        ),
    )
    decision = forms.CharField(widget=forms.Select(choices=DECISIONS), required=False)
    ruling = forms.CharField(max_length=MOST, required=False)
    order = forms.CharField(widget=forms.Select(choices=ORDERS), required=False)
    held = forms.BooleanField(label="Not yet: leave it with its author", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partner"].widget.attrs["list"] = "partners"
        self.fields["what"].widget.attrs["list"] = "vocabulary"

    @property
    def grid(self):
        """The cells that stand in the grid; the others are asked for where needed."""
        return [self[name] for name in COLUMNS[: COLUMNS.index("text")]]

    def ask(self, decisions):
        """Offer these decisions alone."""
        asked = [choice for choice in DECISIONS if choice[0] in ("", *decisions)]
        self.fields["decision"].widget.choices = asked


class WhyForm(forms.Form):
    """One kind and one reason for the whole."""

    change_kind = forms.ChoiceField(
        label="Kind of change",
        choices=[
            (kind.value, kind.label) for kind in ChangeKind if kind != ChangeKind.IMPORT
        ],
        initial=ChangeKind.NEW_DEVELOPMENT,
    )
    change_reason = ReasonField(
        required=False,
        help_text="Public. Leave it empty to name the document.",
        error_messages={
            "no_words": "Say in words why; readers will see it.",
            "max_length": (
                "A reason has at most %(limit_value)d characters, this has "
                "%(show_value)d: it is kept once it is shorter."
            ),
        },
    )

    def reason(self, source):
        """Return the reason that was typed, or else the name of the document."""
        return self.cleaned_data["change_reason"] or f"Entered: {source}"[:500]


class ReviewForm(WhyForm):
    """The last word of a publisher on what another wrote."""

    word_back = forms.CharField(
        label="Your word to its author, if you leave rows with them",
        max_length=500,
        required=False,
    )
    compared = forms.BooleanField(
        label="I have the document open, and each row is what it says", required=False
    )


class PasteForm(forms.Form):
    """More rows at once: from a spreadsheet, or one for each area of a partner."""

    pasted = forms.CharField(
        label="Paste rows from a spreadsheet",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=(
            "In the order of the columns above, or with a first line that names them."
        ),
    )
    uploaded = forms.FileField(
        label="Or upload them as CSV or XLSX", required=False, allow_empty_file=True
    )
    all_areas_of = forms.CharField(
        label="A row for each of the 26 areas of",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"list": "partners"}),
    )

    def clean_pasted(self):
        return rows_of_text(self.cleaned_data["pasted"])

    def clean_uploaded(self):
        file = self.cleaned_data["uploaded"]
        return rows_of_file(file) if file else []

    def rows(self):
        """Return the rows that it asks for."""
        rows = self.cleaned_data.get("pasted") or []
        rows += self.cleaned_data.get("uploaded") or []
        if partner := self.cleaned_data.get("all_areas_of"):
            areas = Area.objects.order_by("number")
            named = [area.short_name or area.name for area in areas]
            rows += [{"partner": partner, "what": f"{AREA}{name}"} for name in named]
        return rows


def _known_source(data):
    """Return the source of that address, or without one of that key, if it is there."""
    url, key = ((data.get(name) or "").strip() for name in ("url", "key"))
    with suppress(forms.ValidationError):
        url = forms.URLField(required=False, assume_scheme="https").clean(url)
    if url:
        return Source.objects.at(url)
    return Source.objects.filter(key=key).first() if key else None


def _proposed_key(cleaned):
    """Return a key made of publisher and day that no source has."""
    day = cleaned.get("published_on")
    stem = slugify(f"{cleaned.get('publisher', '')} {day or ''}")[:90] or "source"
    key, number = stem, 2
    while Source.objects.filter(key=key).exists():
        key, number = f"{stem}-{number}", number + 1
    return key
