"""How pages put the record into words. Nothing here queries or decides anything."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse
from django.utils.dateformat import format as date_format
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import get_language_info

from partnerships import dates
from partnerships.choices import (
    Alone,
    CoverageValue,
    Frequency,
    MilestoneKind,
    SafeStatus,
    SdpStatus,
    Standing,
    Status,
    Track,
)
from partnerships.lifecycle import EFFECTS
from partnerships.selectors.strip import shape_of

register = template.Library()

_CHECKED = SafeString(" checked")
NOT_RECORDED = "not recorded"
NAMES_PER_STATUS = 24
VERBS = {
    Standing.AGREES: ("agrees", "agree"),
    Standing.COMPATIBLE: ("is compatible", "are compatible"),
    Standing.DISAGREES: ("disagrees", "disagree"),
}
ALONE_SHORT = {
    Alone.ONLY: "that no other speaks of",
    Alone.AGAINST: "against all others",
}
FACT_KINDS = {
    "milestone": "Milestones",
    "coverage": "Areas of cooperation",
    "engagement": "Other ties",
    "affiliation": "Standing",
    "question": "Questions",
}
TRACK_NAMES = {Track.SDP: "SDP", Track.SAFE: "SAFE"}
SIGNS = {Standing.AGREES: "=", Standing.COMPATIBLE: "≈", Standing.DISAGREES: "≠"}
COVERAGE_SIGNS = {
    CoverageValue.INCLUDED: "●",
    CoverageValue.NOT_INCLUDED: "○",
    CoverageValue.ALREADY_EXISTS: "◐",
    CoverageValue.NOT_ASSESSED: "?",
}
PATTERN_WORDS = {
    CoverageValue.INCLUDED: ("", "and"),
    CoverageValue.ALREADY_EXISTS: ("already exists with ", "and"),
    CoverageValue.NOT_INCLUDED: ("not ", "or"),
    CoverageValue.NOT_ASSESSED: ("not assessed for ", "and"),
}
IN_WORDS = {
    SdpStatus.NOT_RECORDED: "No step towards a partnership is recorded by this day.",
    SdpStatus.PROPOSED: "A partnership has been proposed.",
    SdpStatus.EXPLORATORY: "Talks explore whether there will be a partnership.",
    SdpStatus.NEGOTIATING: "A partnership is being negotiated.",
    SdpStatus.SIGNED: "The partnership is signed.",
    SdpStatus.SUSPENDED: "The partnership was signed and is suspended.",
    SdpStatus.ENDED: "The partnership has ended.",
    SdpStatus.ABANDONED: "The attempt at a partnership was abandoned.",
}
SAFE_STANDING_IN_WORDS = {
    SafeStatus.NOT_NEEDED: (
        "needs no agreement and no partnership: the Regulation opens common "
        "procurement to EEA-EFTA states and to Ukraine."
    ),
    SafeStatus.ELIGIBLE: (
        "is eligible: the Regulation opens common procurement to EU candidates, "
        "potential candidates and those that signed a Security and Defence Partnership."
    ),
    SafeStatus.NOT_ELIGIBLE: (
        "is not eligible: it is not on record as a signed partner, EU candidate, "
        "potential candidate or EEA-EFTA state. Anyone may ask for an agreement; the "
        "steps after that need such a standing."
    ),
}
SAFE_IN_WORDS = {
    SafeStatus.NOT_NEEDED: (
        "Takes part in SAFE’s common procurement without a partnership, as an "
        "EEA-EFTA state or as Ukraine."
    ),
    SafeStatus.ELIGIBLE: (
        "May take part in SAFE’s common procurement, as an EU candidate, potential "
        "candidate or signed partner. No step towards an agreement on SAFE is "
        "recorded by this day."
    ),
    SafeStatus.NOT_ELIGIBLE: (
        "No standing that opens SAFE is recorded: no signed partnership, no EU "
        "candidacy, no EEA-EFTA membership."
    ),
    SafeStatus.REQUESTED: "A bilateral agreement on SAFE has been asked for.",
    SafeStatus.NEGOTIATING: "A bilateral agreement on SAFE is being negotiated.",
    SafeStatus.AGREED: "A bilateral agreement on SAFE is agreed but not yet signed.",
    SafeStatus.ASSOCIATED: (
        "A bilateral agreement on SAFE is signed or provisionally applied; its entry "
        "into force is not recorded."
    ),
    SafeStatus.IN_FORCE: "A bilateral agreement on SAFE is in force.",
    SafeStatus.NO_AGREEMENT: (
        "Negotiations on SAFE ended without an agreement. The partnership itself "
        "is a separate matter."
    ),
    SafeStatus.SUSPENDED: "The bilateral agreement on SAFE is suspended.",
    SafeStatus.TERMINATED: "The bilateral agreement on SAFE was terminated.",
}


# Status


@register.simple_tag
def status_badge(status):
    """The headline or SDP status, by shape, colour and word."""
    return _badge(status, Status(status).label)


@register.simple_tag
def safe_badge(status):
    return _badge(f"safe-{status}", SafeStatus(status).label)


@cache
def _badge(mark, label):
    # Not a template: lists show many.
    return format_html(
        '<span class="badge badge-{mark}">'
        '<svg class="mark" viewBox="0 0 16 16" aria-hidden="true">'
        '<use href="#mark-{mark}"></use></svg>{label}</span>',
        mark=mark,
        label=label,
    )


@register.filter
def in_words(status):
    """A sentence on an SDP status."""
    return IN_WORDS[status]


@register.filter
def safe_in_words(status):
    return SAFE_IN_WORDS[status]


@register.filter
def safe_standing_in_words(status):
    """The rest of a sentence that begins with the partner."""
    return SAFE_STANDING_IN_WORDS[status]


@register.filter
def in_sentence(label):
    """A label inside a sentence: "signed", but "European Parliament consented" and
    "SAFE associated"."""
    is_name = label.startswith(("European", "SAFE"))
    return label if is_name else label[:1].lower() + label[1:]


@register.filter
def in_brief(record):
    """Where a record stands, in a sentence or two, for those who see no more of it."""
    partnership = record.partnership
    sdp, safe = IN_WORDS[partnership.sdp_status], SAFE_IN_WORDS[partnership.safe_status]
    return f"{sdp} SAFE: {safe} On {record.on.day} {record.on:%B %Y}."


@register.filter
def track_name(track):
    return TRACK_NAMES[track]


@register.filter
def shape(milestone):
    """The name of a milestone's mark."""
    return shape_of(milestone.track, milestone.kind)


