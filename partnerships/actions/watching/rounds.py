"""Asking of each source if it is at its address, and if what it says has changed."""

import gzip
from collections.abc import Iterator
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
from partnerships.dates import day_in_words
from partnerships.ledger import context
from partnerships.models import Claim, Lead, Milestone, Source, Visit
from partnerships.selectors.due import MONTH, WEEK, looks

ACTOR = "check_sources"
REASON = "Asked for at its address: unchanged"
#: A source that has changed before is silent after so long, if others report.
SILENCE = timedelta(days=60)
#: Gone for good, and how often in a row another failure is told of.
GONE = (404, 410)
FAILURES = 3
#: Characters of a lead to which more and more is added.
MOST_TOLD = 5_000


@dataclass
class Round:
    """The finds of a round: how many sources were asked for, those unchanged, the leads
    that were made or brought up to date, a line for each that was not read; and if two
    hosts or more were asked for and none answered, of which nothing is kept."""

    asked: int = 0
    is_cut_off: bool = False
    unchanged: list[Source] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def go_round(
    *, now: datetime, visitor: Visitor, everything: bool = False, pause: float = 1
) -> Round:
    """Ask for each source that is due, one after the other, with a pause in seconds
    between two of one host, and keep what is found. Those that an editor has opened
    once, and that are unchanged, are recorded as checked, in one operation. Where no
    host answers, it is for want of a network: none is missed by that."""
    done, asked_at = Round(), dict[str, float]()
    silent: list[tuple[Source, Seen]] = []
    asked = Source.objects.exclude(url="") if everything else sources_to_ask(now)
    due = list(asked.order_by("key"))
    with context.change(actor=ACTOR, reason=REASON, kind=ChangeKind.EDITORIAL):
        for source in due:
            host = urlsplit(source.url).netloc
            sleep(max(0, asked_at.get(host, 0) + pause - monotonic()))
            seen = _seen(source, visitor.fetch(source.url))
            asked_at[host] = monotonic()
            if seen.answer.status is None:
                silent.append((source, seen))
            else:
                _keep(source, seen, now, done)  # no transaction waits for others
        done.is_cut_off = len(asked_at) > 1 and not visitor.was_answered
        if done.is_cut_off:
            return done
        for source, seen in silent:
            _keep(source, seen, now, done)
        for source, how in _silent(now):
            done.leads.append(_tell(source, SourceNews.SILENT, how, now))
    return done


def sources_to_ask(now: datetime) -> QuerySet[Source]:
    """Return the sources with an address that were not asked for within their rhythm:
    weekly while a partnership moves of which they speak, monthly else."""
    moving = [look.partnership for look in looks(on=now.date()) if look.is_weekly]
    weekly = Claim.objects.filter(record__in=moving).order_by()
    recent = Visit.objects.filter(asked_at__gt=now - MONTH)
    lately = recent.filter(asked_at__gt=now - WEEK)
    with_address = Source.objects.exclude(url="").exclude(visit__in=lately)
    is_weekly = with_address.filter(pk__in=weekly.values("source"))
    return is_weekly | with_address.exclude(visit__in=recent)


@dataclass(frozen=True)
class Seen:
    """An answer, what is wrong with it, the digest of its text that matters, and, where
    that is not the one of the visit before, the lines that came and went."""

    answer: Answer
    problem: str
    digest: str = ""
    changed: str = ""


def _seen(source: Source, answer: Answer) -> Seen:
    text = text_of(answer) if is_html(answer) else ""
    if answer.is_success and answer.body and not is_html(answer):
        return _compared(source, answer, digest_of(answer.body), text)
    if answer.problem:
        return Seen(answer, answer.problem)
    if not answer.body:
        return Seen(answer, "It is empty.")
    if not text:
        return Seen(answer, "Its page has no text without a script.")
    return _compared(source, answer, digest_of(text), text)


def _compared(source: Source, answer: Answer, digest: str, text: str) -> Seen:
    before = Visit.objects.filter(source=source, url=source.url).first()
    if before is None or before.digest in ("", digest):
        return Seen(answer, "", digest)
    body = gzip.decompress(bytes(before.copy))
    earlier = replace(answer, body=body, content_type=before.content_type)
    was = text_of(earlier) if is_html(earlier) else ""
    changed = "\n".join(difference(was, text)) or "Another file"
    return Seen(answer, "", digest, changed)


