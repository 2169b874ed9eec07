"""Asking of each source if it is at its address, and if what it says has changed."""

import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import monotonic, sleep
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from partnerships.actions.watching.fetching import Answer, Visitor
from partnerships.actions.watching.substance import (
    difference,
    digest_of,
    is_html,
    text_of,
)
from partnerships.choices import ChangeKind, LeadOrigin, SourceNews
from partnerships.ledger import context
from partnerships.models import Claim, Lead, Milestone, Source, Visit
from partnerships.selectors.due import MONTH, WEEK, moving

ACTOR = "check_sources"
REASON = "Asked for at its address: unchanged"
#: A source that has changed before is silent after so long, if others report.
SILENCE = timedelta(days=60)
#: Gone for good, and how often in a row another failure is told of.
GONE = (404, 410)
FAILURES = 3


@dataclass
class Round:
    """What a round found: how many sources were asked for, those unchanged, and the
    leads that were made or brought up to date."""

    asked: int = 0
    unchanged: list[Source] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def go_round(
    *, now: datetime, visitor: Visitor, everything: bool = False, pause: float = 1
) -> Round:
    """Ask for each source that is due, one after the other, with a pause in seconds
    between two of one host, and keep what is found. What is unchanged is recorded as
    checked on that day, in one operation."""
    done, asked_at = Round(), dict[str, float]()
    due = Source.objects.exclude(url="") if everything else sources_to_ask(now)
    for source in due.order_by("key"):
        host = urlsplit(source.url).netloc
        sleep(max(0, asked_at.get(host, 0) + pause - monotonic()))
        answer = _read(visitor.fetch(source.url))  # no transaction waits for it
        asked_at[host] = monotonic()
        done.asked += 1
        if answer.problem:
            done.problems.append(f"{source.key}: {answer.problem}")
        with transaction.atomic():
            news = list(_keep(source, answer, now, done))
            done.leads += [_tell(source, what, how) for what, how in news]
    _say_unchanged(done.unchanged, now)
    done.leads += [
        _tell(source, SourceNews.SILENT, how) for source, how in _silent(now)
    ]
    return done


def _read(answer: Answer) -> Answer:
    """Return an answer with the problem that a page has without a word to compare."""
    if answer.problem or not is_html(answer) or text_of(answer):
        return answer
    return replace(answer, problem="Its page has no text without a script.")


def sources_to_ask(now: datetime) -> QuerySet[Source]:
    """Return the sources with an address that were not asked for within their rhythm:
    weekly while a partnership moves of which they speak, monthly else."""
    weekly = Claim.objects.filter(record__in=moving(on=now.date())).order_by()
    recent = Visit.objects.filter(asked_at__gt=now - MONTH)
    lately = recent.filter(asked_at__gt=now - WEEK)
    with_address = Source.objects.exclude(url="").exclude(visit__in=lately)
    is_weekly = with_address.filter(pk__in=weekly.values("source"))
    return is_weekly | with_address.exclude(visit__in=recent)


def _keep(
    source: Source, answer: Answer, now: datetime, done: Round
) -> Iterator[tuple[SourceNews, str]]:
    """Keep what was answered, and yield what somebody should look at, with how."""
    visit, _ = Visit.objects.get_or_create(source=source, defaults={"asked_at": now})
    visit.asked_at, visit.status = now, answer.status
    visit.problem = answer.problem[:300]
    if answer.moved_to and answer.moved_to != visit.moved_to:
        visit.moved_to = answer.moved_to[:500]
        yield SourceNews.MOVED, f"It is now at {answer.moved_to}"
    if answer.problem:
        visit.failures += 1
        is_gone = answer.status in GONE
        if is_gone and visit.failures == 1:
            yield SourceNews.VANISHED, answer.problem
        elif not is_gone and visit.failures == FAILURES:
            yield SourceNews.UNREACHED, answer.problem
    else:
        digest = digest_of(text_of(answer) if is_html(answer) else answer.body)
        if visit.digest and visit.digest != digest:
            visit.changed_at = now
            yield SourceNews.CHANGED, _what_changed(visit, answer)
        elif visit.digest:
            done.unchanged.append(source)
        visit.failures, visit.digest, visit.read_at = 0, digest, now
        visit.copy = gzip.compress(answer.body, mtime=0)
        visit.content_type = answer.content_type[:100]
    visit.save()


def _what_changed(visit: Visit, answer: Answer) -> str:
    """Return the lines that came and went."""
    earlier = replace(
        answer,
        body=gzip.decompress(bytes(visit.copy)),
        content_type=visit.content_type,
    )
    return "\n".join(difference(text_of(earlier), text_of(answer))) or "Another file"


def _tell(source: Source, news: SourceNews, how: str) -> Lead:
    """Make a lead of what was seen of a source; one that waits is brought up to date,
    so that none is made each week."""
    lead = Lead.objects.open().filter(source=source, news=news).first()
    lead = lead or Lead(origin=LeadOrigin.SOURCE, source=source, news=news)
    lead.url, lead.language = source.url, source.language
    lead.sentence = f"{source}. {news.label}.\n{how}"
    lead.partnership_id = _only_record(source)
    lead.save()
    return lead


def _only_record(source: Source) -> int | None:
    """Return the id of the partnership of which a source speaks, if it is one."""
    claims = Claim.objects.filter(source=source, record__isnull=False).order_by()
    records = [*claims.values_list("record", flat=True).distinct()[:2]]
    return records[0] if len(records) == 1 else None


def _say_unchanged(sources: Iterable[Source], now: datetime) -> None:
    """Record of these sources that they were checked today."""
    on = timezone.localdate(now)
    with context.change(actor=ACTOR, reason=REASON, kind=ChangeKind.EDITORIAL):
        for source in sources:
            with transaction.atomic():
                newest = Source.objects.select_for_update().get(pk=source.pk)
                if newest.last_checked_on is None or newest.last_checked_on < on:
                    newest.last_checked_on = on
                    newest.save()


def _silent(now: datetime) -> Iterator[tuple[Source, str]]:
    """Yield the sources that used to change and have not for long, though other sources
    report what happened since, with what that is."""
    quiet = Visit.objects.filter(changed_at__lt=now - SILENCE, failures=0)
    for visit in quiet.select_related("source"):
        assert visit.changed_at
        own = Claim.objects.filter(source=visit.source)
        since = Milestone.objects.filter(
            partnership__in=own.values("record"),
            partnership__is_published=True,
            earliest__gt=visit.changed_at.date(),
        ).exclude(claims__source=visit.source)
        told = since.filter(claims__isnull=False).order_by("earliest").first()
        if told:
            yield visit.source, f"Others report: {told}"