@register.filter
def in_list(kinds, last_word):
    """Kinds of milestones in a sentence: "suspended or ended"."""
    return get_text_list([in_sentence(kind.label) for kind in kinds], last_word)


@register.filter
def standstill(course):
    """Since when a track stands where it stands: "at least" so many days, where the
    day of the deciding milestone is not known exactly."""
    if course.deciding is None:
        return "No step is recorded by this day, so nothing waits."
    days = f"{thousands(course.days)} day{'' if course.days == 1 else 's'}"
    return format_html(
        "{} since {} ({}).",
        "Waiting" if course.ahead.onward else "It has stood so",
        partial_date(course.deciding.about.date),
        days if course.is_exact else f"at least {days}",
    )


@register.filter
def next_day(day):
    return day + timedelta(days=1)


@register.filter
def decides(record, milestone):
    """The names of the tracks whose status this milestone decides."""
    tracks = [track for track, fact in record.because if fact.about == milestone]
    return " and ".join(TRACK_NAMES[track] for track in tracks)


@register.filter
def by_status(partnerships, counts):
    """Status, count and first partnerships, furthest first, those with any alone."""
    groups = {status: [] for status in reversed(Status)}
    for partnership in partnerships:
        groups[partnership.status].append(partnership)
    return [
        (status, counts[status], rows[:NAMES_PER_STATUS])
        for status, rows in groups.items()
        if counts[status]
    ]