@transaction.atomic
def _keep(source: Source, seen: Seen, now: datetime, done: Round) -> None:
    """Keep what was seen, and tell of what somebody should look at."""
    found = Source.objects.select_for_update().filter(pk=source.pk, url=source.url)
    if not found:
        return  # an editor deleted it meanwhile, or gave it another address
    (source,) = found
    done.asked += 1
    visit = Visit.objects.filter(source=source).first()
    if visit is None or visit.url != source.url:
        Visit.objects.filter(source=source).delete()
        visit = Visit(source=source, url=source.url)
    answer, was_gone = seen.answer, visit.failures and visit.status in GONE
    visit.asked_at, visit.status = now, answer.status
    visit.problem = seen.problem[:300]
    news: list[tuple[SourceNews, str]] = []
    if answer.moved_to and answer.moved_to[:500] != visit.moved_to:
        visit.moved_to = answer.moved_to[:500]
        news.append((SourceNews.MOVED, f"It is now at {answer.moved_to}"))
    if seen.problem:
        done.problems.append(f"{source.key}: {seen.problem}")
        visit.failures += 1
        if answer.status in GONE and not was_gone:
            news.append((SourceNews.VANISHED, seen.problem))
        elif answer.status not in GONE and visit.failures == FAILURES:
            news.append((SourceNews.UNREACHED, seen.problem))
    else:
        if seen.changed:
            visit.changed_at = now
            news.append((SourceNews.CHANGED, seen.changed))
        elif visit.digest:
            _say_unchanged(source, now, done)
        visit.failures, visit.digest, visit.read_at = 0, seen.digest, now
        visit.copy = gzip.compress(answer.body, mtime=0)
        visit.content_type = answer.content_type[:100]
    visit.save()
    done.leads += [_tell(source, what, how, now) for what, how in news]


def _say_unchanged(source: Source, now: datetime, done: Round) -> None:
    """Record that a source was checked, unless nobody has opened it ever, or a lead
    says that somebody is to look at it."""
    done.unchanged.append(source)
    on, last = timezone.localdate(now), source.last_checked_on
    is_to_be_read = Lead.objects.open().filter(source=source).exists()
    if last is not None and last < on and not is_to_be_read:
        source.last_checked_on = on
        source.save()


def _tell(source: Source, news: SourceNews, how: str, now: datetime) -> Lead:
    """Make a lead of what was seen of a source, or add it to the one that waits, which
    is due again."""
    lead = Lead.objects.open().filter(source=source, news=news).first()
    if lead:
        on = day_in_words(timezone.localdate(now))
        lead.sentence = f"{lead.sentence}\n{on}:\n{how}"[-MOST_TOLD:]
        lead.follow_up_on = None
    else:
        lead = Lead(
            origin=LeadOrigin.SOURCE,
            source=source,
            news=news,
            url=source.url,
            language=source.language,
            sentence=f"{source}. {news.label}.\n{how}",
            partnership_id=_only_record(source),
        )
    lead.save()
    return lead


def _only_record(source: Source) -> int | None:
    """Return the id of the partnership of which a source speaks, if it is one."""
    claims = Claim.objects.filter(source=source, record__isnull=False).order_by()
    records = [*claims.values_list("record", flat=True).distinct()[:2]]
    return records[0] if len(records) == 1 else None


def _silent(now: datetime) -> Iterator[tuple[Source, str]]:
    """Yield the sources that used to change and have not for long, though other sources
    report what happened since, with what that is."""
    quiet = Visit.objects.filter(changed_at__lt=now - SILENCE, failures=0)
    for visit in quiet.select_related("source"):
        assert visit.changed_at
        leads = Lead.objects.filter(source=visit.source, news=SourceNews.SILENT)
        if leads.filter(made_at__gt=visit.changed_at).exists():
            continue  # it was told of
        own = Claim.objects.filter(source=visit.source)
        since = Milestone.objects.filter(
            partnership__in=own.values("record"),
            partnership__is_published=True,
            earliest__gt=visit.changed_at.date(),
        ).exclude(claims__source=visit.source)
        told = since.filter(claims__isnull=False).order_by("earliest").first()
        if told:
            yield visit.source, f"Others report: {told}"
