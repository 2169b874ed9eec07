from partnerships.filters.clock import KnownForm
from partnerships.models import Question
from partnerships.pages.data_links import data_url
from partnerships.pages.dated import dated_page
from partnerships.selectors.facts import standing_alone


@dated_page("partnerships/question_list.html", KnownForm)
def question_list(request, clock):
    """Show the questions about the instrument, with their answers and sources.
    There is no ``as_of``: an answer tells its own days."""
    facts = standing_alone(Question.objects.order_by("text", "pk"))
    return {"facts": facts, "data_url": data_url(clock, "question-list")}