@register.filter
def empty_statuses(counts):
    """The statuses that no partnership has, in a list of words."""
    names = [in_sentence(status.label) for status, n in counts.items() if not n]
    return get_text_list(names, "or")


# Time and numbers


@register.filter
def partial_date(value):
    """A date in words; marked up as a time only where the day is known."""
    if value is None:
        return NOT_RECORDED
    if not value.is_day:
        return value.display()
    return format_html(
        '<time datetime="{}">{}</time>', value.earliest.isoformat(), value.display()
    )


@register.filter
def readable(value):
    """A value in the log, in words."""
    if value is None:
        return "(nothing)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dates.PartialDate):
        return partial_date(value)
    if isinstance(value, date):
        return partial_date(dates.PartialDate(value.isoformat()))
    return value


@register.filter
def headline(operation):
    """What was done at once, in a line: its first change, or how many there were."""
    change = operation.first
    if operation.is_bulk:
        return f"{'At least ' * operation.is_cut}{operation.count:,} changes"
    name = change.model_label
    return f"{name[:1].upper()}{name[1:]} {change.action}: {change.label}"


@register.filter
def period(about):
    """When an affiliation or engagement began and ended, as far as is known."""
    since = "start not recorded"
    if about.since:
        since = format_html("since {}", partial_date(about.since))
    if not about.until:
        return since
    return format_html("{}, until {}", since, partial_date(about.until))


@register.filter
def between(form):
    """The span of days that a log is asked for, as the beginning of a sentence; empty
    where none is."""
    start, end = form.cleaned_data.get("from"), form.cleaned_data.get("to")
    if start and end:
        return _span(start, end)
    if start:
        return f"Since {_day(start)}"
    return f"Until {_day(end)}" if end else ""


def _span(start, end):
    """Two days, without saying twice what they share."""
    if start == end:
        return f"On {_day(end)}"
    shown = "j F Y"
    if start.year == end.year:
        shown = "j" if start.month == end.month else "j F"
    return f"Between {_day(start, shown)} and {_day(end)}"


def _day(day, shown="j F Y"):
    return date_format(day, shown)


@register.filter
def thousands(number):
    return f"{number:,}"


# Facts and sources


@register.filter
def unrecorded(milestone):
    """What is not known of a milestone, as a list of words."""
    wanted = ["place", "reference"]
    if milestone.kind == MilestoneKind.SIGNED:
        wanted.append("signatories")
    return ", ".join(name for name in wanted if not getattr(milestone, name))


@register.filter
def publishers(claims):
    """Who published the sources of these claims: "the Council, EEAS and 2 others"."""
    names = list(dict.fromkeys(claim.source.publisher for claim in claims))
    if len(names) > 3:
        names = [*names[:2], f"{len(names) - 2} others"]
    return get_text_list(names, "and")


@register.filter
def source_count(fact):
    return len({claim.source_id for claim in fact.claims})


@register.filter
def dispute(fact):
    """How many sources disagree, and whether the editors have ruled."""
    count = len({claim.source_id for claim in fact.rivals})
    ruled = "ruled on" if fact.ruling else "not ruled on yet"
    return (
        f"{count} {'source disagrees' if count == 1 else 'sources disagree'}, {ruled}"
    )


@register.filter
def by_standing(claims):
    """Those that agree first, the rivals last."""
    return sorted(claims, key=lambda claim: Standing.values.index(claim.standing))


@register.filter
def sign(standing):
    return SIGNS[standing]


@register.filter
def standing_word(standing):
    return Standing(standing).label.lower()


@register.filter
def said(claim):
    """What a source says of a fact, in words."""
    return _in_words(claim.says, claim)


