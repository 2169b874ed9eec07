"""What is drawn without a template is to the byte what Django's templates draw."""

from datetime import date

import pytest
from django import forms
from django.contrib.admin import widgets as admin
from django.forms.renderers import DjangoTemplates

from sdptracker.forms import PlainRenderer

pytestmark = pytest.mark.once

HOSTILE = """<b title='x' id="y">&amp; “Türkiye”</b>"""
CHOICES = [("", "Choose…"), ("a", HOSTILE), (HOSTILE, "B"), (7, "Seven")]
GROUPS = [("North", [("no", "Norway")]), ("", [("is", "Iceland")]), ("us", "None")]
ATTRIBUTES = {"class": "wide", "title": HOSTILE, "hidden": True, "required": False}
WIDGETS = [
    forms.TextInput,
    forms.NumberInput,
    forms.URLInput,
    forms.HiddenInput,
    forms.CheckboxInput,
    forms.DateInput,
    forms.Textarea,
    admin.AdminTextareaWidget,
    admin.AdminDateWidget,
    admin.AdminURLFieldWidget,
]
VALUES = [None, "", 0, 17, True, False, HOSTILE, "one\ntwo\r\n", date(2024, 5, 28)]


def drawn(widget, value):
    return [
        widget.render("a-0-b", value, {"id": "id_b"}, renderer=renderer())
        for renderer in (PlainRenderer, DjangoTemplates)
    ]


@pytest.mark.parametrize("value", VALUES, ids=map(repr, VALUES))
@pytest.mark.parametrize("widget", WIDGETS)
def test_field_is_drawn_as_by_django(widget, value):
    ours, theirs = drawn(widget(attrs=ATTRIBUTES), value)
    assert ours == theirs


@pytest.mark.parametrize("choices", [CHOICES, GROUPS, []], ids=["flat", "groups", "no"])
@pytest.mark.parametrize("value", [None, "", "a", 7, HOSTILE, "unknown"])
@pytest.mark.parametrize("widget", [forms.Select, forms.SelectMultiple])
def test_list_is_drawn_as_by_django(widget, value, choices):
    ours, theirs = drawn(widget(attrs=ATTRIBUTES, choices=choices), value)
    assert ours == theirs


@pytest.mark.parametrize("data", [None, {}, {"name": HOSTILE, "kind": HOSTILE}])
def test_form_is_drawn_as_by_django(data):
    class Form(forms.Form):
        name = forms.CharField(label=HOSTILE, help_text="Its name", max_length=5)
        kind = forms.ChoiceField(choices=CHOICES, required=False)
        sure = forms.BooleanField(label="Sure?")

    ours, theirs = (
        Form(data, renderer=renderer()) for renderer in (PlainRenderer, DjangoTemplates)
    )
    assert str(ours) == str(theirs)
    assert ours.as_table() == theirs.as_table()
    for one, other in zip(ours, theirs, strict=True):
        assert one.label_tag(attrs=ATTRIBUTES) == other.label_tag(attrs=ATTRIBUTES)
        assert one.errors.as_ul() == other.errors.as_ul()
        assert str(one.errors) == str(other.errors)
