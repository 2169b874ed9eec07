"""The ladder of SAFE: its rungs and partners in words."""

from django import template
from django.utils.html import format_html, format_html_join

from partnerships.dates import day_in_words
from partnerships.templatetags.knowledge import number_in_words
from partnerships.templatetags.links import dated_url
from partnerships.text import capitalised
from partnerships.web import safe_ladder_words, status_words

register = template.Library()

_BETWEEN = format_html('<span aria-hidden="true">{}</span>', " · ")

#: The questions whose sources stand behind the sentences that tell what SAFE is.
_AT_THE_TOP = ["safe-adopted", "safe-component-limit", "safe-component-origin"]


@register.filter
def rungs(ladder):
    """The rungs of the ladder, the highest first."""
    return safe_ladder_words.rungs(ladder)


@register.filter
def beside_rungs(ladder):
    """The standings beside the ladder that a partner has."""
    return safe_ladder_words.rungs(ladder, is_beside=True)


@register.filter
def safe_headline(ladder):
    """The finding: "four partners may go beyond SAFE’s 35 %"."""
    return safe_ladder_words.headline(ladder, number_in_words)


@register.filter
def safe_finding(ladder, clock):
    """The finding with its day, where the page is about one; without a ladder, that
    SAFE did not exist yet."""
    if not ladder:
        return f"On {day_in_words(clock.on)} SAFE did not exist yet"
    said = safe_headline(ladder)
    if clock.given.get("as_of"):
        return f"On {day_in_words(clock.on)}: {said}"
    return capitalised(said)


def safe_lede(ladder):
    """Who goes beyond the share, by which text, and where the others stand."""
    return safe_ladder_words.lede(ladder, number_in_words)


@register.simple_tag(takes_context=True)
def partner_run(context, partners):
    """These partners in a line, each a link to its record, with what is not sure."""
    # No template: a rung can have hundreds.
    return format_html_join(
        _BETWEEN,
        '<a href="{}">{}</a>{}',
        (
            (
                dated_url(context, "partnership-detail", p.row.partner.slug),
                p.row.partner.name,
                _doubt(p),
            )
            for p in partners
        ),
    )


def _doubt(partner):
    """The doubt about a partner's rung, beside its name."""
    if not partner.is_reported and not partner.may_be:
        return ""
    doubt = status_words.how_sure(partner.row, "safe_status")
    return format_html(' <span class="perhaps">{}</span>', doubt)


@register.filter
def rung_step(partner):
    """The milestone that put a partner on its rung, with its day."""
    return safe_ladder_words.step(partner)


@register.filter
def without_agreement(partner):
    """The terms for a partner without an agreement, where it has none."""
    return safe_ladder_words.otherwise(partner)


@register.filter
def safe_turn(partner):
    """Who acts next."""
    return safe_ladder_words.turn(partner)


@register.filter
def named_by_regulation(ladder):
    """The partners beyond the share that the Regulation names."""
    return [p for p in ladder.beyond if p.by_regulation and not p.kinds]


@register.filter
def on_question(facts, slug):
    """The fact that answers the question of that slug, None without one."""
    return next((fact for fact in facts or () if fact.about.slug == slug), None)


@register.filter
def disputed_facts(facts):
    """The facts on which sources disagree."""
    return [fact for fact in facts if fact.rivals]


@register.filter
def other_facts(facts):
    """The facts that nobody disputes, beside those that tell what SAFE is."""
    return [f for f in facts if not f.rivals and f.about.slug not in _AT_THE_TOP]