@register.filter
def adopted_value(fact):
    """The value that the editors adopted, in the same words."""
    return _in_words(fact.adopted, fact.claims[0]) if fact.adopted else "none"


def _in_words(says, claim):
    if says in CoverageValue.values:
        return CoverageValue(says).label.lower()
    if says in Frequency.values:
        return Frequency(says).label.lower()
    if amount := re.fullmatch(r"(\d+) ([A-Z]{3})", says, re.ASCII):
        return f"{amount[2]} {int(amount[1]):,}"
    is_number = claim.partnership_id
    try:
        return says if is_number else dates.parse(says).display()
    except dates.InvalidPartialDate:
        return says


@register.filter
def fact_kind(fact):
    """What kind of fact it is, as the heading of its like."""
    about = fact.claims[0]
    if about.partnership_fact:
        return "Text"
    return FACT_KINDS[type(fact.about)._meta.model_name]


@register.filter
def fact_name(fact):
    """A fact by its name inside its record."""
    about, claim = fact.about, fact.claims[0]
    if claim.partnership_fact:
        return claim.get_partnership_fact_display()
    if claim.milestone_id:
        return f"{about.get_kind_display()} ({TRACK_NAMES[about.track]})"
    if claim.coverage_id:
        return str(about.area)
    if claim.affiliation_id:
        return about.get_kind_display()
    return about.title if claim.engagement_id else about.text


@register.filter
def of_source(fact, source):
    """The claims of one source about a fact."""
    return [claim for claim in fact.claims if claim.source_id == source.pk]


@register.filter
def by_kind(facts):
    """Pairs of each kind of fact and the facts of that kind, as they come."""
    kinds = {}
    for fact in facts:
        kinds.setdefault(fact_kind(fact), []).append(fact)
    return kinds.items()


@register.filter
def tally(summary):
    """Pairs of a standing and how many of a source's claims have it, without none."""
    counts = summary.by_standing
    return [(standing, counts[standing]) for standing in Standing if counts[standing]]


@register.filter
def alone_tally(summary):
    return [(how, summary.alone[how]) for how in Alone if summary.alone[how]]


@register.filter
def standing_verb(standing, count):
    """A standing after a number: "1 agrees", "2 agree"."""
    one, many = VERBS[standing]
    return one if count == 1 else many


@register.filter
def alone_word(how):
    return Alone(how).label


@register.filter
def alone_short(how):
    return ALONE_SHORT[how]


@register.filter
def language_word(code):
    """A language by its English name, or by its code where Django knows none."""
    try:
        return get_language_info(code)["name"]
    except KeyError:
        return code


@register.filter
def set_by(status, track):
    """The milestones that set a status, in a list of words."""
    kinds = [kind for kind, effect in EFFECTS[track].items() if effect == status]
    return get_text_list([in_sentence(kind.label) for kind in kinds], "or")


@register.filter
def included_count(record):
    return len(record.cells_with(CoverageValue.INCLUDED))


@register.filter
def count_of(counts, key):
    """What a dictionary holds for a key, 0 if nothing."""
    return counts.get(key, 0)


@register.filter
def cells_by_value(record):
    """Pairs of each value of coverage and its cells, the empty ones too."""
    return [(value, record.cells_with(value)) for value in CoverageValue]


# Areas across partnerships


@register.filter
def coverage_sign(value):
    return COVERAGE_SIGNS[value]


@register.filter
def coverage_mark(cell):
    """The sign of a cell, the same in words, and what its sources amount to."""
    return _coverage_mark(cell.value, cell.evidence)


@lru_cache  # a table has many cells, of few kinds
def _coverage_mark(value, evidence):
    dispute = ""
    if evidence.rivals:
        dispute = format_html(
            '<span class="dispute dispute-{}">≠</span>', evidence.disagreement
        )
    return format_html(
        '<span class="sign sign-{}" aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}, {}</span>'
        '<span class="sign-notes" aria-hidden="true">{}{}</span>',
        value,
        COVERAGE_SIGNS[value],
        value.label,
        in_short(evidence),
        evidence.sources,
        dispute,
    )


