import re
from argparse import ArgumentTypeError

from django.core.management.base import BaseCommand, CommandError

from partnerships.ledger import sealing, verifying


def anchor(text: str) -> sealing.Head:
    match = re.fullmatch(r"([0-9]{1,18}):([0-9a-f]{64})", text.strip())
    if not match:
        raise ArgumentTypeError(
            "write an anchor as its number, a colon and its 64 hexadecimal digits, as "
            "manage.py seal --checkpoint prints it"
        )
    return sealing.Head(int(match[1]), match[2])


def number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise ArgumentTypeError("write the number of a change, as in 1200")
    return int(text)


class Command(BaseCommand):
    help = (
        "Verify the audit trail: triggers, chain, history, live rows. Names each "
        "problem, and fails if there is one."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--anchor",
            type=anchor,
            action="append",
            default=[],
            dest="anchors",
            metavar="NUMBER:HASH",
            help="a checkpoint that was kept elsewhere; may be given again",
        )
        parser.add_argument(
            "--since",
            type=number,
            default=0,
            metavar="NUMBER",
            help="follow the chain from this change on, which was verified before",
        )

    def handle(self, *, anchors, since, **options):
        try:
            sealing.seal()
        except sealing.ChainIsLocked as error:
            self.stderr.write(str(error))
        head = sealing.head()
        if since > head.number:
            message = f"There is no change {since}; the last is {head.number}."
            raise CommandError(message)
        if early := [str(a) for a in anchors if 0 < a.number < since]:
            raise CommandError(
                f"The anchor {early[0]} comes before --since {since}, from where the "
                "chain is followed; leave --since out."
            )
        count = 0
        for problem in verifying.problems(
            anchors=anchors, since=since, progress=self._show_progress
        ):
            count += 1
            self.stdout.write(str(problem))
        self._clear_progress()
        verifying.note_result(head.number, since, problems=count)
        if count:
            problems = "One problem" if count == 1 else f"{count} problems"
            raise CommandError(f"{problems} in the audit trail.")
        begin = f" from change {since} on" if since else ""
        self.stdout.write(f"The audit trail is whole{begin} up to {head}.")

    def _show_progress(self, done, total):
        if self.stderr.isatty():
            self.stderr.write(f"\r{done:,} of {total:,} changes", ending="")

    def _clear_progress(self):
        if self.stderr.isatty():
            self.stderr.write("\r\033[K", ending="")
