"""A span of days."""

from django import forms


class SpanForm(forms.Form):
    """A span of days that does not end before it begins."""

    def clean(self):
        start, end = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if start and end and start > end:
            self.add_error(
                "from",
                f"The span ends before it begins: {start} is after {end}.",
            )