@register.simple_tag
def coverage_values():
    return list(CoverageValue)


@register.filter
def in_short(evidence):
    """What the sources of a fact amount to: "2 sources, 1 disagrees, ruled on"."""
    if not evidence.sources:
        return "no source"
    said = f"{evidence.sources} source{'s' if evidence.sources > 1 else ''}"
    if not evidence.rivals:
        return said
    verb = "disagrees" if evidence.rivals == 1 else "disagree"
    ruled = "ruled on" if evidence.is_ruled else "not ruled on yet"
    return f"{said}, {evidence.rivals} {verb}, {ruled}"


@register.filter
def with_addresses(cells, addresses):
    """Pairs of a cell and the address of its column's record."""
    return zip(cells, addresses, strict=True)


@register.filter
def noted_of(engagements, kind):
    return engagements.get(kind, [])


@register.filter
def included_in_words(coverage):
    """How many of the assessed partnerships include the area, as a sentence."""
    included = coverage.counts[CoverageValue.INCLUDED]
    unknown = coverage.counts[CoverageValue.NOT_ASSESSED]
    assessed = sum(coverage.counts.values()) - unknown
    if not assessed:
        return "No partnership has been assessed on this area."
    verb = "includes" if included == 1 else "include"
    return (
        f"{included:,} of the {assessed:,} partnership{'s' if assessed > 1 else ''} "
        f"assessed {verb} it."
    )


@register.filter
def patterns_shown(comparison, shows_all):
    """The patterns that differ, or all."""
    return [p for p in comparison.patterns if shows_all or not p.is_shared]


@register.filter
def differences_in_words(comparison):
    """How many areas are treated alike and how many are not, in a sentence."""
    alike = {p.values[0]: len(p.rows) for p in comparison.patterns if p.is_shared}
    total = sum(len(pattern.rows) for pattern in comparison.patterns)
    differ = total - sum(alike.values())
    words = f"They differ on {differ} of the {total} areas."
    if not alike:
        return words
    counts = [f"{count} {value.label.lower()}" for value, count in alike.items()]
    return f"{words} They treat the others alike: {', '.join(counts)}."


@register.filter
def pattern_in_words(pattern):
    """Who includes the areas and who does not: "Japan and Norway, not Canada"."""
    names = {value: [] for value in PATTERN_WORDS}
    for cell in pattern.rows[0].cells:
        names[cell.value].append(cell.partnership.partner.name)
    words = ", ".join(
        before + get_text_list(names[value], last)
        for value, (before, last) in PATTERN_WORDS.items()
        if names[value]
    )
    return words[:1].upper() + words[1:]


# Lists


@register.filter
def checkboxes(field, counts):
    """The choices of a filter, each with how many there would be; where the form is
    wrong, nothing is counted."""
    # Not a template: a list has sixty of them.
    chosen = field.value() or ()
    return format_html_join(
        "\n",
        '<label class="choice"><input type="checkbox" name="{}" value="{}"{}>'
        ' <span>{}</span> <span class="choice-count">{}</span></label>',
        (
            (
                field.html_name,
                value,
                _CHECKED if value in chosen else "",
                label,
                counts.get(value, 0) if isinstance(counts, dict) else "",
            )
            for value, label in field.field.choices
        ),
    )


@register.inclusion_tag("includes/sort_header.html", takes_context=True)
def sort_header(context, label, name):
    """The heading of a column that orders the list, one way and then the other."""
    order = context["order"] or "name"
    directions = {name: "ascending", f"-{name}": "descending"}
    query = context.request.GET.copy()
    query["order"] = f"-{name}" if order == name else name
    query.pop("page", None)
    return {
        "label": label,
        "sorted": directions.get(order),
        "query": _without_blanks(query).urlencode(),
    }


