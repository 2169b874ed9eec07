"""The lists of the admin, and what fills them."""

from django.contrib import admin

from tests import factories
from tests.admin import url

PLACES = ["Norway", "Türkiye", "Côte d’Ivoire"]


def add(number):
    """A partnership with one fact of each kind, and what they refer to."""
    slug = f"partner-{number}"
    name = PLACES[number] if number < len(PLACES) else None
    partner = factories.partner(slug, name=name)
    partnership = factories.partnership(of=partner, stated_areas=17)
    source = factories.source(f"source-{number}", publisher=f"Publisher {number}")
    area = factories.area(number + 1)
    for fact, says in {
        factories.milestone(partnership, date=f"2024-{number % 12 + 1:02}"): "2024",
        factories.coverage(partnership, area): "not_included",
        factories.engagement(partnership): "yes",
        factories.affiliation(partner, "nato_ally"): "no",
        partnership: "18",
        factories.question(f"question-{number}"): "no",
        factories.subject(partnership): "yes",
        factories.position(partnership): "yes",
        factories.namesake(f"Talks {number}"): "yes",
    }.items():
        factories.claim(fact, says, by=source)
    factories.user(f"person-{number}")


def changelist(rf, user, model, query=""):
    """The list as the admin computes it, without the page around it."""
    request = rf.get(url(model, "changelist") + query)
    request.user = user
    return admin.site._registry[model].get_changelist_instance(request)


def shown_by(rf, user, model, query):
    return list(changelist(rf, user, model, query).result_list)
