"""Filters that each request has for itself, at little cost."""

from copy import copy, deepcopy
from functools import cache

import django_filters as filters


class Shared:
    """A filter whose copies share all that it was made with; each set has a copy."""

    def __deepcopy__(self, memo):
        twin = copy(self)
        twin.method = self.method  # that of the copy's own set
        return twin


class FilterSet(filters.FilterSet):
    """A set of filters whose class of forms is made once."""

    def get_form_class(self):
        return _form_class(type(self))


@cache
def _form_class(filter_set: type[FilterSet]):
    made = deepcopy(filter_set.base_filters)
    fields = {name: filter.field for name, filter in made.items()}
    return type(f"{filter_set.__name__}Form", (filter_set._meta.form,), fields)
