"""Parameters of the pages about other ties: a partner, a state, the two days."""

from django import forms
from django.core.exceptions import ValidationError

from partnerships.choices import EngagementState
from partnerships.filters.choices import SHOWN, ChoicesInError
from partnerships.filters.clock import ClockForm
from partnerships.models import Engagement, Partner, Partnership


class PartnerField(forms.ModelChoiceField):
    """A partner by its slug, of those that there are to choose from."""

    def to_python(self, value):
        try:
            return super().to_python(value)
        except ValidationError as error:
            if error.code != "invalid_choice":
                raise
            raise ValidationError(
                f"“{str(value)[:SHOWN]}” is no partner with ties on record. Choose "
                "one of the list.",
                code=error.code,
            ) from None


class StateField(ChoicesInError, forms.ChoiceField):
    pass


class TieForm(ClockForm):
    """The choice among ties: of one partner, in one state."""

    partner = PartnerField(
        queryset=Partner.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label="All partners",
    )
    state = StateField(
        noun="state of a tie",
        choices=[("", "All states"), *EngagementState.choices],
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        tied = Partnership.objects.published().filter(
            pk__in=Engagement.objects.order_by().values("partnership")
        )
        partners = Partner.objects.filter(partnership__in=tied)
        self.fields["partner"].queryset = partners.order_by("name")

    @property
    def chosen(self):
        """The lookups of ties that the choice makes."""
        partner, state = self._given("partner"), self._given("state")
        lookups = {"partnership__partner": partner, "state": state}
        return {name: value for name, value in lookups.items() if value}
