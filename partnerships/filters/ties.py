"""Parameters of the pages about other ties: a partner, a state, the two days."""

from django import forms

from partnerships.choices import EngagementState
from partnerships.filters.clock import ClockForm
from partnerships.models import Engagement, Partner, Partnership

_STATES = ", ".join(EngagementState.labels[:-1]) + f" or {EngagementState.labels[-1]}"


class TieForm(ClockForm):
    """The choice among ties: of one partner, in one state."""

    partner = forms.ModelChoiceField(
        queryset=Partner.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label="All partners",
        error_messages={
            "invalid_choice": "“%(value)s” has no ties on record. Choose from the list."
        },
    )
    state = forms.ChoiceField(
        choices=[("", "All states"), *EngagementState.choices],
        required=False,
        error_messages={
            "invalid_choice": f"“%(value)s” is no state of a tie. Choose {_STATES}."
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        tied = Partnership.objects.published().filter(
            pk__in=Engagement.objects.order_by().values("partnership")
        )
        partners = Partner.objects.filter(partnership__in=tied)
        self.fields["partner"].queryset = partners.order_by("name")

    @property
    def given(self):
        """The days given, by parameter: links keep these."""
        return {k: v for k, v in super().given.items() if k in ClockForm.base_fields}

    @property
    def chosen(self):
        """The lookups of ties that the choice makes."""
        partner, state = self._given("partner"), self._given("state")
        lookups = {"partnership__partner": partner, "state": state}
        return {name: value for name, value in lookups.items() if value}