# Addresses


@register.simple_tag(takes_context=True)
def known_url(context, name, *args, **parameters):
    """The address of a page that knows the second clock alone, on the day by which
    this page knows."""
    clock = context.get("clock")
    if clock and clock.is_valid() and (known := clock.cleaned_data.get("known_on")):
        parameters["known_on"] = known
    query = urlencode(parameters)
    return reverse(name, args=args) + (f"?{query}" if query else "")


@register.simple_tag(takes_context=True)
def dated_url(context, name, *args, **parameters):
    """The address of a page, on the day that this page is about."""
    clock = context.get("clock")
    if clock and clock.is_valid():
        parameters |= {key: day for key, day in clock.cleaned_data.items() if day}
    query = urlencode(parameters, doseq=True)
    return reverse(name, args=args) + (f"?{query}" if query else "")


@register.simple_tag(takes_context=True)
def record_addresses(context, partnerships):
    """The addresses of these records, in a list: worked out once, not for each cell."""
    return [
        dated_url(context, "partnership-detail", partnership.partner.slug)
        for partnership in partnerships
    ]


@register.simple_tag(takes_context=True)
def compare_url(context, partnerships):
    slugs = [partnership.partner.slug for partnership in partnerships]
    return dated_url(context, "compare", p=slugs)


# Data for machines

#: What is markup in HTML, as JSON may also write it; json_script does the same.
_IN_SCRIPT = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&'"}


@register.simple_tag
def json_ld(data):
    """A block of linked data, which no browser runs; nothing for None."""
    if data is None:
        return ""
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)
    # All but the quotes is escaped once more, and so is shown to hold no markup.
    parts = text.translate(_IN_SCRIPT).split('"')
    places = '"'.join(["{}"] * len(parts))
    return format_html(f'<script type="application/ld+json">{places}</script>', *parts)


LICENCE = "https://creativecommons.org/licenses/by/4.0/"


@register.simple_tag(takes_context=True)
def dataset(context):
    """The data set as linked data (schema.org), for those who index data."""
    trail, absolute = context["trail"], context["request"].build_absolute_uri
    described = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": "The European Union’s Security and Defence Partnerships",
        "description": (
            "Status, dated milestones, areas of cooperation and other ties of each "
            "partnership, every fact with its sources, where they disagree, and what "
            "the editors ruled. Not an official data set of the European Union."
        ),
        "url": absolute(reverse("data")),
        "license": LICENCE,
        "isAccessibleForFree": True,
        "inLanguage": "en",
        "version": str(trail.edition),
        "creator": {"@type": "Organization", "name": "SDP Tracker"},
        "distribution": {
            "@type": "DataDownload",
            "encodingFormat": "application/json",
            "contentUrl": absolute(reverse("api:partnership-list")),
        },
    }
    if trail.changed_at:
        described["dateModified"] = trail.changed_at.isoformat()
    return described


@dataclass(frozen=True)
class ActiveFilter:
    """One value that a list is filtered by, and the query without it."""

    label: str
    value: str
    query_without: str


@register.filter
def active_filters(listed) -> Iterable[ActiveFilter]:
    """What a valid list is filtered by: all that was given but date and order."""
    for name, field in listed.form.fields.items():
        given = list(filter(None, dict.fromkeys(listed.data.getlist(name))))
        if not given or name in ("as_of", "known_on", "order"):
            continue
        choices = {str(key): label for key, label in getattr(field, "choices", ())}
        for value in given:
            query = listed.data.copy()
            query.pop("page", None)
            query.setlist(name, [v for v in query.getlist(name) if v != value])
            label = str(choices.get(value, value))
            yield ActiveFilter(field.label, label, _without_blanks(query).urlencode())


def _without_blanks(query):
    for name, values in list(query.lists()):
        query.setlist(name, [value for value in values if value])
    return query
