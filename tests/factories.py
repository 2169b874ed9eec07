"""Valid records for tests, as plain functions; each is checked before it is saved."""

from datetime import date
from uuid import uuid4

from django.db import IntegrityError, transaction
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from partnerships.actions import second_factor as actions
from partnerships.choices import (
    Certainty,
    CoverageValue,
    HolderKind,
    MilestoneKind,
    Region,
    SourceKind,
    Track,
)
from partnerships.models import (
    Affiliation,
    Area,
    Check,
    Claim,
    Coverage,
    DoubleCheck,
    Engagement,
    Lead,
    Milestone,
    Namesake,
    Partner,
    Partnership,
    Position,
    Question,
    RoleAssignment,
    Source,
    Subject,
    User,
)


def save(instance):
    """The database checks the constraints, much faster than ``full_clean()``, which is
    asked for the editor's sentence where it refuses."""
    instance.clean_fields()
    instance.clean()
    try:
        with transaction.atomic():
            instance.save()
    except IntegrityError:
        instance.full_clean()
        raise
    return instance


def edit(row, **values):
    """Save the row with these values; the ledger's triggers and constraints alone check it."""
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def partner(
    slug="norway", *, iso_code="", name=None, region=Region.WESTERN_EUROPE, **kwargs
):
    name = name or slug.replace("-", " ").title()
    return save(
        Partner(slug=slug, name=name, iso_code=iso_code, region=region, **kwargs)
    )


def partnership(slug="norway", *, published=True, of=None, **kwargs):
    """A partnership with a new partner of that slug, or with the partner given."""
    of = of or partner(slug)
    kwargs.setdefault("title", f"EU–{of.name} Security and Defence Partnership")
    return save(Partnership(partner=of, is_published=published, **kwargs))


def affiliation(partner, kind, **kwargs):
    return save(Affiliation(partner=partner, kind=kind, **kwargs))


def milestone(
    partnership,
    kind=MilestoneKind.SIGNED,
    date="2024-05-28",
    *,
    track=Track.SDP,
    **kwargs,
):
    if kind in (MilestoneKind.STATEMENT, MilestoneKind.ANNOUNCED):
        kwargs.setdefault("actor", "" if "description" in kwargs else "the two sides")
    if "follows" in kwargs or kwargs.get("certainty") == Certainty.REJECTED:
        kwargs.setdefault("ruling", "The minutes say so.")
    return save(
        Milestone(partnership=partnership, track=track, kind=kind, date=date, **kwargs)
    )


def check(partnership, through="2026-04-30", **kwargs):
    return save(Check(partnership=partnership, through=through, **kwargs))


def double_check(partnership, **kwargs):
    kwargs = {"operation": str(uuid4()), "entered_by": 1, "reasons": "status"} | kwargs
    return save(DoubleCheck(partnership=partnership, **kwargs))


def area(number=1, **kwargs):
    kwargs.setdefault("name", f"Area {number}")
    return save(Area(number=number, slug=f"area-{number}", **kwargs))


def coverage(partnership, area, value=CoverageValue.INCLUDED, **kwargs):
    return save(Coverage(partnership=partnership, area=area, value=value, **kwargs))


def engagement(partnership, kind="agreement", title="Framework Agreement", **kwargs):
    return save(Engagement(partnership=partnership, kind=kind, title=title, **kwargs))


def source(key="eprs-2026-03", **kwargs):
    kwargs.setdefault("publisher", "European Parliamentary Research Service")
    kwargs.setdefault("title", "Briefing")
    kwargs.setdefault("kind", SourceKind.PARLIAMENT)
    if not kwargs.get("url"):
        kwargs.setdefault("no_address", "It is on paper alone.")
    return save(Source(key=key, **kwargs))


def subject(partnership, name="Public health", **kwargs):
    return save(Subject(partnership=partnership, name=name, **kwargs))


def position(partnership=None, holder="European Parliament", **kwargs):
    kwargs.setdefault("holder_kind", HolderKind.INSTITUTION)
    kwargs.setdefault("text", "The Parliament welcomes the partnerships.")
    return save(Position(partnership=partnership, holder=holder, **kwargs))


def namesake(title="Security and Defence Dialogue with the Philippines", **kwargs):
    kwargs.setdefault("parties", "the EU and the Philippines")
    kwargs.setdefault("reason", "It is a dialogue, and no partnership was signed.")
    return save(Namesake(title=title, **kwargs))


def question(
    slug="binding", text="Are the partnerships binding?", answer="no", **kwargs
):
    return save(Question(slug=slug, text=text, answer=answer, **kwargs))


def claim(fact, says, *, by=None, locator="page 1", **kwargs):
    """A claim about a milestone, cell, engagement, affiliation, partnership or question."""
    by = by or Source.objects.first() or source()
    about = {type(fact)._meta.model_name: fact}
    if isinstance(fact, Partnership):
        kwargs.setdefault("partnership_fact", "stated_areas")
    return save(Claim(source=by, says=says, locator=locator, **about, **kwargs))


def user(username="ed", *, groups=(), password="a long passphrase", **kwargs):
    from django.contrib.auth.models import Group

    kwargs.setdefault("time_zone", "UTC")  # so that no test depends on the hour
    someone = User.objects.create_user(username, password=password, **kwargs)
    someone.groups.set(Group.objects.filter(name__in=groups))
    return someone


def app_code(someone):
    """The code that somebody's app shows, as often as a test likes to give it."""
    own = TOTPDevice.objects.filter(user=someone)
    own.update(last_t=-1, throttling_failure_count=0)
    return f"{totp(own.get().bin_key):06}"


def second_factor(someone):
    """Recovery codes, with an app set up."""
    actions.begun_app(someone)
    return actions.set_up(someone, app_code(someone))


def role_assignment(account=1, role="editor"):
    """The record of a role, of an account that there need not be."""
    return save(RoleAssignment(account=account, role=role))


DAY = date(2026, 3, 15)


def lead(**kwargs):
    return save(Lead(**{"sentence": "Ghana and the EU signed.", **kwargs}))
