"""Parameters of the files and feeds of the trail itself."""

import django_filters as filters
from django import forms

from partnerships.filters.whole_numbers import NumberField
from partnerships.models import Checkpoint


class SinceForm(forms.Form):
    """The number of the last change that a reader has already."""

    since = NumberField(0, 10**18)


class CheckpointFilter(filters.FilterSet):
    """The feed of checkpoints has no parameters, and refuses any."""

    class Meta:
        model = Checkpoint
        fields: list[str] = []
